import pytest

from cleanclaim import x12
from cleanclaim.x12 import grammar
from cleanclaim.x12.diagnosis import broken_notes, diagnose
from cleanclaim.x12.patterns import compiled
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


@pytest.mark.parametrize("text", SAMPLES)
def test_pattern_and_diagnosis_agree(text: str) -> None:
    """The fast answer and the slow one never differ."""
    loops = {loop.id: loop for loop in x12.GUIDES["005010X222A1"].root.loops()}
    shape = loops["2010AA"].trigger.shape
    name, *elements = text.split("*")
    fast = compiled(shape, Delimiters()).fullmatch(text + "~") is not None
    slow = not list(diagnose(Segment(name, tuple(elements)), shape))
    assert fast == slow


def test_notes_that_usage_decides_are_dropped() -> None:
    loops = {loop.id: loop for loop in x12.GUIDES["005010X222A1"].root.loops()}
    assert loops["1000A"].trigger.shape.notes == ()
    notes = loops["2010AA"].trigger.shape.notes
    assert [note.letter for note in notes] == ["P"]
    flaws = broken_notes(Segment("NM1", ("85", "2", "M", "", "", "", "", "XX")), notes)
    assert [flaw.element for flaw in flaws] == ["NM109"]
