"""Read the segments that claims and their lines have in common."""

from collections.abc import Iterable, Iterator

import msgspec

from cleanclaim.claims.coded import Diagnosis, Procedure
from cleanclaim.claims.coordination import Adjustment
from cleanclaim.claims.from_837_parties import read_address
from cleanclaim.claims.model import ClaimDate
from cleanclaim.claims.reading import Reading
from cleanclaim.claims.roles import TRANSPORT_LOOPS
from cleanclaim.claims.segment_layouts import AMBULANCE, NOTE
from cleanclaim.claims.supplements import Ambulance, Note
from cleanclaim.x12 import Loop, Segment


def codes_of(reading: Reading, loop: Loop, *qualifiers: str) -> Iterator[tuple[Segment, int]]:
    """Give segment and element of every health care code (HI) of these kinds, in order."""
    for codes in reading.all(loop, "HI"):
        for element in range(1, len(codes.elements) + 1):
            if codes.get(element, 1) in qualifiers:
                yield codes, element


def read_diagnosis(reading: Reading, codes: Segment, element: int) -> Diagnosis:
    """Read one diagnosis (C022): code, qualifier, and if it was present on admission."""
    return Diagnosis(
        reading.text(codes, element, 2),
        reading.text(codes, element, 1),
        reading.text(codes, element, 9),
    )


def read_procedure(reading: Reading, segment: Segment | None, element: int) -> Procedure:
    """Read qualifier, code, modifiers and description (SV101, SV202, SV301, SVD03)."""
    modifiers = (reading.text(segment, element, part) for part in (3, 4, 5, 6))
    return Procedure(
        code=reading.text(segment, element, 2),
        modifiers=tuple(modifier for modifier in modifiers if modifier),
        qualifier=reading.text(segment, element, 1),
        description=reading.text(segment, element, 7),
    )


def read_dates(reading: Reading, found: Iterable[Segment]) -> tuple[ClaimDate, ...]:
    """Read dates (DTP) with their qualifiers; one that cannot be read is left out."""
    dates = []
    for given in found:
        first, last = reading.days(given)
        if first is not None and last is not None:
            ends_on = last if given.get(2) == "RD8" else None
            dates.append(ClaimDate(reading.text(given, 1), first, ends_on))
    return tuple(dates)


def read_notes(reading: Reading, loop: Loop) -> tuple[str, tuple[Note, ...]]:
    """Read the additional note (the first NTE*ADD), and all others with their kinds."""
    notes = reading.all(loop, "NTE")
    added = next((note for note in notes if note.get(1) == "ADD"), None)
    others = tuple(NOTE.read(reading, note) for note in notes if note is not added)
    return reading.text(added, 2), others


def read_ambulance(reading: Reading, loop: Loop) -> Ambulance | None:
    """Read a transport: the segment (CR1), both ends of the way, and the count of patients."""
    start, end = (loop.child(loop_id) for loop_id in TRANSPORT_LOOPS[loop.id])
    told, count = reading.one(loop, "CR1"), reading.one(loop, "QTY", "PT")
    if told is None and start is None and end is None and count is None:
        return None
    return msgspec.structs.replace(
        Ambulance() if told is None else AMBULANCE.read(reading, told),
        pick_up=None if start is None else read_address(reading, start),
        drop_off=None if end is None else read_address(reading, end),
        drop_off_name=reading.text(reading.one(end, "NM1"), 3),
        patient_count=None if count is None else reading.count(count, 2),
    )


def read_adjustments(reading: Reading, loop: Loop) -> tuple[Adjustment, ...]:
    """Read all triples of reason, amount and quantity of all CAS segments."""
    adjustments = []
    for given in reading.all(loop, "CAS"):
        group = reading.text(given, 1)
        for element in range(2, len(given.elements) + 1, 3):
            if not given.get(element) and not given.get(element + 1):
                continue
            quantity = reading.optional_number(given, element + 2)
            reason, cents = reading.text(given, element), reading.cents(given, element + 1)
            adjustments.append(Adjustment(group, reason, cents, quantity))
    return tuple(adjustments)
