"""NCCI over a batch finds what a plain reading of the policy finds claim by claim."""

import csv
import gzip
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim, Frequency, Procedure, ServiceLine
from cleanclaim.claims.parties import Payer, PersonName
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.held import Held, HeldLibrary
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.loading import Order, load
from cleanclaim.codes.tables.ncci import (
    MUE_HOSPITAL,
    MUE_PRACTITIONER,
    PTP_HOSPITAL,
    PTP_PRACTITIONER,
    ProcedurePair,
    UnitLimit,
)
from cleanclaim.edits import EDITS, EditChange, EditSet, scrub
from cleanclaim.edits.examples import CLEAN, VISIT
from cleanclaim.kernel.identifiers import npi_from_stem
from codes.official import AT

FILES = Path(__file__).resolve().parents[2] / "../shared/reference"
Place = tuple[int, str, str]  # index of the claim, place, rule
Billed = tuple[int, Claim, ServiceLine]  # when its claim came, the claim, the line

# The policy, read naively.

SITES = (
    "E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LT RT LC LD RC LM RI"
)
BYPASS = frozenset({*SITES.split(), "24", "25", "57", "58", "78", "79", "27", "91"})
DISTINCT = frozenset({"59", "XE", "XS", "XP", "XU"})
EITHER_COLUMN_FROM = date(2019, 7, 1)
VISIT_CODES = {
    f"{number:05}"
    for first, last in (
        (92002, 92014),
        (99202, 99215),
        (99221, 99239),
        (99242, 99255),
        (99281, 99285),
        (99291, 99292),
        (99304, 99316),
        (99341, 99350),
        (99381, 99397),
    )
    for number in range(first, last + 1)
}
HOSPITALS_PAIRED = {"12", "13", "14", "22", "23", "34", "74", "75"}
HOSPITALS_COUNTED = {"13", "14", "85"}


def is_paired(claim: Claim) -> bool:
    stay = claim.institutional
    return stay is None or stay.facility_type in HOSPITALS_PAIRED


def is_counted(claim: Claim) -> bool:
    stay = claim.institutional
    return stay is None or stay.facility_type in HOSPITALS_COUNTED


def provider(claim: Claim, line: ServiceLine) -> str:
    if claim.institutional is not None:
        return f"hospital {claim.billing.npi}"
    who = line.rendering or claim.rendering or claim.billing
    return f"person {who.npi}"


def is_dated(claim: Claim, line: ServiceLine) -> bool:
    return claim.institutional is None or line.starts_on == line.ends_on


def judged_with(index: int, claim: Claim, earlier: Iterable[tuple[int, Claim]]) -> list[Billed]:
    """Give the lines that a claim is judged with: its own, and those of earlier first bills."""
    claims = [(index, claim)]
    if claim.frequency is Frequency.ORIGINAL:
        claims = [(i, c) for i, c in earlier if c.frequency is Frequency.ORIGINAL] + claims
    return [
        (i, c, line)
        for i, c in claims
        if c.frequency is not Frequency.VOID
        for line in c.lines
        if is_dated(c, line)
    ]


def same_encounter(one: Billed, two: Billed) -> bool:
    (_, claim, line), (_, other, its) = one, two
    return (
        claim.patient.name == other.patient.name
        and claim.payer.identifier == other.payer.identifier
        and claim.kind == other.kind
        and provider(claim, line) == provider(other, its)
        and line.starts_on == its.starts_on
    )


def is_bypassed(one: ServiceLine, two: ServiceLine) -> bool:
    first, second = set(one.procedure.modifiers), set(two.procedure.modifiers)
    assert one.starts_on is not None
    if (first | second) & BYPASS or second & DISTINCT:
        return True
    return bool(first & DISTINCT) and one.starts_on >= EITHER_COLUMN_FROM


