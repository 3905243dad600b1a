"""The unit of human work."""
