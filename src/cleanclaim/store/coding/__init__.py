"""Coding as records: note versions, sessions and their log, queries, audits and lessons."""
