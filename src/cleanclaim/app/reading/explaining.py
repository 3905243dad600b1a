"""Why a cent is where it is: the entry, the segment of the file it came from, the rule, the person.

An entry's id is made from what it books, so its origin is proved by making the id again from the
decision that was kept; nothing is guessed from amounts.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.patient_reasons import patient_reason_policies, reasons_on
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.accounts import AccountKind, LinkKind, transfer_id
from cleanclaim.remits.adjustment_reasons import AllocationKind, find_rule
from cleanclaim.remits.allocation import Allocation, allocate_claim
from cleanclaim.remits.from_835 import read_remits
from cleanclaim.remits.model import RemitClaim
from cleanclaim.remits.places import Place, RemitPlaces, read_places
from cleanclaim.store.claims.models import ClaimFile
from cleanclaim.store.ledger.models import Account, Entry, Posting
from cleanclaim.store.remits.models import RemitClaimRecord, RemitRecord


class UnknownAccountError(CleanclaimError):
    """There is no such account."""

    code = "ledger.unknown_account"

    def __init__(self) -> None:
        super().__init__("there is no such account; give its number or its key")


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an entry came from: a file's segment, a claim, a receipt; and the rule behind it."""

    rule: str
    rule_source: str = ""
    file: int | None = None
    file_name: str = ""
    sha256: str = ""
    place: Place | None = None
    remit: int | None = None


class ExplainedEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry as an auditor reads it; ``cents`` are those of the account asked about.

    ``late_for`` is the day it would have counted on, had that month not been closed.
    """

    entry: int
    transfer: str
    on: date
    recorded_at: datetime
    reason: str
    cents: int
    debit: int
    debit_key: str
    credit: int
    credit_key: str
    actor: str
    origin: Origin
    claim: int | None = None
    late_for: str = ""
    reverses: str = ""


class ExplainedAccount(msgspec.Struct, frozen=True):
    """An account, its balance in cents, and every entry that made it, oldest first."""

    account: int
    key: str
    cents: int
    entries: tuple[ExplainedEntry, ...]


def explain_account(organization: int, named: str) -> ExplainedAccount:
    """Explain an account by its number or its key (UnknownAccountError)."""
    rows = Account.objects.of(organization)
    found = rows.filter(pk=int(named)) if named.isdecimal() else rows.filter(key=named)
    account = found.first()
    if account is None:
        raise UnknownAccountError
    postings = Posting.objects.of(organization).filter(account=account).order_by("pk")
    reader = _OriginReader(organization)
    entries = tuple(
        _explain(reader, posting.entry, account.pk) for posting in postings.select_related("entry")
    )
    return ExplainedAccount(account.pk, account.key, sum(entry.cents for entry in entries), entries)


def explain_entry(organization: int, entry: int) -> ExplainedEntry:
    """Explain one entry; its cents are those of the debit."""
    found = access(Entry, entry, organization=organization)
    return _explain(_OriginReader(organization), found, None)


def _explain(reader: "_OriginReader", entry: Entry, account: int | None) -> ExplainedEntry:
    debit, credit = reader.sides(entry)
    cents = int(debit.cents) if account in {None, debit.account_id} else int(credit.cents)
    claim = debit.account.claim_id or credit.account.claim_id
    return ExplainedEntry(
        entry=entry.pk,
        transfer=entry.transfer_id,
        on=entry.on,
        recorded_at=entry.recorded_at,
        reason=entry.reason,
        cents=cents,
        debit=debit.account_id,
        debit_key=debit.account.key,
        credit=credit.account_id,
        credit_key=credit.account.key,
        actor=entry.actor or "unknown",
        origin=reader.origin(entry, debit.account, credit.account),
        claim=claim,
        late_for=entry.links.get(LinkKind.BUSINESS_DAY.value, ""),
        reverses=entry.reverses_id,
    )


# What each entry of our own making rests on; entries of remittances are traced further.
_RULES = {
    "record_charge": "the charge of a coded service",
    "bill_payer": "the claim left for the payer, or came back before adjudication",
    "bill_patient": "no coverage was to be billed",
    "receive_patient_payment": "the patient's payment by receipt",
    "apply_unapplied": "the patient's credit used for what is owed",
    "deposit": "the bank confirmed the money",
    "pay_refund": "money given back",
    "next payer": "the next payer is asked for what was left to the patient",
    "release_from_suspense": "a person found the claim that was meant",
}


class _OriginReader:
    """Finds origins; reads each remittance's file once however many entries it made."""

    def __init__(self, organization: int) -> None:
        self.organization = organization
        self._places: dict[int, RemitPlaces | None] = {}
        self._remits: dict[str, RemitRecord | None] = {}

    def sides(self, entry: Entry) -> tuple[Any, Any]:
        """Give the debit and the credit of an entry with their accounts."""
        rows = Posting.objects.of(self.organization).filter(entry=entry)
        debit, credit = rows.select_related("account").order_by("-cents")
        return debit, credit

    def origin(self, entry: Entry, debit: Account, credit: Account) -> Origin:
        """Say what an entry came from, as far as it can be proved."""
        remit = self._remit(entry.links.get(LinkKind.REMIT.value, ""))
        if remit is None:
            return self._own(entry, debit, credit)
        places = self._places_of(remit)
        rule, source, place = self._trace(entry, remit, places)
        return Origin(
            rule,
            source,
            remit.file_id,
            remit.file.name,
            remit.file.sha256,
            place,
            remit.pk,
        )

    def _own(self, entry: Entry, debit: Account, credit: Account) -> Origin:
        """Name the rule of an entry that no remittance made, and the file that a bill left in."""
        rule = _RULES.get(entry.reason, entry.reason.replace("_", " "))
        approver = entry.links.get(LinkKind.APPROVER.value, "")
        if approver:
            rule = f"written off for {entry.reason}, approved by {approver}"
        claim = debit.claim_id or credit.claim_id
        if entry.reason == "bill_payer" and claim:
            sent = ClaimFile.objects.of(self.organization).filter(
                claim_id=claim, file__direction="out"
            )
            for row in sent.select_related("file").order_by("pk"):
                parts = (self.organization, "bill", claim, row.file_id)
                if transfer_id("bill_payer", *parts) == entry.transfer_id:
                    return Origin(rule, "", row.file_id, row.file.name, row.file.sha256)
        return Origin(rule)

    def _remit(self, identity: str) -> RemitRecord | None:
        if identity and identity not in self._remits:
            rows = RemitRecord.objects.of(self.organization).select_related("file")
            self._remits[identity] = rows.filter(identity=identity, status="posted").first()
        return self._remits.get(identity)

    def _places_of(self, remit: RemitRecord) -> RemitPlaces | None:
        if remit.pk not in self._places:
            content = bytes(remit.file.content)
            digests = [found.digest for found in read_remits(content)[0]]
            number = digests.index(remit.digest) if remit.digest in digests else -1
            self._places[remit.pk] = read_places(content, number) if number >= 0 else None
        return self._places[remit.pk]

    def _trace(
        self, entry: Entry, remit: RemitRecord, places: RemitPlaces | None
    ) -> tuple[str, str, Place | None]:
        """Find which part of the remittance makes this very id."""
        for ordinal in range(1, len(places.provider_level) + 1 if places else 1):
            parts = (remit.identity, "provider", ordinal)
            if entry.transfer_id in {transfer_id(n, *parts) for n in _PROVIDER_ENTRIES}:
                rule = f"provider-level adjustment {entry.reason}"
                return rule, "835 PLB", places.of_provider_level(ordinal) if places else None
        rows = RemitClaimRecord.objects.of(self.organization).filter(remit=remit)
        event = entry.links.get(LinkKind.CLAIM_EVENT.value, "")
        for row in rows.filter(event_key=event) if event else rows:
            if not event and not _is_suspended(entry, row.event_key):
                continue
            return self._trace_claim(entry, remit, row, places)
        return "the payment as a whole", "835 BPR", places.of_payment() if places else None

    def _trace_claim(
        self,
        entry: Entry,
        remit: RemitRecord,
        row: RemitClaimRecord,
        places: RemitPlaces | None,
    ) -> tuple[str, str, Place | None]:
        decision = msgspec.convert(row.content, RemitClaim, strict=False)
        whole = places.of_claim(row.ordinal) if places else None
        if _is_suspended(entry, row.event_key):
            return f"held in suspense: {row.reason}", "835 CLP", whole
        policies = patient_reason_policies(self.organization)
        reasons = reasons_on(policies, remit.paid_on)
        for part in allocate_claim(decision, on=remit.paid_on, patient_reasons=reasons):
            if entry.transfer_id in set(_possible_ids(entry, row.event_key, part)):
                place = places.of_allocation(row.ordinal, part) if places else None
                return (*_rule(part, remit.paid_on), place or whole)
        return "follows from the decision on the claim", "835 CLP", whole


