"""Our claims that a remittance may speak of: found and locked at once, loaded share by share."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Self

import msgspec
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from cleanclaim.app.patient_reasons import patient_reason_policies, reasons_on
from cleanclaim.app.settling import Balances
from cleanclaim.claims.model import Procedure
from cleanclaim.ledger.accounts import AccountKey, AccountKind
from cleanclaim.remits.matching import (
    CandidateClaim,
    CandidateLine,
    Matched,
    Unmatched,
    match_claim,
)
from cleanclaim.remits.model import Remit, RemitClaim
from cleanclaim.store.claims.models import ClaimRecord, ClaimVersion
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.ledger.models import Account, Posting
from cleanclaim.store.patients.models import Coverage, Patient
from cleanclaim.store.remits.models import RemitClaimRecord

_NEVER_SENT = ("draft", "held", "ready")


class _Sign(msgspec.Struct, frozen=True):
    """What tells a claim of ours apart before it is loaded; ``root`` is its ledger claim."""

    pk: int
    control_number: str
    payer_claim_number: str
    service_on: date
    charge_cents: int
    root: int


class Candidates:
    """The claims of one payer that could be meant, locked with their patients.

    A decision's own candidates are those with its numbers and, where no number settles it, those
    with its day and charge: no other claim can be matched to it.
    """

    def __init__(
        self, organization: int, payer: Payer, signs: Iterable[_Sign], unnamed: Iterable[int]
    ) -> None:
        self._organization = organization
        self._payer = payer
        self._unnamed = frozenset(unnamed)
        self._by_number: dict[str, set[int]] = defaultdict(set)
        self._by_service: dict[tuple[date, int], set[int]] = defaultdict(set)
        self._roots: dict[str, int] = {}
        for sign in signs:
            for number in {sign.control_number, sign.payer_claim_number} - {""}:
                self._by_number[number].add(sign.pk)
                self._roots[number] = sign.root
            self._by_service[sign.service_on, sign.charge_cents].add(sign.pk)

    @classmethod
    def load(cls, organization: int, payer: Payer, remit: Remit) -> Self:
        """Find the payer's claims that a decision or a provider-level reference may name."""
        sent = ClaimRecord.objects.of(organization).filter(payer=payer)
        sent = sent.exclude(state__in=_NEVER_SENT)
        named = _signs(sent.filter(_named(remit)))
        unnamed = _unnamed(remit, named)
        others = _signs(sent.filter(_served(unnamed))) if unnamed else []
        signs = {sign.pk: sign for sign in (*named, *others)}
        _lock(organization, list(signs))
        return cls(organization, payer, signs.values(), (claim.ordinal for claim in unnamed))

    def numbers(self) -> Mapping[str, str]:
        """Give the ledger's key of each claim by our control number and the payer's number."""
        return {number: str(root) for number, root in self._roots.items()}

    def share(self, remit: Remit, decisions: Sequence[RemitClaim]) -> "Share":
        """Load what is needed to decide some of the decisions."""
        meant = {decision.ordinal: self._meant(decision) for decision in decisions}
        wanted = set().union(*meant.values())
        rows = ClaimRecord.objects.of(self._organization).filter(pk__any_of=wanted)
        claims = {claim.pk: claim for claim in rows.order_by("pk")}
        for claim in claims.values():
            claim.payer = self._payer
        decided = Decided.load(self._organization, remit, decisions, claims)
        return Share(self._organization, claims, meant, decided)

    def _meant(self, decision: RemitClaim) -> set[int]:
        numbers = (decision.patient_control_number, decision.payer_claim_number)
        found = set().union(*(self._by_number.get(number, ()) for number in numbers))
        day = decision.first_service_on
        if day is not None and decision.ordinal in self._unnamed:
            found |= self._by_service.get((day, abs(decision.charge_cents)), set())
        return found


def _signs(rows: QuerySet[ClaimRecord]) -> list[_Sign]:
    names = ("pk", "control_number", "payer_claim_number", "service_on", "total_charge_cents")
    told = rows.values_list(*names, "root_id")
    return [_Sign(*sign, root or sign[0]) for *sign, root in told]  # type: ignore[call-arg]


def _named(remit: Remit) -> Q:
    words = {w for a in remit.provider_adjustments for w in (a.reference, *a.reference.split())}
    numbers = {claim.patient_control_number for claim in remit.claims} | words
    theirs = {claim.payer_claim_number for claim in remit.claims} | words
    return Q(control_number__any_of=numbers - {""}) | Q(payer_claim_number__any_of=theirs - {""})


def _unnamed(remit: Remit, named: Iterable[_Sign]) -> list[RemitClaim]:
    """Give the decisions that no number settles: a control number counts with its charge."""
    ours = {(sign.control_number, sign.charge_cents) for sign in named}
    theirs = {sign.payer_claim_number for sign in named} - {""}
    return [
        claim
        for claim in remit.claims
        if (claim.patient_control_number, abs(claim.charge_cents)) not in ours
        and claim.payer_claim_number not in theirs
    ]


