"""Read a claim of a file in full, on its own, to learn from it if it is clean."""

from collections.abc import Callable, Iterator, Sequence

from cleanclaim.x12.checks.judging import dockets_of
from cleanclaim.x12.checks.usual_claims import unusual_claim
from cleanclaim.x12.events import TransactionEnd, Unit
from cleanclaim.x12.reader import read
from cleanclaim.x12.segments import Delimiters, Loop, Segment
from cleanclaim.x12.transactions import ALL_TYPES
from cleanclaim.x12.usual.lessons import Step
from cleanclaim.x12.usual.proving import GATED, PROOF_OF
from cleanclaim.x12.usual.stretch import Stretch

# Tells whether whoever takes the claims finds nothing in one either.
Accepts = Callable[[Unit], bool]
GUIDE = "837P"
# Loops of other payers and what they decided: a usual claim has none of them, so that each check
# of what stands there needs a proof of its own.
_OTHER_PAYERS = ("2320", "2330", "2430")


class Header:
    """What stands above the subscribers of a run: the envelope, the parties, who bills.

    ``bodies`` are the segments from the ISA to the last one of the billing provider, in order,
    ``biller`` is the loop of that provider (2000A).
    """

    def __init__(self, bodies: Sequence[str], marks: Delimiters, biller: Loop) -> None:
        self.marks = marks
        self.biller = biller
        self._bodies = [_numbered(body, marks, 1, "") for body in bodies]

    def text_around(self, bodies: Sequence[str]) -> str:
        """Give the text of a file that holds nothing but this subscriber."""
        mark, told = self.marks.element, [*self._bodies, *_counted(bodies, self.marks)]
        isa, gs, st = (body.split(mark) for body in self._bodies[:3])
        control = st[2] if len(st) > 2 else ""
        told.append(mark.join(["SE", str(len(told) - 1), control]))
        told.append(mark.join(["GE", "1", gs[6] if len(gs) > 6 else ""]))
        told.append(mark.join(["IEA", "1", isa[13] if len(isa) > 13 else ""]))
        return self.marks.terminator.join(told) + self.marks.terminator

    def __len__(self) -> int:
        return len(self._bodies)


def _counted(bodies: Sequence[str], marks: Delimiters) -> Iterator[str]:
    """Give segments with their levels counted anew, the subscriber's from two."""
    level = 1
    for body in bodies:
        if body.startswith("HL" + marks.element):
            level += 1
            yield _numbered(body, marks, level, "1" if level == 2 else "2")
        else:
            yield body


def _numbered(body: str, marks: Delimiters, level: int, parent: str) -> str:
    elements = body.split(marks.element)
    if elements[0] != "HL" or len(elements) < 3:
        return body
    return marks.element.join([elements[0], str(level), parent, *elements[3:]])


def units_of(header: Header, bodies: Sequence[str]) -> list[Unit]:
    """Read the claims of one subscriber; an empty list where anything was found in them."""
    units = []
    for event in read(header.text_around(bodies)):
        if isinstance(event, Unit):
            units.append(event)
            if event.findings:
                return []
        elif isinstance(event, TransactionEnd) and event.findings:
            return []
    return units


def teach(stretch: Stretch, group: int, header: Header, accepts: Accepts) -> None:
    """Let a group of a stretch teach its lessons what it is made of, if nothing is found in it."""
    layout = stretch.layout
    pieces = range(
        layout.group_start[group],
        (*layout.group_start[1:].tolist(), len(layout.piece_start))[group],
    )
    first = int(layout.piece_start[pieces[0]])
    bodies = stretch.bodies_of(group)
    count = len(bodies)
    units = units_of(header, bodies)
    if not units or not all(map(accepts, units)):
        return
    steps = _steps(units, len(header), count)
    if steps is None:
        return
    for piece in pieces:
        start = int(layout.piece_start[piece])
        end = start + int(layout.piece_length[piece])
        skeletons = stretch.atoms.skeleton[start:end].tolist()
        stretch.lessons.learn(
            int(layout.piece_key[piece]), steps[start - first : end - first], skeletons
        )


def _steps(units: Sequence[Unit], before: int, count: int) -> list[Step] | None:
    """Give the steps of all segments behind the header, None where one of them has no place."""
    found: dict[int, Step] = {}
    for unit in units:
        for segment, loop_id, shape in unit.placed():
            if before < segment.position <= before + count:
                asked = _asked(segment, loop_id)
                found[segment.position] = Step(segment, loop_id, shape, asked)
    if len(found) != count:
        return None
    return [found[position] for position in sorted(found)]


def _asked(segment: Segment, loop_id: str) -> int | None:
    """Give which proofs show that no check has anything to say of such a segment."""
    proofs = 0
    apart = loop_id.startswith(_OTHER_PAYERS)
    for docket in dockets_of(GUIDE, ALL_TYPES):
        at = docket.at(loop_id).get(segment.id)
        for check in at(segment) if at is not None else ():
            if check.screening is not None:
                continue  # its codes are looked up one by one
            gated = docket.applies is unusual_claim and not apart
            proof = GATED if gated else PROOF_OF.get(check.rule.id)
            if proof is None:
                return None
            proofs |= proof
    return proofs
