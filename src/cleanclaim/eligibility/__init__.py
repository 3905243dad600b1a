"""Eligibility: asking a payer what a member is covered for, and reading what it answered."""
