"""The reference page of the REST API, made of its description: ``make reference`` writes it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cleanclaim.api import urls
from cleanclaim.api.declaring import OPERATIONS, Operation
from cleanclaim.api.describing import describe, described_path

_HEAD = """# REST API

This page is made of the operations by `make reference`. How to begin is told in
[Use the API](../howto/use-the-api.md); the same for programs is `/api/v1/openapi.json`, and for
people on your own installation `/api/v1/docs`.

Each operation names the right that opens it: `public` needs no token, `token` any. Those marked
*key* change something and need an `Idempotency-Key`; every POST takes one. Fields in brackets may
be left out. Lists answer `{"rows": [...], "next_cursor": "..."}`. Errors are problem details
(RFC 9457): `{"type", "title", "status", "code", "detail", "errors": [{"place", "message"}]}`.
"""


def api_page() -> str:
    """Write the page as Markdown: a section a subject, an entry an operation."""
    assert urls.urlpatterns  # noqa: S101 - importing the addresses declares the operations
    described = describe()
    tags = dict.fromkeys(each.tag for each in OPERATIONS)
    return "\n".join((_HEAD, *(line for tag in tags for line in _section(tag, described)))) + "\n"


def _section(tag: str, described: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n## {tag.capitalize()}"
    for each in OPERATIONS:
        if each.tag == tag:
            yield from _entry(each, described)


def _entry(declared: Operation, described: Mapping[str, Any]) -> Iterator[str]:
    path = described_path(declared)
    told = described["paths"][path][declared.method.lower()]
    key = ", key" if declared.changes else ""
    yield f"\n### `{declared.method} {path}`\n"
    yield f"{told['summary']}. *{declared.permission}{key}*"
    if told.get("description"):
        yield f"\n{told['description']}"
    query = [each for each in told.get("parameters", []) if each["in"] == "query"]
    if query:
        yield "\nQuery: " + ", ".join(_parameter(each) for each in query) + "."
    body = _body(declared, described)
    if body:
        yield f"\nBody: {body}."
    yield f"\nAnswer {declared.status}: `{_named(told['responses'][str(declared.status)])}`."


def _parameter(each: Mapping[str, Any]) -> str:
    return f"`{each['name']}`" + (" (required)" if each.get("required") else "")


def _body(declared: Operation, described: Mapping[str, Any]) -> str:
    """Tell the fields of a body, those in brackets that may be left out."""
    if declared.text:
        return f"`{declared.text}`"
    if declared.body is None:
        return ""
    parts = described["components"]["schemas"]
    part = parts[declared.body.__name__]
    required = set(part.get("required", ()))
    fields = [f"`{name}`" if name in required else f"[`{name}`]" for name in part["properties"]]
    if len(fields) > 20:
        return f"`{declared.body.__name__}`, as `openapi.json` describes it"
    return ", ".join(fields)


def _named(response: Mapping[str, Any]) -> str:
    """Name the kind of an answer in a word or two."""
    ((media, told),) = response["content"].items()
    schema = told["schema"]
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if schema.get("type") == "array" and "$ref" in schema.get("items", {}):
        return f"{schema['items']['$ref'].rsplit('/', 1)[1]}[]"
    return str(media)


def write_page(path: str) -> None:
    """Write the page to a file, once Django is set up."""
    Path(path).write_text(api_page(), "utf-8")
