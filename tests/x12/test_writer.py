import io
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim import x12
from cleanclaim.x12 import Loop, Segment, loop, segment
from cleanclaim.x12.checks.examples import CLEAN

GUIDE = "005010X222A1"
ENVELOPE = x12.Envelope("MAPLEBILLING", "NORTHPAYER", 7, datetime(2026, 1, 5, 12))  # noqa: DTZ001
NAMES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ '-.", min_size=1, max_size=20).map(
    lambda text: f"X{text}".rstrip() + "X"
)
PERSON = (
    segment("N3", "2 LAKE ROAD"),
    segment("N4", "SPRINGFIELD", "IL", "62701"),
    segment("DMG", "D8", "20150315", "F"),
)
AMOUNTS = st.integers(1, 99_999)


@st.composite
def claims(draw: st.DrawFn) -> Loop:
    amounts = draw(st.lists(AMOUNTS, min_size=1, max_size=4))
    lines = [
        loop(
            "2400",
            segment("LX", str(number)),
            segment(
                "SV1",
                ("HC", "99213", *draw(st.just(()) | st.just(("25",)))),
                str(amount),
                "UN",
                "1",
                "",
                "",
                ("1",),
            ),
            segment("DTP", "472", "D8", "20260102"),
            draw(st.none() | st.just(segment("NTE", "ADD", "NOTE"))),
        )
        for number, amount in enumerate(amounts, 1)
    ]
    return loop(
        "2300",
        segment(
            "CLM", draw(NAMES), str(sum(amounts)), "", "", ("11", "B", "1"), "Y", "A", "Y", "Y"
        ),
        draw(st.none() | st.just(segment("REF", "G1", "AUTH"))),
        segment("HI", ("ABK", "E119")),
        draw(st.none() | st.just(loop("2310B", person("82", "BIRCH", "1245319599")))),
        *lines,
    )


def person(role: str, last: str, npi: str) -> Segment:
    return segment("NM1", role, "1", last, "ANNA", "", "", "", "XX", npi)


@st.composite
def subscribers(draw: st.DrawFn) -> Loop:
    own = draw(st.lists(claims(), max_size=2))
    dependants = [] if own else draw(st.lists(claims(), min_size=1, max_size=2))
    return loop(
        "2000B",
        segment("HL", "", "", "22"),
        segment("SBR", "P", "18" if own else "", "", "", "", "", "", "", "CI"),
        insured(draw(NAMES)),
        loop("2010BB", segment("NM1", "PR", "2", "PAYER", "", "", "", "", "PI", "NP001")),
        *own,
        *(dependant(each) for each in dependants),
    )


def insured(name: str) -> Loop:
    return loop(
        "2010BA",
        segment("NM1", "IL", "1", name, "", "", "", "", "MI", "M1"),
        segment("N3", "9 OAK LANE"),
        segment("N4", "SPRINGFIELD", "IL", "62701"),
        segment("DMG", "D8", "19800229", "F"),
    )


def dependant(claim: Loop) -> Loop:
    return loop(
        "2000C",
        segment("HL", "", "", "23"),
        segment("PAT", "19"),
        loop("2010CA", segment("NM1", "QC", "1", "POND", "MIA"), *PERSON),
        claim,
    )


def body(levels: list[Loop]) -> Loop:
    return loop(
        "ST",
        segment("ST", "837", "", GUIDE),
        segment("BHT", "0019", "00", "B-1", "20260105", "1200", "CH"),
        loop(
            "1000A",
            segment("NM1", "41", "2", "MAPLE", "", "", "", "", "46", "M1"),
            segment("PER", "IC", "DANA", "TE", "5555550100"),
        ),
        loop("1000B", segment("NM1", "40", "2", "NORTH", "", "", "", "", "46", "NP001")),
        loop(
            "2000A",
            segment("HL", "", "", "20"),
            loop(
                "2010AA",
                segment("NM1", "85", "2", "MAPLE", "", "", "", "", "XX", "1234567893"),
                segment("N3", "1 ELM STREET"),
                segment("N4", "SPRINGFIELD", "IL", "627010000"),
                segment("REF", "EI", "123456789"),
            ),
            *levels,
        ),
    )


def claims_within(tree: Loop) -> list[Loop]:
    found = [tree] if tree.id == "2300" else []
    return found + [claim for child in tree.loops for claim in claims_within(child)]


@settings(deadline=None)
@given(
    st.lists(subscribers(), min_size=1, max_size=3),
    st.sampled_from([x12.Delimiters(), x12.Delimiters("|", "!", ">", "\n")]),
)
def test_what_is_written_is_read_back_the_same(levels: list[Loop], marks: x12.Delimiters) -> None:
    tree = body(levels)
    envelope = x12.Envelope("MAPLEBILLING", "NORTHPAYER", 7, ENVELOPE.created_at, delimiters=marks)
    text = x12.write(envelope, GUIDE, [tree, tree])
    read = [event.loop for event in x12.read(text) if isinstance(event, x12.Unit)]
    assert read == claims_within(tree) * 2
    assert x12.copy(text) == text
    # Claims of one number are worth a look, no more.
    assert {each.rule for each in x12.check(text).findings} <= {"X12.4.CLAIM_AGAIN"}


def subscriber(claim: Loop) -> Loop:
    return loop(
        "2000B",
        segment("HL", "", "", "22"),
        segment("SBR", "P", "18" if claim.id == "2300" else "", "", "", "", "", "", "", "CI"),
        insured("ISAAC"),
        loop("2010BB", segment("NM1", "PR", "2", "PAYER", "", "", "", "", "PI", "NP001")),
        claim,
    )


