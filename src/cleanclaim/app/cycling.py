"""The cycle: claims of other software, file by file, taken to a sandbox payer and back.

Each billing provider of a run (NPI and TIN) becomes an organization of its own. Nothing is
written for a file whose envelope or transactions cannot be read.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
from django.db import DataError

from cleanclaim.app.connecting import connect_sandbox
from cleanclaim.app.cycle_intake import ClaimIntake
from cleanclaim.app.cycle_outcomes import (
    DENIED,
    POSTED,
    REJECTED,
    ClaimOutcome,
    LedgerSides,
    Money,
    outcome_of,
    refused,
    sides_of,
)
from cleanclaim.app.cycle_reading import ReadClaim, ReadFile, SourceFile, read_file
from cleanclaim.app.founding import found_organization
from cleanclaim.app.receiving import work_inbox
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.submitting import exchange, submit_claims
from cleanclaim.app.work import SYSTEM, unit_of_work
from cleanclaim.claims.model import Claim
from cleanclaim.claims.parties import Address
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.payers.sandbox.opening import open_profile
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.organizations.models import Membership, Organization, User
from cleanclaim.store.tenancy import as_user, within

# How long the run waits for a payer, in days; the sandbox pays after seven.
_DAYS_MAX = 30
_OWNER = "cycle@cleanclaim.invalid"
_ON_ITS_WAY = ("submitted", "accepted")


class FileOutcome(msgspec.Struct, frozen=True):
    """What became of a file: its claims in order, and the findings that belong to none of them."""

    file: str
    claims: tuple[ClaimOutcome, ...]
    findings: tuple[Finding, ...]
    interchanges: int


class CycleTotals(msgspec.Struct, frozen=True):
    """How many claims there were and how they ended, with their money in cents."""

    claims: int
    posted: int
    denied: int
    rejected: int
    money: Money


class CycleReport(msgspec.Struct, frozen=True):
    """What became of every file of a run."""

    files: tuple[FileOutcome, ...]
    totals: CycleTotals
    ledger: LedgerSides


Biller = tuple[str, str]


def cycle_files(files: Sequence[SourceFile], *, today: date, seed: int = 0) -> CycleReport:
    """Take the claims of the files through the whole cycle.

    ``today`` bounds the days that a file may be of; the same files and seed end the same way.
    """
    read = [read_file(file, today) for file in files]
    run = _Run(read, seed)
    # Simulated payers live through their days in order, so older files go first.
    outcomes = {
        place: run.work(file) if file.usable else ()
        for place, file in sorted(enumerate(read), key=lambda pair: pair[1].on)
    }
    told = tuple(
        FileOutcome(file.name, outcomes[place], _told(file), file.interchanges)
        for place, file in enumerate(read)
    )
    return CycleReport(told, _totals(told), sides_of(run.organizations))


def _told(file: ReadFile) -> tuple[Finding, ...]:
    """Give the findings that no claim's reason tells; all, where the file is not worked with."""
    of_claims = dict.fromkeys(f for claim in file.claims for f in claim.findings)
    if file.usable:
        return tuple(finding for finding in file.findings if finding not in of_claims)
    return tuple(dict.fromkeys((*file.findings, *of_claims)))


def _totals(files: Sequence[FileOutcome]) -> CycleTotals:
    claims = [claim for file in files for claim in file.claims]
    ends = [claim.outcome for claim in claims]
    money = {
        name: sum(getattr(claim, name) for claim in claims) for name in Money.__struct_fields__
    }
    return CycleTotals(
        len(claims), ends.count(POSTED), ends.count(DENIED), ends.count(REJECTED), Money(**money)
    )


def _biller(claim: Claim) -> Biller:
    return claim.billing.npi[:10], claim.billing.tax_id.replace("-", "")[:9]


# Who may be asked about a file towards the simulator, where the claims name nobody.
_CONTACT = ("Cleanclaim cycle", "8005550100")


