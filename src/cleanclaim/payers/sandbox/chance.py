"""Chance that repeats: numbers drawn from a digest of the seed and the matter itself."""

from hashlib import sha256


def draw(below: int, seed: int, *matter: str) -> int:
    """Draw a whole number from 0 up to, not including, ``below``; same matter, same number."""
    text = "\x1f".join((str(seed), *matter))
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big") % below


def hits(percent: int, seed: int, *matter: str) -> bool:
    """Tell whether the matter falls into the percentage."""
    return draw(100, seed, *matter) < percent
