"""Reports: figures from the database, the entries behind each, and the proof by a second way."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from django.db import connection

from cleanclaim.app.reading.report_statements import STATEMENTS
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.ledger.accounts import AccountKey, AccountKind, Link, LinkKind, Transfer
from cleanclaim.ledger.activity import (
    list_collections,
    list_day,
    list_deposits,
    net_collection,
    try_balance,
)
from cleanclaim.ledger.aging import (
    BUCKETS,
    UNBILLED,
    UNKNOWN,
    Bucket,
    Grouping,
    Since,
    age_held_money,
    age_receivables,
)
from cleanclaim.ledger.figures import Booked, ClaimFacts, Figures, Part, add_up
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.credentialing.models import Payer, Provider
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.remits.models import RemitRecord


class UnknownReportError(CleanclaimError):
    """There is no report of this name."""

    code = "report.unknown"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no report '{name}'; they are: {', '.join(REPORTS)}")


class Asked(msgspec.Struct, frozen=True):
    """What a report is asked for: the day it is of, from when on, and which ages count."""

    as_of: date
    starts_on: date
    since: Since = Since.SERVICE
    buckets: Sequence[Bucket] = BUCKETS

    @classmethod
    def on(cls, as_of: date, since: Since = Since.SERVICE) -> "Asked":
        """Ask for a day; what needs a stretch of time takes the year that ends on it."""
        return cls(as_of, as_of - timedelta(days=364), since)


class ReportKind(msgspec.Struct, frozen=True):
    """One report: its name, what a row is, its columns, and its first computation.

    ``summed`` tells that the columns of a row make one sum.
    """

    name: str
    title: str
    row: str
    columns: tuple[str, ...]
    compute: Callable[[Sequence[Booked], Mapping[str, ClaimFacts], Asked], tuple[Part, ...]]
    kinds: tuple[AccountKind, ...] = ()
    summed: bool = True
    told: str = ""


def _aging(grouping: Grouping) -> ReportKind:
    def compute(
        booked: Sequence[Booked], facts: Mapping[str, ClaimFacts], asked: Asked
    ) -> tuple[Part, ...]:
        return age_receivables(
            booked,
            facts,
            as_of=asked.as_of,
            grouping=grouping,
            since=asked.since,
            buckets=asked.buckets,
        )

    kinds = {
        Grouping.PAYER: (AccountKind.AR_INSURANCE,),
        Grouping.PATIENT: (AccountKind.AR_PATIENT,),
        Grouping.PROVIDER: (
            AccountKind.AR_UNBILLED,
            AccountKind.AR_INSURANCE,
            AccountKind.AR_PATIENT,
        ),
    }
    return ReportKind(
        f"aging-by-{grouping.value}",
        f"Aging by {grouping.value}",
        grouping.value,
        (),
        compute,
        kinds[grouping],
        told="What is owed, by its age in days from the service or the first bill.",
    )


def _holding(name: str, title: str, told: str, *kinds: AccountKind) -> ReportKind:
    def compute(
        booked: Sequence[Booked],
        facts: Mapping[str, ClaimFacts],  # noqa: ARG001 - all computations are called alike
        asked: Asked,
    ) -> tuple[Part, ...]:
        return age_held_money(booked, as_of=asked.as_of, kinds=kinds, buckets=asked.buckets)

    return ReportKind(name, title, "held for", (), compute, kinds, told=told)


_K = AccountKind
_ACTIVITIES = ("charges", "payments", "adjustments", "moved", "held", "deposited", "refunded")
REPORTS: Mapping[str, ReportKind] = {
    kind.name: kind
    for kind in (
        *(_aging(grouping) for grouping in Grouping),
        ReportKind(
            "day-sheet",
            "Day sheet",
            "person and batch",
            (*_ACTIVITIES, "other"),
            lambda booked, _, asked: list_day(booked, as_of=asked.as_of),
            summed=False,
            told="What was entered on the day, by whom and in which batch.",
        ),
        ReportKind(
            "net-collection",
            "Net collection",
            "month",
            ("charges", "payments", "contractual", "adjustments"),
            lambda booked, _, asked: list_collections(
                booked, as_of=asked.as_of, starts_on=asked.starts_on
            ),
            summed=False,
            told="Payments as a share of charges less contractual adjustments, by month.",
        ),
        ReportKind(
            "deposits",
            "Deposits",
            "day and bank reference",
            ("deposited", "refunded"),
            lambda booked, _, asked: list_deposits(
                booked, as_of=asked.as_of, starts_on=asked.starts_on
            ),
            summed=False,
            told="What reached the bank and what left it.",
        ),
        _holding(
            "suspense", "Suspense", "Money of no known claim, by how long it is held.", _K.SUSPENSE
        ),
        _holding(
            "credits",
            "Credits",
            "Money held for patients and payers, by how long it is held.",
            _K.UNAPPLIED,
            _K.REFUNDS_PAYABLE,
        ),
        _holding(
            "clearing",
            "Cash in clearing",
            "Money that the bank has not confirmed, by how long it is awaited.",
            _K.CASH_CLEARING,
        ),
        _holding(
            "recoupments",
            "Recoupments",
            "What payers announced or took back, by how long it is open.",
            _K.PAYER_RECOUP,
        ),
        ReportKind(
            "trial-balance",
            "Trial balance",
            "kind of account",
            ("debits", "credits"),
            lambda booked, _, asked: try_balance(booked, as_of=asked.as_of),
            summed=False,
            told="Debits and credits by kind of account; both columns have one total.",
        ),
    )
}


class ReportRow(msgspec.Struct, frozen=True):
    """One row: its key, what it is called, and its figures in cents in the order of columns."""

    key: str
    label: str
    cents: tuple[int, ...]
    rate: float | None = None


class ReportView(msgspec.Struct, frozen=True):
    """A report as it is shown: rows, and the sums of the columns in cents.

    ``rows`` empty means that there is nothing to report.
    """

    name: str
    title: str
    told: str
    row: str
    as_of: date
    columns: tuple[str, ...]
    rows: tuple[ReportRow, ...]
    totals: tuple[int, ...]
    summed: bool
    rate: float | None = None


def find_report(name: str) -> ReportKind:
    """Give a report by its name (UnknownReportError)."""
    if name not in REPORTS:
        raise UnknownReportError(name)
    return REPORTS[name]


def read_report(organization: int, name: str, asked: Asked) -> ReportView:
    """Give a report's figures as the database sums them."""
    kind = find_report(name)
    figures = sum_figures(organization, name, asked)
    columns = _columns(kind, asked, figures)
    labels = _labels(organization, kind, {row for row, _ in figures})
    is_net = name == "net-collection"
    rows = tuple(
        ReportRow(
            key,
            labels.get(key, key) or "unknown",
            tuple(figures.get((key, column), 0) for column in columns),
            net_collection(figures, key) if is_net else None,
        )
        for key in sorted({row for row, _ in figures}, key=lambda key: (labels.get(key, key), key))
    )
    return ReportView(
        name,
        kind.title,
        kind.told,
        kind.row,
        asked.as_of,
        columns,
        rows,
        tuple(sum(row.cents[place] for row in rows) for place in range(len(columns))),
        kind.summed,
        net_collection(figures) if is_net else None,
    )


