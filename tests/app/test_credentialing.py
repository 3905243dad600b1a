"""From an NPI to a committee's decision; a licence that ends holds claims, a renewal frees them."""

from datetime import date, timedelta

import pytest

from app.credentialed import TODAY, FileDesk, listed
from app.desk import SERVICE_ON, Desk, at, era
from cleanclaim.app.committee import (
    ItemKind,
    Ruling,
    Verdict,
    credentialed_until,
    decide_item,
    hold_meeting,
    move_meeting,
    plan_meeting,
    put_on_agenda,
    record_notice,
)
from cleanclaim.app.exclusions import list_paid_in_spite
from cleanclaim.app.file_policies import judge_provider
from cleanclaim.app.monitoring import monitor_providers
from cleanclaim.app.onboarding import Newcomer, onboard_provider
from cleanclaim.app.provider_files import (
    FileError,
    attest_file,
    export_file,
    import_file,
    keep_document,
    read_documents,
    read_entries,
    withdraw_element,
)
from cleanclaim.app.reading.credentials import credential_spans
from cleanclaim.app.releasing import reexamine_held, release_claim
from cleanclaim.app.screening_providers import Decision, judge_match, screen_providers
from cleanclaim.app.work import SYSTEM
from cleanclaim.credentialing.files.elements import Dea, Education, Identity
from cleanclaim.credentialing.participation import CredentialKind
from cleanclaim.credentialing.screening.runs import Verdict as Said
from cleanclaim.credentialing.verification.readiness import Element, Result, State
from cleanclaim.kernel.spans import Span
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.providers.models import ScreeningRun
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenancy import within


@pytest.fixture
def file(desk: Desk) -> FileDesk:
    return FileDesk(desk)


def spans(file: FileDesk, kind: CredentialKind = CredentialKind.LICENCE) -> list[Span]:
    with within(file.organization):
        found = credential_spans(file.organization, file.provider)
        return [each.span for each in found if each.kind is kind]


def keys(file: FileDesk, start: str) -> list[str]:
    with within(file.organization):
        rows = Task.objects.of(file.organization).filter(closed_at__isnull=True)
        found = rows.filter(key__startswith=start).order_by("key")
        return [key.removeprefix(start) for key in found.values_list("key", flat=True)]


def states(file: FileDesk, on: date) -> dict[str, State]:
    with within(file.organization):
        standing = judge_provider(file.organization, file.provider, on)
    assert standing is not None
    return {f"{each.state.element}:{each.number}": each.state.state for each in standing.items}


def test_onboarding_takes_what_the_registry_has_and_says_what_differs(file: FileDesk) -> None:
    saved = """{"result_count": 1, "results": [{"number": "1003000126",
        "enumeration_type": "NPI-1",
        "basic": {"first_name": "ROWAN", "last_name": "AMES", "status": "A"},
        "taxonomies": [{"code": "207R00000X", "primary": true}, {"code": "207Q00000X"}]}]}"""
    newcomer = Newcomer("1003000126", taxonomy="207Q00000X")
    found = onboard_provider(**file.on(), newcomer=newcomer, registry=saved)
    assert found.provider.last_name == "Ames"
    assert [finding.rule for finding in found.findings] == ["CRED.NPPES.PRIMARY"]
    with within(file.organization):
        entries = read_entries(file.organization, found.provider.pk)
    assert [each.kind.value for each in entries] == ["identity", "taxonomy", "taxonomy"]
    with pytest.raises(FileError, match="a file already"):
        onboard_provider(**file.on(), newcomer=newcomer, registry=saved)


@pytest.mark.parametrize(
    ("newcomer", "registry"),
    [
        (Newcomer("1003000127", "Ames", "Rowan", "207Q00000X"), ""),
        (Newcomer("1003000126", "Ames", "Rowan"), ""),
        (Newcomer("1003000126"), '{"Errors": [{"description": "none"}]}'),
    ],
)
def test_nobody_is_onboarded_from_what_says_nothing(
    file: FileDesk, newcomer: Newcomer, registry: str
) -> None:
    with pytest.raises(FileError):
        onboard_provider(**file.on(), newcomer=newcomer, registry=registry)


