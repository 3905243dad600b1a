"""Answers read from 271 text; whatever does not clearly say covered is unknown."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import BinaryIO

import msgspec

from cleanclaim import x12
from cleanclaim.eligibility.model import (
    Benefit,
    BenefitKind,
    Benefits,
    CoverageReason,
    CoverageStatus,
    Rejection,
)
from cleanclaim.eligibility.rejections import FOLLOW_UPS, REJECTIONS
from cleanclaim.kernel.money import read_cents
from cleanclaim.kernel.spans import Span

GUIDE = "005010X279A1"
# EB01: active in several ways (5 while the payer investigates), and inactive.
_ACTIVE = frozenset({"1", "2", "3", "4", "5"})
_INACTIVE = frozenset({"6", "7", "8"})
_KINDS = frozenset(BenefitKind)
_WHOLE_PLAN = "30"
# DTP01: plan, eligibility, both as a span; their beginnings; their ends.
_PLAN_SPANS = ("291", "307", "290", "192")
_PLAN_STARTS = ("346", "356", "348")
_PLAN_ENDS = ("347", "357", "349")
_SERVICE_DATES = ("472", "291")
_NOTHING = x12.Segment("", ())
# X12 numbers have at most 18 digits; longer text is no number.
_DIGITS_MAX = 20


class _Stated(msgspec.Struct, frozen=True):
    """One statement of coverage (EB01 1 to 8) with the days it is about, if it says."""

    active: bool
    service_types: tuple[str, ...]
    plan_name: str
    insurance_type: str
    starts_on: date | None
    ends_on: date | None


def answers(
    source: str | bytes | Path | BinaryIO, service_dates: Mapping[str, date] | None = None
) -> list[Benefits]:
    """Read every member's answer of a file; a transaction without any is one unknown answer.

    ``service_dates`` gives the day asked about by trace number (TRN02). Without it the day the
    payer repeats counts, and where there is none either the answer is unknown. Text that is no
    X12 gives one unknown answer.
    """
    asked = service_dates or {}
    found: list[Benefits] = []
    in_transaction = 0
    for event in x12.read(source):
        match event:
            case x12.TransactionStart():
                in_transaction = 0
            case x12.Unit() if event.guide == GUIDE:
                in_transaction += 1
                found.append(_read_dated(event, asked))
            case x12.TransactionEnd() if not in_transaction:
                found.append(Benefits(CoverageStatus.UNKNOWN, CoverageReason.NO_ANSWER))
            case _:
                pass
    return found or [Benefits(CoverageStatus.UNKNOWN, CoverageReason.UNREADABLE)]


def _read_dated(unit: x12.Unit, asked: Mapping[str, date]) -> Benefits:
    trace = _own_trace(unit.loop)
    return read_benefits(unit, asked.get(trace.get(2)))


def read_benefits(unit: x12.Unit, service_on: date | None = None) -> Benefits:
    """Read one member's answer (2000C or 2000D) for a day of service.

    Where the day is not given, the one the payer repeats (DTP*472, DTP*291) counts.
    """
    member = unit.loop
    name = member.child("2100D") or member.child("2100C") or x12.Loop("2100C")
    inner = [*member.children("2110C"), *member.children("2110D")]
    inner = inner or [*name.children("2110C"), *name.children("2110D")]
    rejections = _rejections([*unit.ancestors, member, *inner])
    stated = _statements(name, inner)
    service_on = service_on or _echoed_day(name)
    status, reason = _judge(stated, rejections, service_on)
    lead = _lead(stated, service_on)
    starts_on, ends_on = (lead.starts_on, lead.ends_on) if lead else _plan_days(name)
    trace, payer = _own_trace(member), _payer_name(unit)
    identity = name.find("NM1") or _NOTHING
    group = name.find("REF", "6P") or name.find("REF", "18") or _NOTHING
    return Benefits(
        status,
        reason,
        trace_number=trace.get(2),
        trace_company=trace.get(3),
        service_on=service_on,
        payer_name=payer.get(3),
        payer_identifier=payer.get(9),
        member_id=identity.get(9),
        group_number=group.get(2),
        plan_name=lead.plan_name if lead else "",
        insurance_type=lead.insurance_type if lead else "",
        plan_starts_on=starts_on,
        plan_ends_on=ends_on,
        benefits=tuple(_benefits(inner)),
        rejections=rejections,
        messages=tuple(text for loop in inner for text in _messages(loop)),
        other_payers=tuple(_other_payers(inner)),
    )


def _own_trace(member: x12.Loop) -> x12.Segment:
    """Give our trace (TRN*2: the number we sent), else whatever trace there is."""
    return member.find("TRN", "2") or member.find("TRN") or _NOTHING


def _payer_name(unit: x12.Unit) -> x12.Segment:
    source = unit.ancestor("2000A")
    name = source.child("2100A") if source is not None else None
    return (name.find("NM1") if name is not None else None) or _NOTHING


def _rejections(loops: Iterable[x12.Loop]) -> tuple[Rejection, ...]:
    """Gather every AAA of the answer, each once, at whatever level the payer put it."""
    found = {
        (segment.get(3), segment.get(4)): None
        for loop in loops
        for segment in loop.walk()
        if segment.id == "AAA"
    }
    return tuple(
        Rejection(
            code,
            follow_up,
            REJECTIONS.get(code, "the payer gives a reason that is not on our list"),
            FOLLOW_UPS.get(follow_up, ""),
        )
        for code, follow_up in found
    )


def _read_day(text: str) -> date | None:
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _read_days(segment: x12.Segment) -> tuple[date | None, date | None]:
    """Read a DTP: a day (D8) is start without end, a span (RD8) both."""
    first, _, last = segment.get(3).partition("-")
    if segment.get(2) == "RD8":
        return _read_day(first), _read_day(last)
    return _read_day(first), None


def _plan_days(loop: x12.Loop) -> tuple[date | None, date | None]:
    """Read the plan's days of a loop: a span, else begin and end, else a lone day.

    A lone day in a span's place is a beginning without an end, as Medicare writes entitlement.
    """
    spans = [segment for code in _PLAN_SPANS for segment in loop.find_all("DTP", code)]
    for segment in spans:
        if segment.get(2) == "RD8":
            return _read_days(segment)
    around = _first_day(loop, _PLAN_STARTS), _first_day(loop, _PLAN_ENDS)
    if around != (None, None) or not spans:
        return around
    return _read_days(spans[0])


def _first_day(loop: x12.Loop, qualifiers: Iterable[str]) -> date | None:
    for qualifier in qualifiers:
        segment = loop.find("DTP", qualifier)
        if segment is not None:
            return _read_days(segment)[0]
    return None


def _echoed_day(loop: x12.Loop) -> date | None:
    """Give the day of service that the answer repeats as a single day."""
    for qualifier in _SERVICE_DATES:
        segment = loop.find("DTP", qualifier)
        if segment is not None and segment.get(2) == "D8":
            return _read_day(segment.get(3))
    return None


def _statements(name: x12.Loop, inner: Iterable[x12.Loop]) -> list[_Stated]:
    """Gather the statements of coverage, each with its own days or the member's."""
    general = _plan_days(name)
    found = []
    for loop in inner:
        segment = loop.find("EB") or _NOTHING
        code = segment.get(1)
        if code not in _ACTIVE | _INACTIVE:
            continue
        own = _plan_days(loop)
        starts_on, ends_on = own if own != (None, None) else general
        found.append(
            _Stated(
                code in _ACTIVE,
                segment.repeats(3),
                segment.get(5),
                segment.get(4),
                starts_on,
                ends_on,
            )
        )
    return found