class Policy:
    """Pairs and limits in plain dictionaries."""

    def __init__(self, pairs: Iterable[ProcedurePair], limits: Iterable[UnitLimit]) -> None:
        self.pairs: dict[tuple[str, str], list[ProcedurePair]] = {}
        for pair in pairs:
            self.pairs.setdefault((pair.column_one, pair.column_two), []).append(pair)
        self.limits = {limit.code: limit for limit in limits}

    def indicator(self, one: str, two: str, on: date | None) -> int | None:
        assert on is not None
        for pair in self.pairs.get((one, two), ()):
            begun = pair.starts_on is None or pair.starts_on <= on
            if begun and (pair.ends_on is None or on <= pair.ends_on) and pair.modifier != 9:
                return pair.modifier
        return None

    def find(self, claims: list[Claim], history: list[Claim]) -> set[Place]:
        """Judge each claim by itself and what came before it."""
        found: set[Place] = set()
        before = [(-1, claim) for claim in history]
        for index, claim in enumerate(claims):
            if claim.frequency is not Frequency.VOID:
                lines = judged_with(index, claim, before)
                if is_paired(claim):
                    paired = [each for each in lines if is_paired(each[1])]
                    found |= set(self.paired(index, paired))
                if is_counted(claim):
                    counted = [each for each in lines if is_counted(each[1])]
                    found |= set(self.counted(index, claim, counted))
            before.append((index, claim))
        return found

    def paired(self, index: int, lines: list[Billed]) -> Iterator[Place]:
        for one in lines:
            for two in lines:
                if one is two or not same_encounter(one, two) or index not in {one[0], two[0]}:
                    continue
                line, part = one[2], two[2]
                codes = line.procedure.code, part.procedure.code
                indicator = self.indicator(*codes, line.starts_on)
                if indicator is None:
                    continue
                bypassed = indicator == 1 and is_bypassed(line, part)
                if two[0] != index:
                    if not bypassed:
                        yield index, f"line {line.number}", "NCCI.PTP.EARLIER"
                    continue
                of_visits = {"24", "25", "27", "57"} & set(part.procedure.modifiers)
                if bypassed and codes[1] in VISIT_CODES and not of_visits:
                    yield index, f"line {part.number}", "NCCI.PTP.VISIT"
                rule = "BYPASSED" if bypassed else ("MODIFIER" if indicator else "NEVER")
                yield index, f"line {part.number}", f"NCCI.PTP.{rule}"

    def counted(self, index: int, claim: Claim, lines: list[Billed]) -> Iterator[Place]:
        told: set[object] = set()
        for each in lines:
            i, _, line = each
            limit = self.limits.get(line.procedure.code)
            if i != index or limit is None or {"55", "56"} & set(line.procedure.modifiers):
                continue
            place = f"line {line.number}"
            if limit.units == 0:
                if claim.filing_indicator in {"MA", "MB"} and a_day(line) > 0:
                    yield index, place, "MUE.ZERO"
            elif limit.adjudication == 1:
                if a_day(line) > limit.units:
                    yield index, place, "MUE.LINE"
            else:
                key = (provider(claim, line), line.procedure.code, line.starts_on, line.ends_on)
                if key in told:
                    continue
                told.add(key)
                sides = 2 if may_bill_sides(claim, line) else 1
                if sum(self.alike(each, lines)) > limit.units * sides:
                    yield (
                        index,
                        place,
                        "MUE.DAY" if limit.adjudication == 2 else "MUE.DAY.LIKELY",
                    )

    @staticmethod
    def alike(one: Billed, lines: list[Billed]) -> Iterator[Decimal]:
        """Give the units of a day of every line that counts with this one."""
        line = one[2]
        for other in lines:
            its = other[2]
            if (
                same_encounter(one, other)
                and its.procedure.code == line.procedure.code
                and its.ends_on == line.ends_on
                and not {"55", "56"} & set(its.procedure.modifiers)
            ):
                yield a_day(its)


def may_bill_sides(claim: Claim, line: ServiceLine) -> bool:
    if claim.place_of_service == "24":
        return True
    sided = bool({"LT", "RT"} & set(line.procedure.modifiers))
    return sided and claim.filing_indicator not in {"MA", "MB"}


def a_day(line: ServiceLine) -> Decimal:
    assert line.starts_on is not None
    assert line.ends_on is not None
    days = (line.ends_on - line.starts_on).days + 1
    if days == 1:
        return line.units
    return Decimal(int(line.units / days + Decimal("0.5")))


# Random claims.

PAYERS = (Payer("Northern Mutual", "NMUT1"), Payer("Southern Aid", "SAID9"))
PEOPLE = (PersonName("Larkspur", "Ines"), PersonName("Tamarind", "Jo"))
DOCTORS = tuple(
    msgspec.structs.replace(CLEAN.rendering, npi=npi_from_stem(stem)) if CLEAN.rendering else None
    for stem in ("123456789", "123456780")
)
MODIFIERS = ((), (), (), ("59",), ("XS",), ("25",), ("76",), ("GP", "LT"), ("55",), ("50",))


@st.composite
def lines_of(
    draw: st.DrawFn, number: int, codes: tuple[str, ...], days: tuple[date, ...], *, hospital: bool
) -> ServiceLine:
    start = draw(st.sampled_from(days))
    end = start + timedelta(days=draw(st.sampled_from((0,) * 8 + (1, 2))))
    return ServiceLine(
        number,
        Procedure(draw(st.sampled_from(codes)), draw(st.sampled_from(MODIFIERS))),
        1000,
        Decimal(draw(st.sampled_from(("1", "1", "1", "1", "2", "3", "1.5")))),
        start,
        end,
        revenue_code="0300" if hospital else "",
        rendering=None if hospital else draw(st.sampled_from((None, None, None, None, DOCTORS[1]))),
    )


