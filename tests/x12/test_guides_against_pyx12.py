"""Our guide tables say what pyx12's maps say, but for differences explained one by one.

The explanations of a guide stand in ``pyx12_differences/<guide>.txt``: the place, what ours and
what pyx12's says there, and why ours stands; in the first three "*" is any text and "?" any
character. A line that explains nothing any more must go.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from cleanclaim.x12 import grammar
from cleanclaim.x12.grammar import Element, LoopNode, SegmentNode, Shape, read_guide
from x12.guide_differences import Difference, differences
from x12.pyx12_maps import read_map

pytest.importorskip("pyx12")

MAPS = {
    "837P": "837.5010.X222.A1.xml",
    "837I": "837Q3.I.5010.X223.A1.v2.xml",
    "835": "835.5010.X221.A1.v2.xml",
    "834": "834.5010.X220.A1.v2.xml",
    "820": "820.5010.X218.v2.xml",
    "999": "999.5010X231.A1.xml",
    "277": "277.5010.X212.xml",
    "277CA": "277.5010.X214.xml",
}
FOLDER = Path(__file__).parent / "pyx12_differences"
TABLES = Path(grammar.__file__).parent / "guides"


class Explanation(NamedTuple):
    """One line of an explanations file."""

    place: str
    ours: str
    theirs: str
    reason: str

    def covers(self, difference: Difference) -> bool:
        """Tell whether the line explains this difference."""
        said = (difference.place, difference.ours, difference.theirs)
        return all(map(_fits, (self.place, self.ours, self.theirs), said))


def _fits(pattern: str, text: str) -> bool:
    form = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(form, text) is not None


def explanations(text: str) -> list[Explanation]:
    """Read an explanations file."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [Explanation(*(word.strip() for word in line.split(" | "))) for line in lines]


def unexplained(
    found: set[Difference], told: list[Explanation]
) -> tuple[list[Difference], list[Explanation]]:
    """Give the differences that no line explains and the lines that explain no difference."""
    open_ones = sorted(each for each in found if not any(line.covers(each) for line in told))
    idle = [line for line in told if not any(line.covers(each) for each in found)]
    return open_ones, idle


@pytest.mark.parametrize("guide", list(MAPS))
def test_a_guide_says_what_pyx12_says(guide: str) -> None:
    told = FOLDER / f"{guide}.txt"
    if not (TABLES / f"{guide}.txt").exists():
        pytest.skip(f"there is no table of {guide} yet")
    if not told.exists():
        pytest.skip(f"the differences of {guide} are not explained yet")
    found = differences(read_guide(f"{guide}.txt").root, read_map(MAPS[guide]))
    assert unexplained(found, explanations(told.read_text("utf-8"))) == ([], [])


def test_every_explanation_gives_a_reason_of_a_guide_we_compare() -> None:
    for path in FOLDER.iterdir():
        assert path.stem in MAPS
        assert all(line.reason for line in explanations(path.read_text("utf-8")))


def tree(*words: tuple[str, str, int, tuple[str, ...]]) -> LoopNode:
    """Make a loop 2300 of segments (id, usage, repeat, codes of the first element)."""
    loop = LoopNode("2300", "R", 1)
    for segment_id, usage, repeat, codes in words:
        shape = Shape(segment_id, (Element("R", None, codes), Element("S")), (), 2)
        loop.children.append(SegmentNode(shape, usage, repeat))
    return loop


CLAIM = ("CLM", "R", 1, ())
DATES = ("DTP", "S", 1, ("431",))


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ((CLAIM, DATES), (CLAIM, DATES), set()),
        ((CLAIM,), (CLAIM, DATES), {Difference("2300/DTP(431)", "-", "S1")}),
        ((CLAIM, DATES), (CLAIM,), {Difference("2300/DTP(431)", "S1", "-")}),
        ((CLAIM,), (("CLM", "S", 1, ()),), {Difference("2300/CLM", "R1", "S1")}),
        ((DATES,), (("DTP", "S", 0, ("431",)),), {Difference("2300/DTP(431)", "S1", "S>")}),
        (
            (DATES,),
            (("DTP", "S", 1, ("431", "454")),),
            {Difference("2300/DTP(431)01", "R=431", "R=431,454")},
        ),
    ],
)
def test_a_difference_is_seen(
    ours: tuple[tuple[str, str, int, tuple[str, ...]], ...],
    theirs: tuple[tuple[str, str, int, tuple[str, ...]], ...],
    found: set[Difference],
) -> None:
    assert differences(tree(*ours), tree(*theirs)) == found


def test_a_difference_without_a_reason_and_a_reason_without_a_difference_fail() -> None:
    found = {Difference("2300/CLM", "R1", "S1"), Difference("2300/HI", "R1", "S1")}
    told = explanations("2300/CL* | R1 | S1 | because\n2300/DTP | R1 | S1 | because\n")
    assert unexplained(found, told) == ([Difference("2300/HI", "R1", "S1")], [told[1]])


@pytest.mark.parametrize(("name", "lines"), [("837P", 50), ("837I", 999)])
def test_a_loop_gone_from_a_whole_guide_is_seen(name: str, lines: int) -> None:
    theirs = read_map(MAPS[name])
    before = differences(read_guide(f"{name}.txt").root, theirs)
    claim = next(loop for loop in theirs.loops() if loop.id == "2300")
    claim.children.pop()
    after = differences(read_guide(f"{name}.txt").root, theirs)
    assert after - before == {Difference("2300/[2400]", f"[2400] R{lines}", "-")}
