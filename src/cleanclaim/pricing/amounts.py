"""Exact arithmetic of amounts: whole numbers only, rounded half up to the cent."""

# Rates count ten-thousandths: 150 % is 15,000.
WHOLE = 10_000


def half_up(numerator: int, denominator: int) -> int:
    """Divide a number that is not negative and round half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def share(cents: int, ten_thousandths: int) -> int:
    """Take a share of an amount that is not negative, rounded half up to the cent."""
    return half_up(cents * ten_thousandths, WHOLE)
