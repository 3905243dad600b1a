"""Edits of what was left of a single-dose package: modifiers JW (discarded) and JZ (nothing)."""

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Found
from cleanclaim.claims.model import ClaimKind, Procedure, ServiceLine
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.keys import Integers
from cleanclaim.edits.examples import LINE, with_lines
from cleanclaim.edits.line_lists import alike
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_DISCARDED, _NOTHING_LEFT = "JW", "JZ"
_KINDS = (ClaimKind.PROFESSIONAL, ClaimKind.INSTITUTIONAL)
_POLICY = "42 CFR 414.940; CMS, Claims Processing Manual, ch. 17, 40 (discarded drugs)"


def _given(number: int, *modifiers: str) -> ServiceLine:
    procedure = Procedure("J9035", modifiers)
    return msgspec.structs.replace(LINE, number=number, procedure=procedure)


def _packages(batch: ClaimBatch) -> Integers:
    """Number the lines so that those of one claim, day and drug are equal."""
    return alike(batch.line_claim, batch.line_starts_on, batch.line_key)


@edit(
    "WASTE.ALONE",
    family="drug_waste",
    severity=Severity.WARN,
    source=_POLICY,
    message="{code} was discarded (JW), and no line says how much of it was given",
    hint="bill what was given on a line of its own without JW; the record tells both amounts",
    failing=with_lines(_given(1, _DISCARDED)),
    passing=with_lines(_given(1), _given(2, _DISCARDED)),
    kinds=_KINDS,
)
def discarded_drugs_were_given_too(batch: ClaimBatch, _reference: Reference) -> Found:
    """A discarded amount stands beside a line of the same drug and day that was given."""
    discarded = batch.with_modifier(_DISCARDED)
    if not discarded.any():
        return NOTHING
    packages = _packages(batch)
    alone = ~np.isin(packages, packages[~discarded])
    return batch.lines(discarded & alone, code=batch.line_code)


@edit(
    "WASTE.BOTH",
    family="drug_waste",
    severity=Severity.WARN,
    source=_POLICY,
    message="{code} was discarded in part (JW), and another line says that nothing was (JZ)",
    hint="take JZ off where the same package is meant; the record tells what was discarded",
    failing=with_lines(_given(1, _NOTHING_LEFT), _given(2, _DISCARDED)),
    passing=with_lines(_given(1), _given(2, _DISCARDED)),
    kinds=_KINDS,
)
def drugs_are_discarded_or_not(batch: ClaimBatch, _reference: Reference) -> Found:
    """Lines of one drug and day do not say both that some was discarded and that none was."""
    discarded, whole = batch.with_modifier(_DISCARDED), batch.with_modifier(_NOTHING_LEFT)
    if not discarded.any() or not whole.any():
        return NOTHING
    packages = _packages(batch)
    return batch.lines(discarded & np.isin(packages, packages[whole]), code=batch.line_code)
