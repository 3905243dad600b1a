"""Reading what a person typed into fields of a claim; EntryError tells what it cannot mean."""

from decimal import Decimal, InvalidOperation

from cleanclaim.claims.model import Diagnosis
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.money import AmountError, parse_cents

_DIAGNOSES_MAX, _POINTERS_MAX, _MODIFIERS_MAX = 12, 4, 4
_UNITS_MAX = 100_000


class EntryError(CleanclaimError):
    """A field holds what it cannot mean; the message names the field."""

    code = "claim.entry"


def read_diagnoses(text: str) -> tuple[Diagnosis, ...]:
    """Read codes in their order, the principal one first."""
    codes = text.upper().replace(".", "").replace(",", " ").split()
    if not 0 < len(codes) <= _DIAGNOSES_MAX or not all(code.isalnum() for code in codes):
        msg = "the diagnoses are not one to twelve codes"
        raise EntryError(msg)
    return tuple(Diagnosis(code, "ABK" if n == 0 else "ABF") for n, code in enumerate(codes))


def read_modifiers(text: str, place: str) -> tuple[str, ...]:
    """Read none to four modifiers."""
    modifiers = tuple(text.upper().replace(",", " ").split())
    fit = all(len(each) == 2 and each.isascii() and each.isalnum() for each in modifiers)
    if len(modifiers) > _MODIFIERS_MAX or not fit:
        msg = f"the modifiers of {place} are not up to four of two characters"
        raise EntryError(msg)
    return modifiers


def read_procedure(text: str, place: str) -> str:
    """Read a procedure code."""
    code = text.upper()
    if len(code) != 5 or not code.isascii() or not code.isalnum():
        msg = f"the code of {place} has not five letters and digits"
        raise EntryError(msg)
    return code


def read_units(text: str, place: str) -> Decimal:
    """Read units above zero."""
    try:
        units = Decimal(text)
    except InvalidOperation as error:
        msg = f"the units of {place} are not a number"
        raise EntryError(msg) from error
    if not units.is_finite() or not 0 < units < _UNITS_MAX:
        msg = f"the units of {place} are not a number above zero"
        raise EntryError(msg)
    return units


def read_pointers(text: str, place: str) -> tuple[int, ...]:
    """Read one to four numbers of diagnoses."""
    parts = text.replace(",", " ").split()
    fit = all(part.isascii() and part.isdecimal() for part in parts)
    if not 0 < len(parts) <= _POINTERS_MAX or not fit:
        msg = f"the diagnosis pointers of {place} are not one to four numbers"
        raise EntryError(msg)
    return tuple(int(part) for part in parts)


def read_place(text: str) -> str:
    """Read a place of service."""
    if len(text) != 2 or not text.isascii() or not text.isdecimal():
        msg = "the place of service is not two digits"
        raise EntryError(msg)
    return text


def read_charge(text: str, place: str) -> int:
    """Read a charge in dollars ("1,234.50", "$20") as cents."""
    try:
        cents = parse_cents(text.removeprefix("$").replace(",", ""))
    except AmountError as error:
        msg = f"the charge of {place} is not an amount of dollars and cents"
        raise EntryError(msg) from error
    if cents < 0:
        msg = f"the charge of {place} is below nothing"
        raise EntryError(msg)
    return cents


def read_member_id(text: str) -> str:
    """Read the insured's number, as the card shows it."""
    if not text:
        msg = "the member id is empty"
        raise EntryError(msg)
    return read_number(text.upper(), "member id", 80)


def read_number(text: str, field: str, characters_max: int = 50) -> str:
    """Read a number that somebody gave (an authorization, a member id), or none."""
    # What X12 parts elements with would tear the claim's text apart.
    if len(text) > characters_max or not text.isascii() or set("*~:^|") & set(text):
        msg = f"the {field} cannot be written into a claim"
        raise EntryError(msg)
    return text
