"""Rows of reference tables for the examples of edits: ours, and true only in the examples."""
