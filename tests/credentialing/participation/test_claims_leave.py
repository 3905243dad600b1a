"""Five thousand claims: none leaves that the payer would refuse, none is held without a reason."""

import os
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from cleanclaim import x12
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim
from cleanclaim.claims.parties import Address, Patient, Payer, PersonName, Provider, Subscriber
from cleanclaim.claims.to_837 import GUIDE, Receiver, Submitter, transaction
from cleanclaim.credentialing.enrollment.terms import Program
from cleanclaim.credentialing.gate import GateResult
from cleanclaim.credentialing.participation import Credential, CredentialKind
from cleanclaim.credentialing.participation.columns import judge_batch
from cleanclaim.credentialing.participation.grants import (
    Bar,
    BarKind,
    Enrollment,
    GrantIndex,
    Grants,
)
from cleanclaim.edits.examples import CLEAN
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.kernel.spans import Span
from cleanclaim.payers.connection import OutboundFile
from cleanclaim.payers.sandbox import Contract, PayerProfile, Plan, Policy, SandboxPayer

CLAIMS = 5_000
# All are judged; of those that leave every so many-th is sent on. The nightly run sends all.
STRIDE = int(os.environ.get("CLEANCLAIM_GATE_STRIDE", "10"))
FIRST, DAYS = date(2026, 1, 1), 120
PAYERS = ("NORTH", "SOUTH", "WEST")
PEOPLE = tuple(npi_from_stem(f"1{number:08d}") for number in range(40))
AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
change = msgspec.structs.replace


class World(msgspec.Struct, frozen=True):
    """What is so, told in the plainest way: first and last day by who and where, gaps, bars."""

    enrolled: dict[tuple[str, str], tuple[date, date]]
    unlicensed: dict[str, tuple[date, date]]
    barred: dict[str, date]

    def verdict(self, npi: str, payer: str, on: date) -> str:
        """Say what holds a claim, or "" where the payer pays this provider that day."""
        if npi in self.barred and on >= self.barred[npi]:
            return "excluded"
        if (npi, payer) not in self.enrolled:
            return "not_on_file"
        first, last = self.enrolled[npi, payer]
        if on < first:
            return "not_yet_effective"
        if on > last:
            return "ended"
        gap = self.unlicensed.get(npi)
        return "licence_expired" if gap and gap[0] <= on <= gap[1] else ""


def make_world(draw: random.Random) -> World:
    def some_day() -> date:
        return FIRST + timedelta(draw.randrange(DAYS))

    enrolled = {}
    for npi in PEOPLE:
        for payer in PAYERS:
            if draw.random() < 0.9:
                first = some_day() if draw.random() < 0.3 else date(2024, 1, 1)
                last = some_day() if draw.random() < 0.1 else date(2030, 1, 1)
                enrolled[npi, payer] = (first, max(first, last))
    gaps = {npi: (some_day(), FIRST + timedelta(DAYS)) for npi in PEOPLE[::7]}
    return World(enrolled, gaps, {npi: some_day() for npi in PEOPLE[3::13]})


def on_record(world: World) -> GrantIndex:
    """Write down what is so as the practice keeps it: letters, licences, the exclusion list."""
    licences = []
    for npi in PEOPLE:
        gap = world.unlicensed.get(npi)
        ends = None if gap is None else gap[0] - timedelta(1)
        licences.append(Credential(npi, CredentialKind.LICENCE, Span(date(2020, 1, 1), ends)))
    return GrantIndex(
        Grants(
            tuple(
                Enrollment(npi, payer, Span(first, last), source=f"letter of {first}")
                for (npi, payer), (first, last) in world.enrolled.items()
            ),
            tuple(licences),
            bars=tuple(
                Bar(npi, BarKind.EXCLUDED, Span(since), source="list of excluded people")
                for npi, since in world.barred.items()
            ),
            programs=dict.fromkeys(PAYERS, Program.MEDICAID),
        )
    )


def make_claim(number: int, draw: random.Random) -> Claim:
    on = FIRST + timedelta(draw.randrange(DAYS))
    name = PersonName(f"Fable{number}", "Fay")
    born, sex, home = CLEAN.patient.birth_on, CLEAN.patient.sex, CLEAN.patient.address
    payer = draw.choice(PAYERS)
    return change(
        CLEAN,
        patient_control_number=f"G{number:05d}",
        payer=Payer(payer, payer),
        subscriber=Subscriber(name, f"M{number:06d}", birth_on=born, sex=sex, address=home),
        patient=Patient(name, born, sex, home),
        rendering=Provider(draw.choice(PEOPLE), person=PersonName("Ames", "Rowan")),
        lines=tuple(change(line, starts_on=on, ends_on=on) for line in CLEAN.lines),
    )


