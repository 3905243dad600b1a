"""Values of a JSON schema, and values that are nearly of it, for a fuzz of every operation."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Schema = Mapping[str, Any]
_DEPTH_MAX = 5
# What tears things apart elsewhere: separators, quotes, paths, formulas, edges of numbers.
NASTY_TEXTS = (
    "",
    "'",
    "' OR '1'='1",
    "1; DROP TABLE patients_patient",
    "../../etc/passwd",
    "=1+1",
    "<script>",
    "a*b~c:d^e",
    "%00",
    "\ud7ff",
    "ü😀",
    "x" * 5_000,
    "9999-12-31",
    "0001-01-01",
    "1e400",
    "NaN",
    "-1",
    "99213",
    "I10",
)
NASTY_NUMBERS = (0, -1, 1, 2**31, 2**63 - 1, 2**63, -(2**63), 10**30)
texts = st.sampled_from(NASTY_TEXTS) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=12
)
anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.sampled_from(NASTY_NUMBERS) | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


class Shapes:
    """Makes values of the schemas of one OpenAPI document."""

    def __init__(self, document: Schema, *, strict: bool = False) -> None:
        self._parts: Mapping[str, Schema] = document["components"]["schemas"]
        self._strict = strict

    def value(self, schema: Schema, depth: int = 0) -> st.SearchStrategy[Any]:
        """Give values of a schema; unless ``strict`` a field in a few is of no schema at all."""
        if "$ref" in schema:
            return self.value(self._parts[schema["$ref"].rsplit("/", 1)[1]], depth)
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        several = schema.get("anyOf") or schema.get("oneOf")
        if several:
            return st.one_of([self.value(each, depth) for each in several])
        if schema.get("type") in {"object", "array"}:
            make = self._object if schema["type"] == "object" else self._array
            return make(schema, depth)
        return self._simple(schema)

    def _simple(self, schema: Schema) -> st.SearchStrategy[Any]:
        kinds = {
            "integer": self._integer(schema),
            "string": self._string(schema),
            "boolean": st.booleans(),
            "number": st.floats(allow_nan=False, allow_infinity=False),
            "null": st.none(),
        }
        return kinds.get(schema.get("type", ""), anything)

    def nearly(self, schema: Schema) -> st.SearchStrategy[Any]:
        """Give mostly values of a schema, else anything."""
        return st.one_of(self.value(schema), self.value(schema), anything)

    def _object(self, schema: Schema, depth: int) -> st.SearchStrategy[Any]:
        fields = schema.get("properties", {})
        required = set(schema.get("required", ()))
        optional = set[str]() if depth >= _DEPTH_MAX else set(fields) - required
        return st.fixed_dictionaries(
            {name: self._later(fields[name], depth) for name in sorted(required)},
            optional={name: self._later(fields[name], depth) for name in sorted(optional)},
        )

    def _later(self, schema: Schema, depth: int) -> st.SearchStrategy[Any]:
        """Make the strategy of a field when it is drawn from, for schemas contain themselves."""
        return st.deferred(lambda: self._field(schema, depth))

    def _field(self, schema: Schema, depth: int) -> st.SearchStrategy[Any]:
        own = self.value(schema, depth + 1)
        # One field in a few is of another kind than it should be.
        return (
            own if self._strict or depth >= _DEPTH_MAX else st.one_of(own, own, own, own, anything)
        )

    def _array(self, schema: Schema, depth: int) -> st.SearchStrategy[Any]:
        most = 0 if depth >= _DEPTH_MAX else 3
        items = schema.get("items", {})
        inner = st.deferred(lambda: self.value(items, depth + 1))
        return st.lists(inner, min_size=min(1, most), max_size=most)

    @staticmethod
    def _integer(schema: Schema) -> st.SearchStrategy[Any]:
        low, high = schema.get("minimum"), schema.get("maximum")
        return st.one_of(
            st.integers(low if low is not None else -5, high if high is not None else 2**63),
            st.sampled_from(NASTY_NUMBERS),
        )

    def _string(self, schema: Schema) -> st.SearchStrategy[Any]:
        if self._strict and "format" not in schema:
            longest = min(8, schema.get("maxLength", 8))
            return st.text("abcXYZ", min_size=schema.get("minLength", 0), max_size=longest)
        match schema.get("format"):
            case "date":
                return st.dates().map(str) | (st.nothing() if self._strict else texts)
            case "date-time":
                return st.datetimes().map(lambda at: at.isoformat()) | texts
            case "decimal":
                return st.sampled_from(("1", "0", "-1", "1e9", "NaN", "Infinity", "0.0001"))
            case _:
                return texts
