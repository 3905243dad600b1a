"""A practice to which everything happened that a key figure counts, in spring 2026."""

from datetime import date
from typing import Any

from app.denied import case_of, refuse
from app.desk import ACTOR, BORN_ON, HOME, ONE, SERVICE_ON, VISIT, Desk, at, era
from app.test_underpayments import agree, compare, pay
from cleanclaim.app.appealing import draft_appeal, record_outcome, send_appeal
from cleanclaim.app.collecting import close_accounts
from cleanclaim.app.correcting import Correction, correct_claim
from cleanclaim.app.documenting import document_encounter, record_charges
from cleanclaim.app.lifecycle import advance
from cleanclaim.app.registering import Registration, register_patient
from cleanclaim.app.releasing import override_holds, release_claim
from cleanclaim.app.self_paying import bill_self_pay
from cleanclaim.app.submitting import submit_claims
from cleanclaim.app.work import unit_of_work
from cleanclaim.app.writing_off import approve_write_off, ask_write_off, reverse_write_off
from cleanclaim.claims.parties import PersonName, Sex
from cleanclaim.claims.workflow import ClaimEvent
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.encounters.models import Encounter
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.patients.models import Patient

AS_OF = date(2026, 5, 20)


def fill(desk: Desk, owner: int) -> None:
    """Let a practice live: claims paid, refused, won back, given up, held, mended, not billed."""
    agree(desk)
    _pay_some(desk)
    _refuse_some(desk, Actor("person", "Olive Owner", owner))
    _hold_some(desk)
    _leave_some(desk)
    close_accounts(**desk.who, at=at(date(2026, 5, 4)))


def _pay_some(desk: Desk) -> None:
    """Pay below the contract, in winter, all that is owed, only a part; reject one."""
    short = desk.submitted(desk.patient("Short"), VISIT)
    lines = ("99213*150*70|CAS*CO*45*60~CAS*PR*2*20", "36415*50*8|CAS*CO*45*42")
    pay(desk, short, *lines, paid=7_800, trace="T1")
    compare(desk)
    often = desk.patient("Often")
    reject(desk, desk.submitted(often, ONE, date(2026, 4, 8)))
    early = desk.submitted(often, ONE, date(2026, 1, 12))
    told = f"CLP*{early.control_number}*1*200*120*20*12*ICN8~CAS*CO*45*60~CAS*PR*3*20~"
    desk.post(era(told, paid="120", trace="T22", on=date(2026, 2, 2), control=22), date(2026, 2, 4))
    whole = desk.submitted(desk.patient("Whole"), ONE)
    told = f"CLP*{whole.control_number}*1*200*140**12*ICN9~CAS*CO*45*60~"
    desk.posted(era(told, paid="140", trace="T333", control=33))
    partly = desk.submitted(desk.patient("Partly"), VISIT)
    lines = ("99213*150*90|CAS*CO*45*60", "36415*50*0|CAS*CO*50*50")
    pay(desk, partly, *lines, paid=9_000, trace="T4444")


def _refuse_some(desk: Desk, owner: Actor) -> None:
    """Refuse six: left so, given up in part, taken back, won in part, paid, corrected."""
    who: dict[str, Any] = {"organization": desk.organization, "actor": owner}
    refuse(desk, number=51)
    for number, cents in ((52, 5_000), (53, 20_000)):
        case = case_of(desk, refuse(desk, number=number)).pk
        asked = ask_write_off(**who, at=at(AS_OF), case=case, reason="small", cents=cents)
        approve_write_off(**who, at=at(date(2026, 5, 2)), request=asked.pk)
        if cents == 20_000:
            reverse_write_off(**who, at=at(date(2026, 5, 12)), request=asked.pk)
    case = case_of(desk, refuse(desk, "CAS*CO*197*200~", number=54)).pk
    letter = draft_appeal(**who, at=at(date(2026, 4, 27)), case=case).pk
    sent: dict[str, Any] = {**who, "appeal": letter}
    send_appeal(**sent, at=at(date(2026, 4, 28)), channel="mail", proof="slip 1")
    record_outcome(**sent, at=at(date(2026, 5, 8)), outcome="partly", won_cents=12_000)
    after_all = refuse(desk, number=55)
    told = f"CLP*{after_all.control_number}*1*200*120*20*12*ICN55~CAS*CO*45*60~CAS*PR*3*20~"
    desk.posted(era(told, paid="120", trace="AGAIN", on=date(2026, 5, 6), control=56))
    _correct(desk, after_all.patient)


