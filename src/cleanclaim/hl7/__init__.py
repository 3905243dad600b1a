"""HL7 version 2 messages and C-CDA documents: read without refusing, kept as they came."""
