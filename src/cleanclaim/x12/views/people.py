"""The people around a claim: who bills, who is insured by whom, who is the patient."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from cleanclaim.x12.views.elements import (
    PADDING,
    Dialect,
    Found,
    by_id,
    days,
    padded,
    quantities,
)
from cleanclaim.x12.views.parties import Party, in_role, read_parties

_SELF = "18"


class Coverage(msgspec.Struct, frozen=True, gc=False):
    """A policy (SBR): ``responsibility`` SBR01 (P first, S second, ...), whose, of what kind.

    ``relationship`` is the patient's to the subscriber as stated here (SBR02).
    """

    responsibility: str = ""
    relationship: str = ""
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing_indicator: str = ""


class PatientCondition(msgspec.Struct, frozen=True, gc=False):
    """What PAT adds: day of death, weight in pounds, pregnancy."""

    died_on: date | None = None
    weight_pounds: Decimal | None = None
    is_pregnant: bool = False


class People(msgspec.Struct, frozen=True, gc=False):
    """Who bills (2000A), who is insured by whom (2000B), who is the patient (2000B or 2000C).

    ``patient`` is the subscriber where there is no dependent; ``relationship`` is the
    patient's to the subscriber, 18 for the same person.
    """

    billing: Party | None = None
    subscriber: Party | None = None
    payer: Party | None = None
    coverage: Coverage = Coverage()
    patient: Party | None = None
    relationship: str = ""
    condition: PatientCondition | None = None
    pay_to: Party | None = None
    pay_to_plan: Party | None = None
    currency: str = ""

    def read(self) -> "People":
        """Give themselves: everything is read."""
        return self


class UnreadPeople(msgspec.Struct, eq=False, gc=False):
    """The same as ``People``, read from the text of their levels when first asked for.

    A stream of claims gives these, since most who add up money do not ask for names. Every
    attribute of ``People`` is here, comparison is by what was said, and ``read`` gives the
    plain value.
    """

    _levels: tuple[str, str, str]
    _dialect: Dialect
    _value: People | None = None

    def read(self) -> People:
        """Give the plain value."""
        if self._value is None:
            self._value = read_people(self._levels, self._dialect)
        return self._value

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the attribute is
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.read(), name)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, UnreadPeople | People):
            return self.read() == other.read()
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.read())

    def __repr__(self) -> str:
        return repr(self.read())


def read_people(levels: tuple[str, str, str], dialect: Dialect) -> People:
    """Read the texts of 2000A, 2000B and 2000C, each empty where there is none."""
    biller, insured, dependent = levels
    billing = _read_biller(biller, dialect)
    found, parties = _read_level(insured, dialect)
    coverage, condition = read_coverage(found), _read_condition(found)
    subscriber, payer = in_role(parties, "IL"), in_role(parties, "PR")
    patient, relationship = subscriber, coverage.relationship or _SELF
    if dependent:
        found, parties = _read_level(dependent, dialect)
        patient, relationship = in_role(parties, "QC"), padded(found, "PAT")[1]
        condition = _read_condition(found)
    return msgspec.structs.replace(
        billing,
        subscriber=subscriber,
        payer=payer,
        coverage=coverage,
        patient=patient,
        relationship=relationship,
        condition=condition,
    )


def _read_level(text: str, dialect: Dialect) -> tuple[Found, Sequence[Party]]:
    """Read a level's own segments and its parties."""
    own, *inner = text.split(dialect.party)
    return by_id(dialect.split(own.split(dialect.terminator)[1:])), read_parties(inner, dialect)


@lru_cache(maxsize=64)
def _read_biller(text: str, dialect: Dialect) -> People:
    """Read 2000A once for all its claims; the specialty stands above the name it belongs to."""
    found, parties = _read_level(text, dialect)
    billing = in_role(parties, "85")
    if billing is not None and "PRV" in found:
        billing = msgspec.structs.replace(billing, taxonomy=padded(found, "PRV")[3])
    return People(
        billing,
        pay_to=in_role(parties, "87"),
        pay_to_plan=in_role(parties, "PE"),
        currency=padded(found, "CUR")[2],
    )


def read_coverage(found: Found) -> Coverage:
    """Read SBR."""
    if "SBR" not in found:
        return Coverage()
    said = [*found["SBR"][0], *PADDING]
    return Coverage(said[1], said[2], said[3], said[4], said[5], said[9])


def _read_condition(found: Found) -> PatientCondition | None:
    """Read what PAT adds, None where that is nothing."""
    said = padded(found, "PAT")
    if not (said[6] or said[8] or said[9]):
        return None
    return PatientCondition(days[said[6]], quantities[said[8]], said[9] == "Y")
