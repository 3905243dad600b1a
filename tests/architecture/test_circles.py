"""The modules of the X12 engine, which is also used alone, do not import each other in circles."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
PACKAGE = "cleanclaim.x12"


def imported(module: str, text: str, modules: set[str]) -> Iterator[str]:
    """Give the modules among these that a module imports, at its head or later."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            named = (f"{node.module}.{each.name}" for each in node.names)
            yield from (x if x in modules else node.module for x in named if x != module)


def in_circles(texts: Mapping[str, str]) -> set[str]:
    """Give the modules from which imports lead back to themselves."""
    ways = {name: set(imported(name, text, set(texts))) for name, text in texts.items()}
    found = set()
    for name in ways:
        reached: set[str] = set()
        ahead = [name]
        while ahead:
            following = ways.get(ahead.pop(), set()) - reached
            reached |= following
            ahead += following
        if name in reached:
            found.add(name)
    return found


def test_the_engine_has_no_circle() -> None:
    """Each module can be read and tested before those that use it."""
    folder = SOURCE.joinpath(*PACKAGE.split("."))
    texts = {}
    for path in folder.rglob("*.py"):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        texts[name.removesuffix(".__init__")] = path.read_text("utf-8")
    assert len(texts) > 50
    assert in_circles(texts) == set()


def test_a_circle_is_seen() -> None:
    """One by an import within a function counts as well."""
    texts = {
        "a": "from b import one\n",
        "b": "def two():\n    from c import three\n",
        "c": "from a import three\n",
        "d": "from a import three\n",
    }
    assert in_circles(texts) == {"a", "b", "c"}
