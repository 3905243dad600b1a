"""The 276 written from questions: which claims a payer is asked about, one level a claim."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from cleanclaim import x12
from cleanclaim.claims.parties import Patient, Payer, PersonName, Provider, Sex, Subscriber
from cleanclaim.kernel.money import format_decimal

GUIDE = "005010X212"


class StatusQuestion(msgspec.Struct, frozen=True, omit_defaults=True):
    """One claim that is asked about.

    ``trace`` comes back in the answer; ``control_number`` is ours (REF*EJ), the payer's number
    goes along where it is known. ``patient`` is None where the subscriber is the patient.
    """

    trace: str
    control_number: str
    subscriber: Subscriber
    charge_cents: int
    starts_on: date
    ends_on: date
    patient: Patient | None = None
    payer_claim_number: str = ""


def build_questions(
    payer: Payer,
    provider: Provider,
    questions: Sequence[StatusQuestion],
    *,
    reference: str,
    created_at: datetime,
) -> x12.Loop:
    """Build the body of a 276 (ST and what it holds) for ``x12.write``.

    ``reference`` names the transaction (BHT03).
    """
    when = f"{created_at:%Y%m%d}", f"{created_at:%H%M}"
    return x12.loop(
        "ST",
        x12.segment("ST", "276", "", GUIDE),
        x12.segment("BHT", "0010", "13", reference, *when),
        x12.loop(
            "2000A",
            x12.segment("HL", "", "", "20"),
            x12.loop("2100A", _organization("PR", payer.name, payer.qualifier, payer.identifier)),
            x12.loop(
                "2000B",
                x12.segment("HL", "", "", "21"),
                x12.loop("2100B", _provider("41", provider, "46", provider.tax_id)),
                x12.loop(
                    "2000C",
                    x12.segment("HL", "", "", "19"),
                    x12.loop("2100C", _provider("1P", provider, "XX", provider.npi)),
                    *[_member(question) for question in questions],
                ),
            ),
        ),
    )


def _member(question: StatusQuestion) -> x12.Loop:
    """Build the subscriber's level with the question, or with the dependent's below it."""
    subscriber, patient = question.subscriber, question.patient
    number = (subscriber.member_id_qualifier, subscriber.member_id) if subscriber.member_id else ()
    named = x12.loop("2100D", _person("IL", subscriber.name, *number))
    head = x12.segment("HL", "", "", "22")
    if patient is None:
        born = _born(subscriber.birth_on, subscriber.sex)
        return x12.loop("2000D", head, born, named, x12.loop("2200D", *_claim(question)))
    return x12.loop(
        "2000D",
        head,
        named,
        x12.loop(
            "2000E",
            x12.segment("HL", "", "", "23"),
            _born(patient.birth_on, patient.sex),
            x12.loop("2100E", _person("QC", patient.name)),
            x12.loop("2200E", *_claim(question)),
        ),
    )


def _claim(question: StatusQuestion) -> list[x12.Segment | None]:
    known = question.payer_claim_number
    return [
        x12.segment("TRN", "1", question.trace),
        x12.segment("REF", "1K", known) if known else None,
        x12.segment("REF", "EJ", question.control_number),
        x12.segment("AMT", "T3", format_decimal(question.charge_cents)),
        _period(question.starts_on, question.ends_on),
    ]


def _period(starts_on: date, ends_on: date) -> x12.Segment:
    if starts_on == ends_on:
        return x12.segment("DTP", "472", "D8", f"{starts_on:%Y%m%d}")
    return x12.segment("DTP", "472", "RD8", f"{starts_on:%Y%m%d}-{ends_on:%Y%m%d}")


def _born(on: date | None, sex: Sex | None) -> x12.Segment | None:
    if on is None:
        return None
    told = sex.value if sex in {Sex.FEMALE, Sex.MALE} else ""
    return x12.segment("DMG", "D8", f"{on:%Y%m%d}", told)


def _person(role: str, name: PersonName, *identifier: str) -> x12.Segment:
    parts = (name.last, name.first, name.middle, "", name.suffix)
    return x12.segment("NM1", role, "1", *parts, *identifier)


def _organization(role: str, name: str, qualifier: str, identifier: str) -> x12.Segment:
    return x12.segment("NM1", role, "2", name, "", "", "", "", qualifier, identifier)


def _provider(role: str, provider: Provider, qualifier: str, identifier: str) -> x12.Segment:
    if provider.person is not None:
        return _person(role, provider.person, qualifier, identifier)
    return _organization(role, provider.organization, qualifier, identifier)
