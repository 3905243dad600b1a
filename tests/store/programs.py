"""Other programs: Python run beside the test, on a data folder or a database of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """Give an environment for a program on a data folder, free of what the test itself uses."""
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "CLEANCLAIM_HOME"}}
    return {**kept, "CLEANCLAIM_HOME": str(home), **more}


def begin(
    text: str, home: Path, *, prefix: Sequence[str] = (), **more: str
) -> subprocess.Popen[str]:
    """Start a program that talks through its standard input and output."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", text],
        env=surroundings(home, **more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(text: str, home: Path, *, prefix: Sequence[str] = (), **more: str) -> str:
    """Run a program to its end and give what it said; its failure is the test's."""
    program = begin(text, home, prefix=prefix, **more)
    said, complaint = program.communicate(timeout=60)
    assert program.returncode == 0, complaint
    return said.strip()


def look(parameters: Mapping[str, str]) -> psycopg.Connection[tuple[object, ...]]:
    """Connect past the locks, as the set-up user, outside Django; nothing commits by itself."""
    return psycopg.connect(make_conninfo(**parameters))


def look_as(role: str, parameters: Mapping[str, str]) -> psycopg.Connection[tuple[object, ...]]:
    """Connect as one of the product's roles, outside Django."""
    return psycopg.connect(make_conninfo(**{**parameters, "user": role}))