class _Run:
    """One run: its organizations by billing provider, and the day it has come to."""

    def __init__(self, files: Sequence[ReadFile], seed: int) -> None:
        self.seed = seed
        self.claims = [c.claim for f in files if f.usable for c in f.claims if not c.refusal]
        self.day = date.min
        self.desks: dict[Biller, ClaimIntake] = {}

    @property
    def organizations(self) -> list[int]:
        return [desk.organization for desk in self.desks.values()]

    def work(self, file: ReadFile) -> tuple[ClaimOutcome, ...]:
        """Take a file over on its day, send what may leave, and wait for the payers."""
        self.day = max(self.day, file.on)
        taken = [(read, self._take_over(file, read)) for read in file.claims]
        records = [record for _, record in taken if isinstance(record, ClaimRecord)]
        self._send(records)
        return tuple(
            refused(read, record)
            if isinstance(record, Finding)
            else outcome_of(read.position, record)
            for read, record in taken
        )

    def _at(self, hour: int) -> datetime:
        return datetime.combine(self.day, time(hour), UTC)

    def _take_over(self, file: ReadFile, read: ReadClaim) -> ClaimRecord | Finding:
        """Record and release one claim, or give why that cannot be; others are not touched."""
        if read.refusal is not None:
            return read.refusal
        try:
            desk = self._desk(read.claim, file.name)
            with unit_of_work(**desk.who, at=self._at(9)):
                payer = self._connected(desk, read.claim)
                record = desk.take_over(read.claim, payer, self._at(9))
                release_claim(**desk.who, at=self._at(9), claim=record.pk)
        except (DataError, ValueError):
            # PostgreSQL refuses a value that X12 can carry, such as a character of code 0.
            return _unstorable()
        return record

    def _desk(self, claim: Claim, source: str) -> ClaimIntake:
        biller = _biller(claim)
        if biller not in self.desks:
            organization = _found(claim, self._at(8))
            since = self._since(biller)
            self.desks[biller] = ClaimIntake(organization.pk, SYSTEM, source, since)
        desk = self.desks[biller]
        desk.source = source
        return desk

    def _of(self, biller: Biller) -> Iterator[Claim]:
        return (claim for claim in self.claims if _biller(claim) == biller)

    def _since(self, biller: Biller) -> date:
        """Give the first day that the billing provider's claims tell of."""
        days = (claim.service_starts_on for claim in self._of(biller))
        return min((day for day in days if day), default=self.day)

    def _connected(self, desk: ClaimIntake, claim: Claim) -> Payer:
        """Give the claim's payer, with a sandbox that knows what the run will ask of it."""
        payer, new = desk.payer(claim, self._at(9))
        if new:
            told = [
                c for c in self._of(_biller(claim)) if c.payer.identifier[:80] == payer.identifier
            ]
            with unit_of_work(**desk.who, at=self._at(9)) as work:
                connect_sandbox(work, payer, open_profile(told, seed=self.seed), self.seed)
        return payer

    def _send(self, records: Sequence[ClaimRecord]) -> None:
        """Hand over what is ready, then let days pass until the payers have decided."""
        payers = {record.payer_id: record.payer for record in records}
        for payer in payers.values():
            submit_claims(**_who(payer), at=self._at(16), payer=payer)
        for waited in range(_DAYS_MAX):
            for payer in payers.values():
                told = {**_who(payer), "at": self._at(17), "payer": payer}
                exchange(**told)
                work_inbox(**told)
            if not _is_waiting(records):
                return
            if waited < _DAYS_MAX - 1:
                self.day += timedelta(1)


def _who(payer: Payer) -> dict[str, Any]:
    return {"organization": payer.organization_id, "actor": SYSTEM}


def _is_waiting(records: Sequence[ClaimRecord]) -> bool:
    """Tell whether any of the claims is still with its payer."""
    waiting = False
    for organization in {record.organization_id for record in records}:
        pks = [record.pk for record in records if record.organization_id == organization]
        with within(organization):
            rows = ClaimRecord.objects.of(organization).filter(pk__in=pks, state__in=_ON_ITS_WAY)
            waiting = waiting or rows.exists()
    return waiting


def _found(claim: Claim, at: datetime) -> Organization:
    """Found the organization of a billing provider, owned by a user nobody can sign in as."""
    owner = User.objects.filter(email=_OWNER).first()
    if owner is None:
        owner = User(email=_OWNER, name="Cycle", is_active=False)
        owner.set_unusable_password()
        owner.save()
    with as_user(owner.pk):
        number = Membership.objects.filter(user=owner).count() + 1
    npi, tax_id = _biller(claim)
    billing = claim.billing
    return found_organization(
        owner=owner,
        name=f"Cycle {number}",
        npi=npi,
        tax_id=tax_id,
        taxonomy=billing.taxonomy[:10],
        address=billing.address or Address("", ""),
        contact=(
            (billing.contact_name or _CONTACT[0])[:60],
            (billing.contact_phone or _CONTACT[1])[:20],
        ),
        at=at,
        synthetic_today=at.date(),
    )


def _unstorable() -> Finding:
    return Finding(
        "CYCLE.RECORD",
        Severity.BLOCK,
        "claim",
        "the claim holds a value that cannot be recorded",
        "correct it where the file was made",
        "the database",
    )
