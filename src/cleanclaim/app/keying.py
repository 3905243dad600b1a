"""Remittances on paper or in a portal, entered by hand: the same gates, the same books."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.connecting import keep_file, mark
from cleanclaim.app.examining import TYPED
from cleanclaim.app.posting import PostResult, post_remit
from cleanclaim.app.work import unit_of_work
from cleanclaim.claims.model import Adjustment, Procedure
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.money import AmountError, parse_cents
from cleanclaim.remits.model import (
    ProviderAdjustment,
    Remit,
    RemitClaim,
    RemitLine,
    digest_parts,
)
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.organizations.models import Organization

_ADJUSTMENT = re.compile(r"(CO|PR|OA|PI|CR)[- ]?([A-Z0-9]{1,5})\s*[:= ]\s*(-?[\d.,]+)")
_METHODS = frozenset({"CHK", "ACH", "NON"})


class TypedLine(msgspec.Struct, frozen=True):
    """One row of the form: a service, or a whole claim where ``code`` is empty.

    Rows of one control number are one claim. ``adjustments`` are written as
    "CO-45 60.00, PR-2 20.00".
    """

    control_number: str
    charge_cents: int
    paid_cents: int
    code: str = ""
    modifiers: tuple[str, ...] = ()
    service_on: date | None = None
    status: str = "1"
    payer_claim_number: str = ""
    adjustments: str = ""


class TypedRemit(msgspec.Struct, frozen=True):
    """What a person reads off the paper or the portal; ``changes`` are provider-level rows.

    A change is its reason (WO, FB, L6, ...), the payer's reference, and the cents by which it
    lowers the payment.
    """

    payer: int
    trace_number: str
    paid_on: date
    paid_cents: int
    method: str
    lines: tuple[TypedLine, ...]
    changes: tuple[tuple[str, str, int], ...] = ()


class TypedRemitError(CleanclaimError):
    """What was typed cannot be read; the message names the row and the field."""

    code = "remit.typed"


def enter_remittance(
    *, organization: int, actor: Actor, at: datetime, typed: TypedRemit
) -> PostResult:
    """Make a remittance of what was typed, keep it as a file, and post it through every gate.

    Nothing is forced into balance: what does not add up is stopped like any other. Raises
    TypedRemitError.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        payer = access(Payer, typed.payer, organization=organization)
        remit = make_remit(typed, payer, Organization.objects.get(pk=organization))
        file, _ = keep_file(
            work,
            payer,
            direction="in",
            kind=TYPED,
            name=f"entered by hand {typed.paid_on}",
            content=msgspec.json.encode(typed),
        )
        result = post_remit(organization=organization, actor=actor, at=at, file=file, remit=remit)
        mark(work, file, "processed")
    return result


def make_remit(typed: TypedRemit, payer: Payer, practice: Organization) -> Remit:
    """Make the value that an 835 would be read to. Raises TypedRemitError."""
    if not typed.trace_number.strip() or not typed.lines:
        msg = "a payment needs its number and at least one row"
        raise TypedRemitError(msg)
    if typed.method not in _METHODS:
        msg = "a payment is a check, a transfer, or none"
        raise TypedRemitError(msg)
    return Remit(
        payer_name=payer.name,
        payer_identifier=payer.identifier,
        payee_name=practice.name,
        payee_npi=practice.npi,
        payee_tin=practice.tax_id,
        trace_number=typed.trace_number.strip(),
        originating_company="",
        paid_cents=abs(typed.paid_cents),
        credit_debit="D" if typed.paid_cents < 0 else "C",
        payment_method=typed.method,
        paid_on=typed.paid_on,
        digest=digest_parts(("typed", msgspec.json.encode(typed).decode())),
        claims=tuple(
            _claim(ordinal, rows) for ordinal, rows in enumerate(_by_claim(typed.lines), 1)
        ),
        provider_adjustments=tuple(ProviderAdjustment(*change) for change in typed.changes),
        segments_declared=0,
    )


def _by_claim(lines: Iterable[TypedLine]) -> Iterable[Sequence[TypedLine]]:
    """Gather the rows of one claim; a reversal and its correction are two."""
    claims: dict[tuple[str, bool], list[TypedLine]] = {}
    for line in lines:
        claims.setdefault((line.control_number.strip(), line.status == "22"), []).append(line)
    return claims.values()


def _claim(ordinal: int, rows: Sequence[TypedLine]) -> RemitClaim:
    first = rows[0]
    whole = [row for row in rows if not row.code.strip()]
    lines = tuple(_line(row) for row in rows if row.code.strip())
    if whole and (lines or len(whole) > 1):
        msg = "a claim is told by its services or by one row without a code, not both"
        raise TypedRemitError(msg)
    adjustments = read_adjustments(first.adjustments) if whole else ()
    every = (*adjustments, *(a for line in lines for a in line.adjustments))
    return RemitClaim(
        ordinal=ordinal,
        patient_control_number=first.control_number.strip(),
        status=first.status,
        charge_cents=sum(row.charge_cents for row in rows),
        paid_cents=sum(row.paid_cents for row in rows),
        patient_responsibility_cents=max(0, sum(a.cents for a in every if a.group == "PR")),
        payer_claim_number=first.payer_claim_number.strip(),
        adjustments=adjustments,
        lines=lines,
        starts_on=first.service_on,
    )


def _line(row: TypedLine) -> RemitLine:
    return RemitLine(
        procedure=Procedure(row.code.strip().upper(), row.modifiers),
        charge_cents=row.charge_cents,
        paid_cents=row.paid_cents,
        starts_on=row.service_on,
        ends_on=row.service_on,
        adjustments=read_adjustments(row.adjustments),
    )


def read_adjustments(text: str) -> tuple[Adjustment, ...]:
    """Read "CO-45 60.00, PR-2 20.00". Raises TypedRemitError where anything is left over."""
    found = []
    for part in filter(None, (piece.strip() for piece in re.split(r"[;,]\s+|;", text.strip()))):
        match = _ADJUSTMENT.fullmatch(part.upper())
        try:
            cents = parse_cents(match[3].replace(",", "")) if match else None
        except AmountError:
            cents = None
        if match is None or cents is None:
            msg = "write an adjustment as CO-45 60.00, several parted by commas"
            raise TypedRemitError(msg)
        found.append(Adjustment(match[1], match[2], cents))
    return tuple(found)
