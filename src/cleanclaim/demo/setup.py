"""Setting the synthetic practice up: organization, payers with simulators, places, people, fees."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from cleanclaim.app.connecting import connect_sandbox
from cleanclaim.app.enrolling import (
    enroll_provider,
    record_location,
    record_payer,
    record_provider,
    set_fee,
)
from cleanclaim.app.enrollment_applications import (
    approve_application,
    file_application,
    give_item,
    missing_items,
    open_application,
)
from cleanclaim.app.enrollment_terms import set_program
from cleanclaim.app.founding import found_organization
from cleanclaim.app.patient_reasons import record_patient_reason
from cleanclaim.app.registering import CoverageCard, add_coverage, register_patient
from cleanclaim.app.work import SYSTEM, unit_of_work
from cleanclaim.credentialing.enrollment.terms import Program
from cleanclaim.demo.payers import PAYERS, make_profile
from cleanclaim.demo.plan import ENDS_ON, STARTS_ON, Plan, PlannedCoverage, Story
from cleanclaim.demo.practice import (
    ADDRESS,
    CONTACT,
    FEES,
    LOCATIONS,
    NAME,
    NEWCOMER,
    NPI,
    PROVIDERS,
    TAX_ID,
    TAXONOMY,
)
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.kernel.spans import Span
from cleanclaim.payers.sandbox.profile import Fault, FaultRule, Member
from cleanclaim.store.credentialing.models import Location, Payer, Provider
from cleanclaim.store.organizations.models import Organization, User
from cleanclaim.store.patients.models import Coverage, Patient

NEWCOMER_LETTER_ON = date(2026, 7, 1)
_NEWCOMER_SINCE = date(2026, 5, 1)
_PROGRAMS = {"MB": Program.MEDICARE, "MC": Program.MEDICAID}


def moment(day: date, hour: int = 8) -> datetime:
    """Give a moment of a day of the synthetic calendar."""
    return datetime.combine(day, time(hour), UTC)


class Practice(msgspec.Struct):
    """The synthetic practice's records, by the names that the plan uses."""

    organization: Organization
    payers: dict[str, Payer]
    locations: dict[str, Location]
    providers: list[Provider]
    patients: list[Patient]
    coverages: dict[tuple[int, int], Coverage]
    application: int = 0  # the newcomer's

    @property
    def who(self) -> dict[str, Any]:
        """Give what every use case is told: for whom, and by whom."""
        return {"organization": self.organization.pk, "actor": SYSTEM}


def set_up(owner: User, plan: Plan, seed: int) -> Practice:
    """Found the practice on the day before the first visit."""
    at = moment(STARTS_ON, 6)
    organization = found_organization(
        owner=owner,
        name=_free_name(owner),
        npi=NPI,
        tax_id=TAX_ID,
        taxonomy=TAXONOMY,
        address=ADDRESS,
        contact=CONTACT,
        at=at,
        synthetic_today=ENDS_ON,
    )
    practice = Practice(organization, {}, {}, [], [], {})
    with unit_of_work(organization=organization.pk, actor=SYSTEM, at=at):
        _record_business(practice, at)
        _connect_payers(practice, plan, seed, at)
        _register(practice, plan, at)
    return practice


def _free_name(owner: User) -> str:
    """Number the practices of one owner, for each run of the demo founds a new one."""
    from cleanclaim.store.organizations.models import Membership
    from cleanclaim.store.tenancy import as_user

    with as_user(owner.pk):
        count = Membership.objects.filter(user=owner).count()
    return NAME if count == 0 else f"{NAME} {count + 1}"


def _record_business(practice: Practice, at: datetime) -> None:
    told = {**practice.who, "at": at}
    for key, payer in PAYERS.items():
        row = practice.payers[key] = record_payer(**told, terms=payer.terms)
        program = _PROGRAMS.get(payer.terms.filing_indicator, Program.COMMERCIAL)
        set_program(**told, payer=row.pk, program=program, source="terms of a synthetic payer")
    for place, address in LOCATIONS.items():
        practice.locations[place] = record_location(**told, name=place, address=address)
    for number, (name, taxonomy) in enumerate(PROVIDERS):
        npi = npi_from_stem(f"1456000{number:02d}")
        provider = record_provider(**told, name=name, npi=npi, taxonomy=taxonomy)
        practice.providers.append(provider)
        _enroll(practice, number, provider, at)
    _apply_for_newcomer(practice, at)
    # Its patients sign that they owe what their plan does not cover.
    record_patient_reason(
        **told,
        reason="204",
        span=Span(date(2026, 1, 1)),
        source="financial agreement of a synthetic practice",
    )
    for code, cents in FEES.items():
        set_fee(**told, code=code, charge_cents=cents, since=date(2026, 1, 1))


