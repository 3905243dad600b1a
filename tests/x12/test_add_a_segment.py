"""One line in a guide table, and reading, checking, writing and the schema know a new segment."""

import json
import re

import pytest

from cleanclaim import x12
from cleanclaim.x12.checks.examples import recounted, sample
from cleanclaim.x12.grammar import table_text
from x12.json_schema_judge import faults

# How a trading partner's own agreement might ask for two more lines with every claim.
ADDED = "DTM R2 R=150,151 R"
BEFORE = re.compile(r"^( +)(K3 S10 R)$", re.MULTILINE)  # the first is that of the claim
CLAIM = "REF*G1*AUTH1~\n"


def changed(text: str) -> x12.Guide:
    table = table_text("837P")
    added, count = BEFORE.subn(rf"\1{text}\n\1\2", table, count=1)
    assert count == 1
    return x12.guide_from_text(added, "837P")


@pytest.fixture
def with_it() -> str:
    """The sample, each claim with the new segment."""
    text = sample("837P").replace(CLAIM, f"{CLAIM}DTM*150*20260101~\n")
    return recounted(text.replace("HI*ABK:J069", "DTM*151*20260101~\nHI*ABK:J069"))


def rules(text: str) -> set[str]:
    return {each.rule for each in x12.check(text).findings}


def test_the_line_is_read_and_checked(with_it: str) -> None:
    assert rules(with_it) == {"X12.1.SEGMENT_UNKNOWN"}
    with x12.trying(changed(ADDED)):
        assert rules(with_it) == set()
        assert rules(with_it.replace("DTM*150", "DTM*152")) == {"X12.2.CODE"}
        assert rules(with_it.replace("DTM*150*20260101", "DTM*150*2026")) == {"X12.1.DATE"}
        assert rules(recounted(sample("837P"))) == {"X12.2.SEGMENT_MISSING"}
    assert rules(with_it) == {"X12.1.SEGMENT_UNKNOWN"}


def test_what_is_read_has_the_segment_in_its_loop(with_it: str) -> None:
    with x12.trying(changed(ADDED)):
        units = [event for event in x12.read(with_it) if isinstance(event, x12.Unit)]
        found = [unit.loop.find("DTM") for unit in units]
    assert [each.get(1) if each else "" for each in found] == ["150", "151"]


def test_the_segment_is_written_in_its_place(with_it: str) -> None:
    document = json.loads("".join(x12.to_json(with_it)))
    with x12.trying(changed(ADDED)):
        document = json.loads("".join(x12.to_json(with_it)))
        claim = next(each["loop"] for each in document["events"] if each["event"] == "unit")
        claim["content"].remove(["REF", "G1", "AUTH1"])
        text = "".join(x12.from_json(json.dumps(document)))
    assert "*Y*Y~\nDTM*150*20260101~\nHI*" in text


def test_the_schema_knows_the_segment(with_it: str) -> None:
    with x12.trying(changed(ADDED)):
        document = json.loads("".join(x12.to_json(with_it)))
        assert list(faults(x12.json_schema("837P"), document)) == []
    assert list(faults(x12.json_schema("837P"), document)) != []


def test_a_segment_whose_elements_are_known_to_no_table_is_refused() -> None:
    with pytest.raises(KeyError):
        changed("XYZ S1 R")
