"""Write the reference pages of guides and rules: ``python -m cleanclaim.x12.reference FOLDER``.

The pages tell what the tables and the catalogues hold, and nothing else.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from cleanclaim.x12 import rules
from cleanclaim.x12.checks import CHECKS
from cleanclaim.x12.checks.examples import Example
from cleanclaim.x12.checks.registry import EVERY, Check
from cleanclaim.x12.findings import Rule
from cleanclaim.x12.grammar import (
    Element,
    Guide,
    LoopNode,
    SegmentNode,
    Shape,
    read_guide,
    table_names,
)
from cleanclaim.x12.rule_examples import RULE_EXAMPLES
from cleanclaim.x12.writer import DELIMITER_IN_VALUE

_TYPES = {
    1: "integrity of the text",
    2: "requirements of the guide",
    3: "sums that balance",
    4: "situations between segments",
    5: "code sets",
    6: "lines of service",
    7: "payers' own rules",
}
_USAGE = {True: "required", False: "situational"}
_NOTES = {
    "P": "all or none of {all}",
    "R": "at least one of {all}",
    "E": "at most one of {all}",
    "C": "with {first} also {rest}",
    "L": "with {first} at least one of {rest}",
    "F": "{rest} has the form that {first} names",
}
_LEGEND = """\
R is required, S situational, N not used; elements that are not listed are not used. An element
tells its codes, or its type with the shortest and the longest length: AN text, ID code, N whole
number, R decimal, DT date, TM time. `(…)` holds the components of a composite, `^n` says how often
an element may be repeated."""


def pages() -> Mapping[str, str]:
    """Give the text of each page by its file name."""
    guides = [read_guide(f"{name}.txt") for name in table_names()]
    told = {f"{guide.short}.md": _page(_guide_lines(guide)) for guide in guides}
    return {"index.md": _page(_index_lines(guides)), "rules.md": _page(_rule_lines()), **told}


def write_pages(folder: Path) -> None:
    """Write all pages into a folder; what else it holds stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8")


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def _index_lines(guides: Iterable[Guide]) -> Iterator[str]:
    yield from ("# X12 reference", "")
    yield "What is written and how is checked: [all rules](rules.md); as JSON: [json](json.md)."
    yield from ("", "| guide | version | transaction | group | |", "|---|---|---|---|---|")
    for guide in guides:
        link = f"[{guide.short}]({guide.short}.md)"
        head = f"| {link} | {guide.version} | {guide.transaction} | {guide.functional} |"
        yield f"{head} {guide.name} |"


def _guide_lines(guide: Guide) -> Iterator[str]:
    yield from (f"# {guide.short}: {guide.name}", "")
    yield f"Version {guide.version}, transaction {guide.transaction}, group {guide.functional}."
    units = sorted(guide.units | set(guide.fallbacks.values()))
    if units:
        yield f"It is read one loop {', '.join(units)} at a time."
    yield from ("", _LEGEND, "", "## Loops", "")
    yield from _tree_lines(guide.root, 0)
    told: dict[str, str] = {}
    for loop in guide.root.loops():
        yield from _loop_lines(loop, told)


def _tree_lines(loop: LoopNode, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}- {loop.id} {_USAGE[loop.required]}{_repeats(loop.repeat)}"
    for child in loop.children:
        if isinstance(child, LoopNode):
            yield from _tree_lines(child, depth + 1)


def _repeats(repeat: int) -> str:
    return ", any number of times" if not repeat else f", up to {repeat} times" * (repeat > 1)


def _loop_lines(loop: LoopNode, told: dict[str, str]) -> Iterator[str]:
    """Tell what stands in a loop, once for all places where it is the same."""
    rows = [_row(child) for child in loop.children]
    path = _path(loop)
    key = "\n".join([loop.id, *rows])
    if key in told:
        return
    told[key] = path
    yield from ("", f"## {path}", "", "| | usage | times | elements |", "|---|---|---|---|")
    yield from rows


