import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim import x12
from cleanclaim.x12.tokens import read_delimiters


def ids(source: x12.Source) -> list[str]:
    """The ids of what is there, without the blank rest of a text."""
    return [each.id for each in x12.tokenize(source) if each.raw.strip()]


def test_a_segment_knows_its_elements_its_place_and_its_byte(professional: str) -> None:
    segments = list(x12.tokenize(professional))
    claim = next(each for each in segments if each.id == "CLM")
    assert (claim.get(2), claim.get(5), claim.get(5, 3), claim.get(99)) == (
        "150",
        "11:B:1",
        "1",
        "",
    )
    assert claim.components(5) == ("11", "B", "1")
    assert claim.position == 21
    assert professional[claim.offset :].startswith("CLM*C-1")


def test_repetitions_are_split_by_the_announced_separator() -> None:
    text = (
        "ISA|00|          |00|          |ZZ|A              |ZZ|B              "
        "|260105|1200|!|00501|000000001|0|T|>\nEQ|30!98>2\n"
    )
    segments = list(x12.tokenize(text))
    assert segments[1].repeats(1) == ("30", "98>2")
    assert segments[0].delimiters == x12.Delimiters("|", "!", ">", "\n")


@pytest.mark.parametrize(
    "form",
    [
        lambda text: text,
        lambda text: text.encode(),
        lambda text: io.BytesIO(text.encode()),
    ],
)
def test_every_kind_of_source_gives_the_same(professional: str, form: object) -> None:
    assert callable(form)
    assert x12.copy(form(professional)) == professional


def test_a_path_is_read_in_chunks_and_nothing_is_lost(tmp_path: Path, professional: str) -> None:
    path = tmp_path / "large.x12"
    path.write_text(professional * 60)
    assert x12.copy(path) == professional * 60
    assert len(ids(path)) == 60 * len(ids(professional))


@pytest.mark.parametrize("before", ["\ufeff", "\n \r\n", "\xef\xbb\xbf"])
def test_marks_and_blanks_before_an_interchange_are_passed_over(
    professional: str, before: str
) -> None:
    assert ids(before + professional)[0] == "ISA"
    assert x12.copy(before + professional) == before + professional


def test_delimiters_are_taken_anew_from_every_interchange(professional: str) -> None:
    other = professional.translate(str.maketrans("*:~^", "|>!%"))
    assert ids(professional + other) == ids(professional) * 2


def test_text_without_an_interchange_comes_as_loose_text() -> None:
    assert set(ids("hello, this is no X12")) == {""}
    assert ids("") == []


def test_a_missing_last_terminator_loses_nothing() -> None:
    text = (
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              "
        "*260105*1200*^*00501*000000001*0*T*:~IEA*0*000000001"
    )
    assert ids(text) == ["ISA", "IEA"]


@pytest.mark.parametrize("text", ["ISA", "ISA*00*1", "", "ISA*" + "x*" * 15 + ":A"])
def test_delimiters_that_cannot_be_told_are_none(text: str) -> None:
    assert read_delimiters(text) is None


@given(st.binary(max_size=400))
def test_any_bytes_come_back_from_their_segments(data: bytes) -> None:
    assert x12.copy(data) == data.decode("latin-1")
