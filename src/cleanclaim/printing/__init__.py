"""Paper: letters, statements and reports as PDF."""
