"""Identifiers of the trade and the checks that can be made without a registry."""

import re

# 80840 stands for "health care provider, United States" before the ten digits of an NPI
# (ISO 7812 card issuer prefix; CMS NPI check digit rule).
_NPI_PREFIX = "80840"
_NPI = re.compile(r"[12]\d{9}", re.ASCII)
_TIN = re.compile(r"\d{9}", re.ASCII)
# CMS "Understanding the MBI": C = 1-9, A = letter without S, L, O, I, B, Z, N = digit, and
# AN = either, in the order C A AN N A AN N A A N N.
_MBI_LETTER = "AC-HJKMNP-RT-Y"
_MBI = re.compile(
    rf"[1-9][{_MBI_LETTER}][{_MBI_LETTER}\d]\d[{_MBI_LETTER}][{_MBI_LETTER}\d]\d"
    rf"[{_MBI_LETTER}]{{2}}\d{{2}}",
    re.ASCII,
)
_TAXONOMY = re.compile(r"[A-Z0-9]{9}X", re.ASCII)


def luhn_sum(digits: str) -> int:
    """Add the digits by Luhn's rule, doubling every second one from the right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total


def is_npi(text: str) -> bool:
    """Tell whether the text has the form and the check digit of an NPI."""
    return _NPI.fullmatch(text) is not None and luhn_sum(_NPI_PREFIX + text) % 10 == 0


def npi_from_stem(stem: str) -> str:
    """Complete nine digits to an NPI with its check digit."""
    check = -luhn_sum(_NPI_PREFIX + stem + "0") % 10
    return f"{stem}{check}"


def is_tin(text: str) -> bool:
    """Tell whether the text is nine digits that can be an EIN or SSN (no check digit exists)."""
    return _TIN.fullmatch(text) is not None and text != "000000000"


def is_mbi(text: str) -> bool:
    """Tell whether the text has the form of a Medicare Beneficiary Identifier, without dashes."""
    return _MBI.fullmatch(text) is not None


def is_taxonomy(text: str) -> bool:
    """Tell whether the text has the form of a provider taxonomy code."""
    return _TAXONOMY.fullmatch(text) is not None
