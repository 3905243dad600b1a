"""Edits of anesthesia: its time is told in minutes, and minutes are its time."""

from decimal import Decimal

from cleanclaim.claims.batch import ClaimBatch, Flags, Found
from cleanclaim.claims.model import ClaimKind, Procedure
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.examples import LINE, with_line
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_MINUTES = "MJ"  # SV103
# Codes of anesthesia with time (CPT, code numbers); 01953, 01967 to 01969 and 01996 differ.
_FIRST, _LAST = "00100", "01992"
_UNTIMED = frozenset({"01953", "01967", "01968", "01969"})
_SURGERY = Procedure("00840", ("AA",))
_PROFESSIONAL = (ClaimKind.PROFESSIONAL,)


def _timed(batch: ClaimBatch) -> Flags:
    """Mark lines of anesthesia that is paid by time."""
    return batch.among(
        batch.line_code, lambda code: _FIRST <= code <= _LAST and code not in _UNTIMED
    )


def _in_minutes(batch: ClaimBatch) -> Flags:
    marks: Flags = batch.line_unit_basis == _MINUTES
    return marks


@edit(
    "ANESTHESIA.MINUTES",
    family="anesthesia",
    severity=Severity.WARN,
    source="837P guide, SV103; CMS, Claims Processing Manual, ch. 12, 50",
    message="anesthesia is billed in units, not in minutes",
    hint="Medicare and most payers take minutes (MJ)",
    failing=with_line(procedure=_SURGERY),
    passing=with_line(procedure=_SURGERY, unit_basis=_MINUTES, units=Decimal(95)),
    kinds=_PROFESSIONAL,
)
def anesthesia_is_in_minutes(batch: ClaimBatch, _reference: Reference) -> Found:
    """Anesthesia that is paid by time is billed in minutes."""
    return batch.lines(_timed(batch) & ~_in_minutes(batch))


@edit(
    "ANESTHESIA.OTHER",
    family="anesthesia",
    severity=Severity.WARN,
    source="837P guide, SV103",
    message="a service that is no anesthesia is billed in minutes",
    hint="bill units (UN)",
    failing=with_line(unit_basis=_MINUTES, units=Decimal(30)),
    passing=with_line(procedure=LINE.procedure, units=Decimal(30)),
    kinds=_PROFESSIONAL,
)
def minutes_are_anesthesia(batch: ClaimBatch, _reference: Reference) -> Found:
    """Only anesthesia is billed in minutes."""
    anesthesia = batch.among(batch.line_code, lambda code: code.startswith(("00", "01")))
    return batch.lines(_in_minutes(batch) & ~anesthesia)
