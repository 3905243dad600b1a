"""Professional claims that are told at sight: which of a text hold nothing to find, and where."""
