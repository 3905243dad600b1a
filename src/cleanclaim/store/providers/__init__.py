"""Files of providers: their elements with history, documents, verifications and decisions."""