def _enroll(practice: Practice, number: int, provider: Provider, at: datetime) -> None:
    for key, payer in practice.payers.items():
        if number == NEWCOMER and key == "prairie":
            continue
        enroll_provider(
            **practice.who,
            at=at,
            provider=provider,
            payer=payer,
            span=Span(date(2024, 1, 1)),
            source="enrollment letter of a synthetic payer",
        )


def _apply_for_newcomer(practice: Practice, at: datetime) -> None:
    """File the newcomer's application, the answer to which comes weeks after the first visits."""
    told = {**practice.who, "at": at}
    payer = practice.payers["prairie"]
    provider = practice.providers[NEWCOMER]
    row = open_application(
        **told, provider=provider.pk, payer=payer.pk, first_service_on=_NEWCOMER_SINCE
    )
    with unit_of_work(organization=practice.organization.pk, actor=SYSTEM, at=at):
        missing = missing_items(row)
    for item in missing:
        give_item(**told, application=row.pk, key=item.key, document="scan of a synthetic paper")
    practice.application = file_application(
        **told, application=row.pk, filed_on=at.date(), reference="BPH-4711"
    ).pk


def enroll_newcomer(practice: Practice, at: datetime) -> None:
    """Record the newcomer's enrollment, as the payer's letter tells it weeks later."""
    approve_application(
        **practice.who,
        at=at,
        application=practice.application,
        on=at.date(),
        document="enrollment letter of a synthetic payer, effective 1 May",
        stated_on=_NEWCOMER_SINCE,
    )


def _connect_payers(practice: Practice, plan: Plan, seed: int, at: datetime) -> None:
    members = _members(plan)
    with unit_of_work(organization=practice.organization.pk, actor=SYSTEM, at=at) as work:
        for number, (key, payer) in enumerate(PAYERS.items(), 1):
            profile = make_profile(
                payer,
                number=number,
                fees=FEES,
                members=members.get(key, ()),
                faults=_faults(key, plan),
                seed=seed,
            )
            connect_sandbox(work, practice.payers[key], profile, seed)


def _members(plan: Plan) -> Mapping[str, list[Member]]:
    """Give each payer its members as the payer knows them."""
    found: dict[str, list[Member]] = {}
    for patient in plan.patients:
        registration = patient.person.registration
        for coverage in patient.coverages:
            member = Member(
                coverage.member_id,
                registration.name,
                registration.birth_on,
                registration.sex,
                coverage.plan,
                Span(date(2025, 1, 1), coverage.ends_on),
            )
            found.setdefault(coverage.payer, []).append(member)
    return found


_FAULTS = {Story.RECOUPED: Fault.RECOUP}


def _faults(payer: str, plan: Plan) -> list[FaultRule]:
    """Let faults strike the stories' own claims, whose numbers follow from the plan's order."""
    visits = enumerate(plan.visits, 1)
    return [
        FaultRule(_FAULTS[visit.story], (f"C{number:07d}",))
        for number, visit in visits
        if visit.story in _FAULTS and plan.patients[visit.patient].coverages[0].payer == payer
    ]


def _register(practice: Practice, plan: Plan, at: datetime) -> None:
    for number, planned in enumerate(plan.patients):
        patient = register_patient(
            **practice.who,
            at=at,
            registration=planned.person.registration,
        )
        practice.patients.append(patient)
        for rank, coverage in enumerate(planned.coverages, 1):
            if coverage.shown_on is None:
                mistyped = planned.story is Story.REJECTED
                add_planned_coverage(practice, number, coverage, rank, at, mistyped=mistyped)


def add_planned_coverage(
    practice: Practice,
    patient: int,
    coverage: PlannedCoverage,
    rank: int,
    at: datetime,
    *,
    mistyped: bool = False,
) -> Coverage:
    """Record a coverage from its card, perhaps with the last digit typed wrong."""
    member_id = coverage.member_id
    if mistyped:
        member_id = f"{member_id[:-1]}{(int(member_id[-1]) + 1) % 10}"
    card = CoverageCard(
        member_id, date(2025, 1, 1), rank, plan_name=coverage.plan.replace("_", " ")
    )
    added = add_coverage(
        **practice.who,
        at=at,
        patient=practice.patients[patient].pk,
        payer=practice.payers[coverage.payer],
        card=card,
    )
    practice.coverages[patient, rank] = added
    return added
