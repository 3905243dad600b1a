"""A small practice at its desk: what tests of the use cases need, through the use cases."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from cleanclaim.app.booking import balance, balance_of_kind
from cleanclaim.app.claiming import assemble_claim, owed_for
from cleanclaim.app.connecting import connect_sandbox, keep_file
from cleanclaim.app.documenting import CodedService, document_encounter, record_charges
from cleanclaim.app.enrolling import (
    PayerTerms,
    enroll_provider,
    record_location,
    record_payer,
    record_provider,
)
from cleanclaim.app.lifecycle import history
from cleanclaim.app.posting import PostResult, read_remittance_file
from cleanclaim.app.registering import (
    CoverageCard,
    Registration,
    add_coverage,
    register_patient,
)
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.ruling import try_rule, write_rule
from cleanclaim.app.submitting import submit_claims
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.app.work import unit_of_work
from cleanclaim.claims.parties import Address, PersonName, Sex
from cleanclaim.claims.workflow import state_after
from cleanclaim.edits.user_rules import Condition, UserRule
from cleanclaim.kernel.findings import Severity
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.kernel.spans import Span
from cleanclaim.ledger.accounts import AccountKey, AccountKind
from cleanclaim.payers.sandbox import Contract, Member, PayerProfile, Plan
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Location, Payer, Provider
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.ledger.models import Posting
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.patients.models import Coverage, Patient
from cleanclaim.store.remits.models import RemitClaimRecord, RemitRecord
from cleanclaim.store.rules.models import RuleRecord
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenancy import within

SERVICE_ON = date(2026, 4, 10)
PRACTICE_NPI = "1234567893"
ACTOR = Actor("person", "Olive Owner", 1)
BORN_ON = date(1984, 8, 21)
HOME = Address("12 Mill Road", "Riverbend", "IL", "621001234")
VISIT = (
    CodedService("99213", ("I10",), charge_cents=15_000),
    CodedService("36415", ("I10",), charge_cents=5_000),
)
ONE = (CodedService("99213", ("I10",), charge_cents=20_000),)


def at(day: date = SERVICE_ON, hour: int = 9) -> datetime:
    """Give a moment of a day."""
    return datetime.combine(day, time(hour), UTC)


def profile(number: int, **changes: Any) -> PayerProfile:  # noqa: ANN401 - as replace takes them
    """Describe a simulated payer that takes everybody and allows seven tenths."""
    fields: dict[str, Any] = {
        "name": f"PAYER {number}",
        "identifier": f"PAY0{number}",
        "tax_id": f"99000000{number}",
        "address": Address("1 PAYER PLAZA", "SPRINGFIELD", "IL", "627040000"),
        "contact_name": "PROVIDER SERVICES",
        "contact_phone": "8005550100",
        "plans": {"open": Plan("Open", 0, 2_000, 10)},
        "contract": Contract(percent_of_charge=70),
        "members": tuple(_member(number, count) for count in range(1, 13)),
        "delay_days": 7,
    }
    return PayerProfile(**{**fields, **changes})


def _member(payer: int, count: int) -> Member:
    """Know the members whose cards the desk will see."""
    name = PersonName("Waverly", "Nell")
    span = Span(date(2025, 1, 1))
    return Member(f"M{payer}{count:05d}", name, BORN_ON, Sex.FEMALE, "open", span)


class Desk:
    """One practice with two payers, a provider, a place; each call goes through a use case."""

    def __init__(
        self, organization: int, profiles: Mapping[int, PayerProfile] | None = None
    ) -> None:
        self.organization = organization
        self.who: dict[str, Any] = {"organization": organization, "actor": ACTOR}
        told = {**self.who, "at": at()}
        self.payers: list[Payer] = []
        self._cards = 0
        with unit_of_work(organization=organization, actor=ACTOR, at=at()) as work:
            for number in (1, 2):
                terms = PayerTerms(f"Payer {number}", f"PAY0{number}", "CI", 180, 90, "contract")
                payer = record_payer(**told, terms=terms)
                described = (profiles or {}).get(number) or profile(number)
                connect_sandbox(work, payer, described, seed=7)
                self.payers.append(payer)
            self.provider: Provider = record_provider(
                **told,
                name=PersonName("Ames", "Rowan"),
                npi=npi_from_stem("145600001"),
                taxonomy="207Q00000X",
            )
            self.location: Location = record_location(
                **told,
                name="Main",
                address=Address("1 Main Street", "Springfield", "IL", "627010001"),
            )

    def enroll(self, *payers: Payer, since: date = date(2024, 1, 1), on: date = SERVICE_ON) -> None:
        """Let the provider bill the payers."""
        for payer in payers or self.payers:
            enroll_provider(
                **self.who,
                at=at(on),
                provider=self.provider,
                payer=payer,
                span=Span(since),
                source="enrollment letter",
            )

    def patient(
        self, last: str = "Waverly", first: str = "Nell", *, second: bool = False
    ) -> Patient:
        """Register a patient with one coverage, or two."""
        registration = Registration(PersonName(last, first), BORN_ON, Sex.FEMALE, HOME)
        patient = register_patient(**self.who, at=at(), registration=registration)
        for rank, payer in enumerate(self.payers[: 2 if second else 1], 1):
            self.cover(patient, payer, rank)
        return patient

    def cover(self, patient: Patient, payer: Payer, rank: int = 1) -> Coverage:
        """Record a coverage."""
        self._cards += 1
        number = self.payers.index(payer) + 1
        card = CoverageCard(f"M{number}{self._cards:05d}", date(2025, 1, 1), rank)
        return add_coverage(**self.who, at=at(), patient=patient.pk, payer=payer, card=card)

    def coverage(self, patient: Patient, rank: int = 1) -> Coverage:
        """Give the patient's coverage of a rank."""
        with within(self.organization):
            rows = Coverage.objects.of(self.organization).select_related("payer", "patient")
            return rows.get(patient=patient, rank=rank)

    def assembled(
        self,
        patient: Patient,
        services: Sequence[CodedService] = ONE,
        on: date = SERVICE_ON,
        *,
        verified: bool = True,
    ) -> ClaimRecord:
        """Document a visit and make its claim."""
        coverage = self.coverage(patient)
        if verified:
            verify_coverage(**self.who, at=at(on), coverage=coverage.pk, service_on=on)
        visit = document_encounter(
            **self.who,
            at=at(on),
            patient=patient.pk,
            provider=self.provider,
            location=self.location,
            service_on=on,
            note="Follow-up of high blood pressure.",
        )
        record_charges(**self.who, at=at(on), encounter=visit.pk, services=services)
        return assemble_claim(**self.who, at=at(on), encounter=visit.pk, coverage=coverage)

    def submitted(
        self,
        patient: Patient,
        services: Sequence[CodedService] = ONE,
        on: date = SERVICE_ON,
    ) -> ClaimRecord:
        """Bring a visit's claim to the payer; nothing is heard of it yet."""
        claim = self.assembled(patient, services, on)
        released, causes = release_claim(**self.who, at=at(on), claim=claim.pk)
        assert causes == (), causes
        submit_claims(**self.who, at=at(on), payer=released.payer)
        return self.claim(claim)

    def claim(self, claim: ClaimRecord | int) -> ClaimRecord:
        """Read a claim again."""
        with within(self.organization):
            pk = claim if isinstance(claim, int) else claim.pk
            rows = ClaimRecord.objects.of(self.organization)
            return rows.select_related("payer", "patient", "coverage").get(pk=pk)

    def state(self, claim: ClaimRecord) -> str:
        """Give a claim's state, having proved that it follows from its events."""
        now = self.claim(claim).state
        with within(self.organization):
            assert state_after(history(claim.pk, organization=self.organization)) == now
        return now

    def keep(self, content: bytes, payer: int = 0, kind: str = "835") -> ExchangedFile:
        """Keep a file as received."""
        with unit_of_work(organization=self.organization, actor=ACTOR, at=at()) as work:
            file, _ = keep_file(
                work,
                self.payers[payer],
                direction="in",
                kind=kind,
                name="received",
                content=content,
            )
        return file

    def post(self, content: bytes, on: date = date(2026, 4, 24)) -> list[PostResult]:
        """Post an 835 as received."""
        return read_remittance_file(**self.who, at=at(on), file=self.keep(content))

    def posted(self, content: bytes) -> PostResult:
        """Post an 835 with one remittance that passes every gate."""
        (result,) = self.post(content)
        assert result.outcome == "posted", result.findings
        return result

    def rule(self, *conditions: Condition, slug: str = "DRAWN", **fields: Any) -> RuleRecord:  # noqa: ANN401 - as replace takes them
        """Write a rule; without conditions it is about draws of blood."""
        own = UserRule(
            slug=slug,
            name="a draw beside a visit",
            conditions=conditions or (Condition("code", "is", "36415"),),
            message="the draw stands beside a visit",
            severity=Severity.BLOCK,
        )
        return write_rule(**self.who, at=at(), rule=msgspec.structs.replace(own, **fields))

    def tried(self) -> RuleRecord:
        """Write a rule and try it on what there is."""
        record = self.rule(slug="TRIED")
        try_rule(**self.who, at=at(), rule=record.pk)
        return record

    def held(self) -> ClaimRecord:
        """Hold a claim that has one modifier twice, in the week of its service."""
        with within(self.organization):
            rows = Organization.objects.filter(pk=self.organization)
            rows.update(synthetic_today=SERVICE_ON + timedelta(2))
        twice = CodedService("99213", ("I10",), ("25", "25"), charge_cents=20_000)
        claim = self.assembled(self.patient("Held", "Hal"), (twice,))
        release_claim(**self.who, at=at(), claim=claim.pk)
        return self.claim(claim)

    def owes(self, claim: ClaimRecord, payer: int = 0) -> int:
        """Give what a payer owes on a claim."""
        key = owed_for(claim).account(AccountKind.AR_INSURANCE, payer=str(self.payers[payer].pk))
        with within(self.organization):
            return balance(key, organization=self.organization)

    def patient_owes(self, claim: ClaimRecord) -> int:
        """Give what the patient owes on a claim."""
        key = owed_for(claim).account(AccountKind.AR_PATIENT)
        with within(self.organization):
            return balance(key, organization=self.organization)

    def kind(self, kind: AccountKind, **links: int) -> int:
        """Give the balance of a kind of account, debits positive."""
        with within(self.organization):
            return balance_of_kind(kind, organization=self.organization, **links)

    def books(self) -> dict[str, int]:
        """Give every account that is not at zero, by kind, having proved that all sum to zero."""
        with within(self.organization):
            rows = Posting.objects.of(self.organization).values_list("account__kind", "cents")
            totals: dict[str, int] = {}
            for kind, cents in rows:
                totals[kind] = totals.get(kind, 0) + cents
        assert sum(totals.values()) == 0
        return {kind: cents for kind, cents in sorted(totals.items()) if cents}

    def every_account(self) -> dict[str, int]:
        """Give every single account that is not at zero."""
        with within(self.organization):
            rows = Posting.objects.of(self.organization).values_list("account__key", "cents")
            totals: dict[str, int] = {}
            for key, cents in rows:
                totals[key] = totals.get(key, 0) + cents
        return {key: cents for key, cents in totals.items() if cents}

    def tasks(self, kind: str = "") -> list[Task]:
        """Give the open tasks, of a kind or all."""
        with within(self.organization):
            rows = Task.objects.of(self.organization).filter(closed_at__isnull=True)
            return list(rows.filter(kind=kind) if kind else rows)

    def decisions(self) -> list[RemitClaimRecord]:
        """Give every decision kept, in order."""
        with within(self.organization):
            return list(RemitClaimRecord.objects.of(self.organization).order_by("pk"))

    def remits(self) -> list[RemitRecord]:
        """Give every remittance kept, in order."""
        with within(self.organization):
            return list(RemitRecord.objects.of(self.organization).order_by("pk"))


