"""From mentions to codes in order: candidates, their features, and how probable they are."""
