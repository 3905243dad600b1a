from datetime import date
from decimal import Decimal

import msgspec
import pytest

from cleanclaim.claims.assemble import (
    AdjudicatedLine,
    AmendmentError,
    Charge,
    ClaimAdjudication,
    Coverage,
    Encounter,
    UnknownLineError,
    amend,
    assemble,
    assemble_secondary,
)
from cleanclaim.claims.model import Adjustment, Claim, Frequency, Responsibility
from cleanclaim.claims.parties import Patient, Payer, PersonName, Provider, Subscriber
from cleanclaim.kernel.findings import Finding, blocks
from cleanclaim.kernel.identifiers import npi_from_stem

DAY = date(2026, 5, 4)
DOCTOR = Provider(npi=npi_from_stem("123456789"), person=PersonName("Okafor", "Ada"))
GROUP = Provider(npi=npi_from_stem("198765432"), organization="Hillside Family Practice")
PATIENT = Patient(PersonName("Larkspur", "Ines"), date(1980, 2, 3))
FIRST = Coverage(
    Payer("Northern Mutual", "NMUT1"), Subscriber(PersonName("Larkspur", "Ines"), "N100")
)
SECOND = Coverage(
    Payer("Southern Aid", "SAID9"),
    Subscriber(PersonName("Larkspur", "Tom"), "S200"),
    relationship="01",
    responsibility=Responsibility.SECONDARY,
    filing_indicator="CI",
)
ENCOUNTER = Encounter(
    "E-1",
    "11",
    GROUP,
    rendering=DOCTOR,
    diagnosis_codes=("E11.9",),
    prior_authorization="AUTH1",
    patient_paid_cents=2000,
)


def charge(*codes: str, cents: int = 10000, **more: object) -> Charge:
    return msgspec.structs.replace(Charge("99213", cents, DAY, codes), **more)


def assembled(*charges: Charge) -> tuple[Claim, tuple[Finding, ...]]:
    return assemble(ENCOUNTER, PATIENT, FIRST, charges)


def test_diagnoses_stand_once_in_order_and_lines_point_to_them() -> None:
    claim, findings = assembled(charge("I10", "E119"), charge("e11.9", "Z23", "I10"))
    assert [d.code for d in claim.diagnoses] == ["E119", "I10", "Z23"]
    assert [d.qualifier for d in claim.diagnoses] == ["ABK", "ABF", "ABF"]
    assert [line.diagnosis_pointers for line in claim.lines] == [(2, 1), (1, 3, 2)]
    assert findings == ()


def test_the_claim_carries_encounter_and_coverage() -> None:
    claim, _ = assembled(charge("I10", cents=12550), charge("I10", cents=450))
    assert claim.total_charge_cents == 13000
    assert (claim.payer, claim.subscriber) == (FIRST.payer, FIRST.subscriber)
    assert claim.rendering == DOCTOR
    assert claim.patient_paid_cents == 2000
    assert [line.control_number for line in claim.lines] == ["1", "2"]


def test_a_line_tells_only_what_differs_from_the_claim() -> None:
    claim, _ = assembled(
        charge("I10", place_of_service="11", rendering=DOCTOR),
        charge("I10", place_of_service="22", rendering=GROUP),
    )
    same, other = claim.lines
    assert (same.place_of_service, same.rendering) == ("", None)
    assert (other.place_of_service, other.rendering) == ("22", GROUP)


def test_a_day_of_service_ends_when_it_starts() -> None:
    claim, _ = assembled(charge("I10"), charge("I10", ends_on=date(2026, 5, 6)))
    assert [line.ends_on for line in claim.lines] == [DAY, date(2026, 5, 6)]
    assert (claim.service_starts_on, claim.service_ends_on) == (DAY, date(2026, 5, 6))


def test_more_than_twelve_diagnoses_are_told() -> None:
    claim, findings = assembled(
        charge(*(f"Z{n}" for n in range(10, 14))), *(charge(f"A{n}") for n in range(10, 19))
    )
    assert len(claim.diagnoses) == 12
    assert [f.rule for f in findings] == ["ASSEMBLE.DIAGNOSES"]
    assert "14 diagnoses" in findings[0].message


def test_more_than_four_pointers_are_told_with_their_line() -> None:
    claim, findings = assembled(charge("I10"), charge("A01", "A02", "A03", "A04", "A05"))
    assert len(claim.lines[1].diagnosis_pointers) == 4
    assert [(f.rule, f.place) for f in findings] == [("ASSEMBLE.POINTERS", "line 2")]


def test_more_than_fifty_lines_block() -> None:
    _, findings = assembled(*(charge("I10") for _ in range(51)))
    assert [f.rule for f in findings] == ["ASSEMBLE.LINES"]
    assert blocks(findings)


def adjudication() -> ClaimAdjudication:
    return ClaimAdjudication(
        paid_cents=6000,
        adjudicated_on=date(2026, 6, 1),
        payer_claim_number="ICN77",
        remaining_patient_cents=1500,
        lines=(
            AdjudicatedLine(1, 6000, (Adjustment("CO", "45", 2500), Adjustment("PR", "2", 1500))),
        ),
    )


def test_the_secondary_claim_tells_what_the_primary_did() -> None:
    claim, _ = assembled(charge("I10"))
    later = assemble_secondary(claim, adjudication(), SECOND)
    assert (later.payer, later.responsibility) == (SECOND.payer, Responsibility.SECONDARY)
    (other,) = later.other_coverages
    assert (other.payer, other.paid_cents, other.payer_claim_number) == (FIRST.payer, 6000, "ICN77")
    (told,) = later.lines[0].adjudications
    assert told.payer_identifier == "NMUT1"
    assert told.paid_units == Decimal(1)
    assert told.paid_cents + sum(a.cents for a in told.adjustments) == claim.total_charge_cents
    assert told.adjudicated_on == date(2026, 6, 1)
    assert other.adjudicated_on is None


def test_the_numbers_of_the_first_payer_do_not_reach_the_second() -> None:
    claim, _ = assembled(charge("I10", prior_authorization="LINEAUTH"))
    later = assemble_secondary(claim, adjudication(), SECOND)
    assert (later.prior_authorization, later.lines[0].prior_authorization) == ("", "")


def test_an_adjudication_of_an_unknown_line_is_refused() -> None:
    claim, _ = assembled(charge("I10"))
    strange = ClaimAdjudication(0, DAY, lines=(AdjudicatedLine(9, 0),))
    with pytest.raises(UnknownLineError):
        assemble_secondary(claim, strange, SECOND)


def test_an_amended_claim_carries_the_payers_number_and_a_new_total() -> None:
    claim, _ = assembled(charge("I10"), charge("I10", cents=500))
    amended = amend(claim, payer_claim_number="ICN77", lines=claim.lines[:1])
    assert (amended.frequency, amended.payer_claim_number) == (Frequency.REPLACEMENT, "ICN77")
    assert amended.total_charge_cents == 10000
    assert claim.total_charge_cents == 10500


def test_an_original_is_no_amendment() -> None:
    claim, _ = assembled(charge("I10"))
    with pytest.raises(AmendmentError):
        amend(claim, payer_claim_number="ICN77", frequency=Frequency.ORIGINAL)
