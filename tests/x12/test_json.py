"""A file becomes JSON and comes back; what was edited is written anew, counted and checked."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim import x12
from cleanclaim.x12.checks.examples import CLEAN, recounted, sample

CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"


def document_of(source: x12.Source) -> str:
    return "".join(x12.to_json(source))


def text_of(document: str | dict[str, Any]) -> str:
    text = document if isinstance(document, str) else json.dumps(document)
    return "".join(x12.from_json(text))


def loops_of(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a loop of a document and all loops within."""
    yield item
    for child in item["content"]:
        if isinstance(child, dict) and "content" in child:
            yield from loops_of(child)


def segments_of(document: dict[str, Any], name: str) -> list[list[Any]]:
    """Give all segments with this id that stand in a loop as plain lists."""
    loops = [event["loop"] for event in document["events"] if "loop" in event]
    inside = [each for loop in loops for one in loops_of(loop) for each in one["content"]]
    return [each for each in inside if isinstance(each, list) and each[0] == name]


@pytest.mark.parametrize("guide", list(CLEAN))
def test_the_sample_of_a_guide_comes_back_byte_for_byte(guide: str) -> None:
    text = recounted(sample(guide))
    document = document_of(text)
    assert text_of(document) == text
    assert text_of(json.dumps(json.loads(document), indent=3, sort_keys=True)) == text
    assert '"raw"' not in document.replace('{"event":"text","raw":"\\n"}', "")


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda text: "\ufeff" + text,
        lambda text: "\n\n  " + text.replace("~\n", "~\r\n"),
        lambda text: text.replace("~\n", "\r\n"),
        lambda text: text.replace("~\n", "~"),
        lambda text: text.replace("*", "|").replace(":", ">").replace("~\n", "\n"),
        lambda text: text.replace("SE*55", "SE*54"),
        lambda text: text.replace("CLM*C-1*", "  CLM*C-1*") + "garbage",
        lambda text: text.replace("005010X222A1", "005010X999"),
        lambda text: text + text.replace("*", "+").replace("^*00501", "^+00501"),
        lambda text: text.replace("REF*G1*AUTH1~", "REF*G1*AUTH1**~\nZZZ*1~~*A~"),
        lambda text: text[:1200],
        lambda text: text.replace("*C-1*", "*C\x00\xff^1*"),
        lambda text: "nothing here" + text.replace("ISA*00", "ISA*0"),
    ],
)
def test_a_damaged_or_odd_text_comes_back_byte_for_byte(
    professional: str, spoilt: Callable[[str], str]
) -> None:
    text = spoilt(professional)
    assert text_of(document_of(text)) == text
    raw = text.encode("utf-8")
    assert text_of(document_of(raw)).encode("latin-1") == raw


@settings(deadline=None)
@given(st.text(st.sampled_from("ISA*~:^\n\r GSTE01Z\x00"), max_size=300), st.integers(0, 1500))
def test_any_text_comes_back(inserted: str, place: int) -> None:
    text = recounted(sample("837P"))
    spoilt = text[:place] + inserted + text[place:]
    assert text_of(document_of(spoilt)) == spoilt
    assert text_of(document_of(inserted)) == inserted


@pytest.mark.corpus
def test_foreign_files_come_back_byte_for_byte() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the third-party files are not beside the repository")
    for path in CORPUS.rglob("*"):
        if path.is_file() and path.suffix != ".tsv":
            data = path.read_bytes()
            assert text_of(document_of(data)).encode("latin-1") == data, path.name


def test_the_document_reads_as_the_file_does(professional: str) -> None:
    events = json.loads(document_of(professional))["events"]
    assert [each["event"] for each in events] == [
        "interchange",
        "group",
        "transaction",
        "level",
        "level",
        "unit",
        "level",
        "level",
        "unit",
        "transaction end",
        "group end",
        "interchange end",
        "text",
    ]
    claim = events[5]
    assert claim["within"] == ["ST", "2000A", "2000B"]
    assert claim["loop"]["id"] == "2300"
    assert claim["loop"]["content"][0] == [
        *("CLM", "C-1", "150", "", "", ["11", "B", "1"], "Y", "A", "Y", "Y")
    ]
    assert [each["id"] for each in claim["loop"]["content"] if isinstance(each, dict)] == [
        *("2310B", "2400", "2400")
    ]


def test_an_edited_element_changes_its_segment_only(professional: str) -> None:
    document = json.loads(document_of(professional))
    for segment in segments_of(document, "REF"):
        if segment[1] == "G1":
            segment[2] = "AUTH2"
    assert text_of(document) == professional.replace("AUTH1", "AUTH2")


