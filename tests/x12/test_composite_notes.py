"""Notes that bind the components of one composite: a date and the form it is said to have."""

import itertools

import pytest

from cleanclaim import x12
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.diagnosis import diagnose
from cleanclaim.x12.grammar import Element, Kind, Note, Shape
from cleanclaim.x12.patterns import compiled
from cleanclaim.x12.segments import Delimiters, Segment

OLD = "HI*BBR:4A023N7:D8:20260113"


@pytest.mark.parametrize(
    ("new", "found"),
    [
        ("HI*BBR:4A023N7:D8:20260116", []),
        ("HI*BBR:4A023N7:D8:20260132", [("X12.1.DATE", "HI01-04")]),
        ("HI*BBR:4A023N7:D8", [("X12.2.ELEMENT_MISSING", "HI01-04")]),
    ],
)
def test_the_day_of_a_procedure_is_a_day(new: str, found: list[tuple[str, str]]) -> None:
    findings = x12.check(but("837I", (OLD, new)).text()).findings
    assert [(each.rule, each.element) for each in findings] == found


def test_pattern_and_diagnosis_agree_where_the_pair_may_be_left_out() -> None:
    kind = Kind("AN", 1, 35)
    parts = (
        Element("R", kind),
        Element("S", kind, ("D8", "RD8", "ZZ")),
        Element("S", kind),
        Element("S", kind),
    )
    composite = Element("R", None, (), parts, 2, (Note("P", (2, 3)), Note("F", (2, 3))))
    shape = Shape("HI", (composite,), (), 12)
    values = ["", "A", "D8", "RD8", "ZZ", "20260101", "20260101-20260102", "20269999"]
    refused = 0
    for size in range(1, 5):
        for parts_given in itertools.product(["A", ""], *[values] * (size - 1)):
            text = ":".join(parts_given)
            for element in (text, f"{text}^A:D8:20260101", f"{text}^A:D8:2026"):
                fast = compiled(shape, Delimiters()).fullmatch(f"HI*{element}") is not None
                slow = not list(diagnose(Segment("HI", (element,)), shape))
                assert fast == slow, element
                refused += not slow
    assert refused
