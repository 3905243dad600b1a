"""Figures against named peers, measured in the same run: ratios count, seconds do not."""
