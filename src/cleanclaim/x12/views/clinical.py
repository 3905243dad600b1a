"""The codes of a claim (HI) as values: diagnoses, procedures, occurrences, values, conditions."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, cast

import msgspec

from cleanclaim.x12.views.elements import Dialect, Memory, cents, days, spans


class Diagnosis(msgspec.Struct, frozen=True, gc=False):
    """A diagnosis as X12 writes it: without the dot.

    ``qualifier`` tells its part: ABK principal, ABF further, ABJ at admission, APR the reason
    of the visit, ABN external cause (BK, BF, BJ, PR, BN where the code is ICD-9).
    """

    code: str
    qualifier: str = ""
    present_on_admission: str = ""


class ClaimProcedure(msgspec.Struct, frozen=True, gc=False):
    """A procedure of the whole claim: BBR principal, BBQ other, BP or BO anesthesia related."""

    code: str
    qualifier: str
    performed_on: date | None = None


class Occurrence(msgspec.Struct, frozen=True, gc=False):
    """An occurrence (BH) or occurrence span (BI) with its days."""

    code: str
    starts_on: date | None
    ends_on: date | None


class ValueAmount(msgspec.Struct, frozen=True, gc=False):
    """A value code (BE) with what it says, in hundredths."""

    code: str
    cents: int | None


class Coded(msgspec.Struct, frozen=True, gc=False):
    """A code that stands alone: BG condition, DR diagnosis related group, TC treatment."""

    code: str
    qualifier: str


Health = Diagnosis | ClaimProcedure | Occurrence | ValueAmount | Coded


def read_health(
    texts: Sequence[str], dialect: Dialect
) -> tuple[tuple[Diagnosis, ...], dict[str, Any]]:
    """Read the diagnoses of HI segments, and what else they say by the field it belongs to."""
    memory = _memory_of(dialect)
    diagnoses: list[Diagnosis] = []
    others: dict[str, Any] = {}
    for text in texts:
        for composite in text.split(dialect.element)[1:]:
            code = memory[composite]
            if type(code) is Diagnosis:
                diagnoses.append(code)
            elif code is not None:
                _put(others, code)
    return tuple(diagnoses), others


def read_diagnoses(text: str, dialect: Dialect) -> tuple[Diagnosis, ...] | None:
    """Read the diagnoses of one HI, without its id; None where it holds other codes."""
    memory = _diagnosis_memory_of(dialect)
    found = [memory[composite] for composite in text.split(dialect.element)[1:]]
    return None if None in found else cast("tuple[Diagnosis, ...]", tuple(found))


@lru_cache(maxsize=8)
def _diagnosis_memory_of(dialect: Dialect) -> Memory[Diagnosis | None]:
    every = _memory_of(dialect)

    def read(text: str) -> Diagnosis | None:
        code = every[text]
        return code if isinstance(code, Diagnosis) else None

    return Memory(read)


@lru_cache(maxsize=8)
def _memory_of(dialect: Dialect) -> Memory[Health | None]:
    return Memory(lambda text: _read(dialect.parts(text)) if text else None)


def _read(parts: list[str]) -> Health:
    return _KINDS.get(parts[0], _read_coded)(parts)


def _read_diagnosis(parts: list[str]) -> Health:
    return Diagnosis(parts[1], parts[0], parts[8])


def _read_procedure(parts: list[str]) -> Health:
    return ClaimProcedure(parts[1], parts[0], days[parts[3]])


def _read_occurrence(parts: list[str]) -> Health:
    return Occurrence(parts[1], *spans[parts[3]])


def _read_value(parts: list[str]) -> Health:
    return ValueAmount(parts[1], cents[parts[4]])


def _read_coded(parts: list[str]) -> Health:
    return Coded(parts[1], parts[0])


_KINDS: dict[str, Callable[[list[str]], Health]] = {
    **dict.fromkeys(
        ("ABK", "ABF", "ABJ", "APR", "ABN", "BK", "BF", "BJ", "PR", "BN"), _read_diagnosis
    ),
    **dict.fromkeys(("BBR", "BBQ", "BR", "BQ", "BP", "BO", "CAH"), _read_procedure),
    **dict.fromkeys(("BH", "BI"), _read_occurrence),
    "BE": _read_value,
}


def _put(fields: dict[str, Any], code: Health) -> None:
    """Add a code that is no diagnosis to the field of a claim that it belongs to."""
    match code:
        case ClaimProcedure():
            fields["procedures"] = (*fields.get("procedures", ()), code)
        case Occurrence():
            fields["occurrences"] = (*fields.get("occurrences", ()), code)
        case ValueAmount():
            fields["value_amounts"] = (*fields.get("value_amounts", ()), code)
        case Coded(code=plain, qualifier="BG"):
            fields["condition_codes"] = (*fields.get("condition_codes", ()), plain)
        case Coded(code=plain, qualifier="TC"):
            fields["treatment_codes"] = (*fields.get("treatment_codes", ()), plain)
        case Coded(code=plain, qualifier="DR"):
            fields["drg"] = plain
        case _:
            fields["other_codes"] = (*fields.get("other_codes", ()), code)
