"""The reference page of all edits, made of their registry: ``make reference`` writes it anew."""

import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

import msgspec

from cleanclaim.claims.model import Claim
from cleanclaim.claims.to_837_claim import claim_loop
from cleanclaim.edits import EDITS
from cleanclaim.edits.examples import CLEAN, STAY, TEETH, VISIT
from cleanclaim.edits.listing import rows_of
from cleanclaim.edits.registry import EVERY_KIND, Edit

_LISTS = (
    "ambulance_places",
    "first_diagnoses",
    "modifier_pairs",
    "modifier_lines",
    "code_places",
    "place_days",
    "drug_codes",
    "schedule_indicators",
    "bill_types",
    "revenue_codes",
    "span_codes",
    "bypass_modifiers",
    "ncci_visits",
    "visit_codes",
    "ncci_bills",
    "operating_places",
    "secondary_reasons",
)
_HEAD = """# Edits

What must hold of a claim before it leaves. This page is made of the registry of edits by `make
reference`; a test compares it. An edit that lacks what it *needs* says that it did not check.
*Fails* and *passes* are its two examples, each told by what is otherwise than in a clean claim
at the end of this page; all people in them are invented.
"""
_CLEAN = {"office": CLEAN, "stay": STAY, "visit": VISIT, "dental": TEETH}


def edits_page() -> str:
    """Write the page as Markdown: a section a family, an entry an edit, then the lists."""
    edits = sorted(EDITS.values(), key=lambda each: (each.family, each.rule))
    parts = [_HEAD]
    for family, members in groupby(edits, key=lambda each: each.family):
        parts.append(f"## {family.replace('_', ' ').capitalize()}\n")
        parts += ["\n".join(_entry(each)) + "\n" for each in members]
    parts.append("## Lists\n")
    parts += ["\n".join(_list(name)) + "\n" for name in _LISTS]
    parts.append("## Clean claims\n")
    parts += ["\n".join(_clean(name, claim)) + "\n" for name, claim in _CLEAN.items()]
    return "\n".join(parts)


def _entry(each: Edit) -> Iterator[str]:
    """Tell all about one edit."""
    yield f"### {each.rule}\n"
    yield " ".join(each.documentation.split()) + "\n"
    yield f"* {each.severity}: {each.message}"
    yield f"* What to do: {each.hint}"
    yield f"* Source: {each.source}"
    if each.kinds != EVERY_KIND:
        yield f"* Judges: {', '.join(sorted(each.kinds))}"
    if each.needs:
        yield f"* Needs: {', '.join(each.needs)}"
    if each.tables:
        yield f"* Asks the tables: {', '.join(_table_names(each))}"
    if each.filing:
        kinds = ", ".join(sorted(each.filing))
        yield f"* Runs for insurance of the kinds {kinds} (SBR09), or where a payer's set asks"
    if not each.enabled:
        yield "* Runs only where a payer's set asks for it"
    if each.before:
        yield f"* Both examples follow {len(each.before)} earlier claim in one file"
    yield f"* Fails: {_otherwise(each.failing)}"
    yield f"* Passes: {_otherwise(each.passing)}"


def _table_names(each: Edit) -> list[str]:
    """Name the tables of an edit by their kinds, as `reference list` does."""
    asked = (table.name for kind in sorted(each.kinds) for table in each.tables_for(kind))
    return list(dict.fromkeys(asked))


def _otherwise(example: Claim) -> str:
    """Tell an example by the clean claim that it is most like, and what is otherwise in it."""
    differences = {name: _differences(example, clean) for name, clean in _CLEAN.items()}
    nearest = min(differences, key=lambda name: len(differences[name]))
    told = "; ".join(differences[nearest])
    return f"*{nearest}*, {told}" if told else f"*{nearest}*"


def _differences(example: Claim, clean: Claim) -> list[str]:
    """Name the fields in which an example differs from a clean claim."""
    mine, its = dict(_fields(example)), dict(_fields(clean))
    names = sorted(mine.keys() | its.keys())
    different = [_folded(name, mine) for name in names if mine.get(name) != its.get(name)]
    return [f"`{name}` {_shown(mine.get(name))}" for name in dict.fromkeys(different)]


def _folded(name: str, mine: Mapping[str, object]) -> str:
    """Name a line that the example does not have once, instead of each of its fields."""
    line = ".".join(name.split(".")[:2])
    has_line = any(each.startswith(f"{line}.") for each in mine)
    return name if has_line or not name.startswith("lines.") else line


def _shown(value: object) -> str:
    return "absent" if value in {None, ""} else f"`{value}`"


def _fields(value: object) -> Iterator[tuple[str, object]]:
    """Give every plain value of a claim with the path to it, lines and diagnoses from 1."""
    yield from _walk(msgspec.to_builtins(value), "")


def _walk(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value, 1):
            yield from _walk(inner, f"{path}.{place}")
    else:
        yield path, value


def _list(name: str) -> Iterator[str]:
    """Write a list as a table."""
    yield f"### {name}\n"
    yield "| row | from | source |"
    yield "|---|---|---|"
    for row in rows_of(name):
        until = f" until {row.span.ends_on}" if row.span.ends_on else ""
        yield f"| {' '.join(row.words)} | {row.span.starts_on}{until} | {row.source} |"


def _clean(name: str, claim: Claim) -> Iterator[str]:
    """Write a clean claim as its X12 text, from CLM on."""
    yield f"### {name}\n"
    yield "```"
    for each in claim_loop(claim).walk():
        yield f"{each.text()}~"
    yield "```"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(edits_page(), "utf-8")
