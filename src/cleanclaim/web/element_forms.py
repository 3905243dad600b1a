"""Forms of a file's elements, made from what each element is."""

from collections.abc import Mapping
from datetime import date
from enum import EnumMeta
from typing import Any

import msgspec
from django.http import QueryDict

from cleanclaim.credentialing.files.elements import BY_KIND, ElementKind, FileElement
from cleanclaim.web.acting import InputError, read_dollars

_LABELS = {
    "starts_on": "From",
    "ends_on": "Last day",
    "birth_on": "Born",
    "each_cents": "Limit of each claim, $",
    "aggregate_cents": "Limit of all claims, $",
    "paid_cents": "Paid, $",
    "caqh": "CAQH id",
    "npi": "NPI",
    "is_primary": "The primary one",
    "in_writing": "Explained in writing",
    "tail_open": "Tail without an end",
    "answer": "Yes",
    "line": "Street",
    "schedules": "Schedules, as 2, 2N, 3",
}


class Field(msgspec.Struct, frozen=True):
    """A field of a form: its widget (text, date, check, dollars, choice) and what it holds."""

    name: str
    label: str
    widget: str
    required: bool
    value: str = ""
    choices: tuple[str, ...] = ()


def draw_fields(kind: ElementKind, element: FileElement | None = None) -> tuple[Field, ...]:
    """Give the fields of a kind's form, filled with an element where one is changed."""
    return tuple(
        Field(
            name=each.name,
            label=_LABELS.get(each.name, each.name.replace("_", " ").capitalize()),
            widget=_widget(each),
            required=each.required and _widget(each) != "check",
            value=_shown(each, getattr(element, each.name)) if element is not None else "",
            choices=tuple(one.value for one in each.type) if _is_choice(each) else (),
        )
        for each in msgspec.structs.fields(BY_KIND[kind])
    )


def _is_choice(field: msgspec.structs.FieldInfo) -> bool:
    return isinstance(field.type, EnumMeta)


def _widget(field: msgspec.structs.FieldInfo) -> str:
    if _is_choice(field):
        return "choice"
    if field.name.endswith("_cents"):
        return "dollars"
    if field.type is bool:
        return "check"
    return "date" if field.type in (date, date | None) else "text"


def _shown(field: msgspec.structs.FieldInfo, value: Any) -> str:  # noqa: ANN401 - any field's
    if value is None or value is False:
        return ""
    if field.name.endswith("_cents"):
        return f"{value / 100:.2f}"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def read_kind(text: str) -> ElementKind:
    """Read which kind of element a form is about; InputError for what is none."""
    try:
        return ElementKind(text)
    except ValueError as error:
        msg = "choose what is to be recorded"
        raise InputError(msg) from error


def read_form(kind: ElementKind, form: QueryDict) -> FileElement:
    """Read an element from its form; InputError names the field that cannot be read."""
    values = {
        each.name: value
        for each in msgspec.structs.fields(BY_KIND[kind])
        if (value := _read(each, form)) is not None
    }
    return _convert(kind, values)


def _convert(kind: ElementKind, values: Mapping[str, object]) -> FileElement:
    try:
        found: FileElement = msgspec.convert(values, BY_KIND[kind], strict=False)
    except msgspec.ValidationError as error:
        field = str(error).partition("`$.")[2].rstrip("`").replace("_", " ")
        msg = f"this cannot be read: {field or 'a field is missing'}"
        raise InputError(msg) from error
    return found


def _read(field: msgspec.structs.FieldInfo, form: QueryDict) -> object:
    text = form.get(field.name, "").strip()[:400]
    widget = _widget(field)
    if widget == "check":
        return bool(text)
    if not text:
        return None
    if widget == "dollars":
        return read_dollars(text, field.name.removesuffix("_cents").replace("_", " "))
    if field.type == tuple[str, ...]:
        return tuple(part.strip().upper() for part in text.split(",") if part.strip())
    return text
