"""The JSON of each sample follows the schema of its guide, and what breaks it does not."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cleanclaim import x12
from cleanclaim.x12.catalogue import guide_names
from cleanclaim.x12.checks.examples import CLEAN, recounted, sample
from x12.json_schema_judge import faults

Document = dict[str, Any]


def document_of(text: str) -> Document:
    document: Document = json.loads("".join(x12.to_json(text)))
    return document


def unit_of(document: Document) -> list[Any]:
    """Give the content of the first claim."""
    unit = next(each for each in document["events"] if each["event"] == "unit")
    content: list[Any] = unit["loop"]["content"]
    return content


@pytest.mark.parametrize("guide", list(CLEAN))
def test_the_sample_of_a_guide_follows_its_schema(guide: str) -> None:
    assert list(faults(x12.json_schema(guide), document_of(CLEAN[guide].text()))) == []


@pytest.mark.parametrize("guide", guide_names())
def test_every_guide_has_a_schema_of_plain_values(guide: str) -> None:
    schema = x12.json_schema(guide)
    assert schema == json.loads(json.dumps(schema))
    assert schema["title"]


def without_lines(content: list[Any]) -> None:
    content[:] = [each for each in content if isinstance(each, list)]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[0].append("X"),
        lambda content: content[0].__setitem__(1, ""),
        lambda content: content[0].__setitem__(2, "12.x"),
        lambda content: content[0].__setitem__(5, ["11", "Q", "1"]),
        lambda content: content[0].__setitem__(5, "11"),
        lambda content: content[0].__setitem__(6, "Q"),
        lambda content: content[0].__setitem__(1, "9" * 39),
        lambda content: content.append(["ZZZ", "1"]),
        lambda content: content.append(content[0]),
        lambda content: content.append({"id": "2999", "content": []}),
        lambda content: content.remove(["HI", ["ABK", "E119"], ["ABF", "I10"]]),
        without_lines,
    ],
)
def test_what_breaks_the_guide_breaks_the_schema(spoil: Callable[[list[Any]], None]) -> None:
    schema, document = x12.json_schema("837P"), document_of(recounted(sample("837P")))
    assert list(faults(schema, document)) == []
    spoil(unit_of(document))
    assert list(faults(schema, document)) != []


def test_another_guide_s_document_breaks_the_schema() -> None:
    assert list(faults(x12.json_schema("835"), document_of(sample("837P")))) != []


def test_no_schema_is_made_for_a_guide_that_is_not_at_hand() -> None:
    with pytest.raises(KeyError):
        x12.json_schema("837X")
