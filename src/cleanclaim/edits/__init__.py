"""Edits: what must hold of a claim before it leaves, one module a family.

Importing the package fills the registry.
"""

from cleanclaim.edits import (
    balance,
    dates,
    diagnoses,
    frequency,
    identifiers,
    lines,
    medicare,
    required,
    timely,
)
from cleanclaim.edits.registry import (
    EDITS,
    Edit,
    EditChange,
    EditSet,
    UnknownEditError,
    edit,
    scrub,
)

__all__ = [
    "EDITS",
    "Edit",
    "EditChange",
    "EditSet",
    "UnknownEditError",
    "balance",
    "dates",
    "diagnoses",
    "edit",
    "frequency",
    "identifiers",
    "lines",
    "medicare",
    "required",
    "scrub",
    "timely",
]