def test_a_file_grows_by_versions_and_refuses_what_cannot_be_right(file: FileDesk) -> None:
    file.onboard()
    number = file.licence(date(2026, 6, 30))
    assert file.licence(date(2026, 6, 30), number) == number
    assert file.licence(date(2028, 6, 30), number) == number
    wrong = Dea("BA1234564", "IL", ("2",), date(2028, 3, 31))
    with pytest.raises(FileError, match="check digit"):
        file.add(wrong)
    other = Identity("1003000126", "Ames", "Rowan")
    with pytest.raises(FileError, match="another NPI"):
        file.add(other, 1)
    with pytest.raises(FileError, match="another kind"):
        file.add(Education("College", "MD"), number)
    with within(file.organization):
        held = {
            each.number: each.version for each in read_entries(file.organization, file.provider)
        }
    assert held[number] == 2


def test_a_file_goes_to_another_practice_and_back_without_loss(file: FileDesk) -> None:
    file.onboard()
    file.licence(date(2027, 7, 31))
    with within(file.organization):
        text = export_file(file.organization, file.provider)
    again = import_file(**file.on(), provider=file.provider, content=text)
    assert (again.added, again.known) == (0, 3)
    with within(file.organization):
        assert export_file(file.organization, file.provider) == text
    other = text.replace(file.desk.provider.npi.encode(), b"1003000126")
    refused = import_file(**file.on(), provider=file.provider, content=other)
    assert [each.rule for each in refused.findings] == ["CRED.FILE.OTHER"]
    assert import_file(**file.on(), provider=file.provider, content=b"{}").findings


def test_a_document_has_versions_and_a_digest(file: FileDesk) -> None:
    file.onboard()
    told = {**file.on(), "provider": file.provider, "kind": "cv", "name": "CV"}
    first = keep_document(**told, media="application/pdf", content=b"%PDF-1")
    assert keep_document(**told, media="application/pdf", content=b"%PDF-1").pk == first.pk
    second = keep_document(**told, media="application/pdf", content=b"%PDF-2")
    assert (second.version, len(second.sha256)) == (2, 64)
    with within(file.organization):
        assert [r.pk for r in read_documents(file.organization, file.provider)] == [second.pk]
    for media, content in (("text/html", b"<p>"), ("application/pdf", b"")):
        with pytest.raises(FileError):
            keep_document(**told, media=media, content=content)


def test_a_verification_needs_evidence_and_a_day_that_has_come(file: FileDesk) -> None:
    file.onboard()
    number = file.licence(date(2027, 7, 31))
    for changes in ({"evidence": None}, {"source": " "}):
        with pytest.raises(FileError):
            file.look(Element.LICENCE, number, **changes)
    for wrong in (None, 99):
        with pytest.raises(FileError):
            file.look(Element.LICENCE, wrong)
    with pytest.raises(FileError):
        file.look(Element.LICENCE, number, TODAY, valid_until=None, evidence=None)
    assert spans(file) == []


def test_a_licence_ends_claims_hold_and_a_verified_renewal_frees_them(file: FileDesk) -> None:
    file.onboard()
    number = file.licensed(date(2026, 3, 31), day=date(2026, 3, 1))
    claim = file.desk.assembled(file.desk.patient())
    release_claim(**file.desk.who, at=at(), claim=claim.pk)
    assert file.desk.state(claim) == "held"
    held = [task.next_step for task in file.desk.tasks("held")]
    assert held == ["Record the renewed licence and verify it; the claim leaves by itself"]

    file.licence(date(2028, 3, 31), number)
    reexamine_held(**file.on())
    assert file.desk.state(claim) == "held"  # a renewal that nobody verified proves nothing
    file.look(Element.LICENCE, number)
    assert file.desk.state(claim) == "ready"


def test_an_adverse_answer_takes_back_a_claim_that_was_ready(file: FileDesk) -> None:
    file.onboard()
    number = file.licensed(date(2027, 7, 31), day=date(2026, 3, 1))
    claim = file.desk.assembled(file.desk.patient())
    release_claim(**file.desk.who, at=at(), claim=claim.pk)
    assert file.desk.state(claim) == "ready"
    file.look(Element.LICENCE, number, SERVICE_ON, Result.ADVERSE)
    assert file.desk.state(claim) == "held"
    assert keys(file, "adverse:") == [f"{file.provider}:licence:{number}"]


