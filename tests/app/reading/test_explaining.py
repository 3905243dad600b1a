"""Every cent of a remittance is traced to the segment that says it, the rule and the person."""

import pytest

from app.desk import ACTOR, VISIT, Desk, dollars, envelope, era, transaction
from cleanclaim.app.reading.explaining import (
    ExplainedEntry,
    UnknownAccountError,
    explain_account,
    explain_entry,
)
from cleanclaim.store.ledger.models import Account, Entry
from cleanclaim.store.tenancy import within

DECISION = (
    "CLP*C0000001*1*200*120*20*12*ICN1~"
    "SVC*HC:99213*150*90**1~DTM*472*20260410~CAS*CO*45*45~CAS*PR*3*15~REF*6R*1~"
    "SVC*HC:36415*50*30**1~DTM*472*20260410~CAS*CO*45*15~CAS*PR*2*5~REF*6R*2~"
)
REVERSAL = (
    "CLP*C0000001*22*-200*-120**12*ICN1~"
    "SVC*HC:99213*-150*-90**1~DTM*472*20260410~CAS*CO*45*-45~CAS*PR*3*-15~REF*6R*1~"
    "SVC*HC:36415*-50*-30**1~DTM*472*20260410~CAS*CO*45*-15~CAS*PR*2*-5~REF*6R*2~"
)
STRANGER = "CLP*STRANGER*1*90*90**12*ICN8~"


def _explained(desk: Desk) -> list[ExplainedEntry]:
    with within(desk.organization):
        entries = Entry.objects.of(desk.organization).order_by("pk").values_list("pk", flat=True)
        return [explain_entry(desk.organization, entry) for entry in entries]


def _texts(desk: Desk, reason: str) -> list[str]:
    found = [entry for entry in _explained(desk) if entry.reason == reason]
    return [entry.origin.place.text if entry.origin.place else "" for entry in found]


@pytest.fixture
def posted(desk: Desk) -> Desk:
    """Post a remittance with a known claim, a stranger's money, and two provider-level pairs."""
    desk.submitted(desk.patient(), VISIT)
    first = transaction(DECISION, STRANGER, paid="180", provider_level="WO:OLD1*25*L6:I1*-5")
    assert desk.post(
        envelope(transaction(paid="0", trace="EMPTY"), first.replace("*180*", "*190*"))
    )
    return desk


def test_each_entry_names_the_segment_it_came_from(posted: Desk) -> None:
    assert {remit.status for remit in posted.remits()} == {"posted"}
    assert _texts(posted, "apply_payment") == ["SVC*HC:99213*150*90**1", "SVC*HC:36415*50*30**1"]
    assert _texts(posted, "CO-45") == ["CAS*CO*45*45", "CAS*CO*45*15"]
    assert _texts(posted, "PR-3") == ["CAS*PR*3*15"]
    assert _texts(posted, "park_in_suspense") == ["CLP*STRANGER*1*90*90**12*ICN8"]
    assert _texts(posted, "L6")[0].startswith("PLB*")
    assert _texts(posted, "WO")[0].startswith("PLB*")


def test_a_segment_is_at_the_number_that_is_told(posted: Desk) -> None:
    with within(posted.organization):
        content = bytes(posted.remits()[-1].file.content).decode()
    segments = content.split("~")
    places = [entry.origin.place for entry in _explained(posted) if entry.origin.place]
    assert len(places) == 9
    for place in places:
        assert segments[place.number - 1] == place.text
        assert place.transaction == "0002"


def test_the_rule_and_the_person_stand_beside_it(posted: Desk) -> None:
    by_reason = {entry.reason: entry for entry in _explained(posted)}
    assert by_reason["CO-45"].origin.rule == "CO-45 (above the agreed fee): contractual"
    assert by_reason["CO-45"].origin.rule_source == "configuration of the practice"
    assert by_reason["park_in_suspense"].origin.rule.startswith("held in suspense: ")
    assert by_reason["bill_payer"].origin.file_name
    assert {entry.actor for entry in by_reason.values()} == {ACTOR.name}


def test_a_reversal_is_traced_to_its_own_segments(posted: Desk) -> None:
    posted.posted(era(REVERSAL, paid="0", trace="BACK", provider_level="FB:BACK*-120"))
    texts = [entry.origin.place.text for entry in _explained(posted) if entry.origin.place]
    assert {"SVC*HC:99213*-150*-90**1", "CAS*CO*45*-45"} <= set(texts)
    backs = [text for text in _texts(posted, "call_back") if text]
    assert sorted(backs) == ["CAS*PR*2*-5", "CAS*PR*3*-15"]


def test_an_account_is_explained_by_number_and_by_key(posted: Desk) -> None:
    with within(posted.organization):
        account = Account.objects.of(posted.organization).get(kind="suspense")
        told = explain_account(posted.organization, str(account.pk))
        assert told == explain_account(posted.organization, account.key)
        assert told.cents == -9_000 == sum(entry.cents for entry in told.entries)
        with pytest.raises(UnknownAccountError):
            explain_account(posted.organization, "no such account")
    assert dollars(-told.cents) == "90.00"