def clearing(desk: Desk, remit: RemitRecord) -> int:
    """Give what a remittance still has in clearing."""
    key = AccountKey(AccountKind.CASH_CLEARING, payer=str(remit.payer_id), reference=remit.identity)
    with within(desk.organization):
        return balance(key, organization=desk.organization)


def dollars(cents: int) -> str:
    """Write cents as an 835 does."""
    return f"{Decimal(cents) / 100:.2f}"


def era(
    *claims: str,
    paid: str,
    trace: str = "TRACE1",
    on: date = date(2026, 4, 24),
    payer: int = 1,
    provider_level: str = "",
    npi: str = PRACTICE_NPI,
    control: int = 1,
) -> bytes:
    """Put an envelope around the claims of one remittance, written out as text."""
    return envelope(
        transaction(
            *claims,
            paid=paid,
            trace=trace,
            on=on,
            payer=payer,
            provider_level=provider_level,
            npi=npi,
        ),
        payer=payer,
        control=control,
    )


def transaction(
    *claims: str,
    paid: str,
    trace: str = "TRACE1",
    on: date = date(2026, 4, 24),
    payer: int = 1,
    provider_level: str = "",
    npi: str = PRACTICE_NPI,
) -> str:
    """Write the segments between ST and SE of one remittance."""
    method = "CHK" if Decimal(paid) else "NON"
    handling = "I" if Decimal(paid) else "H"
    head = f"""
        BPR*{handling}*{paid}*C*{method}************{on:%Y%m%d}~
        TRN*1*{trace}*199000000{payer}~
        DTM*405*{on:%Y%m%d}~
        N1*PR*PAYER {payer}~N3*1 PAYER PLAZA~N4*SPRINGFIELD*IL*627040000~
        REF*2U*PAY0{payer}~PER*BL*PROVIDER SERVICES*TE*8005550100~
        N1*PE*PRACTICE*XX*{npi}~REF*TJ*123456789~"""
    body = "LX*1~" + "".join(claims) if claims else ""
    plb = f"PLB*{npi}*{on.year}1231*{provider_level}~" if provider_level else ""
    return _tidy(head + body + plb)


def envelope(*transactions: str, payer: int = 1, control: int = 1) -> bytes:
    """Put ISA, GS and ST around transactions, with their counts."""
    sets = "".join(
        f"ST*835*{number:04d}~{body}SE*{body.count('~') + 2}*{number:04d}~"
        for number, body in enumerate(transactions, 1)
    )
    sender, receiver = f"{f'PAY0{payer}':<15}", f"{'123456789':<15}"
    return (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender}*30*{receiver}"
        f"*260424*0600*^*00501*{control:09d}*0*T*:~"
        f"GS*HP*PAY0{payer}*123456789*20260424*0600*{control}*X*005010X221A1~"
        f"{sets}GE*{len(transactions)}*{control}~IEA*1*{control:09d}~"
    ).encode()


def _tidy(text: str) -> str:
    return "".join(line.strip() for line in text.splitlines())
