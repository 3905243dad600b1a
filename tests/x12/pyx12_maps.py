"""Read pyx12's maps into the nodes of our own guide tables, so that the two can be compared."""

import re
from functools import cache
from importlib import resources
from xml.etree import ElementTree

from cleanclaim.x12.grammar import Element, Kind, LoopNode, Note, SegmentNode, Shape

Xml = ElementTree.Element
# Wrappers that pyx12 draws around parts of a transaction; no guide has such loops.
_WRAPPER = re.compile(r"ISA_LOOP|GS_LOOP|HEADER|DETAIL|FOOTER|TABLE\dAREA\d")
_ENVELOPE = {"ISA", "GS", "GE", "IEA", "TA1"}
_NO_KIND = Kind("", 0, 0)


def read_map(file_name: str) -> LoopNode:
    """Give the transaction of one of pyx12's maps as the tree of its loops."""
    root = LoopNode("ST", "R", 1)
    _fill(root, _parsed(file_name))
    _nest(root)
    return root


def _parsed(file_name: str) -> Xml:
    return ElementTree.fromstring(  # noqa: S314 - the maps are installed, not input
        (resources.files("pyx12") / "map" / file_name).read_bytes()
    )


def _fill(loop: LoopNode, source: Xml) -> None:
    for item in source:
        name = _said(item, "xid")
        if item.tag == "segment" and name not in _ENVELOPE:
            loop.children.append(_segment(item, name))
        elif item.tag == "loop" and (_WRAPPER.fullmatch(name) or name == "ST_LOOP"):
            _fill(loop, item)
        elif item.tag == "loop":
            inner = LoopNode(name, _said(item, "usage"), _count(_said(item, "repeat")))
            inner.parent = loop
            _fill(inner, item)
            loop.children.append(inner)


def _nest(root: LoopNode) -> None:
    """Put levels that name a parent (HL02) below the level before, where some maps do not."""
    children, root.children = root.children, []
    for child in children:
        below = isinstance(child, LoopNode) and _names_parent(child)
        (_lowest(root) if below else root).children.append(child)


def _names_parent(loop: LoopNode) -> bool:
    return loop.trigger.id == "HL" and loop.trigger.shape.elements[1].usage != "N"


def _lowest(loop: LoopNode) -> LoopNode:
    """Give the last level within, or the loop itself."""
    for child in reversed(loop.children):
        if isinstance(child, LoopNode) and child.trigger.id == "HL":
            return _lowest(child)
    return loop


def _segment(item: Xml, name: str) -> SegmentNode:
    elements = _elements(item)
    notes = (note.text or "" for note in item.findall("syntax"))
    shape = Shape(name, elements, tuple(map(_note, notes)), len(elements))
    return SegmentNode(shape, _said(item, "usage"), _count(_said(item, "max_use")))


def _elements(item: Xml) -> tuple[Element, ...]:
    children = [child for child in item if child.tag in ("element", "composite")]
    return tuple(map(_element, sorted(children, key=lambda child: int(_said(child, "seq")))))


def _element(item: Xml) -> Element:
    repeats = _count(_said(item, "repeat") or "1")
    usage = _said(item, "usage")
    if item.tag == "composite":
        return Element(usage, None, (), _elements(item), repeats)
    codes = tuple(sorted((code.text or "").strip() for code in item.iterfind("valid_codes/code")))
    return Element(usage, _kinds().get(_said(item, "data_ele"), _NO_KIND), codes, (), repeats)


@cache
def _kinds() -> dict[str, Kind]:
    return {
        _said(item, "ele_num"): Kind(
            re.sub(r"\d", "", _said(item, "data_type")),
            int(_said(item, "min_len")),
            int(_said(item, "max_len")),
        )
        for item in _parsed("dataele.xml").iter("data_ele")
    }


def _note(text: str) -> Note:
    return Note(text[0], tuple(int(pair) for pair in re.findall(r"\d\d", text)))


def _said(item: Xml, name: str) -> str:
    """Give an attribute, which the older maps write as an element within."""
    return (item.get(name) or item.findtext(name) or "").strip()


def _count(text: str) -> int:
    return 0 if text.startswith(">") else int(text)
