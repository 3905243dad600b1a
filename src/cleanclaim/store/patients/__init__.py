"""Patients, their coverages, and what payers answered about them."""
