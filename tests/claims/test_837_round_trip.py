from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib import resources
from io import BytesIO

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from claims.claim_strategies import claims
from claims.line_strategies import WORDS, change
from claims.sound_claims import sound
from cleanclaim import x12
from cleanclaim.claims.from_837 import read_claim
from cleanclaim.claims.model import Claim, ClaimKind, Frequency
from cleanclaim.claims.parties import Payer, PersonName, Subscriber
from cleanclaim.claims.to_837 import GUIDES, MixedKindsError, Receiver, Submitter, transaction
from cleanclaim.kernel.findings import Finding
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.x12.writer import write_file

AT = datetime(2026, 8, 1, 8, 30, tzinfo=UTC)
# Claims are large: to make a failing one smaller takes minutes and tells little more.
SLOW = settings(
    max_examples=60,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def body_of(claims: Sequence[Claim]) -> x12.Loop:
    return transaction(
        claims,
        submitter=Submitter("Hillside Family Practice", "HFP1", "Desk", "2175550100"),
        receiver=Receiver("Prairie Clearing", "PRC9"),
        reference="T1",
        created_at=AT,
    )


def written(claims: Sequence[Claim]) -> str:
    return x12.write(x12.Envelope("HFP1", "PRC9", 1, AT), GUIDES[claims[0].kind], [body_of(claims)])


def written_unjudged(claim: Claim) -> str:
    """Write a claim even where rules across segments would have a word to say."""
    into = BytesIO()
    with suppress(x12.UnwritableError):
        write_file(
            into, x12.Envelope("HFP1", "PRC9", 1, AT), GUIDES[claim.kind], [body_of([claim])]
        )
    return into.getvalue().decode()


def read_again(text: str) -> list[tuple[Claim, tuple[Finding, ...]]]:
    return [read_claim(event) for event in x12.read(text) if isinstance(event, x12.Unit)]


@SLOW
@given(claims("837P") | claims("837I") | claims("837D"))
def test_a_claim_is_read_as_it_was_written(claim: Claim) -> None:
    text = written_unjudged(claim)
    assert read_again(text) == [(claim, ())]
    assert x12.check(text, types=()).findings == []


@SLOW
@given(claims("837P").map(sound))
def test_no_rule_has_a_word_to_say_of_a_sound_professional_claim(claim: Claim) -> None:
    passes(claim)


@SLOW
@given(claims("837I").map(sound))
def test_no_rule_has_a_word_to_say_of_a_sound_institutional_claim(claim: Claim) -> None:
    passes(claim)


@SLOW
@given(claims("837D").map(sound))
def test_no_rule_has_a_word_to_say_of_a_sound_dental_claim(claim: Claim) -> None:
    passes(claim)


def passes(claim: Claim) -> None:
    text = written([claim])
    assert x12.check(text).findings == []
    assert read_again(text) == [(claim, ())]


@pytest.mark.parametrize("kind", ClaimKind)
def test_the_sample_of_a_guide_is_carried_whole(kind: ClaimKind) -> None:
    sample = resources.files("cleanclaim.x12").joinpath("samples", f"{kind}.x12").read_text()
    told = read_again(sample)
    assert {claim.kind for claim, _ in told} == {kind}
    assert [findings for _, findings in told] == [()] * len(told)
    again = written([claim for claim, _ in told])
    assert [claim for claim, _ in read_again(again)] == [claim for claim, _ in told]
    assert x12.check(again).findings == []


def test_what_a_claim_has_no_place_for_is_told() -> None:
    sample = resources.files("cleanclaim.x12").joinpath("samples", "837I.x12").read_text()
    ((claim, told), _) = read_again(sample.replace("CL1*1*1*01", "CL1*1*1*01*9"))
    assert claim.institutional is not None
    assert [(finding.rule, finding.place.partition(",")[0]) for finding in told] == [
        ("CLAIM.NOT_CARRIED", "2300/CL104")
    ]


def test_claims_of_two_kinds_do_not_share_a_transaction() -> None:
    kinds = [read_again(_sample(kind))[0][0] for kind in ("837P", "837D")]
    with pytest.raises(MixedKindsError):
        written(kinds)


def _sample(kind: str) -> str:
    return resources.files("cleanclaim.x12").joinpath("samples", f"{kind}.x12").read_text()


WHO = st.sampled_from([PersonName("Larkspur", "Ines"), PersonName("Larkspur", "Tom")])
BILLERS = tuple(
    change(
        read_again(_sample("837P"))[0][0].billing, npi=npi_from_stem(stem), organization="Hillside"
    )
    for stem in ("123456789", "198765432")
)
PATIENT = read_again(_sample("837P"))[0][0].patient
LINES = read_again(_sample("837P"))[0][0].lines[:1]
SHORT = st.builds(
    Claim,
    patient_control_number=WORDS,
    total_charge_cents=st.just(LINES[0].charge_cents),
    place_of_service=st.just("11"),
    frequency=st.just(Frequency.ORIGINAL),
    billing=st.sampled_from(BILLERS),
    payer=st.just(Payer("Northern Mutual", "NMUT1")),
    subscriber=WHO.map(lambda name: Subscriber(name, "N1")),
    patient=WHO.map(lambda name: change(PATIENT, name=name)),
    diagnoses=st.just(read_again(_sample("837P"))[0][0].diagnoses),
    lines=st.just(LINES),
    relationship=st.just("19"),
)


def as_self(claim: Claim) -> Claim:
    """Make the patient the subscriber: what is said of one holds of the other."""
    patient = claim.patient
    subscriber = change(
        claim.subscriber,
        name=patient.name,
        birth_on=patient.birth_on,
        sex=patient.sex,
        address=patient.address,
    )
    return change(claim, subscriber=subscriber, relationship="18")


@settings(max_examples=30, deadline=None)
@given(st.lists(SHORT | SHORT.map(as_self), min_size=1, max_size=6))
def test_claims_of_one_biller_stand_together(claims: list[Claim]) -> None:
    text = written(claims)
    assert text.count("NM1*85*") == len({claim.billing for claim in claims})
    assert Counter(claim for claim, _ in read_again(text)) == Counter(claims)


def test_a_biller_is_one_only_where_all_about_it_is_the_same() -> None:
    other = change(read_again(_sample("837P"))[0][0], currency="CAD")
    text = written([read_again(_sample("837P"))[0][0], other])
    assert text.count("NM1*85*") == 2
