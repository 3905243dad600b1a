"""Twenty careless posters: each breaks one rule of posting, wherever the program uses it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any
from unittest.mock import patch

import msgspec
from django.db import connection

from cleanclaim.app import booking, settling
from cleanclaim.ledger import accounts, entries
from cleanclaim.ledger.accounts import AccountKey, AccountKind, Transfer
from cleanclaim.remits import adjustment_reasons, allocation, from_835, gates
from cleanclaim.remits.adjustment_reasons import PATIENT_KINDS, AllocationKind
from cleanclaim.remits.allocation import Allocation
from cleanclaim.remits.model import Remit

Function = Callable[..., Any]


@contextmanager
def everywhere(function: Function, careless: Function) -> Iterator[None]:
    """Put a function in the place of another in every module of the program that knows it."""
    with ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            if name.startswith("cleanclaim."):
                for attribute, value in list(vars(module).items()):
                    if value is function:
                        stack.enter_context(patch.object(module, attribute, careless))
        yield


def _change_parts(change: Callable[[Allocation], Allocation | None]) -> Iterator[None]:
    honest = allocation.allocate_claim

    def careless(*words: Any, **options: Any) -> tuple[Allocation, ...]:  # noqa: ANN401
        changed = map(change, honest(*words, **options))
        return tuple(part for part in changed if part is not None)

    with everywhere(honest, careless):
        yield


def _changed(part: Allocation, **changes: Any) -> Allocation:  # noqa: ANN401 - as replace takes
    return msgspec.structs.replace(part, **changes)


@contextmanager
def float_money() -> Iterator[None]:
    """Reckon shares in floating dollars and cut the cents off."""
    yield from _change_parts(
        lambda p: (
            _changed(p, cents=int(p.cents * 1.0 / 100 * 1.15 / 1.15 * 100 - 1e-9))
            if int(p.cents * 1.0 / 100 * 1.15 / 1.15 * 100 - 1e-9)
            else None
        )
    )


@contextmanager
def rounded_dollars() -> Iterator[None]:
    """Round every part to whole dollars."""
    yield from _change_parts(lambda p: _changed(p, cents=round(p.cents, -2) or 100))


@contextmanager
def positive_reversals() -> Iterator[None]:
    """Lose the sign of a reversal's payment."""
    yield from _change_parts(
        lambda p: _changed(p, cents=abs(p.cents)) if p.kind is AllocationKind.PAYMENT else p
    )


@contextmanager
def positive_adjustments() -> Iterator[None]:
    """Lose the sign of negative contractual adjustments."""
    yield from _change_parts(
        lambda p: _changed(p, cents=abs(p.cents)) if p.kind is AllocationKind.CONTRACTUAL else p
    )


@contextmanager
def denial_as_write_off() -> Iterator[None]:
    """Take a denial off as if the contract said so."""
    yield from _change_parts(
        lambda p: (
            _changed(p, kind=AllocationKind.CONTRACTUAL) if p.kind is AllocationKind.DENIAL else p
        )
    )


@contextmanager
def patient_pays_the_discount() -> Iterator[None]:
    """Leave to the patient what the contract takes off."""
    yield from _change_parts(
        lambda p: (
            _changed(p, kind=AllocationKind.PATIENT_OTHER)
            if p.kind is AllocationKind.CONTRACTUAL
            else p
        )
    )


@contextmanager
def forgotten_patient_share() -> Iterator[None]:
    """Forget what is left to the patient."""
    yield from _change_parts(lambda p: None if p.kind in PATIENT_KINDS else p)


@contextmanager
def lost_last_line() -> Iterator[None]:
    """Lose the last line of each remittance's claims."""
    honest = from_835.read_remits

    def careless(source: Any) -> Any:  # noqa: ANN401
        remits, findings = honest(source)
        return [_without_last_line(remit) for remit in remits], findings

    with everywhere(honest, careless):
        yield


def _without_last_line(remit: Remit) -> Remit:
    claims = tuple(msgspec.structs.replace(c, lines=c.lines[:-1]) for c in remit.claims)
    return msgspec.structs.replace(remit, claims=claims)


@contextmanager
def lost_last_chunk() -> Iterator[None]:
    """Book all but the last of the transfers."""
    honest = booking.book

    def careless(transfers: Any, **options: Any) -> int:  # noqa: ANN401
        return int(honest(list(transfers)[:-1], **options))

    with everywhere(honest, careless):
        yield


@contextmanager
def retry_adds() -> Iterator[None]:
    """Give each attempt ids of its own and forget which payments are known."""
    count = iter(range(10**9))
    honest, key = accounts.transfer_id, Remit.key

    def careless(*parts: str | int) -> str:
        return honest(*parts, next(count))

    careless_key = property(lambda remit: f"{key.fget(remit)[:50]}{next(count)}")  # type: ignore[attr-defined]
    with everywhere(honest, careless), patch.object(Remit, "key", careless_key):
        yield