_PROVIDER_ENTRIES = ("take_back", "book_interest")
_CLAIM_ENTRIES = (
    "apply_payment",
    "book_overpayment",
    "move_to_patient",
    "move_to_payer",
    "apply_contractual",
    "apply_sequestration",
    "apply_withhold",
    "take_back",
)


def _is_suspended(entry: Entry, event_key: str) -> bool:
    """Tell whether an entry holds a whole decision, whose claim could not be told."""
    names = ("park_in_suspense", "take_back")
    return entry.transfer_id in {transfer_id(name, event_key, "suspense") for name in names}


def _possible_ids(entry: Entry, event_key: str, part: Allocation) -> Iterator[str]:
    """Make every id that posting could have given to what a part of a decision does."""
    words = (*(kind.value for kind in AllocationKind), "held", "unknown")
    for word in words:
        parts = (event_key, word, part.ordinal)
        yield from (transfer_id(name, *parts) for name in _CLAIM_ENTRIES)
        for reason in {entry.reason, "call_back", "free_payment", "use_credit"}:
            here = (event_key, reason, word, part.ordinal)
            yield transfer_id("settle", *here)
            yield transfer_id("settle", *here, AccountKind.AR_PATIENT.value, "")


def _rule(part: Allocation, on: date) -> tuple[str, str]:
    """Name the row of the reason table by which a part was booked."""
    if not part.reason:
        return "what the payer paid", "835 SVC03, CLP04"
    row = find_rule(part.reason, on)
    label = row.label if row else "a reason without a rule"
    told = f"{part.group}-{part.reason} ({label}): {part.kind.value.replace('_', ' ')}"
    return told, row.source if row else ""