def test_a_withdrawn_licence_proves_nothing(file: FileDesk) -> None:
    file.onboard()
    number = file.licensed(date(2027, 7, 31))
    assert spans(file) == [Span(date(2018, 8, 1), date(2027, 7, 31))]
    with pytest.raises(FileError):
        withdraw_element(**file.on(), provider=file.provider, number=number, reason=" ")
    withdraw_element(**file.on(), provider=file.provider, number=number, reason="typed twice")
    assert spans(file) == []


def test_an_attestation_is_signed_with_the_name_of_the_file(file: FileDesk) -> None:
    file.onboard()
    told = {**file.on(), "provider": file.provider, "way": "paper"}
    with pytest.raises(FileError, match="signature"):
        attest_file(**told, signature="Somebody Else")
    attest_file(**told, signature="rowan ames")
    assert spans(file, CredentialKind.ATTESTATION) == [
        Span(TODAY, TODAY + timedelta(120))  # without a licence in a state that allows more
    ]


def agenda(file: FileDesk, on: date, kind: ItemKind = ItemKind.INITIAL) -> tuple[int, int]:
    meeting = plan_meeting(**file.on(), meets_on=on)
    item = put_on_agenda(**file.on(), meeting=meeting.pk, provider=file.provider, kind=kind)
    return meeting.pk, item.pk


def test_a_whole_file_is_decided_and_the_provider_told(file: FileDesk) -> None:
    file.ready()
    on = TODAY + timedelta(14)
    meeting, item = agenda(file, on)
    approve = Verdict(Ruling.APPROVED)
    with pytest.raises(FileError, match="still to come"):
        decide_item(**file.on(), item=item, verdict=approve)
    found = decide_item(**file.on(on), item=item, verdict=approve)
    assert (found.decided_on, found.ends_on) == (on, date(2029, 4, 24))
    assert found.notice_due_on == on + timedelta(30)
    assert {each["state"] for each in found.ready["elements"]} == {"ready"}
    assert keys(file, "notice:") == [str(item)]
    with pytest.raises(FileError, match="was decided"):
        decide_item(**file.on(on), item=item, verdict=Verdict(Ruling.DENIED, "why"))
    held = hold_meeting(
        **file.on(on),
        meeting=meeting,
        chair="Kim Tamsin",
        present=["Kim Tamsin"],
        minutes="Agreed.",
    )
    assert held.held_at is not None
    record_notice(**file.on(on), item=item, sent_on=on)
    assert keys(file, "notice:") == []
    with within(file.organization):
        assert credentialed_until(file.organization, file.provider, on) is not None
        assert credentialed_until(file.organization, file.provider, date(2029, 4, 25)) is None


def test_a_slipped_meeting_makes_a_file_stale(file: FileDesk) -> None:
    file.ready()
    last = TODAY + timedelta(120)
    meeting, item = agenda(file, last)
    assert set(states(file, last).values()) == {State.READY}
    move_meeting(**file.on(), meeting=meeting, meets_on=last + timedelta(1))
    stale = states(file, last + timedelta(1))
    assert stale["sanctions:0"] is State.STALE
    with pytest.raises(FileError, match="not ready"):
        decide_item(**file.on(last + timedelta(1)), item=item, verdict=Verdict(Ruling.APPROVED))
    refused = Verdict(Ruling.DEFERRED, "verify again")
    assert decide_item(**file.on(last + timedelta(1)), item=item, verdict=refused).ends_on is None


def test_without_a_policy_nothing_is_decided(file: FileDesk) -> None:
    file.onboard()
    _, item = agenda(file, TODAY)
    with pytest.raises(FileError, match="policy"):
        decide_item(**file.on(), item=item, verdict=Verdict(Ruling.DENIED, "incomplete"))


def test_a_changed_element_is_verified_anew(file: FileDesk) -> None:
    number = file.ready()
    assert states(file, TODAY)[f"licence:{number}"] is State.READY
    file.licence(date(2029, 7, 31), number)
    assert states(file, TODAY)[f"licence:{number}"] is State.MISSING


def test_only_people_decide(file: FileDesk) -> None:
    file.ready()
    _, item = agenda(file, TODAY)
    told = {**file.on(), "actor": SYSTEM}
    with pytest.raises(FileError, match="person"):
        decide_item(**told, item=item, verdict=Verdict(Ruling.APPROVED))


