"""Enrollment: applications to payers, and from which day what they grant may be billed."""
