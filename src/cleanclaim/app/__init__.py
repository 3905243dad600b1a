"""Use cases: each one verb, one transaction, one audit trail."""
