"""The OpenAPI description: parameters as the framework reads them, bodies as our values are."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from cleanclaim.api.declaring import JSON, OPERATIONS, ROOT, Entry, Operation, api
from cleanclaim.api.problems import MEDIA, ProblemDetails

_REFERENCE = "#/components/schemas/{name}"
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Names the request: repeated with the same key it is answered alike, once done.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_ERRORS = {
    "400": "The request cannot be read.",
    "401": "No valid access token.",
    "403": "The token does not open this.",
    "404": "There is no such record.",
    "409": "This could not be done; the detail says why.",
    "422": "The request is not as described; the errors say where.",
    "429": "The token asked too often.",
}


@lru_cache(maxsize=1)
def describe() -> dict[str, Any]:
    """Give the OpenAPI document (3.1) of every declared operation."""
    told: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=f"{ROOT}/"))
    types = [ProblemDetails, *_types()]
    schemas, parts = msgspec.json.schema_components(
        types, schema_hook=_anything, ref_template=_REFERENCE
    )
    by_type = dict(zip(map(repr, types), schemas, strict=True))
    for declared in OPERATIONS:
        told["paths"][described_path(declared)][declared.method.lower()].update(
            _details(declared, told["paths"], by_type)
        )
    for each in (one for methods in told["paths"].values() for one in methods.values()):
        if each.get("description", "").rstrip(".") == each["summary"]:
            del each["description"]
    components = told["components"]
    components["schemas"] = {**components.get("schemas", {}), **parts}
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return told


def _anything(kind: type) -> dict[str, Any]:
    """Describe a value of any kind, such as the details of an event."""
    if kind is object:
        return {"description": "any value"}
    raise NotImplementedError


def _types() -> list[Any]:
    found: dict[str, Any] = {}
    for declared in OPERATIONS:
        for each in (declared.answer, declared.body):
            if each is not None:
                found.setdefault(repr(each), each)
    return list(found.values())


def described_path(declared: Operation) -> str:
    """Give the address of an operation as the description writes it."""
    return f"/{ROOT}{declared.path}".replace("{int:", "{")


def _details(
    declared: Operation, paths: Mapping[str, Any], by_type: Mapping[str, Any]
) -> dict[str, Any]:
    """Give what the framework does not know of an operation: answers, bodies, rights, keys."""
    known = paths[described_path(declared)][declared.method.lower()]
    schema = by_type[repr(declared.answer)]
    details: dict[str, Any] = {
        "responses": {
            str(declared.status): {
                "description": "Done.",
                "content": {declared.media: {"schema": schema}},
            },
            **_problems(declared, by_type),
        },
        "x-permission": str(declared.permission),
        "security": [] if declared.permission is Entry.PUBLIC else [{"token": []}],
    }
    if declared.method == "POST":
        key = {**_KEY, "required": declared.changes}
        details["parameters"] = [*known.get("parameters", []), key]
    if declared.body is not None:
        details["requestBody"] = _content(JSON, by_type[repr(declared.body)])
    elif declared.text:
        details["requestBody"] = _content(declared.text, {"type": "string"})
    return details


def _content(media: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {media: {"schema": schema}}}


def _problems(declared: Operation, by_type: Mapping[str, Any]) -> dict[str, Any]:
    schema = by_type[repr(ProblemDetails)]
    content = {"content": {MEDIA: {"schema": schema}}}
    return {
        status: {"description": words, **content}
        for status, words in _ERRORS.items()
        if declared.permission is not Entry.PUBLIC
    }
