"""What several checks of claims look up: the payer, the patient, lines, procedures and days."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

import msgspec

from cleanclaim.x12.checks.registry import Broken, Scope
from cleanclaim.x12.segments import Loop, Segment

_NO_SEGMENT = Segment("")
# The guide advises at most this many claims a transaction; beyond, memory of them would grow.
_CLAIMS_REMEMBERED = 5000
_NO_LOOP = Loop("")
# How claims to Medicare's Part A and B are filed (SBR09).
MEDICARE = ("MA", "MB")

# Where the three kinds of service line say their procedure and their charge (SV1, SV2, SV3).
PROCEDURE_PLACES = {"SV1": 1, "SV2": 2, "SV3": 1}
SERVICES = tuple(PROCEDURE_PLACES)


class Service(msgspec.Struct, frozen=True, gc=False):
    """A service line: its loop, its SV1, SV2 or SV3, and its procedure ("" where it has none)."""

    line: Loop
    segment: Segment
    procedure: str

    @property
    def modifiers(self) -> tuple[str, ...]:
        """Give the modifiers of the procedure."""
        return self.segment.components(PROCEDURE_PLACES[self.segment.id])[2:6]


def subscriber(scope: Scope) -> Segment:
    """Give the subscriber's SBR (2000B); an empty segment where there is none."""
    level = scope.above("2000B")
    return (level.find("SBR") if level else None) or _NO_SEGMENT


def filing(scope: Scope) -> str:
    """Give the claim filing code of the payer this claim goes to (SBR09, 2000B)."""
    return scope.once(subscriber).get(9)


def patient(scope: Scope) -> Loop:
    """Give the loop that names the patient: 2010CA, or 2010BA where it is the subscriber."""
    for level_id, name_id in (("2000C", "2010CA"), ("2000B", "2010BA")):
        level = scope.above(level_id)
        if level is not None:
            return level.child(name_id) or _NO_LOOP
    return _NO_LOOP


def billing(scope: Scope) -> Segment:
    """Give the name of the billing provider (2010AA); an empty segment where there is none."""
    return scope.about("2000A", _billing_name, _NO_SEGMENT)


def _billing_name(level: Loop) -> Segment:
    return name_in(level, "2010AA")


def name_in(loop: Loop, child_id: str) -> Segment:
    """Give the NM1 that opens a loop inside; an empty segment where there is none."""
    child = loop.child(child_id)
    return (child.find("NM1") if child else None) or _NO_SEGMENT


def created_on(scope: Scope) -> str:
    """Give the day on which the transaction was made (BHT04) as YYYYMMDD, "" where not told."""
    return scope.about("ST", _beginning_day, "")


def _beginning_day(header: Loop) -> str:
    beginning = header.find("BHT")
    return day(beginning.get(4)) if beginning else ""


def first_of_its_number(scope: Scope, number: str) -> bool:
    """Tell whether no claim before in the transaction had this number (CLM01), and remember it."""
    keys = new_numbers(scope.tally, [number])
    remember(scope.tally, keys)
    return bool(keys)


def new_numbers(tally: dict[str, int], numbers: Sequence[str]) -> list[str]:
    """Give what to remember of claims by these numbers, up to the first that came before."""
    found: dict[str, None] = {}
    for number in numbers:
        key = f"CLM01 {number}"
        if key in tally or key in found:
            break
        found[key] = None
    return list(found)


def remember(tally: dict[str, int], keys: Sequence[str]) -> None:
    """Remember numbers of claims, as far as they are remembered at all."""
    room = _CLAIMS_REMEMBERED - len(tally)
    if room > 0:
        tally.update(dict.fromkeys(keys[:room], 1))


class Glance(msgspec.Struct, gc=False):
    """What the lines of a claim say that many checks ask for, gathered in one pass.

    ``periods`` are those of the days of service (DTP*472), ``controls`` the line control
    numbers (REF*6R).
    """

    lines: list[Loop] = []
    services: list[Service] = []
    periods: list[Segment] = []
    controls: list[Segment] = []


def glance(scope: Scope) -> Glance:
    """Look once over the lines of the claim."""
    seen = Glance()
    for line in scope.unit.loops:
        if line.id != "2400":
            continue
        seen.lines.append(line)
        for segment in line.segments:
            place = PROCEDURE_PLACES.get(segment.id)
            if place is not None:
                seen.services.append(Service(line, segment, _procedure(segment, place)))
            elif segment.id == "DTP":
                if segment.elements[:1] == ("472",):
                    seen.periods.append(segment)
            elif segment.id == "REF" and segment.elements[:1] == ("6R",):
                seen.controls.append(segment)
    return seen


def _procedure(service: Segment, place: int) -> str:
    elements = service.elements
    composite = elements[place - 1] if len(elements) >= place else ""
    return _second(composite, service.delimiters.component)


@lru_cache(maxsize=4096)
def _second(composite: str, mark: str) -> str:
    parts = composite.split(mark, 2)
    return parts[1] if len(parts) > 1 else ""


def lines(scope: Scope) -> list[Loop]:
    """Give the service lines of the claim (2400)."""
    return scope.once(glance).lines


def services(scope: Scope) -> list[Service]:
    """Give the services of the claim in order."""
    return scope.once(glance).services


