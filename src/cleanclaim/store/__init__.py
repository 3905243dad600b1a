"""The database: one Django app a concept, row security, append-only tables, bulk writes."""
