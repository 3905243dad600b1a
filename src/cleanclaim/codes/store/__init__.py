"""The reference store: immutable, dated releases of official tables; see README.md beside it."""
