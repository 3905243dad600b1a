"""Make the JSON Schema (2020-12) of a guide's documents, as ``to_json`` writes them.

The schema tells which loops and segments may and must stand in which loop and what their elements
may be. Order, counts and everything between segments are for ``check`` to judge.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from cleanclaim.x12.catalogue import guide_named
from cleanclaim.x12.grammar import Element, Guide, Kind, LoopNode, SegmentNode, Shape
from cleanclaim.x12.json_writing import FORMAT

Schema = dict[str, object]

_FORMS = {
    "N": r"-?\d{{{shortest},{longest}}}",
    "R": r"-?(?:\d{{{shortest},{longest}}}|\d{{0,{longest}}}\.\d{{1,{longest}}})",
    "DT": r"\d{{{shortest}}}",
    "TM": r"\d{{{shortest},{longest}}}",
}
_TEXT: Schema = {"type": "string"}
_ANY_SEGMENT: Schema = {"$ref": "#/$defs/segment"}


def json_schema(guide: str) -> Schema:
    """Give the schema of documents that hold transactions of one guide ("837P").

    Raises KeyError for a guide that is not at hand.
    """
    return schema_of(guide_named(guide))


def schema_of(guide: Guide) -> Schema:
    """Give the schema of documents that hold transactions of this guide."""
    return _Schemas(guide).document()


class _Schemas:
    """The definitions of segments and loops made so far."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._definitions: dict[str, object] = {"segment": _any_segment()}
        self._shapes: dict[Shape, str] = {}
        self._loops: dict[bytes, str] = {}
        self._numbers: Counter[str] = Counter()
        self._optional = {inner for outer, inner in guide.fallbacks.items() if inner != outer}

    def document(self) -> Schema:
        """Give the schema of the whole document."""
        events = {"type": "array", "items": {"anyOf": list(self._events())}}
        told: Schema = {
            "file": _TEXT,
            "format": {"const": FORMAT},
            "events": events,
            "digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        }
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{self._guide.name} ({self._guide.version})",
            **_object(told, "format", "events"),
            "$defs": self._definitions,
        }

    def _events(self) -> Iterator[Schema]:
        root = self._guide.root
        loops = list(root.loops())
        units = [each for each in loops if self._is_unit(each)]
        levels = [each for each in loops if each.detached and each is not root]
        within: Schema = {"within": {"type": "array", "items": _TEXT}}
        header, trailer = _halves(root)
        yield _event(
            "interchange", delimiters=_delimiters(), layout=_layout(), segment=_ANY_SEGMENT
        )
        yield _event("group", segment=_ANY_SEGMENT)
        yield _event("transaction", guide=_TEXT, loop=self._loop(root, header))
        if levels:
            yield _event("level", **within, loop=self._any_of(levels))
        if units:
            yield _event("unit", **within, loop=self._any_of(units))
        yield _event("transaction end", loop=self._content("TRAILER", trailer))
        yield _event("group end", segment=_ANY_SEGMENT)
        yield _event("interchange end", segment=_ANY_SEGMENT)
        yield _event("segments", segments={"type": "array", "items": _ANY_SEGMENT})
        yield _event("text", raw=_TEXT)

    def _is_unit(self, loop: LoopNode) -> bool:
        return loop.id in self._guide.units or loop.id in self._guide.fallbacks.values()

    def _any_of(self, loops: Iterable[LoopNode]) -> Schema:
        references = {msgspec.json.encode(each): each for each in map(self._loop, loops)}
        return {"anyOf": list(references.values())}

    def _loop(self, loop: LoopNode, children: list[SegmentNode | LoopNode] | None = None) -> Schema:
        """Give a reference to the definition of a loop; loops alike share one."""
        schema = self._content(loop.id, loop.children if children is None else children)
        return {"$ref": f"#/$defs/{self._defined(loop.id, schema)}"}

    def _defined(self, name: str, schema: Schema) -> str:
        key = msgspec.json.encode(schema)
        if key not in self._loops:
            self._numbers[name] += 1
            self._loops[key] = f"loop-{name}-{self._numbers[name]}"
            self._definitions[self._loops[key]] = schema
        return self._loops[key]

    def _content(self, name: str, children: Iterable[SegmentNode | LoopNode]) -> Schema:
        """Give the schema of a loop: what may stand in it, and how often at least and at most.

        What holds units, and units themselves, stand in events of their own.
        """
        inside = [each for each in children if not (isinstance(each, LoopNode) and each.detached)]
        alike = Counter(each.id for each in inside)
        content: Schema = {
            "type": "array",
            "items": {"anyOf": [self._child(each) for each in inside]},
        }
        bounds = [
            bound for each in inside if (bound := self._bound(each, alone=alike[each.id] == 1))
        ]
        if bounds:
            content["allOf"] = bounds
        return _object({"id": {"const": name}, "content": content}, "id", "content")

    def _child(self, child: SegmentNode | LoopNode) -> Schema:
        return self._loop(child) if isinstance(child, LoopNode) else self._segment(child.shape)

    def _bound(self, child: SegmentNode | LoopNode, *, alone: bool) -> Schema:
        """Say how often a child comes; at most only where no other could be taken for it."""
        required = child.required and child.id not in self._optional
        counts: Schema = {"minContains": int(required)}
        if child.repeat and alone:
            counts["maxContains"] = child.repeat
        elif not required:
            return {}
        contained = self._child(child)
        if isinstance(child, LoopNode):
            contained = _object({"id": {"const": child.id}}, "id", closed=False)
        return {"contains": contained, **counts}

    def _segment(self, shape: Shape) -> Schema:
        """Give a segment as a list, or with its raw text beside it."""
        if shape not in self._shapes:
            self._numbers[shape.id] += 1
            self._shapes[shape] = f"{shape.id}-{self._numbers[shape.id]}"
            self._definitions[self._shapes[shape]] = _listed(shape)
        return _or_raw({"$ref": f"#/$defs/{self._shapes[shape]}"})


