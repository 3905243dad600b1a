"""One search over the things that have a number or a name."""

from datetime import date

import msgspec
from django.db.models import Q

from cleanclaim.app.reading.patients import full_name
from cleanclaim.app.rights import Permission
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.remits.models import RemitRecord

_HITS_MAX = 25


class Hit(msgspec.Struct, frozen=True):
    """One thing found: what it is, its id, its name and a line about it."""

    kind: str
    id: int
    title: str
    about: str


def search(organization: int, words: str, rights: frozenset[Permission]) -> tuple[Hit, ...]:
    """Find claims, patients and payments by number or name, each only with the right to it."""
    asked = words.strip()[:80]
    if not asked:
        return ()
    hits: list[Hit] = []
    if Permission.CLAIMS_READ in rights:
        hits += _claims(organization, asked)
    if Permission.REMITS_READ in rights:
        hits += _remits(organization, asked)
    if Permission.PATIENTS_READ in rights:
        hits += _patients(organization, asked)
    return tuple(hits)


def _claims(organization: int, asked: str) -> list[Hit]:
    named = Q(control_number__iexact=asked) | Q(payer_claim_number__iexact=asked)
    rows = ClaimRecord.objects.of(organization).filter(named).select_related("payer")
    return [
        Hit("claim", row.pk, f"Claim {row.control_number}", f"{row.payer.name}, {row.state}")
        for row in rows[:_HITS_MAX]
    ]


def _remits(organization: int, asked: str) -> list[Hit]:
    rows = RemitRecord.objects.of(organization).filter(trace_number__iexact=asked)
    return [
        Hit("remit", row.pk, f"Payment {row.trace_number}", f"{row.paid_on}, {row.status}")
        for row in rows.defer("content")[:_HITS_MAX]
    ]


def _patients(organization: int, asked: str) -> list[Hit]:
    rows = Patient.objects.of(organization)
    born = _read_day(asked)
    if born is not None:
        rows = rows.filter(birth_on=born)
    else:
        for word in asked.replace(",", " ").split()[:5]:
            named = Q(last_name__istartswith=word) | Q(first_name__istartswith=word)
            rows = rows.filter(named | Q(account_number__iexact=word))
    ordered = rows.order_by("last_name", "first_name")[:_HITS_MAX]
    return [
        Hit("patient", row.pk, full_name(row), f"{row.account_number}, born {row.birth_on}")
        for row in ordered
    ]


def _read_day(text: str) -> date | None:
    """Read a birth date written 1980-12-31 or 12/31/1980."""
    parts = text.split("/")
    if len(parts) == 3:
        text = f"{parts[2]}-{parts[0]:0>2}-{parts[1]:0>2}"
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
