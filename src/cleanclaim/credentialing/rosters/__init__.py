"""Rosters: lists of providers as each payer wants them, and what the payer said of each row."""
