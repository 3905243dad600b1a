"""Screening: providers against the lists of excluded people, which only a person may clear."""
