"""What happened: one append-only, chained record for audit and timelines."""
