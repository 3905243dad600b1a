"""Sets of edits as files that people write: what a payer's set switches, grades or enables."""

import tomllib
from pathlib import Path

import msgspec

from cleanclaim.edits.registry import EDITS, EditChange, EditSet
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.findings import Severity

_SUFFIXES = (".toml", ".json")


class EditSetFileError(CleanclaimError):
    """A file of a set of edits cannot be used; the message says where and what to do."""

    code = "edit_set.file"


class _Change(msgspec.Struct, forbid_unknown_fields=True):
    """One entry of the file."""

    rule: str
    payer: str = ""
    enabled: bool | None = None
    severity: Severity | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    change: list[_Change]


def find_edit_set(name: str, folder: Path) -> EditSet:
    """Read the set of a name from its file, NAME.toml or NAME.json, in a folder.

    EditSetFileError where there is none, or it cannot be used.
    """
    paths = [folder / f"{name}{suffix}" for suffix in _SUFFIXES]
    # A name is no way out of the folder.
    found = [path for path in paths if path.parent == folder and path.is_file()]
    if not found:
        known = sorted({p.stem for p in folder.glob("*") if p.suffix in _SUFFIXES})
        there = f"there are {', '.join(known)}" if known else "there is none yet"
        msg = f"no payer set is called {name}: write {paths[0]} ({there})"
        raise EditSetFileError(msg)
    return read_edit_set(found[0])


def read_edit_set(path: Path) -> EditSet:
    """Read a set from a file, named after it: a list ``change`` of what departs for whom.

    Each entry names a ``rule`` and what it changes: ``enabled``, ``severity``, or both;
    with ``payer`` for one payer only. EditSetFileError where it cannot be used.
    """
    try:
        told = msgspec.convert(_decoded(path), _File)
    except (msgspec.DecodeError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path.name}: {error}"
        raise EditSetFileError(msg) from None
    changes = tuple(_change(path, number, each) for number, each in enumerate(told.change, 1))
    return EditSet(path.stem, changes)


def _decoded(path: Path) -> object:
    text = path.read_bytes()
    told: object = (
        msgspec.json.decode(text) if path.suffix == ".json" else tomllib.loads(text.decode())
    )
    return told


def _change(path: Path, number: int, told: _Change) -> EditChange:
    place = f"{path.name}: change {number}"
    if told.rule not in EDITS:
        msg = f"{place}: no edit is called {told.rule[:40]}: see docs/reference/edits.md"
        raise EditSetFileError(msg)
    if told.enabled is None and told.severity is None:
        msg = f"{place}: changes nothing: give enabled or severity"
        raise EditSetFileError(msg)
    return EditChange(told.rule, told.payer, told.enabled, told.severity)