@settings(deadline=None)
@given(st.data())
def test_editing_any_one_element_changes_that_segment_only(data: st.DataObject) -> None:
    text = recounted(sample("837P"))
    document = json.loads(document_of(text))
    places = segments_of(document, "NM1") + segments_of(document, "N3")
    segment = data.draw(st.sampled_from(places))
    place = 3 if segment[0] == "NM1" else 1
    segment[place] = "QUARTZ"
    before, after = text.split("~"), text_of(document).split("~")
    assert len(before) == len(after)
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert [new.split("*")[place] for new in changed] == ["QUARTZ"]


def test_what_is_taken_out_is_no_longer_counted(professional: str) -> None:
    document = json.loads(document_of(professional.replace("~\n", "~\r\n")))
    claim = next(each["loop"] for each in document["events"] if each["event"] == "unit")
    claim["content"].remove(["REF", "G1", "AUTH1"])
    expected = professional.replace("REF*G1*AUTH1~\n", "").replace("SE*55", "SE*54")
    assert text_of(document) == expected.replace("~\n", "~\r\n")


def test_levels_and_groups_are_counted_anew(professional: str) -> None:
    document = json.loads(document_of(professional))
    events = document["events"]
    first_claim = next(n for n, each in enumerate(events) if each["event"] == "unit")
    del events[first_claim - 1 : first_claim + 1]  # the first subscriber with its claim
    text = text_of(document)
    assert re.findall(r"HL[^~]*", text) == ["HL*1**20*1", "HL*2*1*22*1", "HL*3*2*23*0"]
    group = events[1:-2]
    document["events"] = [events[0], *group, *copy.deepcopy(group), *events[-2:]]
    document["events"][1 + len(group)] = {
        "event": "group",
        "segment": [*group[0]["segment"][:6], "102", *group[0]["segment"][7:]],
    }
    document["events"][2 * len(group)]["segment"] = ["GE", "1", "102"]
    document["events"][-2]["segment"][1] = "7"
    assert text_of(document).endswith("GE*1*102~\nIEA*2*000000101~\n")


def test_an_edit_that_breaks_a_rule_is_refused(professional: str) -> None:
    document = json.loads(document_of(professional))
    segments_of(document, "CLM")[0][2] = "151"
    with pytest.raises(x12.UnwritableError) as refused:
        text_of(document)
    assert [each.rule for each in refused.value.findings] == ["X12.3.CLM02"]


@pytest.mark.parametrize("value", ["a*b", "a~b", "a:b", "a^b"])
def test_an_edit_may_not_hold_a_delimiter(professional: str, value: str) -> None:
    document = json.loads(document_of(professional))
    segments_of(document, "REF")[-1][2] = value
    with pytest.raises(x12.UnwritableError) as refused:
        text_of(document)
    assert refused.value.findings[0].rule == "X12.1.DELIMITER"


def test_other_delimiters_may_be_asked_for(professional: str) -> None:
    document = json.loads(document_of(professional))
    marks = {"element": "|", "repetition": "!", "component": ">", "terminator": "'"}
    document["events"][0]["delimiters"] = marks
    text = text_of(document)
    assert x12.check(text).findings == []
    assert "CLM|C-1|150|||11>B>1|Y" in text
    assert "|!|00501|" in text.split("'", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("", "line 1"),
        ("[]", "line 1"),
        ('{"events": [', "line 1"),
        ('{"file": "a",\n"events": [}', "line 2"),
        ('{"events": []}', "format"),
        ('{"format": "cleanclaim-x12-1", "events": []} more', "line 1"),
        ('{"format": "cleanclaim-x12-1", "events": [7]}', "event 1 has an event"),
        (
            '{"format": "cleanclaim-x12-1", "events": [{"event": "group", "segment": [1]}]}',
            "event 1 has a segment",
        ),
        (
            '{"format": "cleanclaim-x12-1", "events": [{"event": "group", "segment": ["A", 1]}]}',
            "event 1 has an element",
        ),
        ('{"events": ' + "[" * 100_000, "line 1"),
        ("\xff", "line 1"),
    ],
)
def test_what_is_no_such_document_is_refused_in_one_line(document: str, words: str) -> None:
    with pytest.raises(x12.UnusableJsonError, match=words) as refused:
        list(x12.from_json(document.encode("latin-1")))
    assert "\n" not in str(refused.value)


def test_a_document_is_read_from_a_stream_too(tmp_path: Path, professional: str) -> None:
    path = tmp_path / "claims.json"
    path.write_text(document_of(professional))
    assert "".join(x12.from_json(path)) == professional
    with path.open("rb") as file:
        assert "".join(x12.from_json(file)) == professional
    claims = tmp_path / "claims.837"
    claims.write_text(professional)
    with claims.open("rb") as file:
        assert "".join(x12.to_json(file)) == document_of(professional)
