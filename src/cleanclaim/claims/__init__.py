"""The claim: one shape for what is asked of a payer, and the ways into and out of it."""