def other_payers(scope: Scope) -> Mapping[str, Loop]:
    """Give the other payers of the claim (2320) by their identifiers (2330B NM109)."""
    return {
        name_in(other, "2330B").get(9): other for other in reversed(scope.unit.children("2320"))
    }


def judged_lines(scope: Scope, payer: str) -> list[Loop]:
    """Give what another payer said of the lines of this claim (2430)."""
    return [
        judged
        for line in scope.once(lines)
        for judged in line.children("2430")
        if (decision := judged.opener).id == "SVD" and decision.get(1) == payer
    ]


def strangers(scope: Scope) -> bool:
    """Tell whether lines were decided by a payer that the claim does not name (2330B)."""
    known = scope.once(other_payers)
    return any(
        judged.opener.get(1) not in known and judged.opener.id == "SVD"
        for line in scope.once(lines)
        for judged in line.children("2430")
    )


def service_span(scope: Scope) -> tuple[str, str]:
    """Give the first and the last day of service as YYYYMMDD, "" where the claim tells none.

    They stand on the lines and, of institutional and dental claims, on the claim (434, 472).
    """
    told = scope.once(glance).periods
    whole = scope.unit.find("DTP", "434", "472")
    texts = [each.get(3) for each in (told if whole is None else [whole, *told])]
    first = min([text[:8] for text in texts if text], default="")
    last = max([text[9:17] or text[:8] for text in texts], default="")
    return day(first), day(last)


def period(told: Segment) -> tuple[str, str]:
    """Give the first and last day of a DTP as YYYYMMDD, the same one where it names one."""
    text = told.get(3)
    return day(text[:8]), day(text[9:17] or text[:8])


@lru_cache(maxsize=4096)
@lru_cache(maxsize=8192)
def day(text: str) -> str:
    """Give the day at the beginning of a text as YYYYMMDD, "" where it begins with none.

    What is no day is reported by its type; no day is compared with it.
    """
    try:
        date.fromisoformat(text[:8])
    except ValueError:
        return ""
    return text[:8] if text[:8].isdecimal() else ""


def bill_type(scope: Scope) -> tuple[str, str]:
    """Give the type of bill of an institutional claim: facility (CLM05-1) and frequency."""
    claim = scope.unit.find("CLM") or _NO_SEGMENT
    return claim.get(5, 1), claim.get(5, 3)


def place_of_service(scope: Scope) -> str:
    """Give the place of service of a professional or dental claim (CLM05-1)."""
    return scope.once(bill_type)[0]


def coded(scope: Scope, *qualifiers: str) -> Iterator[tuple[Segment, int]]:
    """Give the places of HI of the claim that have one of the qualifiers: segment and element."""
    for segment in scope.unit.segments:
        if segment.id == "HI":
            mark = segment.delimiters.component
            for place, text in enumerate(segment.elements, 1):
                if text.partition(mark)[0] in qualifiers:
                    yield segment, place


def codes(scope: Scope, *qualifiers: str) -> list[str]:
    """Give the codes in HI of the claim under these qualifiers."""
    return [segment.get(place, 2) for segment, place in coded(scope, *qualifiers)]


def missing(loop: Loop, segment_id: str) -> tuple[Broken, ...]:
    """Say at the head of a loop that a segment is missing in it."""
    return (Broken(segment_id, loop.segments[0] if loop.segments else None, loop.id),)


@lru_cache(maxsize=4096)
def kind_of(procedure: str) -> str:
    """Name the line of service of a procedure code, "" for those no check asks about.

    Ranges are of HCPCS levels I and II as long published; a code that is not listed is of no
    kind, so that nothing is asked about it.
    """
    if procedure in _KINDS:
        return _KINDS[procedure]
    if len(procedure) != 5:
        return ""
    if procedure.isdecimal() and "00100" <= procedure <= "01999":
        return "anesthesia"
    return "vision" if procedure.startswith("V2") else ""


_KINDS = {
    **dict.fromkeys(("A0426", "A0427", "A0428", "A0429"), "ambulance"),
    **dict.fromkeys(("A0430", "A0431", "A0432", "A0433", "A0434"), "ambulance"),
    **dict.fromkeys(("A0425", "A0435", "A0436"), "mileage"),
    **dict.fromkeys(("98940", "98941", "98942", "98943"), "manipulation"),
    **dict.fromkeys(("77065", "77066", "77067"), "mammography"),
}


def needs_certificate(procedure: str) -> bool:
    """Tell whether a test may be done by a certified laboratory only."""
    return any(first <= procedure <= last for first, last in _CERTIFIED)


# Panels, chemistry, blood counts and cultures that no laboratory may do without a certificate;
# codes near the edges of the rule are left out so that nothing certain is asked in doubt.
_CERTIFIED = (("80047", "80076"), ("82040", "82040"), ("84443", "84443"), ("85025", "85027"))


def services_by_kind(scope: Scope) -> dict[str, list[Service]]:
    """Give the services of a claim by the kind of their procedure, those of none left out."""
    kinds: dict[str, list[Service]] = {}
    for service in scope.once(services):
        kind = kind_of(service.procedure)
        if kind:
            kinds.setdefault(kind, []).append(service)
    return kinds


def may_charge(scope: Scope, kind: str) -> bool:
    """Tell whether a claim charges a service of a kind, or one that cannot be read."""
    if kind in scope.once(services_by_kind):
        return True
    return not all(each.procedure for each in scope.once(services))
