"""Cleanclaim runs coding, billing and credentialing of a medical practice on one ledger."""