def claim(total: str, note: str = "NOTE") -> Loop:
    return loop(
        "2300",
        segment("CLM", "C-1", total, "", "", ("11", "B", "1"), "Y", "A", "Y", "Y"),
        segment("NTE", "ADD", note),
        segment("HI", ("ABK", "E119")),
        loop(
            "2400",
            segment("LX", "1"),
            segment("SV1", ("HC", "99213"), "100", "UN", "1", "", "", ("1",)),
            segment("DTP", "472", "D8", "20260102"),
        ),
    )


def test_levels_are_counted_and_linked() -> None:
    levels = [subscriber(claim("100")), subscriber(dependant(claim("100")))]
    text = x12.write(ENVELOPE, GUIDE, [body(levels)])
    assert [line for line in text.split("~") if line.startswith("HL")] == [
        "HL*1**20*1",
        "HL*2*1*22*0",
        "HL*3*1*22*1",
        "HL*4*3*23*0",
    ]
    assert "SE*43*0001~GE*1*7~IEA*1*000000007~" in text


def test_what_would_not_pass_is_not_written() -> None:
    with pytest.raises(x12.UnwritableError) as refused:
        x12.write(ENVELOPE, GUIDE, [body([subscriber(claim("101"))])])
    assert [each.rule for each in refused.value.findings] == ["X12.3.CLM02"]


@pytest.mark.parametrize("note", ["a*b", "a~b", "a:b", "a^b"])
def test_a_value_with_a_delimiter_is_refused(note: str) -> None:
    with pytest.raises(x12.UnwritableError):
        x12.write(ENVELOPE, GUIDE, [body([subscriber(claim("100", note))])])


def test_a_value_with_a_delimiter_of_this_interchange_is_refused() -> None:
    marks = x12.Delimiters("|", "!", ">", "\n")
    envelope = x12.Envelope("MAPLEBILLING", "NORTHPAYER", 7, ENVELOPE.created_at, delimiters=marks)
    with pytest.raises(x12.UnwritableError) as refused:
        x12.write(envelope, GUIDE, [body([subscriber(claim("100", "a>b"))])])
    assert refused.value.findings[0].rule == "X12.1.DELIMITER"


def test_an_unknown_guide_is_refused() -> None:
    with pytest.raises(x12.UnwritableError):
        x12.write(ENVELOPE, "005010X999", [body([subscriber(claim("100"))])])


def test_a_file_is_written_as_a_text_is() -> None:
    levels = [subscriber(claim("100")), subscriber(dependant(claim("100")))]
    into = io.BytesIO()
    x12.write_file(into, ENVELOPE, GUIDE, (body(levels) for _ in range(3)))
    assert into.getvalue().decode() == x12.write(ENVELOPE, GUIDE, [body(levels)] * 3)
    with pytest.raises(x12.UnwritableError):
        x12.write_file(io.BytesIO(), ENVELOPE, GUIDE, [body([subscriber(claim("101"))])])


def test_a_transaction_may_be_given_as_its_segments() -> None:
    tree = body([subscriber(claim("100"))])
    text = x12.write(ENVELOPE, GUIDE, [tree])
    inside = [each for each in x12.tokenize(text) if each.id not in {"ISA", "GS", "GE", "IEA"}]
    unnumbered = [
        segment("HL", "", "", each.get(3)) if each.id == "HL" else each for each in inside
    ]
    assert x12.write(ENVELOPE, GUIDE, [iter(unnumbered)]) == text


@pytest.mark.parametrize("note", ["A:B", "C*D~E^F", "|!><@+`:*^~"])
def test_free_delimiters_do_not_clash_with_what_is_written(note: str) -> None:
    marks = x12.free_delimiters([note, "MAPLE"])
    envelope = x12.Envelope("MAPLEBILLING", "NORTHPAYER", 7, ENVELOPE.created_at, delimiters=marks)
    text = x12.write(envelope, GUIDE, [body([subscriber(claim("100", note))])])
    (unit,) = [event for event in x12.read(text) if isinstance(event, x12.Unit)]
    found = unit.loop.find("NTE")
    assert found is not None
    assert found.get(2) == note
    assert found == segment("NTE", "ADD", note)


def test_the_usual_delimiters_are_taken_where_they_are_free() -> None:
    assert x12.free_delimiters(["MAPLE", "NORTH"]) == x12.Delimiters()
    assert x12.free_delimiters([]) == x12.Delimiters()
    assert x12.free_delimiters(["A|B>C", ":"]) == x12.Delimiters(component="!")
    with pytest.raises(x12.UnwritableError):
        x12.free_delimiters(map(chr, range(256)))


def whole(text: str) -> list[Loop]:
    """Build the loop of each transaction from where its segments stand."""
    transactions: list[Loop] = []
    known: dict[tuple[tuple[str, int], ...], Loop] = {}
    for here in x12.placed(text):
        path = tuple((each.id, each.begins_at) for each in here.spot.loops)
        for depth in range(1, len(path) + 1):
            if path[:depth] not in known:
                known[path[:depth]] = loop(path[depth - 1][0])
                if path[depth - 1][0] == "ST":
                    transactions.append(known[path[:depth]])
                else:
                    outer = known[path[: depth - 1]] if depth > 1 else transactions[-1]
                    outer.loops.append(known[path[:depth]])
        if path:
            known[path].segments.append(here.segment)
    return transactions


@pytest.mark.parametrize("guide", list(CLEAN))
def test_every_guide_is_written_from_its_loops(guide: str) -> None:
    text = CLEAN[guide].text().replace("\n", "")
    version = text.split("~")[1].split("*")[8]
    written = x12.write(ENVELOPE, version, whole(text))
    assert (
        written[written.index("ST*") : written.index("GE*")]
        == (text[text.index("ST*") : text.index("GE*")])
    )