def _served(rest: Sequence[RemitClaim]) -> Q:
    days = {claim.first_service_on for claim in rest} - {None}
    charges = {abs(claim.charge_cents) for claim in rest}
    return Q(service_on__in=days, total_charge_cents__in=charges)


def _lock(organization: int, claims: Sequence[int]) -> None:
    """Lock the patients, then the claims: the order in which a patient's payment locks them."""
    rows = ClaimRecord.objects.of(organization).filter(pk__any_of=claims)
    keys = rows.values_list("patient_id", flat=True)
    patients = Patient.objects.of(organization).filter(pk__any_of=set(keys))
    list(patients.select_for_update().order_by("pk").values_list("pk"))
    list(rows.select_for_update().order_by("pk").values_list("pk"))


class Share:
    """Some decisions of a remittance with the claims they may mean, loaded together."""

    def __init__(
        self,
        organization: int,
        claims: Mapping[int, ClaimRecord],
        meant: Mapping[int, Iterable[int]],
        decided: "Decided",
    ) -> None:
        self.decided = decided
        self._organization = organization
        self._claims = claims
        self._meant = meant
        contents = _latest_contents(organization, claims)
        self._values = {pk: _candidate(claims[pk], contents[pk]) for pk in claims}
        self._later = _later_coverages(organization, claims.values())
        _join_coverages(organization, [c for c in claims.values() if c.patient_id in self._later])
        self._replacements = _replacements(organization, claims)
        self._policies = patient_reason_policies(organization)
        self.books = load_books(organization, {int(c.ledger_claim) for c in claims.values()})

    def match(self, decision: RemitClaim) -> Matched | Unmatched:
        """Find the claim that a decision is about."""
        meant = sorted(self._meant[decision.ordinal])
        return match_claim(decision, [self._values[pk] for pk in meant])

    def lines(self, claim: ClaimRecord) -> tuple[CandidateLine, ...]:
        """Give the lines of a claim as matching sees them."""
        return self._values[claim.pk].lines

    def value(self, claim: int) -> CandidateClaim:
        """Give a claim as matching sees it."""
        return self._values[claim]

    def claim(self, key: str) -> ClaimRecord:
        """Give the claim of a match."""
        return self._claims[int(key)]

    def next_payer(self, claim: ClaimRecord, decision: RemitClaim) -> str:
        """Give the key of the payer whose turn comes after this one on the day of service.

        A denied service goes back to the payer first, never on to the next one: then, and where
        there is no later coverage in force, "".
        """
        if decision.paid_cents == 0 and decision.status == "4":
            return ""
        later = self._later.get(claim.patient_id, ())
        # Most patients have one coverage only: the claim's own is fetched for the others.
        rank = claim.coverage.rank if later else 0
        for coverage in later:
            ended = coverage.ends_on is not None and coverage.ends_on < claim.service_on
            turn = coverage.rank > rank and coverage.starts_on <= claim.service_on
            if turn and not ended:
                return str(coverage.payer_id)
        return ""

    def patient_reasons(self, on: date) -> frozenset[str]:
        """Give the reasons of denials that the practice lets its patients owe on a day."""
        return reasons_on(self._policies, on)

    def latest(self, claim: ClaimRecord) -> ClaimRecord:
        """Give the last correction of a claim, or the claim itself."""
        return self._replacements.get(claim.pk, claim)


def _later_coverages(
    organization: int, claims: Iterable[ClaimRecord]
) -> Mapping[int, list[Coverage]]:
    patients = {claim.patient_id for claim in claims}
    rows = Coverage.objects.of(organization).filter(patient__any_of=patients, rank__gt=1)
    found: dict[int, list[Coverage]] = defaultdict(list)
    for coverage in rows.order_by("rank"):
        found[coverage.patient_id].append(coverage)
    return found


def _join_coverages(organization: int, claims: Sequence[ClaimRecord]) -> None:
    """Fetch the coverages of claims together, where they were not fetched with them."""
    missing = [claim for claim in claims if "coverage" not in claim._state.fields_cache]
    rows = Coverage.objects.of(organization).filter(pk__any_of=[c.coverage_id for c in missing])
    found = {coverage.pk: coverage for coverage in rows} if missing else {}
    for claim in missing:
        claim.coverage = found[claim.coverage_id]


def _replacements(organization: int, claims: Iterable[int]) -> Mapping[int, ClaimRecord]:
    rows = ClaimRecord.objects.of(organization).filter(replaces__any_of=claims).order_by("pk")
    return {int(row.replaces_id or 0): row for row in rows}


