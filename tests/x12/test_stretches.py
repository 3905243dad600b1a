"""Claims of a file read in stretches are the same as those of the file read at once."""

from collections.abc import Callable, Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from random import Random

import pytest
from benchmarks.x12_files import write_file

from cleanclaim import x12
from cleanclaim.x12 import rules
from cleanclaim.x12.cutting import cut_claims
from cleanclaim.x12.stretches import CutTransaction, read_around, read_stretch

CLAIMS = 40
SPOILT = range(24)


class Told:
    """What a reading gave: claims with all around them, and what was found apart from them."""

    def __init__(self, events: Iterator[x12.Event]) -> None:
        self.claims: list[object] = []
        self.inherited: list[tuple[x12.X12Finding, ...]] = []
        self.loose: list[x12.X12Finding] = []
        self.interchanges = 0
        for event in events:
            self._take(event)
        self.loose.sort(key=lambda each: (each.segment, each.offset, each.rule, each.element))

    def _take(self, event: x12.Event) -> None:
        match event:
            case x12.Unit():
                # That a number comes again is noticed within a stretch.
                own = tuple(x for x in event.own_findings if x.rule != "X12.4.CLAIM_AGAIN")
                self.claims.append((event.loop, event.ancestors, own))
                # What comes too late for a loop is told of the claims behind it by one
                # who reads on, and of none by one who starts there.
                late = (x for x in event.inherited_findings if x.rule != rules.ORDER.id)
                self.inherited.append(tuple(late))
            case x12.InterchangeStart():
                self.interchanges += 1
            case (
                x12.TransactionEnd(findings=found)
                | x12.GroupEnd(findings=found)
                | x12.InterchangeEnd(findings=found)
                | x12.LooseFindings(findings=found)
            ):
                self.loose += found
            case _:
                pass


def in_stretches(path: Path, claims_max: int) -> Iterator[x12.Event]:
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
        for event in read_around(text, cut_claims(text, claims_max)):
            if isinstance(event, CutTransaction):
                for stretch in event.stretches():
                    yield from read_stretch(text, stretch)
            else:
                yield event


def cut(path: Path, claims_max: int) -> list[CutTransaction]:
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
        return cut_claims(text, claims_max)


def same(path: Path, claims_max: int) -> bool:
    whole, parts = Told(x12.read(path)), Told(in_stretches(path, claims_max))
    assert parts.interchanges == whole.interchanges
    assert parts.loose == whole.loose
    assert parts.claims == whole.claims
    return parts.inherited == whole.inherited


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_file("837P", CLAIMS, tmp_path_factory.mktemp("stretches") / "claims").read_text()


@pytest.fixture
def path(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "claims.837"
    path.write_bytes(text.encode("latin-1"))
    return path


VARIANTS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "in lines": lambda text: text.replace("~", "~\n"),
    "CRLF": lambda text: text.replace("~", "~\r\n"),
    "uneven lines": lambda text: text.replace("~HL", "~ \n HL").replace("~SE", "~\n\n\nSE"),
    "two interchanges": lambda text: text + text,
    "other delimiters second": lambda text: text + text.replace("*", "|").replace("~", "\n"),
    "a mark before": lambda text: "\xef\xbb\xbf" + text,
    "text before": lambda text: "HELLO" + text,
    "text between": lambda text: text + "HELLO~" + text,
    "blanks without end": lambda text: text.replace("~HL", "~" + " " * 99 + "HL", 1),
    "no end": lambda text: text[: text.rindex("SE*")],
    "an SE is missing": lambda text: text.replace("~SE*", "~XX*", 1),
    "a GE too early": lambda text: text.replace("~ST*837*0002", "~GE*1*1~ST*837*0002"),
    "a segment without a name": lambda text: text.replace("~CLM*", "~*X~CLM*", 1),
    "wrong counts": lambda text: text.replace("~SE*", "~SE*9").replace("~GE*", "~GE*9"),
    "a control number twice": lambda text: text.replace("*0002", "*0001"),
    "a wrong group": lambda text: text.replace("GS*HC", "GS*HP"),
    "an unknown guide": lambda text: text.replace("005010X222A1", "005010X999"),
    "no other claims": lambda text: text.replace("ST*837", "ST*835", 1),
}


@pytest.mark.parametrize("claims_max", [1, 7, 1000])
@pytest.mark.parametrize("variant", VARIANTS)
def test_stretches_hold_what_the_file_holds(
    path: Path, text: str, variant: str, claims_max: int
) -> None:
    path.write_bytes(VARIANTS[variant](text).encode("latin-1"))
    assert same(path, claims_max)


def spoilt(text: str, dice: Random) -> str:
    """Take some segments out and spoil others, of any sort."""
    segments = text.split("~")
    for _ in range(dice.randrange(1, 12)):
        place = dice.randrange(1, len(segments) - 1)
        match dice.randrange(4):
            case 0:
                del segments[place]
            case 1:
                segments[place] = segments[place].replace("*", "*Z", 1)
            case 2:
                segments.insert(place, segments[dice.randrange(1, len(segments) - 1)])
            case _:
                segments[place] = segments[place][:-1]
    return "~".join(segments)


@pytest.mark.parametrize("seed", SPOILT)
def test_stretches_of_spoilt_files_hold_what_they_hold(path: Path, text: str, seed: int) -> None:
    dice = Random(seed)  # noqa: S311
    path.write_bytes(spoilt(text, dice).encode("latin-1"))
    for claims_max in (3, 1000):
        assert same(path, claims_max)


def test_a_file_is_cut_where_it_can_be(path: Path) -> None:
    (first, second) = cut(path, 5)
    assert first.claims + second.claims == CLAIMS
    stretches = [*first.stretches(), *second.stretches()]
    assert sum(each.claims for each in stretches) == CLAIMS
    assert len(stretches) > 4
    assert [len(each.stretches()) for each in cut(path, 1000)] == [1, 1]


def test_levels_out_of_order_keep_a_large_transaction_whole(path: Path, text: str) -> None:
    path.write_bytes(text.replace("~HL*5*", "~HL*55*", 1).encode())
    assert [len(each.stretches()) for each in cut(path, 1000)] == [1, 1]
    (only,) = cut(path, 5)
    assert only.body.position > 100  # the first one, with the wrong number, is left where it is


@pytest.mark.parametrize("variant", ["text before", "no other claims"])
def test_what_cannot_be_told_apart_is_left(path: Path, text: str, variant: str) -> None:
    path.write_bytes(VARIANTS[variant](text).encode("latin-1"))
    assert len(cut(path, 5)) < 2


def test_what_is_wrong_with_one_subscriber_is_told_of_their_claims_only(text: str) -> None:
    """A wrong birth date once stood under every claim behind it in the transaction."""
    found = [
        [each.rule for each in event.findings]
        for event in x12.read(text.replace("~DMG*D8*", "~DMG*D9*", 1))
        if isinstance(event, x12.Unit)
    ]
    with_findings = [place for place, rules_found in enumerate(found) if rules_found]
    assert with_findings
    assert with_findings[0] == 0
    assert len(with_findings) < CLAIMS / 2
