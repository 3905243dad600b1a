"""What a practice has decided about payers' reasons."""
