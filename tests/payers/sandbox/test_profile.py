"""A profile is read from JSON, refuses what it does not know, and opens itself to strangers."""

from decimal import Decimal

import msgspec
import pytest

from cleanclaim.claims.model import Claim, Diagnosis, Frequency, Procedure, ServiceLine
from cleanclaim.claims.parties import Patient, Payer, PersonName, Provider, Subscriber
from cleanclaim.payers.sandbox import (
    Fault,
    FaultRule,
    Policy,
    dump_profile,
    load_profile,
    open_profile,
)
from cleanclaim.payers.sandbox.chance import hits
from payers.sandbox.practice import BILLING_NPI, MEMBER, PROFILE


def claim(member_id: str, payer: str) -> Claim:
    name = PersonName("ASH", "LEO")
    return Claim(
        patient_control_number=f"A{member_id}",
        total_charge_cents=100,
        place_of_service="11",
        frequency=Frequency.ORIGINAL,
        billing=Provider(npi=BILLING_NPI),
        payer=Payer(f"PAYER {payer}", payer),
        subscriber=Subscriber(name, member_id),
        patient=Patient(name),
        diagnoses=(Diagnosis("I10"),),
        lines=(ServiceLine(1, Procedure("99213"), 100, Decimal(1), None, None),),
    )


def test_a_profile_survives_json() -> None:
    profile = msgspec.structs.replace(
        PROFILE, faults=(FaultRule(Fault.LATE, percent=5),), policy=Policy(timely_days=90)
    )
    assert load_profile(dump_profile(profile)) == profile


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b'"coinsurance_percent": 20', b'"coinsurance_percent": 120'),
        (b'"copay_cents"', b'"copay"'),
        (b'"plan": "gold"', b'"plan": "silver"'),
    ],
)
def test_a_wrong_profile_is_refused(right: bytes, wrong: bytes) -> None:
    content = dump_profile(PROFILE)
    assert right in content
    with pytest.raises(msgspec.ValidationError):
        load_profile(content.replace(right, wrong))


def test_member_ids_are_compared_without_case_and_punctuation() -> None:
    assert PROFILE.find_member(" w100-200-300 ") == MEMBER
    assert PROFILE.find_member("W100200301") is None


def test_an_open_profile_answers_to_every_payer_and_member_of_the_claims() -> None:
    profile = open_profile([claim("M1", "AA"), claim("M2", "BB"), claim("M1", "AA")], seed=4)
    assert (profile.identifier, profile.other_identifiers) == ("AA", ("BB",))
    assert [member.member_id for member in profile.members] == ["M1", "M2"]
    assert profile.admits_everyone
    assert load_profile(dump_profile(profile)) == profile


def test_an_open_profile_without_claims_is_a_payer_all_the_same() -> None:
    assert open_profile([]).members == ()


def test_chance_repeats_and_keeps_its_share() -> None:
    drawn = [hits(20, 1, "x", str(n)) for n in range(2000)]
    assert drawn == [hits(20, 1, "x", str(n)) for n in range(2000)]
    assert 300 < sum(drawn) < 500
    assert not any(hits(0, 1, str(n)) for n in range(200))
    assert all(hits(100, 1, str(n)) for n in range(200))
