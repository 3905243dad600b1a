from cleanclaim import x12
from cleanclaim.x12 import loop, segment


def test_empty_ends_are_left_out() -> None:
    built = segment("SV1", ("HC", "99213", "", ""), "100", "", [("a", "b"), "c"], "", "")
    assert built.elements == ("HC:99213", "100", "", "a:b^c")


def test_the_same_words_are_equal_whatever_separates_them() -> None:
    marks = x12.Delimiters("|", "!", ">", "\n")
    assert segment("CLM", "1", ("11", "B")) == x12.Segment("CLM", ("1", "11>B"), delimiters=marks)
    assert segment("CLM", "1") != segment("CLM", "2")


def test_a_loop_finds_by_id_and_qualifier() -> None:
    claim = loop(
        "2300",
        segment("CLM", "1"),
        None,
        segment("REF", "G1", "a"),
        segment("REF", "F8", "b"),
        loop("2400", segment("LX", "1")),
        loop("2400", segment("LX", "2")),
    )
    found = claim.find("REF", "F8", "EA")
    assert found is not None
    assert found.get(2) == "b"
    assert claim.find("REF", "EA") is None
    assert len(claim.find_all("REF")) == 2
    assert [each.segments[0].get(1) for each in claim.children("2400")] == ["1", "2"]
    assert claim.child("2310A") is None


def test_a_segment_written_with_other_delimiters_says_the_same() -> None:
    marks = x12.Delimiters("|", "!", ">", "\n")
    assert segment("EQ", ["30", "98"], ("HC", "99213")).text(marks) == "EQ|30!98|HC>99213"
