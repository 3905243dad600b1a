"""Claims with their versions, findings and holds."""