def _path(loop: LoopNode) -> str:
    above = _path(loop.parent) + " / " if loop.parent else ""
    return above + loop.id


def _row(child: SegmentNode | LoopNode) -> str:
    usage = "R" if child.required else "S"
    times = str(child.repeat or "any")
    if isinstance(child, LoopNode):
        return f"| loop {child.id} | {usage} | {times} | begins with {child.trigger.id} |"
    return f"| {child.id} | {usage} | {times} | {'<br>'.join(_shape_lines(child.shape))} |"


def _shape_lines(shape: Shape) -> Iterator[str]:
    for place, element in enumerate(shape.elements, 1):
        if element.usage != "N":
            yield f"{place:02d} {_element(element)}"
    for note in shape.notes:
        names = [f"{place:02d}" for place in note.elements]
        words = {"all": ", ".join(names), "first": names[0], "rest": ", ".join(names[1:])}
        yield _NOTES[note.letter].format(**words)


def _element(element: Element) -> str:
    times = f"^{element.repeats}" if element.repeats > 1 else ""
    if element.parts:
        parts = (
            f"{place}: {_element(part)}"
            for place, part in enumerate(element.parts, 1)
            if part.usage != "N"
        )
        return f"{element.usage}{times} ({'; '.join(parts)})"
    return f"{element.usage}{times} {_values(element)}"


def _values(element: Element) -> str:
    if element.codes or element.kind is None:
        return ", ".join(element.codes)
    kind = element.kind
    length = f"{kind.shortest}-{kind.longest}" if kind.shortest != kind.longest else kind.longest
    return f"{kind.name} {length}"


def _rule_lines() -> Iterator[str]:
    yield from ("# X12 rules", "")
    yield (
        "A rule has an id, the SNIP type that it belongs to, how far it reaches (block, warn, info)"
        " and the code that an acknowledgement reports. Examples change the sample of a guide."
    )
    ours = [each for each in vars(rules).values() if isinstance(each, Rule)]
    plain = {each.id: each for each in (*ours, DELIMITER_IN_VALUE)}
    told = {rule.id: _plain_rule(rule) for rule in plain.values()}
    told |= {check.rule.id: _check(check) for check in CHECKS.values()}
    for number, ids in groupby(sorted(told), key=lambda rule: int(rule.split(".")[1])):
        yield from ("", f"## Type {number}: {_TYPES[number]}")
        for rule in ids:
            yield from ("", *told[rule])


def _plain_rule(rule: Rule) -> Iterator[str]:
    yield from _rule_head(rule)
    pair = RULE_EXAMPLES.get(rule.id)
    if pair is not None:
        yield f"- breaks: {_example(pair.failing)}"
        yield f"- passes: {_example(pair.passing)}"


def _check(check: Check) -> Iterator[str]:
    yield from _rule_head(check.rule)
    guides = "every guide" if check.guides == EVERY else ", ".join(check.guides)
    yield f"- requires: {' '.join(check.documentation.split())}"
    yield f"- asked in {guides} at {', '.join(check.at)}"
    yield f"- source: {check.source}"
    yield f"- breaks: {_example(check.failing)}"
    yield f"- passes: {_example(check.passing)}"


def _rule_head(rule: Rule) -> Iterator[str]:
    yield from (f"### {rule.id}", "")
    yield f"- {rule.severity}, {f'reported as `{rule.code}`' if rule.code else 'not reported'}"
    yield f"- says: {rule.message}" + (f" *{rule.hint}*" if rule.hint else "")


def _example(example: Example) -> str:
    if not example.changes:
        return f"the {example.guide} sample"
    changes = (f"{_code(old)} is {_code(new)}" for old, new in example.changes)
    return f"the {example.guide} sample where " + " and ".join(changes)


def _code(text: str) -> str:
    shown = text.replace("\n", "⏎").replace("`", "'")
    return f"`{shown}`" if shown else "left out"


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
