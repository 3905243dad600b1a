"""What the house promises about its code: no clock, no patient in a message, reasons on record."""

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest

from architecture.sources import DOMAIN, REPOSITORY, Source, named, parse, sources

CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("timezone", "now"),
}
WORLD = {"socket", "urllib", "http", "subprocess", "sqlite3", "requests", "random", "secrets"}
# Words in the name of a value that would be a patient's own.
PATIENT = re.compile(
    r"(?:^|_)(?:last|first|middle|full|patient|subscriber|member|person|birth|dob|ssn|mbi|"
    r"address|phone|email|account_number|control_number|member_id|diagnosis|note_text)"
    r"(?:_|$)"
)
# Names that hold such a word and no person: a position, an id of our own, a count.
HARMLESS = re.compile(
    r"(?:_id|_count|_number_of|_index|_on_file)$|^(?:first|last|patient|member)$|^last_(?:seen|number)"
)
# Screens, X12 files, letters and statements, and the names of providers.
SHOWS_PEOPLE = (
    "src/cleanclaim/app/appeal_letters.py",
    "src/cleanclaim/app/stating.py",
    "src/cleanclaim/app/reading/",
    "src/cleanclaim/eligibility/to_270.py",
    "src/cleanclaim/store/credentialing/models.py",
    "src/cleanclaim/x12/writer.py",
)
MESSAGES = {"Finding", "EnvelopeFinding", "fail", "finding", "found"}


def clocks(source: Source) -> list[str]:
    """Name each look at a clock or the outside world."""
    return [
        named(source, node)
        for node in ast.walk(source.tree)
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name | ast.Attribute)
            and (_tail(node.value), node.attr) in CLOCKS
        )
        or _imports(node) & WORLD
    ]


def _tail(node: ast.expr) -> str:
    """Give the last word of a name: ``last_name`` of ``claim.patient.last_name``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Call):
        return _tail(node.func)
    if isinstance(node, ast.Subscript):
        key = node.slice
        return str(key.value) if isinstance(key, ast.Constant) else _tail(node.value)
    return ""


def _imports(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return {(node.module or "").split(".")[0]}
    return set()


def messages(tree: ast.Module) -> Iterator[ast.AST]:
    """Give the expressions that become messages of exceptions and findings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            yield node.exc
        elif isinstance(node, ast.Call) and _speaks(node):
            yield from (*node.args, *(word.value for word in node.keywords))
        elif isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id in {"msg", "message"}
            for target in node.targets
        ):
            yield node.value


def _speaks(call: ast.Call) -> bool:
    """Tell whether a call makes an exception (``super().__init__`` of one too) or a finding."""
    return (
        _tail(call.func) in MESSAGES
        or _tail(call.func).endswith("Error")
        or (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "__init__"
            and _tail(call.func.value) == "super"
        )
    )


def leaks(source: Source) -> list[str]:
    """Name each formatted value that is called like something of a patient's.

    Any text may end in a message, so every one counts, save where texts are for people who may
    read them or for the payer: there only those that are messages on their face do.
    """
    shown = source.place.startswith(SHOWS_PEOPLE)
    texts = messages(source.tree) if shown else [source.tree]
    return [
        f"{named(source, field)} {{{_tail(field.value)}}}"
        for text in texts
        for field in ast.walk(text)
        if isinstance(field, ast.FormattedValue) and _is_patients(_tail(field.value))
    ]


def _is_patients(name: str) -> bool:
    return bool(PATIENT.search(name)) and not HARMLESS.search(name)


def domain() -> tuple[Source, ...]:
    return sources(*(f"src/cleanclaim/{package}" for package in DOMAIN))


def test_the_domain_looks_at_no_clock_and_no_world() -> None:
    assert len(domain()) > 50
    assert [place for source in domain() for place in clocks(source)] == []


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "d = date.today()",
        "time.time()",
        "clock = time.time_ns",
        "timezone.now()",
        "import socket",
        "from urllib.request import urlopen",
        "import random",
    ],
)
def test_a_look_at_a_clock_or_the_world_is_seen(text: str) -> None:
    assert clocks(parse(text)) == ["scratch.py:1"]


def test_what_only_resembles_a_clock_is_let_be() -> None:
    assert clocks(parse("from datetime import date\nd = date(2026, 1, 1)\nspan.today")) == []


def test_no_message_is_made_of_what_is_a_patients() -> None:
    assert [place for source in sources("src") for place in leaks(source)] == []


@pytest.mark.parametrize(
    "text",
    [
        'raise ClaimError(f"no coverage for {patient.last_name}")',
        'msg = f"born {birth_on}"',
        "raise ValueError(f\"{claim['member_id_text']}\")",
        'super().__init__(f"account {account_number} is closed")',
        'Finding("X", message=f"{subscriber.address.line} and {subscriber.address}")',
        'return finding(place, f"{person_name(row)}")',
        'words = f"{row.birth_on:%Y}"',
    ],
)
def test_a_message_made_of_what_is_a_patients_is_seen(text: str) -> None:
    assert leaks(parse(text if "return" not in text else f"def f():\n {text}"))


def test_where_people_are_shown_only_messages_count() -> None:
    place = f"{SHOWS_PEOPLE[0]}patients.py"
    assert leaks(parse('name = f"{row.last_name}"'))
    assert leaks(parse('name = f"{row.last_name}"', place)) == []
    assert leaks(parse('raise ClaimError(f"{row.last_name}")', place))


def test_a_message_of_codes_and_counts_is_let_be() -> None:
    assert leaks(parse('raise ClaimError(f"{count} claims, patient {patient_id}, {code}")')) == []


def test_each_dependency_has_its_reason_on_record() -> None:
    wanted = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    names = [
        re.split(r"[\[<>=~! ]", requirement)[0] for requirement in wanted["project"]["dependencies"]
    ]
    records = sorted((REPOSITORY / "docs" / "decisions").glob("*.md"))
    told = " ".join(record.read_text(encoding="utf-8") for record in records).lower()
    assert len(names) > 5
    assert [name for name in names if name not in told] == []
