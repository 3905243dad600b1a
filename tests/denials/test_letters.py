"""What a letter claims is attached, and a passage supports a code only by its title's words."""

from cleanclaim.denials.arguments import Attachment, EvidenceKind, Grievance, argue
from cleanclaim.denials.causes import Cause
from cleanclaim.denials.patterns import Refused, find_patterns
from cleanclaim.denials.support import find_support

NOTE = (
    "Type 2 diabetes with high blood sugars for a month. Home readings fine.\n"
    "Assessment: hyperglycemia; hypertension. Plan: raise metformin."
)


def grievance(cause: Cause) -> Grievance:
    return Grievance(cause, "CO-29", "$10.00", "May 4, 2026", 1, "first appeal")


def test_proof_of_filing_is_claimed_only_where_it_is_attached() -> None:
    proof = Attachment(EvidenceKind.ACKNOWLEDGEMENT, "277CA", "file 1", "ST*277*1")
    with_proof = " ".join(argue(grievance(Cause.TIMELY), [proof]))
    assert "filed in time" in with_proof
    assert "Attachment 1" in with_proof
    without = " ".join(argue(grievance(Cause.TIMELY), []))
    assert "filed in time" not in without
    assert "Attachment" not in without
    assert "filed in time" not in " ".join(argue(grievance(Cause.CODING), [proof]))


def test_a_passage_is_the_sentence_with_the_titles_words_and_else_none() -> None:
    titles = {
        "E1165": "Type 2 diabetes mellitus with hyperglycemia",
        "I10": "Essential (primary) hypertension",
        "S7200": "Fracture of neck of femur",
    }
    found = {p.code: NOTE[p.start : p.end] for p in find_support(NOTE, titles)}
    assert found["I10"] == "hypertension."
    assert found["E1165"].startswith(("Type 2 diabetes", "Assessment: hyperglycemia"))
    assert "S7200" not in found
    assert find_support("", titles) == ()


def test_three_denials_alike_are_a_pattern_and_two_are_none() -> None:
    one = Refused(1, "CO", "4", "", "20610", "", "11", "coding", 10_000)
    other = Refused(1, "CO", "4", "", "20610", "RT", "11", "coding", 10_000)
    whole = Refused(1, "CO", "4", "", "", "", "11", "coding", 10_000)
    (found,) = find_patterns([one, one, one, other, other, whole, whole, whole])
    assert (found.code, found.modifiers, found.denials, found.cents) == ("20610", "", 3, 30_000)
