"""Migrations of the examinations."""
