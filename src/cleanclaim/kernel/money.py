"""Money is whole cents: read from decimal text, written back, never rounded."""

import re

from cleanclaim.kernel.errors import CleanclaimError

# Far beyond any amount; without a limit a hostile file could ask for endless digits.
_LENGTH_MAX = 20
_DECIMAL = re.compile(r"(-?)(\d*)(?:\.(\d*))?", re.ASCII)


class AmountError(CleanclaimError):
    """The text is not an amount of dollars and whole cents."""

    code = "money.amount"

    def __init__(self) -> None:
        super().__init__("not an amount of dollars and whole cents")


def parse_cents(text: str) -> int:
    """Read X12 decimal text ("-12.5", "100", ".05") as cents.

    Raises AmountError for anything else, fractions of a cent included: rounding without a rule
    would invent or lose money.
    """
    whole, point, fraction = text.partition(".")
    # Nearly all amounts are plain digits, with two behind a point or none.
    is_plain = whole and len(fraction) == 2 * len(point) and len(text) <= _LENGTH_MAX
    if is_plain and text.isascii() and (whole + fraction).isdecimal():
        return int(whole + fraction) if point else int(whole) * 100
    match = _DECIMAL.fullmatch(text) if len(text) <= _LENGTH_MAX else None
    if match is None:
        raise AmountError
    sign, whole, fraction = match[1], match[2], (match[3] or "").rstrip("0")
    if not (whole or match[3]) or len(fraction) > 2:
        raise AmountError
    cents = int(whole or "0") * 100 + int(fraction.ljust(2, "0") or "0")
    return -cents if sign else cents


def read_cents(text: str) -> int | None:
    """Read an amount as cents, or None where the text is no amount."""
    try:
        return parse_cents(text)
    except AmountError:
        return None


def format_decimal(cents: int) -> str:
    """Write cents as X12 decimal text: no leading or trailing zeros, no sign for zero."""
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    if rest == 0:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{rest:02d}".rstrip("0")


def format_dollars(cents: int) -> str:
    """Write cents for people: ``$1,234.50``, ``-$3.00``."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}${whole:,}.{rest:02d}"