def _columns(kind: ReportKind, asked: Asked, figures: Figures) -> tuple[str, ...]:
    if kind.columns:
        return kind.columns
    met = {column for _, column in figures}
    more = [column for column in (UNBILLED, UNKNOWN) if column in met]
    return (*(bucket.name for bucket in asked.buckets), *more)


def _terms(organization: int, kind: ReportKind, asked: Asked) -> dict[str, Any]:
    return {
        "organization": organization,
        "as_of": asked.as_of,
        "starts_on": asked.starts_on,
        "since": asked.since.value,
        "kinds": [one.value for one in kind.kinds],
        "bucket_names": [bucket.name for bucket in asked.buckets],
        "bucket_from": [bucket.from_days for bucket in asked.buckets],
        "bucket_to": [bucket.to_days for bucket in asked.buckets],
    }


def sum_figures(organization: int, name: str, asked: Asked) -> Figures:
    """Let the database sum a report's figures, in cents."""
    kind = find_report(name)
    statement = (
        f'SELECT row, "column", sum(cents) FROM ({STATEMENTS[name]}) parts'  # noqa: S608 - ours
        ' GROUP BY row, "column" HAVING sum(cents) <> 0'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, _terms(organization, kind, asked))
        return {(row, column): int(cents) for row, column, cents in cursor.fetchall()}


def recompute_figures(organization: int, name: str, asked: Asked) -> Figures:
    """Compute a report's figures a second way: from the transfers, by ``ledger``'s functions."""
    kind = find_report(name)
    booked = tuple(booked_transfers(organization))
    return add_up(kind.compute(booked, claim_facts(organization), asked))


def list_figure(
    organization: int, name: str, asked: Asked, row: str, column: str, *, limit: int = 1_000
) -> tuple[tuple[int, int], ...]:
    """Give the entries behind one figure with what each adds to it, the newest first."""
    kind = find_report(name)
    statement = (
        f"SELECT entry, cents FROM ({STATEMENTS[name]}) parts"  # noqa: S608 - ours
        ' WHERE row = %(row)s AND "column" = %(column)s ORDER BY entry DESC LIMIT %(limit)s'
    )
    terms = _terms(organization, kind, asked)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**terms, "row": row, "column": column, "limit": limit})
        return tuple((int(entry), int(cents)) for entry, cents in cursor.fetchall())