def _about_plan(stated: Iterable[_Stated]) -> list[_Stated]:
    """Keep the statements about the whole plan, or all where none is."""
    every = list(stated)
    plan = [row for row in every if not row.service_types or _WHOLE_PLAN in row.service_types]
    return plan or every


def _holds(row: _Stated, day: date) -> bool | None:
    """Tell whether a statement is about the day; None where it has no days."""
    if row.starts_on is None and row.ends_on is None:
        return None
    if row.starts_on is not None and row.ends_on is not None and row.ends_on < row.starts_on:
        return None
    return day in Span(row.starts_on or date.min, row.ends_on)


def _judge(
    stated: Iterable[_Stated], rejections: Iterable[Rejection], day: date | None
) -> tuple[CoverageStatus, CoverageReason]:
    """Decide the status on the day; every doubt is unknown."""
    rows = _about_plan(stated)
    if not rows:
        rejected = any(True for _ in rejections)
        reason = CoverageReason.REJECTED if rejected else CoverageReason.NO_STATUS
        return CoverageStatus.UNKNOWN, reason
    if day is None:
        return CoverageStatus.UNKNOWN, CoverageReason.NO_SERVICE_DATE
    active = [_holds(row, day) for row in rows if row.active]
    # An end without days is meant for the day that was asked about.
    ended = any(_holds(row, day) is not False for row in rows if not row.active)
    if True in active and ended:
        return CoverageStatus.UNKNOWN, CoverageReason.CONTRADICTORY
    if True in active:
        return CoverageStatus.ACTIVE, CoverageReason.STATED
    if None in active:
        reason = CoverageReason.CONTRADICTORY if ended else CoverageReason.NO_PLAN_DATES
        return CoverageStatus.UNKNOWN, reason
    if ended:
        return CoverageStatus.INACTIVE, CoverageReason.STATED
    return CoverageStatus.INACTIVE, CoverageReason.OUTSIDE_PLAN_DATES


def _lead(stated: Iterable[_Stated], day: date | None) -> _Stated | None:
    """Choose the statement that the answer's plan is taken from."""
    rows = _about_plan(stated)
    on_day = [row for row in rows if day is not None and _holds(row, day)]
    return next(iter([*(row for row in on_day if row.active), *on_day, *rows]), None)


def _read_cents(text: str) -> int | None:
    return read_cents(text) if len(text) <= _DIGITS_MAX else None


def _read_decimal(text: str) -> Decimal | None:
    if len(text) > _DIGITS_MAX:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _messages(loop: x12.Loop) -> tuple[str, ...]:
    return tuple(segment.get(1) for segment in loop.find_all("MSG"))


def _benefits(inner: Iterable[x12.Loop]) -> Iterable[Benefit]:
    """Read the amounts: every EB whose kind is one of ours."""
    for loop in inner:
        segment = loop.find("EB") or _NOTHING
        if segment.get(1) in _KINDS:
            yield Benefit(
                BenefitKind(segment.get(1)),
                _read_cents(segment.get(7)),
                _read_decimal(segment.get(8)),
                segment.repeats(3),
                segment.get(2),
                segment.get(6),
                _read_decimal(segment.get(10)),
                segment.get(11),
                {"Y": True, "N": False}.get(segment.get(12)),
                _messages(loop),
            )


def _other_payers(inner: Iterable[x12.Loop]) -> Iterable[str]:
    """Name the other payers (EB*R with 2120)."""
    for loop in inner:
        if (loop.find("EB") or _NOTHING).get(1) == "R":
            for entity in (*loop.children("2120C"), *loop.children("2120D")):
                name = entity.find("NM1") or _NOTHING
                if name.get(3):
                    yield name.get(3)