def load_books(organization: int, roots: Iterable[int]) -> Balances:
    """Load what is owed on claims (by their ledger keys) and how it came to be, in cents."""
    wanted = set(roots)
    # Step by step: nested in one query, the planner reads the whole ledger for each remit.
    accounts = Account.objects.of(organization).filter(claim_id__any_of=wanted)
    touched = Posting.objects.of(organization).filter(account__any_of=_keys(accounts, "pk"))
    rows = Posting.objects.of(organization).filter(entry__any_of=_keys(touched, "entry"))
    names = (*("kind", "payer_id", "patient_id", "claim_id", "reference"),)
    told = rows.values_list("entry_id", "cents", *(f"account__{name}" for name in names))
    balances: Counter[AccountKey] = Counter()
    sides: dict[int, list[tuple[AccountKey, int]]] = defaultdict(list)
    for entry, cents, *account in told:
        key = _key(*account)
        sides[entry].append((key, cents))
        if account[3] in wanted:
            balances[key] += cents
    flows: Counter[tuple[AccountKey, AccountKey]] = Counter()
    for (first, cents), (second, _) in sides.values():
        way = (second, first) if cents > 0 else (first, second)
        flows[way] += abs(cents)
    return Balances(balances, flows)


def _keys(rows: QuerySet[Any], name: str) -> list[int]:
    return list(rows.values_list(name, flat=True).distinct())


def _key(
    kind: str, payer: int | None, patient: int | None, claim: int | None, reference: str
) -> AccountKey:
    links = ["" if part is None else str(part) for part in (payer, patient, claim)]
    return AccountKey(AccountKind(kind), links[0], links[1], links[2], reference)


class Decided:
    """What was decided about the claims before, in this remittance and in others.

    A decision told again is held, unless the payer took the first one back in between.
    """

    def __init__(self, twins: Mapping[str, str], standing: Mapping["Measure", int]) -> None:
        self._twins = dict(twins)
        self._standing = Counter(standing)
        self._claims = {claim for claim, *_ in standing}

    @classmethod
    def load(
        cls,
        organization: int,
        remit: Remit,
        decisions: Iterable[RemitClaim],
        claims: Iterable[int],
    ) -> Self:
        """Load the decisions about the claims, and those told in the same words elsewhere."""
        keys = {remit.claim_twin(decision) for decision in decisions}
        rows = RemitClaimRecord.objects.of(organization).filter(remit__status="posted")
        names = ("pk", "twin_key", "claim", "charge_cents", "paid_cents", "remit__identity")
        found = {
            pk: told
            for part in (rows.filter(twin_key__any_of=keys), rows.filter(claim__any_of=claims))
            for pk, *told in part.values_list(*names)
        }
        twins: dict[str, str] = {}
        standing: Counter[Measure] = Counter()
        for twin, claim, charge, paid, identity in (found[pk] for pk in sorted(found)):
            if identity != remit.key:
                twins[twin] = "" if claim is None else str(claim)
            if claim is not None:
                standing[_measure(str(claim), charge, paid)] += 1 if charge >= 0 else -1
        return cls(twins, standing)

    def has_twin(self, key: str, decision: RemitClaim) -> bool:
        """Tell whether the same decision stands in another remittance."""
        claim = self._twins.get(key)
        if not claim:
            return claim is not None
        net = self._standing[_measure(claim, decision.charge_cents, decision.paid_cents)]
        return net <= 0 if decision.is_reversal else net > 0

    def knows(self, claim: str) -> bool:
        """Tell whether anything was decided about a claim."""
        return claim in self._claims

    def add(self, claim: str, decision: RemitClaim) -> None:
        """Count a decision in."""
        measure = _measure(claim, decision.charge_cents, decision.paid_cents)
        self._standing[measure] += -1 if decision.is_reversal else 1
        self._claims.add(claim)


Measure = tuple[str, int, int]


def _measure(claim: str, charge_cents: int, paid_cents: int) -> Measure:
    """Name a decision and its reversal alike: the claim and the amounts without their sign."""
    return claim, abs(charge_cents), abs(paid_cents)


class _ToldSubscriber(msgspec.Struct, frozen=True):
    member_id: str = ""


class _ToldLine(msgspec.Struct, frozen=True):
    number: int
    procedure: Procedure
    charge_cents: int
    starts_on: date | None = None
    control_number: str = ""


class _ToldClaim(msgspec.Struct, frozen=True):
    """As much of a claim's content as matching needs; the rest is not read."""

    subscriber: _ToldSubscriber
    lines: tuple[_ToldLine, ...] = ()


_decoder = msgspec.json.Decoder(_ToldClaim, strict=False)


def _latest_contents(
    organization: int, claims: Mapping[int, ClaimRecord]
) -> Mapping[int, _ToldClaim]:
    rows = ClaimVersion.objects.of(organization).filter(
        claim__any_of=claims, number=F("claim__version_number")
    )
    told = rows.annotate(text=Cast("content", TextField())).values_list("claim_id", "text")
    return {claim: _decoder.decode(text) for claim, text in told}


def _candidate(record: ClaimRecord, claim: _ToldClaim) -> CandidateClaim:
    return CandidateClaim(
        key=str(record.pk),
        patient_control_number=record.control_number,
        charge_cents=record.total_charge_cents,
        member_id=claim.subscriber.member_id,
        starts_on=record.service_on,
        lines=tuple(
            CandidateLine(
                line.number,
                line.procedure,
                line.charge_cents,
                line.starts_on,
                line.control_number,
            )
            for line in claim.lines
        ),
        payer_claim_numbers=(record.payer_claim_number,) if record.payer_claim_number else (),
    )
