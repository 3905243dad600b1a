"""Backups: one file with database, anchors, secret and tables, and the proof that it came back."""
