"""Denials for tests: claims that a payer refused, as remittances tell it."""

from collections.abc import Sequence
from datetime import date, timedelta

from app.desk import ONE, SERVICE_ON, Desk, era
from cleanclaim.app.documenting import CodedService
from cleanclaim.app.reading.denials import CaseView, read_case
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.denials.models import DenialCase
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.tenancy import within

RECEIVED_ON = date(2026, 4, 24)
TODAY = date(2026, 5, 4)


def refuse(
    desk: Desk,
    adjustments: str = "CAS*CO*50*200~",
    *,
    services: Sequence[CodedService] = ONE,
    remark: str = "",
    number: int = 1,
) -> ClaimRecord:
    """Send a claim of a patient of its own and let the payer refuse it."""
    claim = desk.submitted(desk.patient(f"Refused{number}"), services)
    moa = f"MOA***{remark}~" if remark else ""
    told = f"CLP*{claim.control_number}*4*200*0**12*ICN{number}~{adjustments}{moa}"
    desk.posted(era(told, paid="0", trace=f"REFUSED{number}", control=number))
    return claim


def refuse_many(desk: Desk, count: int) -> list[ClaimRecord]:
    """Let the payer refuse claims of one patient on as many days, in one remittance."""
    patient = desk.patient()
    days = [SERVICE_ON - timedelta(number) for number in range(count)]
    claims = [desk.submitted(patient, on=day) for day in days]
    told = [
        f"CLP*{claim.control_number}*4*200*0**12*ICN{number}~CAS*CO*50*200~"
        for number, claim in enumerate(claims)
    ]
    desk.posted(era(*told, paid="0"))
    return claims


def case_of(desk: Desk, claim: ClaimRecord) -> DenialCase:
    """Read the case of a claim's denial."""
    with within(desk.organization):
        rows = DenialCase.objects.of(desk.organization).select_related("denial", "claim", "payer")
        return rows.get(claim=claim)


def view_of(desk: Desk, case: DenialCase) -> CaseView:
    """Read the page of a case."""
    with within(desk.organization):
        return read_case(desk.organization, case.pk, TODAY)


def live_on(desk: Desk, day: date = TODAY) -> None:
    """Let the practice's own calendar stand at a day."""
    with within(desk.organization):
        Organization.objects.filter(pk=desk.organization).update(synthetic_today=day)
