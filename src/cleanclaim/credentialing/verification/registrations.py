"""Registrations with the DEA, by their form and check digit."""

import re

_DEA = re.compile(r"[A-Z][A-Z9]\d{7}", re.ASCII)


def is_dea_number(text: str) -> bool:
    """Tell whether the text has the form and the check digit of a DEA number.

    Two signs and seven digits; the last digit of (1st + 3rd + 5th) + 2 x (2nd + 4th + 6th) is
    the seventh.
    """
    if _DEA.fullmatch(text) is None:
        return False
    digits = [int(sign) for sign in text[2:]]
    return (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6]