def _halves(
    root: LoopNode,
) -> tuple[list[SegmentNode | LoopNode], list[SegmentNode | LoopNode]]:
    """Give what comes before the units of a transaction, and what comes after them."""
    ends_at = root.trailer_place or root.children[-1].place
    before = [child for child in root.children if child.place < ends_at]
    return before, [child for child in root.children if child.place >= ends_at]


def _listed(shape: Shape) -> Schema:
    needed = [place for place, each in enumerate(shape.elements, 2) if each.usage == "R"]
    return {
        "type": "array",
        "prefixItems": [{"const": shape.id}, *map(_element, shape.elements)],
        "items": False,
        "minItems": max(needed, default=1),
    }


def _element(element: Element) -> Schema:
    if element.usage == "N":
        return {"const": ""}
    choices = list(_composite(element)) if element.parts else [_simple(element)]
    if element.repeats > 1:
        several = {"type": "array", "items": {"anyOf": [*choices]}, "minItems": 2}
        several["maxItems"] = element.repeats
        choices.append(_object({"repeats": several}, "repeats"))
    if element.usage == "S" and element.parts:
        choices.append({"const": ""})
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def _composite(element: Element) -> Iterator[Schema]:
    """Give a composite as a list, and as text where the first component may stand alone."""
    needed = [place for place, each in enumerate(element.parts, 1) if each.usage == "R"]
    last = max(needed, default=1)
    if last == 1:
        yield _element(element.parts[0])
    yield {
        "type": "array",
        "prefixItems": [_element(each) for each in element.parts],
        "items": False,
        "minItems": last,
    }


def _simple(element: Element) -> Schema:
    empty = element.usage == "S"
    if element.codes:
        return {"enum": [*element.codes, *([""] if empty else [])]}
    form = _form(element.kind) if element.kind else ".*"
    return {"type": "string", "pattern": f"^(?:{form})?$" if empty else f"^(?:{form})$"}


def _form(kind: Kind) -> str:
    form = _FORMS.get(kind.name, ".{{{shortest},{longest}}}")
    return form.format(shortest=kind.shortest, longest=kind.longest)


def _any_segment() -> Schema:
    part: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
    repeats = _object({"repeats": {"type": "array", "items": part}}, "repeats")
    element: Schema = {"anyOf": [part, repeats]}
    listed: Schema = {"type": "array", "prefixItems": [_TEXT], "items": element, "minItems": 1}
    return _or_raw(listed)


def _or_raw(listed: Schema) -> Schema:
    return {"anyOf": [listed, _object({"segment": listed, "raw": _TEXT}, "segment")]}


def _event(name: str, **told: object) -> Schema:
    return _object({"event": {"const": name}, **told}, "event", *told)


def _delimiters() -> Schema:
    mark: Schema = {"type": "string", "maxLength": 1}
    names = ("element", "repetition", "component", "terminator")
    return _object(dict.fromkeys(names, mark), *names)


def _layout() -> Schema:
    return _object({"before": _TEXT, "after": _TEXT})


def _object(properties: Schema, *required: str, closed: bool = True) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "required": list(required)}
    return {**schema, "additionalProperties": False} if closed else schema