def _correct(desk: Desk, patient: Patient) -> None:
    """Let a refused claim be corrected, and the one in its place be paid."""
    told: dict[str, Any] = {**desk.who, "at": at(date(2026, 4, 27))}
    wrong = desk.submitted(patient, ONE, date(2026, 4, 2))
    refused = f"CLP*{wrong.control_number}*4*200*0**12*ICN57~CAS*CO*197*200~"
    desk.posted(era(refused, paid="0", trace="WRONG", control=57))
    mended = Correction("the number came", prior_authorization="A1")
    right = correct_claim(**told, claim=wrong.pk, correction=mended)
    release_claim(**told, claim=right.pk)
    submit_claims(**told, payer=desk.payers[0])
    paid = f"CLP*{right.control_number}*1*200*140**12*ICN58~CAS*CO*45*60~"
    desk.posted(era(paid, paid="140", trace="RIGHT", on=date(2026, 5, 11), control=58))


def _hold_some(desk: Desk) -> None:
    """Hold by the gate, one of two until it opens; hold by an edit, and let a person override."""
    payer = desk.payers[1]
    gated = [_stranger(desk, f"Gated{number}") for number in (1, 2)]
    for patient in gated:
        desk.cover(patient, payer)
    waiting, freed = (desk.assembled(patient) for patient in gated)
    for claim in (waiting, freed):
        release_claim(**desk.who, at=at(), claim=claim.pk)
    override_holds(**desk.who, at=at(date(2026, 5, 5)), claim=freed.pk, reason="the letter came")
    submit_claims(**desk.who, at=at(date(2026, 5, 5)), payer=payer)
    held = desk.held()
    override_holds(**desk.who, at=at(date(2026, 4, 14)), claim=held.pk, reason="meant so")
    submit_claims(**desk.who, at=at(date(2026, 4, 15)), payer=desk.payers[0])


def _stranger(desk: Desk, last: str) -> Patient:
    named = Registration(PersonName(last, "Nell"), BORN_ON, Sex.FEMALE, HOME)
    return register_patient(**desk.who, at=at(), registration=named)


def _leave_some(desk: Desk) -> None:
    """Enter charges late without a claim; bill a patient; stop a remittance."""
    _visit(desk, desk.patient("Unclaimed"), entered_on=date(2026, 4, 15))
    alone = _visit(desk, _stranger(desk, "Alone"), entered_on=date(2026, 4, 12))
    bill_self_pay(**desk.who, at=at(date(2026, 4, 12)), encounter=alone.pk)
    other = "CLP*OTHER77*1*310*80**12*ICN7~CAS*CO*45*230~"
    desk.posted(era(other, paid="80", trace="T77", control=77))
    (stopped,) = desk.post(era(other, paid="99", trace="T78", control=78))
    assert stopped.outcome == "quarantined"


def reject(desk: Desk, claim: ClaimRecord, on: date = date(2026, 4, 11)) -> None:
    """Let the payer's gate refuse a claim before it is judged."""
    with unit_of_work(organization=desk.organization, actor=ACTOR, at=at(on)) as work:
        advance(work, desk.claim(claim), ClaimEvent.REJECTED)


def _visit(desk: Desk, patient: Patient, *, entered_on: date) -> Encounter:
    visit = document_encounter(
        **desk.who,
        at=at(),
        patient=patient.pk,
        provider=desk.provider,
        location=desk.location,
        service_on=SERVICE_ON,
        note="Follow-up of high blood pressure.",
    )
    record_charges(**desk.who, at=at(entered_on), encounter=visit.pk, services=ONE)
    return visit
