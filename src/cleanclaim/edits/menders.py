"""Who can mend what a family of edits finds, and by which fields of a claim."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Mender(StrEnum):
    """The desk that has the knowledge, and the right, to mend a finding."""

    FRONT_DESK = "front desk"
    CODER = "coder"
    BILLER = "biller"
    CREDENTIALING = "credentialing"
    ADMINISTRATOR = "administrator"

    @property
    def whom(self) -> str:
        """Name the desk in a sentence: "the coder", "credentialing"."""
        return str(self) if self is Mender.CREDENTIALING else f"the {self}"


class Field(StrEnum):
    """A field of a claim that is mended by itself, or of the line that a finding names."""

    CODE = "code"
    MODIFIERS = "modifiers"
    UNITS = "units"
    CHARGE = "charge"
    POINTERS = "diagnosis pointers"
    PLACE = "place of service"
    DIAGNOSES = "diagnoses"
    AUTHORIZATION = "authorization"
    REFERRAL = "referral number"
    CLIA = "CLIA number"
    MEMBER_ID = "member id"


LINE_FIELDS = frozenset(
    {Field.CODE, Field.MODIFIERS, Field.UNITS, Field.CHARGE, Field.POINTERS, Field.PLACE}
)


class Mending(msgspec.Struct, frozen=True):
    """Who mends a family's findings; ``fields`` are those that usually do, the likeliest first."""

    mender: Mender
    fields: tuple[Field, ...] = ()


class NoMenderError(KeyError):
    """Nobody has said who mends the findings of a family of edits."""


def _by(mender: Mender, *fields: Field) -> Mending:
    return Mending(mender, fields)


_F, _M = Field, Mender

# By family, the name of the module of its edits; a test holds it against the registry.
FAMILIES: Mapping[str, Mending] = {
    "add_ons": _by(_M.CODER, _F.CODE),
    "admissions": _by(_M.BILLER),
    "anesthesia": _by(_M.CODER, _F.UNITS, _F.MODIFIERS),
    "authorizations": _by(_M.FRONT_DESK, _F.AUTHORIZATION),
    "balance": _by(_M.BILLER, _F.CHARGE),
    "bills": _by(_M.BILLER),
    "clia": _by(_M.CREDENTIALING, _F.CLIA, _F.MODIFIERS),
    "coverage": _by(_M.FRONT_DESK, _F.MEMBER_ID),
    "dates": _by(_M.BILLER),
    "days": _by(_M.BILLER),
    "demographics": _by(_M.FRONT_DESK),
    "diagnoses": _by(_M.CODER, _F.DIAGNOSES, _F.POINTERS),
    "drug_waste": _by(_M.CODER, _F.MODIFIERS, _F.UNITS),
    "drugs": _by(_M.BILLER, _F.CODE),
    "duplicates": _by(_M.BILLER, _F.MODIFIERS),
    "fee_schedule": _by(_M.CODER, _F.MODIFIERS, _F.CODE),
    "frequency": _by(_M.BILLER),
    "frequency_limits": _by(_M.BILLER, _F.UNITS, _F.CODE),
    "global_periods": _by(_M.CODER, _F.MODIFIERS),
    "grouping": _by(_M.CODER, _F.DIAGNOSES),
    "identifiers": _by(_M.CREDENTIALING),
    "lines": _by(_M.CODER, _F.CODE, _F.MODIFIERS, _F.UNITS, _F.CHARGE, _F.PLACE),
    "medicare": _by(_M.BILLER, _F.MEMBER_ID),
    "modifiers": _by(_M.CODER, _F.MODIFIERS),
    "mue": _by(_M.CODER, _F.UNITS, _F.MODIFIERS),
    "ncci": _by(_M.CODER, _F.MODIFIERS, _F.CODE),
    "necessity": _by(_M.CODER, _F.DIAGNOSES, _F.POINTERS, _F.MODIFIERS),
    "new_patients": _by(_M.CODER, _F.CODE),
    "ordering": _by(_M.BILLER),
    "places": _by(_M.CODER, _F.PLACE, _F.MODIFIERS),
    "procedures": _by(_M.CODER, _F.CODE, _F.MODIFIERS),
    "required": _by(_M.BILLER, _F.DIAGNOSES),
    "secondary_payer": _by(_M.BILLER),
    "stay_codes": _by(_M.BILLER),
    "tabular": _by(_M.CODER, _F.DIAGNOSES),
    "teeth": _by(_M.CODER, _F.CODE),
    "telehealth": _by(_M.CODER, _F.MODIFIERS, _F.PLACE),
    "timely": _by(_M.BILLER),
}