@st.composite
def claims_of(draw: st.DrawFn, codes: tuple[str, ...], days: tuple[date, ...]) -> Claim:
    replace = msgspec.structs.replace
    hospital = draw(st.sampled_from((False, False, True)))
    claim = VISIT if hospital else CLEAN
    if claim.institutional is not None:
        bill = draw(st.sampled_from(("13", "13", "13", "12", "85", "11")))
        stay = replace(
            claim.institutional,
            facility_type=bill,
            statement_starts_on=min(days),
            statement_ends_on=max(days),
        )
        claim = replace(claim, institutional=stay)
    else:
        claim = replace(claim, place_of_service=draw(st.sampled_from(("11", "11", "24"))))
    count = draw(st.integers(1, 5))
    lines = [draw(lines_of(each + 1, codes, days, hospital=hospital)) for each in range(count)]
    return replace(
        claim,
        patient=replace(claim.patient, name=draw(st.sampled_from((*PEOPLE[:1] * 4, PEOPLE[1])))),
        payer=draw(st.sampled_from((*PAYERS[:1] * 4, PAYERS[1]))),
        frequency=Frequency(draw(st.sampled_from("11111178"))),
        filing_indicator=draw(st.sampled_from(("CI", "MB"))),
        lines=tuple(lines),
    )


CODES = ("11042", "97597", "45380", "99213")
DAYS = (date(2019, 6, 30), date(2019, 7, 1))
SPAN_ENDS = st.sampled_from((None, None, None, *DAYS))
PAIRS = st.builds(
    ProcedurePair,
    st.sampled_from(CODES),
    st.sampled_from(CODES),
    st.just(value=False),
    st.sampled_from((None, None, *DAYS)),
    SPAN_ENDS,
    st.sampled_from((0, 1, 1, 9)),
    st.just(""),
)
LIMITS = st.builds(
    UnitLimit,
    st.sampled_from(CODES),
    st.sampled_from((0, 1, 2, 4)),
    st.sampled_from((1, 2, 3)),
    st.just(""),
)


def held(pairs: list[ProcedurePair], limits: list[UnitLimit]) -> Library:
    first, last = date(2019, 1, 1), date(2019, 12, 31)
    return HeldLibrary(
        [
            Held(PTP_PRACTITIONER, tuple(pairs), first, last),
            Held(PTP_HOSPITAL, tuple(pairs), first, last),
            Held(MUE_PRACTITIONER, tuple(limits), first, last),
            Held(MUE_HOSPITAL, tuple(limits), first, last),
        ]
    )


ALL = EditSet("all", tuple(EditChange(rule, enabled=True) for rule in EDITS))


def found_in(library: Library, claims: list[Claim], history: list[Claim]) -> set[Place]:
    batch = ClaimBatch.of(claims, history=history)
    findings = scrub(batch, Reference(library=library), ALL, tell_unchecked=False)
    return {
        (index, finding.place, finding.rule)
        for index, own in enumerate(findings)
        for finding in own
        if finding.rule.startswith(("NCCI.", "MUE."))
    }


BATCHES = st.lists(claims_of(CODES, DAYS), min_size=1, max_size=6)
HISTORIES = st.lists(claims_of(CODES, DAYS), max_size=3)


def unlike(pairs: list[ProcedurePair]) -> list[ProcedurePair]:
    """Leave one row that ever held of each pair: official rows of a pair do not overlap."""
    kept: dict[tuple[str, str, bool], ProcedurePair] = {}
    for pair in pairs:
        if pair.column_one != pair.column_two:
            kept[pair.column_one, pair.column_two, pair.modifier == 9] = pair
    return list(kept.values())


TABLES = st.tuples(
    st.lists(PAIRS, min_size=12, max_size=24).map(unlike),
    st.lists(LIMITS, min_size=3, max_size=4, unique_by=lambda limit: limit.code),
)
Rows = tuple[list[ProcedurePair], list[UnitLimit]]


@settings(max_examples=100, deadline=None)
@given(TABLES, BATCHES, HISTORIES)
def test_random_claims_are_judged_as_the_policy_reads(
    rows: Rows, claims: list[Claim], history: list[Claim]
) -> None:
    assert found_in(held(*rows), claims, history) == Policy(*rows).find(claims, history)


class TombstonesHold(Policy):
    """Take pairs that never held for pairs without a bypass."""

    def __init__(self, pairs: Iterable[ProcedurePair], limits: Iterable[UnitLimit]) -> None:
        replace = msgspec.structs.replace
        super().__init__([replace(x, modifier=x.modifier % 9) for x in pairs], limits)