@contextmanager
def posted_twins() -> Iterator[None]:
    """See no twin of a decision in another payment."""
    from cleanclaim.app.remit_claims import Decided

    with patch.object(Decided, "has_twin", lambda *_: False):
        yield


@contextmanager
def no_gates() -> Iterator[None]:
    """Let everything through the gates."""
    with everywhere(gates.check, lambda *_, **__: ()):
        yield


@contextmanager
def provider_level_sign() -> Iterator[None]:
    """Turn the sign of provider-level adjustments round."""
    honest = allocation.allocate_provider

    def careless(*words: Any, **options: Any) -> Any:  # noqa: ANN401
        return tuple(_changed(p, cents=-p.cents) for p in honest(*words, **options))

    with everywhere(honest, careless):
        yield


@contextmanager
def provider_level_left_out() -> Iterator[None]:
    """Keep provider-level adjustments as a note only."""
    with everywhere(allocation.allocate_provider, lambda *_, **__: ()):
        yield


@contextmanager
def interest_as_recoupment() -> Iterator[None]:
    """Book interest with the recoupments."""
    honest = allocation.allocate_provider

    def careless(*words: Any, **options: Any) -> Any:  # noqa: ANN401
        kind = AllocationKind.RECOUPMENT
        return tuple(_changed(p, kind=kind) for p in honest(*words, **options))

    with everywhere(honest, careless):
        yield


@contextmanager
def wrong_payer() -> Iterator[None]:
    """Credit the cash of a payment to another payer's account."""
    honest = entries.apply_payment

    def careless(*words: Any, **options: Any) -> Transfer:  # noqa: ANN401
        made = honest(*words, **options)
        cash = AccountKey(AccountKind.CASH_CLEARING, "999", reference=options["remit"])
        sides = {
            side: cash
            for side in ("debit", "credit")
            if getattr(made, side).kind is AccountKind.CASH_CLEARING
        }
        return msgspec.structs.replace(made, **sides)

    with everywhere(honest, careless):
        yield


@contextmanager
def suspense_as_revenue() -> Iterator[None]:
    """Book money of unknown claims as earned."""
    honest = entries.park_in_suspense

    def careless(*words: Any, **options: Any) -> Transfer:  # noqa: ANN401
        made = honest(*words, **options)
        return msgspec.structs.replace(made, credit=AccountKey(AccountKind.REVENUE))

    with everywhere(honest, careless):
        yield


@contextmanager
def swallowed_exception() -> Iterator[None]:
    """Go on when a decision cannot be settled."""
    honest = settling.settle

    def careless(decision: Any, parts: Any, books: Any) -> None:  # noqa: ANN401
        if decision.is_reversal:
            return
        honest(decision, parts, books)

    with everywhere(honest, careless):
        yield


@contextmanager
def invented_line() -> Iterator[None]:
    """Force a claim to zero by an adjustment that is in no file."""
    honest = allocation.allocate_claim

    def careless(*words: Any, **options: Any) -> tuple[Allocation, ...]:  # noqa: ANN401
        parts = honest(*words, **options)
        open_cents = options.get("open_cents") or 0
        left = open_cents - sum(p.cents for p in parts if p.kind is not AllocationKind.DENIAL)
        if left <= 0:
            return parts
        made = Allocation(AllocationKind.CONTRACTUAL, left, 99, group="CO", reason="45")
        return (*parts, made)

    with everywhere(honest, careless):
        yield


@contextmanager
def unknown_reason_taken_off() -> Iterator[None]:
    """Treat a reason that has no rule as if it were contractual."""
    row = adjustment_reasons.find_rule("45", date(2026, 4, 24))
    honest = adjustment_reasons.find_rule
    with everywhere(honest, lambda *words, **options: honest(*words, **options) or row):
        yield


@contextmanager
def no_lock() -> Iterator[None]:
    """Let posters run beside each other: neither the practice nor claims are locked."""

    def careless(execute: Function, sql: Any, *words: Any) -> Any:  # noqa: ANN401
        if isinstance(sql, str) and "pg_advisory_xact_lock(" in sql:
            return execute("SELECT 1", None, *words[1:])
        if "claims_claimrecord" in str(sql) or "patients_patient" in str(sql):
            sql = str(sql).replace(" FOR UPDATE", "")
        return execute(sql, *words)

    with connection.execute_wrapper(careless):
        yield


# Twenty that a single poster shows; ``no_lock`` shows only where several post at once.
ALONE = (
    float_money,
    rounded_dollars,
    positive_reversals,
    positive_adjustments,
    denial_as_write_off,
    patient_pays_the_discount,
    forgotten_patient_share,
    lost_last_line,
    lost_last_chunk,
    retry_adds,
    posted_twins,
    no_gates,
    provider_level_sign,
    provider_level_left_out,
    interest_as_recoupment,
    wrong_payer,
    suspense_as_revenue,
    swallowed_exception,
    invented_line,
    unknown_reason_taken_off,
)