def test_a_provisional_decision_needs_the_practices_own_days(file: FileDesk) -> None:
    file.ready()
    _, item = agenda(file, TODAY, ItemKind.PROVISIONAL)
    with pytest.raises(FileError, match="provisional"):
        decide_item(**file.on(), item=item, verdict=Verdict(Ruling.APPROVED))
    file.policy(TODAY, provisional_days=60)
    found = decide_item(**file.on(), item=item, verdict=Verdict(Ruling.APPROVED))
    assert found.ends_on == TODAY + timedelta(60)


def test_a_delegated_decision_keeps_the_delegates_report(file: FileDesk) -> None:
    file.onboard()
    file.policy()
    _, item = agenda(file, TODAY, ItemKind.DELEGATED)
    bare = Verdict(Ruling.APPROVED, "by Lakeside Hospital")
    with pytest.raises(FileError, match="report"):
        decide_item(**file.on(), item=item, verdict=bare)
    report = file.evidence("the delegate's report")
    verdict = Verdict(Ruling.APPROVED, "by Lakeside Hospital", report)
    assert decide_item(**file.on(), item=item, verdict=verdict).ends_on == date(2029, 4, 10)


# NCQA, answer of 15 Mar 2020: 36 months and no grace; up to 30 days late still a renewal.
@pytest.mark.parametrize(
    ("first", "again", "allowed"),
    [
        ("2026-04-10", "2029-04-10", True),
        ("2026-04-10", "2029-05-10", True),
        ("2026-04-10", "2029-05-11", False),
        ("2028-02-29", "2031-02-28", True),
        ("2028-02-29", "2031-03-30", True),
        ("2028-02-29", "2031-03-31", False),
    ],
)
def test_a_renewal_that_is_too_late_begins_anew(
    file: FileDesk, first: str, again: str, *, allowed: bool
) -> None:
    begun, on = date.fromisoformat(first), date.fromisoformat(again)
    file.ready(begun, ends_on=date(2033, 7, 31))
    _, item = agenda(file, begun)
    decide_item(**file.on(begun), item=item, verdict=Verdict(Ruling.APPROVED))
    for element in (Element.WORK_HISTORY, Element.MALPRACTICE_HISTORY, Element.SANCTIONS):
        file.look(element, day=on)
    with within(file.organization):
        entries = read_entries(file.organization, file.provider)
    licence = next(each.number for each in entries if each.kind.value == "licence")
    file.look(Element.LICENCE, licence, on)
    file.screen(day=on)
    attest_file(**file.on(on), provider=file.provider, signature="Rowan Ames", way="paper")
    _, later = agenda(file, on, ItemKind.RECREDENTIALING)
    if allowed:
        found = decide_item(**file.on(on), item=later, verdict=Verdict(Ruling.APPROVED))
        assert found.decision == "approved"
    else:
        with pytest.raises(FileError, match="too late"):
            decide_item(**file.on(on), item=later, verdict=Verdict(Ruling.APPROVED))


def test_each_step_before_the_end_is_a_task_of_its_own(file: FileDesk) -> None:
    file.onboard()
    ends_on = date(2026, 8, 31)
    number = file.licence(ends_on)
    start = f"expire:{file.provider}:e{number}.1:"
    seen = []
    for left in (121, 120, 100, 90, 60, 30, 7, 1, 0, -1):
        monitor_providers(**file.on(ends_on - timedelta(left)))
        seen.append((left, keys(file, start)))
    assert seen == [
        (121, []),
        (120, ["120"]),
        (100, ["120"]),
        (90, ["90"]),
        (60, ["60"]),
        (30, ["30"]),
        (7, ["7"]),
        (1, ["1"]),
        (0, ["1"]),
        (-1, ["ended"]),
    ]
    file.licence(date(2028, 8, 31), number)
    monitor_providers(**file.on(ends_on + timedelta(1)))
    assert keys(file, f"expire:{file.provider}:") == []


# NCQA, answer of 15 Sep 2025: once in each calendar month; 1 Sep and then 15 Oct is enough.
def test_screening_is_asked_for_once_in_a_calendar_month(file: FileDesk) -> None:
    file.onboard()
    monitor_providers(**file.on(date(2026, 9, 1)))
    assert keys(file, "monitor:") == ["2026-09:LEIE", "2026-09:SAM"]
    file.screen(day=date(2026, 9, 1))
    assert keys(file, "monitor:") == ["2026-09:SAM"]
    monitor_providers(**file.on(date(2026, 9, 30)))
    assert keys(file, "monitor:") == ["2026-09:SAM"]
    monitor_providers(**file.on(date(2026, 10, 14)))
    assert "2026-10:LEIE" in keys(file, "monitor:")
    file.screen(day=date(2026, 10, 15))
    assert "2026-10:LEIE" not in keys(file, "monitor:")


