"""Rules that an organization wrote itself, as records."""
