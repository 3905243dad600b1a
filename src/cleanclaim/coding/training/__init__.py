"""Building the ranker and a table of wordings from a corpus of coded notes."""
