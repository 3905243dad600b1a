"""Messages of other systems, kept byte for byte, and what they are known by."""