# Findings that are no edits': the first word of their rule.
_ELSEWHERE: Mapping[str, Mending] = {
    "CRED": _by(_M.CREDENTIALING),
    "COVERAGE": _by(_M.FRONT_DESK, _F.MEMBER_ID),
    "DOCUMENTATION": _by(_M.CODER),
    "USER": _by(_M.BILLER, _F.MODIFIERS, _F.CODE, _F.UNITS, _F.DIAGNOSES, _F.AUTHORIZATION),
}

# Claim status codes with which payers refuse claims: who mends them, our own choice.
_BY_STATUS: Mapping[str, Mending] = {
    "25": _by(_M.CREDENTIALING),  # the provider is not known to the payer
    "26": _by(_M.CREDENTIALING),
    "32": _by(_M.FRONT_DESK, _F.MEMBER_ID),
    "33": _by(_M.FRONT_DESK, _F.MEMBER_ID),
    "34": _by(_M.FRONT_DESK, _F.MEMBER_ID),
    "88": _by(_M.FRONT_DESK, _F.MEMBER_ID),
    "97": _by(_M.FRONT_DESK, _F.MEMBER_ID),
    "116": _by(_M.FRONT_DESK),  # another payer's claim
    "122": _by(_M.BILLER),
    "145": _by(_M.CREDENTIALING),
    "158": _by(_M.FRONT_DESK),
    "164": _by(_M.FRONT_DESK, _F.MEMBER_ID),
    "178": _by(_M.BILLER, _F.CHARGE),
    "187": _by(_M.BILLER),
    "249": _by(_M.CODER, _F.PLACE),
    "254": _by(_M.CODER, _F.DIAGNOSES),
    "255": _by(_M.CODER, _F.DIAGNOSES),
    "453": _by(_M.CODER, _F.MODIFIERS),
    "454": _by(_M.CODER, _F.CODE),
    "464": _by(_M.BILLER),  # the payer's claim number
    "476": _by(_M.CODER, _F.UNITS),
    "477": _by(_M.CODER, _F.POINTERS),
    "562": _by(_M.CREDENTIALING),
    "630": _by(_M.BILLER, _F.REFERRAL),
    "48": _by(_M.FRONT_DESK, _F.AUTHORIZATION),
}


# Words of rules that name the field which they are about.
_NAMED: Mapping[str, Field] = {
    "MODIFIER": Field.MODIFIERS,
    "PLACE": Field.PLACE,
    "CHARGE": Field.CHARGE,
    "PROCEDURE": Field.CODE,
    "UNITS": Field.UNITS,
    "DIAGNOSIS": Field.DIAGNOSES,
    "POINTER": Field.POINTERS,
}


def mending_of(family: str, rule: str = "") -> Mending:
    """Tell who mends the findings of a family; the field that the rule names comes first.

    Raises NoMenderError where nobody has said who mends them.
    """
    try:
        mending = FAMILIES[family]
    except KeyError:
        raise NoMenderError(family) from None
    named = {_NAMED.get(word) for word in rule.split(".")}
    fields = sorted(mending.fields, key=lambda field: field not in named)
    return Mending(mending.mender, tuple(fields))


def mending_elsewhere(rule: str) -> Mending:
    """Tell who mends a finding that no edit made: credentials, coverage, else the biller.

    A payer's refusal (STATUS, category, code) is told by its claim status code.
    """
    family, _, rest = rule.partition(".")
    if family == "STATUS":
        return _BY_STATUS.get(rest.rpartition(".")[2], Mending(_M.BILLER))
    return _ELSEWHERE.get(family, Mending(_M.BILLER))
