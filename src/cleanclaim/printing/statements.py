"""A patient's statement: its content as a value, told in words, and printed on one page."""

from collections.abc import Mapping
from datetime import date

import msgspec

from cleanclaim.kernel.money import format_dollars
from cleanclaim.printing.statement_words import WORDS
from cleanclaim.printing.typesetting import typeset


class SheetVisit(msgspec.Struct, frozen=True):
    """One visit on a statement, in cents; ``shares`` are (kind, cents) that became the patient's.

    ``subject`` is our own name of the debt; ``standing`` is due, or what it waits for.
    """

    subject: str
    service_on: date
    provider: str
    payers: tuple[str, ...]
    charged_cents: int
    insurance_paid_cents: int
    adjusted_cents: int
    shares: tuple[tuple[str, int], ...]
    patient_paid_cents: int
    given_up_cents: int
    owed_cents: int
    standing: str


class PromptOffer(msgspec.Struct, frozen=True):
    """That paying by a day costs less: what is asked then, and what is taken off."""

    pay_cents: int
    saved_cents: int
    by_on: date


class StatementSheet(msgspec.Struct, frozen=True):
    """All that a statement says. ``visits`` may be asked now, ``waiting`` may not."""

    practice: str
    practice_lines: tuple[str, ...]
    phone: str
    recipient: tuple[str, ...]
    account_number: str
    number: str
    issued_on: date
    visits: tuple[SheetVisit, ...]
    waiting: tuple[SheetVisit, ...]
    unapplied_cents: int
    due_cents: int
    instalments: tuple[tuple[date, int], ...] = ()
    prompt: PromptOffer | None = None
    estimate_tolerance_cents: int = 0
    estimate_dispute_days: int = 0


class ToldLine(msgspec.Struct, frozen=True):
    """One line of a visit: words, an amount, and whether it is the sum of those above."""

    text: str
    amount: str
    is_sum: bool = False


class ToldVisit(msgspec.Struct, frozen=True):
    """A visit in words: its heading, its lines, the reasons, and the note of what it waits for."""

    subject: str
    heading: str
    lines: tuple[ToldLine, ...]
    reasons: tuple[ToldLine, ...]
    note: str


def tell_day(day: date, language: str) -> str:
    """Write a day in words: "March 3, 2026", "3 de marzo de 2026"."""
    words = WORDS[language]
    month = words["months"].split()[day.month - 1]
    return words["day"].format(month=month, day=day.day, year=day.year)


def tell_visit(visit: SheetVisit, language: str) -> ToldVisit:
    """Tell what happened at a visit, what insurance paid and why the rest is the patient's."""
    words = WORDS[language]
    day = tell_day(visit.service_on, language)
    heading = words["visit_with" if visit.provider else "visit"]
    reasons = tuple(ToldLine(words[kind], format_dollars(cents)) for kind, cents in visit.shares)
    return ToldVisit(
        visit.subject,
        heading.format(day=day, provider=visit.provider),
        _lines(visit, words),
        reasons,
        "" if visit.standing == "due" else words[visit.standing],
    )


def _lines(visit: SheetVisit, words: Mapping[str, str]) -> tuple[ToldLine, ...]:
    payer = " + ".join(visit.payers) or words["insurance"]
    share = sum(cents for _, cents in visit.shares)
    rows = [
        (words["charged"], visit.charged_cents, False),
        (words["insurance_paid"].format(payer=payer), -visit.insurance_paid_cents, False),
        (words["taken_off_by"].format(payer=payer), -visit.adjusted_cents, False),
        (words["yours"], share, True),
        (words["you_paid"], -visit.patient_paid_cents, False),
        (words["given_up"], -visit.given_up_cents, False),
        (words["owed"], visit.owed_cents, True),
    ]
    kept = [row for row in rows if row[1] or row[2]]
    if not (visit.patient_paid_cents or visit.given_up_cents):
        kept = [row for row in kept if row[0] != words["yours"]]
    return tuple(ToldLine(text, format_dollars(cents), is_sum) for text, cents, is_sum in kept)


def print_statement(sheet: StatementSheet, language: str) -> bytes:
    """Set a statement as accessible PDF (PDF/UA-1) in a language."""
    return typeset("statement", _values(sheet, language), on=sheet.issued_on)


def _values(sheet: StatementSheet, language: str) -> Mapping[str, object]:
    words = WORDS[language]
    return {
        "language": language,
        "title": words["title"].format(practice=sheet.practice),
        "practice": sheet.practice,
        "sender": sheet.practice_lines,
        "recipient": sheet.recipient,
        "facts": [
            [words["date"], tell_day(sheet.issued_on, language)],
            [words["statement"], sheet.number],
            [words["account"], sheet.account_number],
        ],
        "due_label": words["to_pay"],
        "due": format_dollars(sheet.due_cents),
        "credit": tell_credit(sheet, language),
        "prompt": tell_prompt(sheet, language),
        "happened": words["happened"],
        "why": words["why"],
        "visits": [msgspec.to_builtins(tell_visit(v, language)) for v in sheet.visits],
        "waiting_title": words["waiting"],
        "waiting": [msgspec.to_builtins(tell_visit(v, language)) for v in sheet.waiting],
        "plan_title": words["plan"],
        "plan": tell_instalments(sheet, language),
        "notes": tell_notes(sheet, language),
    }


def tell_credit(sheet: StatementSheet, language: str) -> str:
    """Say what money of the patient's is held, "" where there is none."""
    if not sheet.unapplied_cents:
        return ""
    return f"{WORDS[language]['credit']}: {format_dollars(sheet.unapplied_cents)}"


def tell_prompt(sheet: StatementSheet, language: str) -> str:
    """Say what paying early saves, "" where nothing."""
    if sheet.prompt is None:
        return ""
    return WORDS[language]["prompt"].format(
        cents=format_dollars(sheet.prompt.pay_cents),
        saved=format_dollars(sheet.prompt.saved_cents),
        day=tell_day(sheet.prompt.by_on, language),
    )


def tell_instalments(sheet: StatementSheet, language: str) -> list[str]:
    """Say what is to be paid when, for a patient with a plan."""
    return [
        WORDS[language]["instalment"].format(
            cents=format_dollars(cents), day=tell_day(day, language)
        )
        for day, cents in sheet.instalments
    ]


def tell_notes(sheet: StatementSheet, language: str) -> list[list[str]]:
    """Give the closing notes as (title, text): how to pay, and what to do if something is wrong."""
    words = WORDS[language]
    wrong = words["wrong_text"].format(phone=sheet.phone)
    alone = any(kind == "self_pay" for visit in sheet.visits for kind, _ in visit.shares)
    if alone and sheet.estimate_tolerance_cents:
        tolerance = format_dollars(sheet.estimate_tolerance_cents)
        told = words["estimate_text"].format(tolerance=tolerance, days=sheet.estimate_dispute_days)
        wrong = f"{wrong} {told}"
    return [[words["how"], words["how_text"].format(phone=sheet.phone)], [words["wrong"], wrong]]
