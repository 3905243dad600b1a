"""Just as much of JSON Schema as our own schemas use, to judge documents by them."""

import re
from collections.abc import Iterator
from typing import Any

_KINDS: dict[str, type] = {"object": dict, "array": list, "string": str}
_KNOWN = {
    *("$schema", "$defs", "title", "$ref", "const", "enum", "anyOf", "allOf", "type", "pattern"),
    *("properties", "required", "additionalProperties", "prefixItems", "items", "minItems"),
    *("maxItems", "maxLength", "contains", "minContains", "maxContains"),
}


def faults(schema: Any, value: Any, root: Any = None, at: str = "") -> Iterator[str]:  # noqa: ANN401
    """Give the place of everything in a value that its schema does not allow."""
    root = schema if root is None else root
    if schema is False:
        yield at
        return
    assert set(schema) <= _KNOWN, set(schema) - _KNOWN
    if "$ref" in schema:
        yield from faults(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, root, at)
    if value not in schema.get("enum", [schema.get("const", value)]):
        yield at
    if "type" in schema and not isinstance(value, _KINDS[schema["type"]]):
        yield at
        return
    if "anyOf" in schema and not any(fits(each, value, root) for each in schema["anyOf"]):
        yield at
    for each in schema.get("allOf", ()):
        yield from faults(each, value, root, at)
    if isinstance(value, str):
        yield from _text_faults(schema, value, at)
    elif isinstance(value, dict):
        yield from _object_faults(schema, value, root, at)
    elif isinstance(value, list):
        yield from _list_faults(schema, value, root, at)


def fits(schema: Any, value: Any, root: Any) -> bool:  # noqa: ANN401
    """Tell whether the schema allows the value."""
    return next(faults(schema, value, root), None) is None


def _text_faults(schema: Any, value: str, at: str) -> Iterator[str]:  # noqa: ANN401
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield at
    if len(value) > schema.get("maxLength", len(value)):
        yield at


def _object_faults(schema: Any, value: Any, root: Any, at: str) -> Iterator[str]:  # noqa: ANN401
    properties = schema.get("properties", {})
    yield from (f"{at}/{name}" for name in schema.get("required", ()) if name not in value)
    for name, held in value.items():
        if name in properties:
            yield from faults(properties[name], held, root, f"{at}/{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{at}/{name}"


def _list_faults(schema: Any, value: Any, root: Any, at: str) -> Iterator[str]:  # noqa: ANN401
    first = schema.get("prefixItems", [])
    for place, held in enumerate(value):
        inner = first[place] if place < len(first) else schema.get("items", {})
        yield from faults(inner, held, root, f"{at}/{place}")
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield at
    if "contains" in schema:
        count = sum(fits(schema["contains"], each, root) for each in value)
        least, most = schema.get("minContains", 1), schema.get("maxContains", count)
        if not least <= count <= most:
            yield at