_BOOKED = """
SELECT e.id, e.transfer_id, e.reason, e."on", (e.recorded_at AT TIME ZONE 'UTC')::date, e.actor,
       e.links::text, d.cents,
       da.kind, da.payer_id, da.patient_id, da.claim_id, da.reference,
       ca.kind, ca.payer_id, ca.patient_id, ca.claim_id, ca.reference
FROM ledger_entry e
JOIN ledger_posting d
    ON d.organization_id = e.organization_id AND d.entry_id = e.id AND d.cents > 0
JOIN ledger_posting k
    ON k.organization_id = e.organization_id AND k.entry_id = e.id AND k.cents < 0
JOIN ledger_account da ON da.organization_id = e.organization_id AND da.id = d.account_id
JOIN ledger_account ca ON ca.organization_id = e.organization_id AND ca.id = k.account_id
WHERE e.organization_id = %s AND e."on" <= %s ORDER BY e.id
"""


def booked_transfers(organization: int, until: date = date.max) -> Iterator[Booked]:
    """Give every transfer up to a business day as a value, in the order of booking."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED, [organization, until])
        while rows := cursor.fetchmany(5_000):
            yield from map(_booked, rows)


def _booked(row: Sequence[Any]) -> Booked:
    entry, transfer_id, reason, on, recorded_on, actor, links, cents, *sides = row
    told: dict[str, str] = msgspec.json.decode(links)
    transfer = Transfer(
        id=transfer_id,
        debit=_key(sides[:5]),
        credit=_key(sides[5:]),
        cents=cents,
        reason=reason,
        on=on,
        links=tuple(Link(LinkKind(kind), target) for kind, target in told.items()),
    )
    return Booked(transfer, entry, recorded_on, actor)


def _key(side: Sequence[Any]) -> AccountKey:
    kind, payer, patient, claim, reference = side
    return AccountKey(
        AccountKind(kind), str(payer or ""), str(patient or ""), str(claim or ""), reference
    )


def claim_facts(organization: int) -> Mapping[str, ClaimFacts]:
    """Give what reports must know of each claim, by its key."""
    rows = ClaimRecord.objects.of(organization).values_list("pk", "service_on", "rendering_id")
    return {str(pk): ClaimFacts(on, str(provider or "")) for pk, on, provider in rows}


def _labels(organization: int, kind: ReportKind, rows: set[str]) -> Mapping[str, str]:
    """Call each row by a name: payers and providers by theirs, patients by their account."""
    if kind.name == "aging-by-payer":
        return _names(Payer, organization, rows)
    if kind.name == "aging-by-provider":
        return _names(Provider, organization, rows)
    if kind.name == "aging-by-patient":
        return {row: f"account {number}" for row, number in _accounts(organization, rows).items()}
    if kind.name == "day-sheet":
        return _day_labels(organization, rows)
    if kind.row == "held for":
        return _held_labels(organization, rows)
    return {row: row.replace("|", " ").replace("_", " ").strip() for row in rows}


def _names(
    model: type[Payer] | type[Provider], organization: int, rows: set[str]
) -> Mapping[str, str]:
    wanted = [int(row) for row in rows if row.isdecimal()]
    found: Any = model.objects.of(organization).filter(pk__in=wanted)
    return {str(one.pk): str(one) for one in found}


def _accounts(organization: int, rows: set[str]) -> Mapping[str, str]:
    wanted = [int(row) for row in rows if row.isdecimal()]
    found = Patient.objects.of(organization).filter(pk__in=wanted)
    return {str(pk): number for pk, number in found.values_list("pk", "account_number")}


def _day_labels(organization: int, rows: set[str]) -> Mapping[str, str]:
    batches = {row.partition("|")[2] for row in rows}
    remits = RemitRecord.objects.of(organization).filter(identity__in=batches)
    traces = dict(remits.values_list("identity", "trace_number"))
    labels = {}
    for row in rows:
        actor, _, batch = row.partition("|")
        told = f"payment {traces[batch]}" if batch in traces else batch or "no batch"
        labels[row] = f"{actor or 'unknown'} · {told}"
    return labels


def _held_labels(organization: int, rows: set[str]) -> Mapping[str, str]:
    whose = {row: row.partition(":")[2].partition("-") for row in rows}
    keys = {key for _, _, key in whose.values()}
    names = {"payer": _names(Payer, organization, keys), "patient": _accounts(organization, keys)}
    labels = {}
    for row, (party, _, key) in whose.items():
        name = names[party].get(key, key) if party else "receipts"
        told = f"account {name}" if party == "patient" else name
        labels[row] = f"{row.partition(':')[0].replace('_', ' ')}: {told}"
    return labels
