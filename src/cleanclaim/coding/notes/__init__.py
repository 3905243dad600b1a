"""A note as a coder reads it: sections, sentences, and what each mention asserts."""
