"""The file of a provider: its elements, what is missing, and what runs out when."""
