"""A synthetic practice that lives through half a year, the same way for the same seed."""