@pytest.fixture(scope="module")
def judged() -> tuple[World, list[Claim], list[GateResult]]:
    draw = random.Random(2026)  # noqa: S311 - fiction, not secrets
    world = make_world(draw)
    claims = [make_claim(number, draw) for number in range(CLAIMS)]
    return world, claims, judge_batch(ClaimBatch.of(claims), on_record(world))


Judged = tuple[World, list[Claim], list[GateResult]]


def truth(world: World, claim: Claim) -> str:
    assert claim.rendering is not None
    on = claim.service_starts_on
    assert on is not None
    return world.verdict(claim.rendering.npi, claim.payer.identifier, on)


def test_none_leaves_without_participation_and_none_is_held_wrongly(judged: Judged) -> None:
    world, claims, results = judged
    true = [truth(world, claim) for claim in claims]
    assert Counter(true).keys() >= {
        "",
        "excluded",
        "not_on_file",
        "not_yet_effective",
        "ended",
        "licence_expired",
    }
    left = [reason for reason, result in zip(true, results, strict=True) if result.leaves]
    held = [reason for reason, result in zip(true, results, strict=True) if not result.leaves]
    assert [reason for reason in left if reason] == []
    assert held.count("") <= CLAIMS * 5 // 1000
    assert len(left) > CLAIMS // 2


def test_each_is_held_for_the_true_reason(judged: Judged) -> None:
    world, claims, results = judged
    for claim, result in zip(claims, results, strict=True):
        if not result.leaves:
            assert result.reason.value == truth(world, claim)
            assert result.hint


def profile(payer: str, world: World) -> PayerProfile:
    """Describe a payer that knows from when it has whom, by a rule of its own."""
    since = {npi: days[0] for (npi, at), days in world.enrolled.items() if at == payer}
    return PayerProfile(
        name=payer,
        identifier=payer,
        tax_id="990000001",
        address=Address("1 Payer Plaza", "Springfield", "IL", "627040000"),
        contact_name="PROVIDER SERVICES",
        contact_phone="8005550100",
        plans={"open": Plan("Open")},
        contract=Contract(percent_of_charge=70),
        policy=Policy(enrollment_required=True, enrolled_from=since),
        admits_everyone=True,
        default_plan="open",
        delay_days=1,
    )


def refused(payer: str, claims: list[Claim], world: World) -> tuple[int, int]:
    """Send claims to the simulated payer; give how many it decided and refused for enrollment."""
    body = transaction(
        claims,
        submitter=Submitter("GROUP", "370000009", "OFFICE", "2175550100"),
        receiver=Receiver(payer, payer),
        reference="1",
        created_at=AT,
    )
    text = x12.write(x12.Envelope("370000009", payer, 1, AT), GUIDE, [body])
    sandbox = SandboxPayer(profile(payer, world), seed=7)
    sandbox.send([OutboundFile("claims.837", text.encode())], at=AT)
    answers = [file for day in (1, 2, 3) for file in sandbox.receive(date(2026, 6, day))]
    remits = b"".join(file.content for file in answers if b"*835*" in file.content).decode()
    decided = remits.split("~CLP*")[1:]
    return len(decided), sum("CAS*CO*B7*" in each for each in decided)


def test_the_payer_refuses_none_that_left_and_those_that_were_held(judged: Judged) -> None:
    world, claims, results = judged
    pairs = list(zip(claims, results, strict=True))
    left = {p: [c for c, r in pairs if r.leaves and c.payer.identifier == p] for p in PAYERS}
    for payer, several in left.items():
        leaving = several[::STRIDE]
        assert refused(payer, leaving, world) == (len(leaving), 0)
    # Sent all the same, what was held for its days or for nothing on file comes back refused.
    early = [
        claim
        for claim, result in pairs
        if result.reason.value in {"not_on_file", "not_yet_effective"}
        and claim.payer.identifier == "NORTH"
    ][::STRIDE]
    assert refused("NORTH", early, world) == (len(early), len(early))
    assert early
