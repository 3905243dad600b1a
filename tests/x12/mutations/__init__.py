"""The adversary of the X12 engine: clean files, each spoilt in one place, and what must be said."""
