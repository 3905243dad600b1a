"""Enrollment as records: applications, links, bars, substitutes, rosters and proposals."""
