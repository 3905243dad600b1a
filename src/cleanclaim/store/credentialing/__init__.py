"""Payers, places, providers, and who may bill whom for what, when."""