def federal(desk: Desk, *, indicator: str = "CH") -> None:
    with within(desk.organization):
        Payer.objects.of(desk.organization).update(filing_indicator=indicator)


def test_a_run_is_kept_whole_and_a_cut_list_not_at_all(file: FileDesk) -> None:
    file.onboard()
    run = file.screen(listed(last="OTHERWISE", born="19000101")).run
    assert run is not None
    assert (run.list, run.list_rows, run.counts["no_match"]) == ("LEIE", 2, 1)
    refused = screen_providers(**file.on(), content=b"LASTNAME,FIRSTNAME\nA,B", rows_min=1)
    assert refused.run is None
    assert refused.findings
    with within(file.organization):
        assert ScreeningRun.objects.of(file.organization).count() == 1


def test_an_equal_npi_holds_every_claim_until_a_person_decided(file: FileDesk) -> None:
    file.onboard()
    claim = file.desk.assembled(file.desk.patient())
    release_claim(**file.desk.who, at=at(), claim=claim.pk)
    assert file.desk.state(claim) == "ready"
    file.screen(listed(file.desk.provider.npi))
    assert file.desk.state(claim) == "held"
    assert keys(file, "screen:") == [str(file.provider)]
    decide(file, Said.OTHER)
    assert file.desk.state(claim) == "ready"
    assert keys(file, "screen:") == []
    file.screen(listed(file.desk.provider.npi))  # the same row is not asked about again
    assert keys(file, "screen:") == []


def decide(file: FileDesk, verdict: Said) -> None:
    from cleanclaim.app.exclusions import every_match

    with within(file.organization):
        (entry,) = every_match(file.organization, file.provider)
    decision = Decision(entry, verdict, "number checked on the publisher's site")
    told = {**file.on(), "actor": SYSTEM}
    with pytest.raises(FileError, match="person"):
        judge_match(**told, provider=file.provider, decision=decision)
    judge_match(**file.on(), provider=file.provider, decision=decision)


@pytest.mark.parametrize(
    ("indicator", "on", "state"),
    [
        ("CH", "20260410", "held"),
        ("CH", "20260411", "ready"),
        ("MC", "20260228", "held"),
        ("CI", "20260301", "ready"),
    ],
)
def test_a_confirmed_hit_stops_federal_claims_from_its_day(
    file: FileDesk, indicator: str, on: str, state: str
) -> None:
    file.onboard()
    federal(file.desk, indicator=indicator)
    claim = file.desk.assembled(file.desk.patient())
    file.screen(listed(on=on))
    decide(file, Said.SAME)
    release_claim(**file.desk.who, at=at(), claim=claim.pk)
    assert file.desk.state(claim) == state


def test_what_was_paid_since_is_listed_with_its_clock(file: FileDesk) -> None:
    file.onboard()
    federal(file.desk)
    claim = file.desk.submitted(file.desk.patient())
    paid = f"CLP*{claim.control_number}*1*200*140**CH*ICN1~CAS*CO*45*60~"
    file.desk.posted(era(paid, paid="140"))
    file.screen(listed(on="20260401"), day=date(2026, 5, 4))
    with within(file.organization):
        assert list_paid_in_spite(file.organization, file.provider) == ()  # nobody decided
    decide(file, Said.SAME)
    with within(file.organization):
        (payment,) = list_paid_in_spite(file.organization, file.provider)
        task = Task.objects.of(file.organization).get(key=f"excluded:{file.provider}")
    assert (payment.paid_cents, payment.served_on) == (14_000, SERVICE_ON)
    # 42 CFR 401.305: sixty days from identification.
    assert (task.value_cents, task.due_on) == (14_000, TODAY + timedelta(60))


def test_who_is_not_decided_on_cannot_be_credentialed(file: FileDesk) -> None:
    file.ready()
    file.screen(listed())
    assert states(file, TODAY)["sanctions:0"] is State.UNAVAILABLE
    decide(file, Said.OTHER)
    assert states(file, TODAY)["sanctions:0"] is State.READY
