"""The words by which codes are called, and where a note uses them."""
