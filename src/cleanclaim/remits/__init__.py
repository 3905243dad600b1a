"""The remittance: what a payer says it paid and why, checked before a cent of it moves."""
