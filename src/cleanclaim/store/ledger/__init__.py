"""The ledger's tables: accounts, entries, postings; they only grow and always balance."""
