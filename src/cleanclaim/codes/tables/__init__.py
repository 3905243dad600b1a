"""The reference tables that exist: a module a family, a typed row and a kind a table."""
