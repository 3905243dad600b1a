"""Denials: which adjustments are one, what caused it, and until when it can be appealed."""
