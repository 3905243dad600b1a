"""What is followed up after claims have left, as records."""