class LinesAreDays(Policy):
    """Take every limit for one of a line."""

    @staticmethod
    def alike(one: Billed, lines: list[Billed]) -> Iterator[Decimal]:
        return (a_day(each[2]) for each in lines if each is one)


def test_the_comparison_meets_every_rule_and_notices_wrong_readings() -> None:
    met: set[str] = set()
    noticed: set[type[Policy]] = set()

    @settings(max_examples=100, deadline=None, database=None, derandomize=True)
    @given(TABLES, BATCHES, HISTORIES)
    def gather(rows: Rows, claims: list[Claim], history: list[Claim]) -> None:
        expected = Policy(*rows).find(claims, history)
        met.update(rule for _, _, rule in expected)
        wrong = (TombstonesHold, LinesAreDays)
        noticed.update(each for each in wrong if each(*rows).find(claims, history) != expected)

    gather()
    compared = {rule for rule in EDITS if rule.startswith(("NCCI.", "MUE."))}
    assert met == compared - {"MUE.EQUIPMENT"}
    assert noticed == {TombstonesHold, LinesAreDays}


# Official rows.


def rows_of(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Give column one, column two, the day of deletion and the indicator of each row."""
    with gzip.open(path, "rt", encoding="latin-1", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from ((one, two, deleted, modifier) for one, two, deleted, modifier, _ in rows)


def pairs_among(path: Path, random: Random) -> list[ProcedurePair]:
    """Read the rows among some codes of a file: a few column ones, and some of their parts."""
    chosen = {"11042", "45380", "80053", "20610", "93000", "22551", "36556", "64483", "97530"}
    parts = [two for one, two, _, _ in rows_of(path) if one in chosen]
    codes = chosen | set(random.sample(parts, 300))
    return [
        ProcedurePair(
            one,
            two,
            before_1996=False,
            starts_on=None,
            ends_on=None if deleted.startswith("9999") else date.fromisoformat(deleted),
            modifier=int(modifier),
            rationale="",
        )
        for one, two, deleted, modifier in rows_of(path)
        if one in codes and two in codes
    ]


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, Policy, tuple[str, ...]]:
    """Load practitioners' pairs and limits; read a sample of the same rows without our code."""
    folder = FILES / "ncci_ptp_2024q3_full"
    if not folder.is_dir():
        pytest.skip("the official files are not beside the repository")
    library = Library(tmp_path_factory.mktemp("ncci"))
    limits = FILES / "ncci_mue_2024q3" / "ncci_mue_prac.csv"
    list(load([folder / "practitioner.csv.gz", limits], library, Order(AT)))
    pairs = pairs_among(folder / "practitioner.csv.gz", Random(4))  # noqa: S311 - a sample
    with limits.open(newline="") as file:
        rows = [
            UnitLimit(row["hcpcs_code"], int(row["mue_units"]), int(row["mue_mai"]), "")
            for row in csv.DictReader(file)
        ]
    codes = sorted({code for pair in pairs for code in (pair.column_one, pair.column_two)})
    return library, Policy(pairs, rows), tuple(codes)


@pytest.mark.corpus
def test_official_pairs_and_limits_are_judged_as_the_policy_reads(
    official: tuple[Library, Policy, tuple[str, ...]],
) -> None:
    library, policy, codes = official
    random, found = Random(5), 0  # noqa: S311 - a sample
    days = (date(2024, 8, 14), date(2024, 8, 15))
    live = [pair for both in policy.pairs.values() for pair in both if pair.ends_on is None]
    for _ in range(60):
        claims = [_of_pair(random, live, codes, days) for _ in range(50)]
        expected = policy.find(claims[10:], claims[:10])
        assert found_in(library, claims[10:], claims[:10]) == expected
        found += len(expected)
    assert found > 1000


def _of_pair(
    random: Random, pairs: list[ProcedurePair], codes: tuple[str, ...], days: tuple[date, ...]
) -> Claim:
    """Make a practitioner's claim of both codes of a pair and some other ones."""
    pair = random.choice(pairs)
    billed = [pair.column_one, pair.column_two, *random.choices(codes, k=random.randint(0, 6))]
    random.shuffle(billed)
    lines = [
        ServiceLine(
            number,
            Procedure(code, random.choice(MODIFIERS)),
            1000,
            Decimal(random.choice((1, 1, 1, 2, 20))),
            day := random.choice(days),
            day,
            rendering=random.choice((None, None, DOCTORS[1])),
        )
        for number, code in enumerate(billed, 1)
    ]
    return msgspec.structs.replace(
        CLEAN,
        patient=msgspec.structs.replace(CLEAN.patient, name=PersonName(f"P{random.randint(1, 9)}")),
        frequency=Frequency(random.choice("11178")),
        filing_indicator=random.choice(("CI", "MB")),
        lines=tuple(lines),
    )
