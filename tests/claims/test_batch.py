from datetime import date
from decimal import Decimal

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Found, repeats_of
from cleanclaim.claims.model import Claim, Diagnosis, Frequency, Procedure, ServiceLine
from cleanclaim.claims.parties import Patient, Payer, PersonName, Provider, Subscriber

DAY = date(2026, 5, 4)
LINE = ServiceLine(1, Procedure("99213"), 0, Decimal(1), DAY, DAY)
NAME = PersonName("Larkspur")


def claim(*cents: int, pointers: tuple[int, ...] = (), codes: tuple[str, ...] = ()) -> Claim:
    lines = tuple(
        msgspec.structs.replace(LINE, number=n, charge_cents=each, diagnosis_pointers=pointers)
        for n, each in enumerate(cents, start=1)
    )
    return Claim(
        "B1",
        sum(cents),
        "11",
        Frequency.ORIGINAL,
        Provider(npi="1", organization="Hillside"),
        Payer("Northern Mutual", "NMUT1"),
        Subscriber(NAME),
        Patient(NAME),
        tuple(map(Diagnosis, codes)),
        lines,
    )


CLAIMS = st.lists(st.lists(st.integers(-(10**9), 10**9), max_size=4).map(lambda c: claim(*c)))


@given(CLAIMS)
def test_a_batch_gives_its_claims_back(claims: list[Claim]) -> None:
    assert ClaimBatch.of(claims).to_claims() == tuple(claims)


@given(CLAIMS)
def test_sums_are_those_of_each_claim(claims: list[Claim]) -> None:
    batch = ClaimBatch.of(claims)
    assert batch.sum_by_claim(batch.charge_cents).tolist() == [c.total_charge_cents for c in claims]


@given(CLAIMS)
def test_every_line_knows_its_claim(claims: list[Claim]) -> None:
    batch = ClaimBatch.of(claims)
    for owner, number, cents in zip(
        batch.line_claim, batch.line_number, batch.charge_cents, strict=True
    ):
        assert claims[owner].lines[number - 1].charge_cents == cents


def test_marked_lines_are_reported_with_their_facts() -> None:
    batch = ClaimBatch.of([claim(1), claim(), claim(2, 3)])
    found = batch.lines(batch.charge_cents > 1, cents=batch.charge_cents, limit=1)
    assert list(found.rows()) == [
        (2, "line 1", {"cents": 2, "limit": 1}),
        (2, "line 2", {"cents": 3, "limit": 1}),
    ]


def test_marked_diagnoses_and_pointers_are_reported_where_they_stand() -> None:
    batch = ClaimBatch.of([claim(), claim(5, pointers=(2, 1), codes=("A", "B"))])
    diagnoses = batch.diagnoses(batch.diagnosis_code == "B")
    pointers = batch.pointers(batch.pointer == 2, found=batch.pointer)
    assert list(diagnoses.rows()) == [(1, "diagnosis 2", {})]
    assert list(pointers.rows()) == [(1, "line 1", {"found": 2})]


def test_every_named_provider_is_seen() -> None:
    doctor = Provider(npi="2", person=NAME)
    (line,) = claim(1).lines
    named = msgspec.structs.replace(
        claim(1), rendering=doctor, lines=(msgspec.structs.replace(line, rendering=doctor),)
    )
    batch = ClaimBatch.of([named])
    found = batch.providers(batch.where_provider(lambda provider: provider.npi == "2"))
    assert found.places == ("rendering provider", "line 1, rendering provider")
    assert batch.provider_values(lambda provider: provider.npi).tolist() == ["1", "2", "2"]


def test_missing_days_are_no_days() -> None:
    undated = msgspec.structs.replace(LINE, starts_on=None, ends_on=None)
    batch = ClaimBatch.of([msgspec.structs.replace(claim(), lines=(undated,))])
    assert np.isnat(batch.line_starts_on).all()
    assert np.isnat(batch.service_starts_on).all()


def test_the_least_quantity_stays_above_zero() -> None:
    tiny = msgspec.structs.replace(LINE, units=Decimal("0.00001"))
    batch = ClaimBatch.of([msgspec.structs.replace(claim(), lines=(tiny,))])
    assert batch.line_thousandths.tolist() == [1]


def test_only_later_rows_repeat() -> None:
    assert repeats_of([1, 1, 2, 1], "abac").tolist() == [False, False, False, False]
    assert repeats_of([1, 1, 2, 1], "aaab").tolist() == [False, True, False, False]


def test_findings_add_up() -> None:
    one = Found((0,), ("claim",), ({},))
    assert (one + NOTHING + one).claims == (0, 0)
    assert len(NOTHING) == 0
