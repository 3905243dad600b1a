"""Encounters with their notes and charges, and the practice's own fees."""
