"""The fields that an organization's own rules can ask about, each as a column of a batch."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.claims.batch import ClaimBatch, Integers
from cleanclaim.claims.person_columns import UNKNOWN_AGE
from cleanclaim.codes.reference import Reference

Texts = npt.NDArray[np.str_]
# A number that is not known: no condition about it holds.
UNKNOWN = np.iinfo(np.int64).min


class Level(StrEnum):
    """What a field belongs to: with a line's field in it a rule speaks of lines."""

    CLAIM = "claim"
    LINE = "line"


class Measure(StrEnum):
    """How the values of a field are written and compared."""

    TEXT = "text"
    COUNT = "number"
    UNITS = "units"
    DOLLARS = "dollars"


class RuleField(msgspec.Struct, frozen=True):
    """One field: its name in rules, its title, and its column.

    The column of a text has a row a claim or line, or several (``owners`` tells whose each is);
    numbers are whole, units thousandths, dollars cents, ``UNKNOWN`` where nobody knows.
    """

    name: str
    title: str
    level: Level
    measure: Measure
    example: str
    column: Callable[[ClaimBatch, Reference], npt.NDArray[Any]]
    owners: Callable[[ClaimBatch], Integers] | None = None


def _text(values: npt.NDArray[Any]) -> Texts:
    return values.astype(np.str_) if len(values) else np.array([], "U1")


def _ages(batch: ClaimBatch, _reference: Reference) -> Integers:
    """Whole years on the first day of service."""
    years = batch.age_on(batch.service_starts_on)
    return np.where(years == UNKNOWN_AGE, UNKNOWN, years)


def _days_to_file(batch: ClaimBatch, reference: Reference) -> Integers:
    """Days from the day of judging to the last day on which the payer takes the claim."""
    left = np.full(len(batch), UNKNOWN, np.int64)
    if batch.as_of is None:
        return left
    asked = zip(
        batch.claim_payer_identifier.tolist(),
        batch.claim_filing.tolist(),
        batch.claim_filed_from.tolist(),
        strict=True,
    )
    known: dict[tuple[str, str, date], int] = {}
    for index, (payer, filing, day) in enumerate(asked):
        if day is not None:
            key = payer, filing, day
            if key not in known:
                known[key] = _left(key, batch.as_of, reference)
            left[index] = known[key]
    return left


def _left(key: tuple[str, str, date], as_of: date, reference: Reference) -> int:
    limit = reference.filing_limit(*key)
    return int(UNKNOWN) if limit is None else (limit.deadline(key[2]) - as_of).days


def _modifier_owners(batch: ClaimBatch) -> Integers:
    lines, width = batch.line_modifiers.shape
    return np.repeat(np.arange(lines, dtype=np.int64), width)


def _line(name: str, title: str, example: str, read: Callable[[ClaimBatch], Any]) -> RuleField:
    return RuleField(
        name, title, Level.LINE, Measure.TEXT, example, lambda batch, _: _text(read(batch))
    )


def _claim(name: str, title: str, example: str, read: Callable[[ClaimBatch], Any]) -> RuleField:
    return RuleField(
        name, title, Level.CLAIM, Measure.TEXT, example, lambda batch, _: _text(read(batch))
    )


FIELDS: Mapping[str, RuleField] = {
    field.name: field
    for field in (
        _line("code", "procedure code of the line", "99213", lambda b: b.line_code),
        RuleField(
            "modifier",
            "modifiers of the line",
            Level.LINE,
            Measure.TEXT,
            "25",
            lambda b, _: b.line_modifiers.reshape(-1),
            _modifier_owners,
        ),
        RuleField(
            "units",
            "units of the line",
            Level.LINE,
            Measure.UNITS,
            "2",
            lambda b, _: b.line_thousandths,
        ),
        RuleField(
            "line_charge",
            "charge of the line",
            Level.LINE,
            Measure.DOLLARS,
            "250",
            lambda b, _: b.charge_cents,
        ),
        _line("place", "place of service of the line", "11", lambda b: b.line_place),
        _line("revenue_code", "revenue code of the line", "045*", lambda b: b.line_revenue_code),
        _line("rendering_npi", "NPI of who renders", "1234567893", lambda b: b.line_rendering_npi),
        RuleField(
            "claim_code",
            "procedure codes of the claim",
            Level.CLAIM,
            Measure.TEXT,
            "20610",
            lambda b, _: _text(b.line_code),
            lambda b: b.line_claim,
        ),
        RuleField(
            "diagnosis",
            "diagnoses of the claim",
            Level.CLAIM,
            Measure.TEXT,
            "M17*",
            lambda b, _: _text(b.diagnosis_code),
            lambda b: b.diagnosis_claim,
        ),
        _claim("payer", "identifier of the payer", "NMUT1", lambda b: b.claim_payer_identifier),
        _claim("filing", "kind of insurance (SBR09)", "MB", lambda b: b.claim_filing),
        _claim("sex", "sex of the patient", "F", lambda b: b.sex),
        _claim("billing_npi", "NPI of who bills", "1234567893", lambda b: b.claim_billing_npi),
        _claim("authorization", "prior authorization", "A*", lambda b: b.claim_authorization),
        _claim("referral", "referral number", "R*", lambda b: b.claim_referral),
        _claim("bill_type", "type of bill", "013*", lambda b: b.type_of_bill),
        RuleField(
            "charge",
            "charge of the claim",
            Level.CLAIM,
            Measure.DOLLARS,
            "1000",
            lambda b, _: b.total_charge_cents,
        ),
        RuleField("age", "age at the service, in years", Level.CLAIM, Measure.COUNT, "65", _ages),
        RuleField(
            "days_to_file",
            "days left to file",
            Level.CLAIM,
            Measure.COUNT,
            "14",
            _days_to_file,
        ),
    )
}
