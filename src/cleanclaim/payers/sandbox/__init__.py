"""The payer simulator: it judges claims by plans, contracts and policies of its own."""
