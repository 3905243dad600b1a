"""The sources as syntax trees, for rules that are about the code itself."""

import ast
import gc
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "src" / "cleanclaim"
DOMAIN = (
    "kernel",
    "x12",
    "fhir",
    "hl7",
    "codes",
    "claims",
    "credentialing",
    "eligibility",
    "coding",
    "edits",
    "pricing",
    "remits",
    "ledger",
    "denials",
    "insight",
)
FOLDERS = ("src", "tests", "benchmarks")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Source(msgspec.Struct, frozen=True):
    """One module: its place in the repository, its text and its tree."""

    place: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Count the lines."""
        return len(self.text.splitlines())


def parse(text: str, place: str = "scratch.py") -> Source:
    """Make a source of a text, for rules to be tried on."""
    return Source(place, text, ast.parse(text))


def sources(*folders: str) -> tuple[Source, ...]:
    """Read every module of some folders of the repository; migrations are Django's writing."""
    within = tuple(f"{folder}/" for folder in folders)
    return tuple(source for source in _every_source() if source.place.startswith(within))


@cache
def _every_source() -> tuple[Source, ...]:
    """Parse each module once for all tests, and keep its tree out of the collector's rounds.

    The trees have a million nodes that live to the end; each full round would visit them all.
    """
    gc.disable()
    paths = sorted(path for folder in FOLDERS for path in (REPOSITORY / folder).rglob("*.py"))
    every = tuple(
        parse(path.read_text(encoding="utf-8"), path.relative_to(REPOSITORY).as_posix())
        for path in paths
        if "migrations" not in path.parts
    )
    gc.freeze()
    gc.enable()
    return every


def functions(source: Source) -> Iterator[Function]:
    """Give every function of a module, methods and inner ones included."""
    return (node for node in ast.walk(source.tree) if isinstance(node, Function))


def named(source: Source, node: ast.AST) -> str:
    """Name a place in a source."""
    name = getattr(node, "name", "")
    return f"{source.place}:{getattr(node, 'lineno', 0)} {name}".rstrip()
