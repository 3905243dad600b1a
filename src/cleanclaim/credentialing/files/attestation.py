"""The clock of an attestation: how long the provider's word holds, and who is to be reminded."""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from cleanclaim.credentialing.files.terms import FileTerm, find_row
from cleanclaim.kernel.spans import Span


class AttestationState(StrEnum):
    """How an attestation stands on a day."""

    MISSING = "missing"
    CURRENT = "current"
    DUE_SOON = "due_soon"
    EXPIRED = "expired"
    LIMIT_UNKNOWN = "limit_unknown"


class AttestationClock(msgspec.Struct, frozen=True):
    """An attestation on a day; ``due_on`` is the last day it holds, ``days_left`` counts to it.

    ``reminders`` are the days of letters before and after it.
    """

    state: AttestationState
    due_on: date | None = None
    days_left: int | None = None
    reminders: tuple[date, ...] = ()
    source: str = ""


def attestation_days(on: date, states: Collection[str] = ()) -> tuple[int, str] | None:
    """Give how many days an attestation of that day holds, and the source.

    Of several states the shortest time counts; one state only may lengthen it. Raises nothing;
    None is unknown.
    """
    found = [find_row(FileTerm.ATTESTATION_DAYS, on, state) for state in (states or ("",))]
    known = [each for each in found if each is not None]
    if len(known) < len(found) or not known:
        return None
    row = min(known, key=lambda each: each.values[0])
    return row.values[0], row.source


def attested_span(attested_on: date, states: Collection[str] = ()) -> Span | None:
    """Give the days an attestation holds, None where its time is unknown."""
    found = attestation_days(attested_on, states)
    return None if found is None else Span(attested_on, attested_on + timedelta(found[0]))


def run_clock(attested_on: date | None, on: date, states: Collection[str] = ()) -> AttestationClock:
    """Say how an attestation stands on a day; expired is the day after the last."""
    if attested_on is None or attested_on > on:
        return AttestationClock(AttestationState.MISSING)
    found = attestation_days(attested_on, states)
    if found is None:
        return AttestationClock(AttestationState.LIMIT_UNKNOWN)
    due = attested_on + timedelta(found[0])
    before = find_row(FileTerm.ATTESTATION_MAIL_DAYS_BEFORE, attested_on)
    after = find_row(FileTerm.ATTESTATION_NOTICE_DAYS_AFTER, attested_on)
    mails = [due - timedelta(days) for days in (before.values if before else ())]
    notices = [due + timedelta(days) for days in (after.values if after else ())]
    left = (due - on).days
    state = AttestationState.CURRENT
    if left < 0:
        state = AttestationState.EXPIRED
    elif mails and on >= mails[0]:
        state = AttestationState.DUE_SOON
    return AttestationClock(state, due, left, (*mails, *notices), found[1])
