"""From an application to claims that leave by themselves, and bars that stop them."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from app.desk import SERVICE_ON, Desk, at, dollars, era
from cleanclaim.app.barring import BarDocumentMissingError, end_bar, record_bar
from cleanclaim.app.enrolling import record_provider
from cleanclaim.app.enrollment_applications import (
    DocumentMissingError,
    EffectiveUnknownError,
    ItemsMissingError,
    NotNextError,
    access_application,
    approve_application,
    file_application,
    follow_up,
    give_item,
    missing_items,
    note_answer,
    open_application,
)
from cleanclaim.app.enrollment_terms import (
    SourceMissingError,
    record_demand,
    record_rule,
    set_program,
)
from cleanclaim.app.gating import Asked, ask_gate
from cleanclaim.app.linking import record_reassignment, record_substitution
from cleanclaim.app.rebilling import find_rebillable
from cleanclaim.app.releasing import release_claim
from cleanclaim.claims.parties import PersonName
from cleanclaim.cli import main
from cleanclaim.credentialing.enrollment.applications import ApplicationKind, ApplicationState
from cleanclaim.credentialing.enrollment.terms import Basis, Program
from cleanclaim.credentialing.gate import Decision, GateResult
from cleanclaim.credentialing.participation.grants import BarKind, DemandKind
from cleanclaim.credentialing.participation.substitutes import SubstituteKind
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.kernel.spans import Span
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.enrollments.models import Application
from cleanclaim.store.tenancy import within
from conftest import Practice

LETTER = "approval letter 12"


@pytest.fixture
def outsider(practice: Practice) -> Desk:
    """Open a desk whose provider may bill nobody yet; its first payer is Medicare."""
    desk = Desk(practice.organization)
    set_program(
        **told(desk), payer=desk.payers[0].pk, program=Program.MEDICARE, source="payer's own name"
    )
    return desk


def told(desk: Desk, on: date = SERVICE_ON) -> dict[str, Any]:
    return {**desk.who, "at": at(on)}


def opened(desk: Desk, payer: int = 0, **fields: Any) -> Application:  # noqa: ANN401 - as the use case takes them
    return open_application(
        **told(desk), provider=desk.provider.pk, payer=desk.payers[payer].pk, **fields
    )


def filed(desk: Desk, payer: int = 0, on: date = SERVICE_ON, **fields: Any) -> Application:  # noqa: ANN401 - as the use case takes them
    application = opened(desk, payer, **fields)
    with within(desk.organization):
        keys = [item.key for item in missing_items(application)]
    for key in keys:
        give_item(**told(desk), application=application.pk, key=key, document="scan")
    return file_application(
        **told(desk, on), application=application.pk, filed_on=on, reference="REF 7"
    )


def ask(desk: Desk, on: date = SERVICE_ON, payer: str = "PAY01", **fields: str) -> GateResult:
    return ask_gate(desk.organization, Asked(desk.provider.npi, payer, on, **fields))


def reasons(desk: Desk, claim: ClaimRecord) -> list[str]:
    _, causes = release_claim(**told(desk), claim=claim.pk)
    return [cause.reason for cause in causes]


def test_an_application_waits_for_its_items_and_says_what_is_missing(outsider: Desk) -> None:
    application = opened(outsider)
    (task,) = outsider.tasks("enrollment")
    assert task.title == "5 items are missing for an application"
    with pytest.raises(ItemsMissingError):
        file_application(**told(outsider), application=application.pk, filed_on=SERVICE_ON)
    give_item(**told(outsider), application=application.pk, key="w9", title="W-9 of this year")
    assert outsider.tasks("enrollment")[0].next_step.startswith("Get first: ")
    with within(outsider.organization):
        keys = [item.key for item in missing_items(application)]
    assert len(keys) == 6
    for key in keys:
        give_item(**told(outsider), application=application.pk, key=key)
    assert outsider.tasks("enrollment") == []


def test_medicares_rule_gives_the_dates_and_the_held_claim_leaves(outsider: Desk) -> None:
    claim = outsider.assembled(outsider.patient())
    assert reasons(outsider, claim) == ["CRED.PAYER_UNKNOWN"]
    filed_on = SERVICE_ON + timedelta(20)
    application = filed(outsider, on=filed_on, first_service_on=SERVICE_ON - timedelta(60))
    assert outsider.state(claim) == "held"
    waiting = ask(outsider)
    assert (waiting.decision, waiting.reason.value) == (Decision.HOLD, "pending")
    assert waiting.document == f"the application filed on {filed_on}"
    with pytest.raises(DocumentMissingError):
        approve_application(
            **told(outsider), application=application.pk, on=SERVICE_ON, document=" "
        )
    done = approve_application(
        **told(outsider, date(2026, 6, 1)),
        application=application.pk,
        on=date(2026, 6, 1),
        document=LETTER,
    )
    assert (done.effective_on, done.billable_on) == (filed_on, filed_on - timedelta(30))
    assert "424.520" in done.effective_source
    assert outsider.state(claim) == "ready"
    passed = ask(outsider)
    assert (passed.reason.value, passed.document) == ("retroactive", LETTER)
    assert not ask(outsider, filed_on - timedelta(31)).leaves
    assert outsider.tasks("enrollment") == []
    late = {**told(outsider), "application": application.pk, "on": SERVICE_ON}
    with pytest.raises(NotNextError):
        note_answer(**late, state=ApplicationState.QUESTIONED)


def test_without_a_rule_the_letter_must_name_the_day(outsider: Desk) -> None:
    application = filed(outsider, payer=1)
    decided = {**told(outsider), "application": application.pk, "on": SERVICE_ON}
    with pytest.raises(EffectiveUnknownError):
        approve_application(**decided, document=LETTER)
    with pytest.raises(SourceMissingError):
        record_rule(
            **told(outsider),
            payer=outsider.payers[1].pk,
            rule=Basis.MONTH_AFTER_APPROVAL,
            starts_on=date(2026, 1, 1),
            source="",
        )
    record_rule(
        **told(outsider),
        payer=outsider.payers[1].pk,
        rule=Basis.MONTH_AFTER_APPROVAL,
        starts_on=date(2026, 1, 1),
        source="provider manual, page 9",
    )
    done = approve_application(**decided, document=LETTER)
    assert (done.effective_on, done.effective_source) == (
        date(2026, 5, 1),
        "provider manual, page 9",
    )


def test_questions_and_follow_ups_are_tasks_until_it_is_over(outsider: Desk) -> None:
    application = filed(outsider)
    (asking,) = outsider.tasks("enrollment")
    assert (asking.title, asking.due_on) == ("Ask about an application", None)
    again = SERVICE_ON + timedelta(14)
    follow_up(**told(outsider), application=application.pk, note="in the queue", again_on=again)
    assert outsider.tasks("enrollment")[0].due_on == again
    answered = {**told(outsider), "application": application.pk, "on": SERVICE_ON}
    note_answer(**answered, state=ApplicationState.QUESTIONED, note="send the W-9 again")
    assert outsider.tasks("enrollment")[0].next_step == "Answer what was asked"
    note_answer(**answered, state=ApplicationState.REFUSED, document="letter 13")
    assert outsider.tasks("enrollment") == []
    with within(outsider.organization):
        row = access_application(application.pk, organization=outsider.organization)
    assert (row.state, row.decided_on) == ("refused", SERVICE_ON)
    assert ask(outsider).reason.value == "payer_unknown"


def test_an_earlier_effective_date_lists_the_denials_worth_billing_again(outsider: Desk) -> None:
    desk = outsider
    desk.enroll(desk.payers[0], since=date(2026, 1, 1))
    denied = [desk.submitted(desk.patient(f"Waverly{n}")) for n in (1, 2)]
    for number, (claim, reason) in enumerate(zip(denied, ("B7", "29"), strict=True), 1):
        text = (
            f"CLP*{claim.control_number}*4*{dollars(20_000)}*0**12*ICN{number}~"
            f"CAS*CO*{reason}*{dollars(20_000)}~"
        )
        desk.posted(era(text, paid="0", trace=f"T{number}", control=number))
    application = filed(desk, first_service_on=date(2026, 1, 1), on=date(2026, 5, 1))
    approve_application(
        **told(desk, date(2026, 5, 20)),
        application=application.pk,
        on=date(2026, 5, 20),
        document=LETTER,
    )
    (task,) = [t for t in desk.tasks("enrollment") if "billed again" in t.title]
    assert (task.value_cents, task.title) == (
        20_000,
        "1 denials for enrollment can be billed again",
    )
    assert task.due_on == SERVICE_ON + timedelta(180)
    with within(desk.organization):
        row = access_application(application.pk, organization=desk.organization)
        days = (date(2026, 5, 20), SERVICE_ON + timedelta(180), SERVICE_ON + timedelta(181))
        found = [find_rebillable(row, date(2026, 4, 1), today=day) for day in days]
        later = find_rebillable(row, SERVICE_ON + timedelta(1), today=date(2026, 5, 20))
    assert [[each.claim for each in several] for several in found] == [
        [denied[0].pk],
        [denied[0].pk],
        [],
    ]
    assert later == ()


def test_a_bar_holds_what_was_ready_and_its_end_frees_it(outsider: Desk) -> None:
    desk = outsider
    desk.enroll()
    claim = desk.assembled(desk.patient())
    assert reasons(desk, claim) == []
    barred = {
        **told(desk),
        "provider": desk.provider.pk,
        "kind": BarKind.EXCLUDED,
        "starts_on": date(2026, 4, 1),
    }
    with pytest.raises(BarDocumentMissingError):
        record_bar(**barred, document="")
    bar = record_bar(**barred, document="LEIE of April, row 7")
    assert desk.state(claim) == "held"
    assert reasons(desk, claim) == ["CRED.EXCLUDED"]
    assert ask(desk).decision is Decision.NEVER
    assert ask(desk, payer="PAY02").decision is Decision.UNKNOWN, "nobody said what payer 2 is"
    end_bar(
        **told(desk), bar=bar.pk, ends_on=SERVICE_ON - timedelta(1), document="reinstatement letter"
    )
    assert desk.state(claim) == "ready"


def test_a_demand_holds_until_what_it_asks_for_is_on_record(outsider: Desk) -> None:
    desk = outsider
    desk.enroll()
    claim = desk.assembled(desk.patient())
    record_demand(
        **told(desk),
        payer=desk.payers[0].pk,
        kind=DemandKind.REASSIGNMENT,
        starts_on=date(2020, 1, 1),
        source="Medicare manual",
    )
    assert reasons(desk, claim) == ["CRED.NOT_REASSIGNED"]
    record_reassignment(
        **told(desk),
        provider=desk.provider.pk,
        payer=desk.payers[0].pk,
        span=Span(date(2026, 4, 1)),
        document="855I, section 4F",
    )
    assert desk.state(claim) == "ready"


def test_an_application_to_reassign_grants_the_link(outsider: Desk) -> None:
    application = filed(outsider, kind=ApplicationKind.REASSIGNMENT)
    approve_application(
        **told(outsider),
        application=application.pk,
        on=SERVICE_ON,
        document=LETTER,
        stated_on=date(2026, 4, 1),
    )
    outsider.enroll()
    record_demand(
        **told(outsider),
        payer=outsider.payers[0].pk,
        kind=DemandKind.REASSIGNMENT,
        starts_on=date(2020, 1, 1),
        source="Medicare manual",
    )
    assert ask(outsider).leaves
    assert not ask(outsider, date(2026, 3, 31)).leaves


def test_a_stand_in_is_held_with_the_number_and_modifier_to_bill(outsider: Desk) -> None:
    desk = outsider
    desk.enroll()
    stand_in = record_provider(
        **told(desk),
        name=PersonName("Locum", "Lou"),
        npi=npi_from_stem("145600002"),
        taxonomy="207Q00000X",
    )
    record_substitution(
        **told(desk),
        kind=SubstituteKind.FEE_FOR_TIME,
        performing=stand_in.pk,
        billed=desk.provider.pk,
        payer=desk.payers[0].pk,
        starts_on=date(2026, 4, 1),
        document="locum agreement",
    )
    result = ask_gate(desk.organization, Asked(stand_in.npi, "PAY01", SERVICE_ON))
    assert (result.decision, result.modifier, result.bill_as, result.until) == (
        Decision.SUBSTITUTE,
        "Q6",
        desk.provider.npi,
        date(2026, 5, 30),
    )


def run(desk: Desk, on: str, *more: str) -> tuple[int, str]:
    words = ["--rendering", desk.provider.npi, "--payer", "PAY01", "--on", on]
    ours = ["--organization", str(desk.organization)]
    result = CliRunner().invoke(main, ["credentialing", "gate", *words, *ours, *more])
    return result.exit_code, result.stdout


def test_the_command_says_the_outcome_and_its_document(outsider: Desk) -> None:
    outsider.enroll(outsider.payers[0], since=date(2026, 4, 1))
    status, text = run(outsider, "2026-04-10", "--json")
    document = json.loads(text)
    assert (status, document["outcome"], document["document"]) == (0, "pass", "enrollment letter")
    assert document["reason"].endswith("by enrollment letter")
    status, text = run(outsider, "2026-03-31")
    assert (status, text.startswith("hold until 2026-04-01: ")) == (1, True)
    assert ask(outsider, payer="NOBODY").decision is Decision.UNKNOWN
    assert run(outsider, "2026-04-10", "--rendering", "1234567890")[0] == 2
