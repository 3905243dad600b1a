"""Global periods over a batch are what the manual says of each line, read one by one."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim, Procedure
from cleanclaim.claims.parties import PersonName, Provider
from cleanclaim.edits import EDITS
from cleanclaim.edits.examples import AS_OF, CLEAN, LINE, REFERENCE
from cleanclaim.kernel.identifiers import npi_from_stem

replace = msgspec.structs.replace
PERIODS = {"27130": 90, "17000": 10, "20610": 0}
VISITS = {"99213", "99223"}
FIRST = date(2026, 1, 1)
PEOPLE = {
    "A": ("155500001", "207X00000X"),
    "B": ("155500002", "207X00000X"),
    "C": ("155500003", "208D00000X"),
    "D": ("155500004", ""),
}
RULES = (
    "GLOBAL.VISIT_SAME_DAY",
    "GLOBAL.DECISION",
    "GLOBAL.POSTOPERATIVE_VISIT",
    "GLOBAL.PROCEDURE",
    "GLOBAL.MINOR_PROCEDURE",
)
PARTS = {"55", "56", "80", "81", "82", "AS"}
EXCUSED = {"58", "78", "79", "54", *PARTS}


class Service(msgspec.Struct, frozen=True):
    """A line by what the manual asks of it."""

    patient: str
    physician: str
    code: str
    modifier: str
    day: int


MODIFIERS = ("", "", "", "24", "25", "57", "58", "78", "79", "54", "55", "80")
# Around the days on which periods begin and end.
DAYS = (0, 1, 2, 5, 9, 10, 11, 12, 88, 89, 90, 91, 92)


Billed = tuple[Claim, list[Service]]


def services_of(seed: int, count: int) -> list[Service]:
    """Draw services of a few patients, so many that most lie near a surgery."""
    draw = Random(seed)  # noqa: S311 - drawn examples
    codes = [*PERIODS, *sorted(VISITS), "71046"]
    return [
        Service(
            draw.choice("PQRSTUVW"),
            draw.choice("ABCD"),
            draw.choice(codes),
            draw.choice(MODIFIERS),
            draw.choice(DAYS),
        )
        for _ in range(count)
    ]


def claim_of(services: list[Service]) -> Claim:
    """Make a claim of one patient; the line names who rendered."""
    lines = []
    for number, each in enumerate(services, 1):
        stem, taxonomy = PEOPLE[each.physician]
        day = FIRST + timedelta(days=each.day)
        who = Provider(npi=npi_from_stem(stem), person=PersonName("Okafor"), taxonomy=taxonomy)
        procedure = Procedure(each.code, (each.modifier,) if each.modifier else ())
        lines.append(
            replace(
                LINE,
                number=number,
                procedure=procedure,
                units=Decimal(1),
                starts_on=day,
                ends_on=day,
                rendering=who,
            )
        )
    patient = replace(CLEAN.patient, name=PersonName(services[0].patient))
    return replace(CLEAN, lines=tuple(lines), patient=patient, filing_indicator="MB")


def same_physician(one: Service, other: Service) -> bool:
    """Read 30.6.5: a physician, or two of one group and one specialty; the group is the same."""
    specialty = PEOPLE[one.physician][1]
    partners = bool(specialty) and specialty == PEOPLE[other.physician][1]
    return one.patient == other.patient and (one.physician == other.physician or partners)


def naive(service: Service, every: list[Service]) -> set[str]:
    """Say what is wrong with a service among those that came with it or before."""
    found = set()
    for surgery in every:
        period = PERIODS.get(surgery.code)
        if period is None or surgery.modifier in PARTS or not same_physician(service, surgery):
            continue
        since = service.day - surgery.day
        after = 1 <= since <= period and surgery.modifier not in {"54", "78"}
        if service.code in VISITS:
            if since == 0 and period < 90 and service.modifier not in {"24", "25", "57"}:
                found.add("GLOBAL.VISIT_SAME_DAY")
            if since in {-1, 0} and period == 90 and service.modifier not in {"24", "25", "57"}:
                found.add("GLOBAL.DECISION")
            if after and service.modifier not in {"24", "57"}:
                found.add("GLOBAL.POSTOPERATIVE_VISIT")
        elif after and service.code in PERIODS and service.modifier not in EXCUSED:
            minor = PERIODS[service.code] == 0
            found.add("GLOBAL.MINOR_PROCEDURE" if minor else "GLOBAL.PROCEDURE")
    return found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 60), st.integers(0, 6))
def test_a_batch_finds_what_the_manual_says(seed: int, count: int, in_past: int) -> None:
    services = services_of(seed, count)
    groups: dict[tuple[str, int], list[Service]] = {}
    for number, each in enumerate(services):
        groups.setdefault((each.patient, number // 3), []).append(each)
    claims = [(claim_of(own), own) for own in groups.values()]
    judged, past = claims[in_past:], claims[:in_past]
    batch = ClaimBatch.of([c for c, _ in judged], AS_OF, history=[c for c, _ in past])
    found = set()
    for rule in RULES:
        told = EDITS[rule].check(batch, REFERENCE)
        found |= {(claim, place, rule) for claim, place, _ in told.rows() if claim < batch.judged}
    assert found == {
        (index, f"line {number}", rule)
        for index, (_, own) in enumerate(judged)
        for number, service in enumerate(own, 1)
        for rule in naive(service, before(index, judged, past))
    }


def before(index: int, judged: list[Billed], past: list[Billed]) -> list[Service]:
    """Give the services of a claim, of those before it, and of the past."""
    return [service for _, own in (*past, *judged[: index + 1]) for service in own]
