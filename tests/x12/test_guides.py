import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleanclaim import x12
from cleanclaim.x12 import grammar
from cleanclaim.x12.diagnosis import broken_notes, flaws_of
from cleanclaim.x12.patterns import compiled, left_to_ask
from cleanclaim.x12.recognizing import Recognizer
from cleanclaim.x12.segments import Delimiters, Segment


@pytest.mark.parametrize("name", list(x12.GUIDES))
def test_every_segment_of_a_guide_stands_in_the_dictionary(name: str) -> None:
    guide = x12.GUIDES[name]
    entries = grammar.dictionary()
    for loop in guide.root.loops():
        assert loop.children
        assert isinstance(loop.children[0], grammar.SegmentNode)
        for child in loop.children:
            if isinstance(child, grammar.SegmentNode):
                kinds, _ = entries[child.id]
                assert len(child.shape.elements) <= len(kinds)
                compiled(child.shape, Delimiters())


@pytest.mark.parametrize("name", list(x12.GUIDES))
def test_segments_of_one_id_at_one_place_are_told_apart(name: str) -> None:
    for loop in x12.GUIDES[name].root.loops():
        seen: set[tuple[int, str]] = set()
        for child in loop.children[1:]:
            codes = child.trigger.shape.qualifiers[2] or ("",)
            keys = {(child.place, child.trigger.id + code) for code in codes}
            assert not keys & seen, (loop.id, keys & seen)
            seen |= keys


def test_a_guide_is_found_under_its_older_names() -> None:
    assert x12.GUIDES["005010X222"] is x12.GUIDES["005010X222A1"]
    assert x12.GUIDES["005010X279A1/271"].functional == "HB"
    with pytest.raises(KeyError):
        x12.GUIDES["005010X999"]
    assert len(x12.GUIDES) == len(list(x12.GUIDES))


SAMPLES = [
    "NM1*85*2*MAPLE", "NM1*85*2*MAPLE*****XX*1234567893", "NM1*85*3*MAPLE", "NM1*85", "NM1",
    "NM1*85*2*MAPLE*A*B*C", "NM1*85*2*MAPLE*****XX*", "NM1*85*2*MA:PLE", "NM1*85*2*MA^PLE",
    "NM1*85*2**", "NM1*85*2* ", "NM1*85*2*" + "M" * 60, "NM1*85*2*" + "M" * 61, "NM1*85*2*\x01",
]  # fmt: skip


def recognized(shape: grammar.Shape, text: str) -> tuple[bool, bool]:
    """What the pattern (with the notes left to ask) says of a segment, and what diagnosis says."""
    marks = Delimiters()
    name, *elements = text.split("*")
    segment = Segment(name, tuple(elements))
    fast = compiled(shape, marks).fullmatch(text) is not None
    fast = fast and not list(broken_notes(segment, left_to_ask(shape)))
    return fast, not list(flaws_of(segment, shape))


@pytest.mark.parametrize("text", SAMPLES)
def test_pattern_and_diagnosis_agree(text: str) -> None:
    """The fast answer and the slow one never differ."""
    loops = {loop.id: loop for loop in x12.GUIDES["005010X222A1"].root.loops()}
    fast, slow = recognized(loops["2010AA"].trigger.shape, text)
    assert fast == slow


def shapes() -> list[grammar.Shape]:
    """Every shape of every guide."""
    return [
        child.shape
        for name in x12.GUIDES
        for loop in x12.GUIDES[name].root.loops()
        for child in loop.children
        if isinstance(child, grammar.SegmentNode)
    ]


@st.composite
def segments_near(draw: st.DrawFn, shape: grammar.Shape) -> str:
    """A segment of nearly this shape: each element fitting, empty or odd."""
    count = draw(st.integers(0, len(shape.elements) + 1))
    return "*".join([shape.id, *(draw(_near(shape, place)) for place in range(count))])


def _near(shape: grammar.Shape, place: int) -> st.SearchStrategy[str]:
    odd = ["", "", "1", "A", "20260105", "20260230", "D8", "1.5", "X" * 90, "A:B", "A^B", "-"]
    if place < len(shape.elements):
        element = shape.elements[place]
        first = element.parts[0].codes if element.parts else ()
        odd += [*element.codes[:3], *(f"{code}:A" for code in first[:2])]
    return st.sampled_from(odd)


@given(st.data())
@settings(max_examples=1500, suppress_health_check=[HealthCheck.too_slow])
def test_pattern_and_diagnosis_agree_on_every_shape(data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from(shapes()))
    text = data.draw(segments_near(shape))
    fast, slow = recognized(shape, text)
    assert fast == slow, text


def test_a_recognizer_says_the_same_before_and_after_it_has_its_pattern() -> None:
    loops = {loop.id: loop for loop in x12.GUIDES["005010X222A1"].root.loops()}
    recognizer = Recognizer(loops["2010AA"].trigger.shape, Delimiters())
    for _ in range(10):
        assert recognizer.matches("NM1*85*2*MAPLE*****XX*1234567893")
        assert not recognizer.matches("NM1*85*2*MAPLE*****XX")
        assert not recognizer.matches("NM1*85*3*MAPLE")


def test_notes_that_usage_decides_are_dropped() -> None:
    loops = {loop.id: loop for loop in x12.GUIDES["005010X222A1"].root.loops()}
    assert loops["1000A"].trigger.shape.notes == ()
    notes = loops["2010AA"].trigger.shape.notes
    assert [note.letter for note in notes] == ["P"]
    flaws = broken_notes(Segment("NM1", ("85", "2", "M", "", "", "", "", "XX")), notes)
    assert [flaw.element for flaw in flaws] == ["NM109"]
