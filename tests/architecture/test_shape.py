"""The house keeps its measures: short functions, short files, one sentence on each module."""

import ast
import re
from statistics import median

from architecture.sources import REPOSITORY, Function, Source, functions, named, parse, sources

STATEMENTS_MAX = 40
LINES_MAX = 500
MEDIAN_LINES_MAX = 10
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base"} | {
    "data",
    "misc",
    "process",
}


def statements(function: Function) -> int:
    """Count the statements of a function, its docstring and inner functions' too."""
    return sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1


def body_lines(function: Function) -> int:
    """Count the lines of a function from its name to its end, without the docstring."""
    total = (function.end_lineno or 0) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None or first.end_lineno is None:
        return total
    return total - (first.end_lineno - first.lineno + 1)


def too_long(source: Source) -> list[str]:
    found = [named(source, f) for f in functions(source) if statements(f) > STATEMENTS_MAX]
    return found + ([source.place] if source.lines > LINES_MAX else [])


def untold(source: Source) -> list[str]:
    """Name a module whose docstring does not begin with one whole sentence; empty ones may."""
    if not source.tree.body:
        return []
    first = (ast.get_docstring(source.tree) or "").split("\n\n")[0].strip()
    sentence = re.fullmatch(r"[A-Z0-9“`].*[.?!]", first, re.DOTALL) and not re.search(
        r"[.?!] [A-Z]", first
    )
    return [] if sentence else [source.place]


def vague(place: str) -> bool:
    parts = place.removesuffix(".py").split("/")
    return any(part in VAGUE_NAMES for part in parts)


def test_no_function_and_no_file_is_too_long() -> None:
    assert [place for source in sources("src", "tests") for place in too_long(source)] == []


def test_the_median_function_has_at_most_ten_lines() -> None:
    lengths = [body_lines(f) for source in sources("src") for f in functions(source)]
    assert len(lengths) > 500
    assert median(lengths) <= MEDIAN_LINES_MAX


def test_each_module_says_in_one_sentence_what_it_is() -> None:
    assert [place for source in sources("src") for place in untold(source)] == []


def test_no_module_has_a_vague_name() -> None:
    assert [source.place for source in sources("src", "tests") if vague(source.place)] == []


def test_the_measures_see_what_breaks_them() -> None:
    long_function = "def f():\n" + "    a = 1\n" * 41
    assert too_long(parse(long_function)) == ["scratch.py:1 f"]
    assert too_long(parse(long_function.replace("    a = 1\n", "", 1))) == []
    assert too_long(parse("a = 1\n" * 501)) == ["scratch.py"]
    assert untold(parse("a = 1")) == ["scratch.py"]
    assert untold(parse('"""no sentence"""')) == ["scratch.py"]
    assert untold(parse('"""One sentence. And another."""')) == ["scratch.py"]
    assert untold(parse('"""One sentence.\n\nMore below. In any number."""')) == []
    assert vague("src/cleanclaim/store/utils.py")
    assert vague("src/cleanclaim/common/claims.py")
    assert not vague("src/cleanclaim/claims/database.py")


def test_the_repository_names_no_place_on_a_machine() -> None:
    place = re.compile("/" + r"(?:work|home|Users)/\w")
    files = [*sources("src", "tests", "benchmarks")]
    assert [source.place for source in files if place.search(source.text)] == []
    assert (REPOSITORY / "pyproject.toml").is_file()
