"""Remittances as received, and what each of their claims was matched to."""
