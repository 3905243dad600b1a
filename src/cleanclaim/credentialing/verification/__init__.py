"""Verification: each element of a file against its source, and whether a committee may decide."""
