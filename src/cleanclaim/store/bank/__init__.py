"""The lines of the practice's bank accounts and the payments that they confirm."""
