"""The 270 written from an inquiry: one payer, one provider, one member, one day of service."""

from datetime import datetime

from cleanclaim import x12
from cleanclaim.claims.parties import Patient, PersonName, Provider, Sex, Subscriber
from cleanclaim.eligibility.model import Inquiry

GUIDE = "005010X279A1"


def build_inquiry(inquiry: Inquiry, *, reference: str, created_at: datetime) -> x12.Loop:
    """Build the body of a 270 (ST and what it holds) for ``x12.write``.

    ``reference`` names the transaction (BHT03). The date asked for is the day of service
    (DTP*291), never the day the policy began.
    """
    return x12.loop(
        "ST",
        x12.segment("ST", "270", "", GUIDE),
        x12.segment("BHT", "0022", "13", reference, f"{created_at:%Y%m%d}", f"{created_at:%H%M}"),
        x12.loop(
            "2000A",
            x12.segment("HL", "", "", "20"),
            x12.loop(
                "2100A",
                x12.segment(
                    "NM1",
                    "PR",
                    "2",
                    inquiry.payer.name,
                    "",
                    "",
                    "",
                    "",
                    inquiry.payer.qualifier,
                    inquiry.payer.identifier,
                ),
            ),
            x12.loop(
                "2000B",
                x12.segment("HL", "", "", "21"),
                x12.loop("2100B", _provider_name(inquiry.provider)),
                _member(inquiry),
            ),
        ),
    )


def _member(inquiry: Inquiry) -> x12.Loop:
    """Build the subscriber, who is asked about, or who leads to the dependent that is."""
    if inquiry.patient is None:
        return x12.loop(
            "2000C",
            x12.segment("HL", "", "", "22"),
            _trace(inquiry),
            x12.loop("2100C", *_subscriber_segments(inquiry.subscriber), _service_date(inquiry)),
            *_questions(inquiry, "2110C"),
        )
    return x12.loop(
        "2000C",
        x12.segment("HL", "", "", "22"),
        x12.loop("2100C", *_subscriber_segments(inquiry.subscriber)),
        x12.loop(
            "2000D",
            x12.segment("HL", "", "", "23"),
            _trace(inquiry),
            x12.loop("2100D", *_dependent_segments(inquiry.patient), _service_date(inquiry)),
            *_questions(inquiry, "2110D"),
        ),
    )


def _trace(inquiry: Inquiry) -> x12.Segment:
    return x12.segment("TRN", "1", inquiry.trace_number, inquiry.trace_company)


def _service_date(inquiry: Inquiry) -> x12.Segment:
    return x12.segment("DTP", "291", "D8", f"{inquiry.service_on:%Y%m%d}")


def _questions(inquiry: Inquiry, loop_id: str) -> list[x12.Loop]:
    """Build one question a service type, as not every payer reads repetitions."""
    return [x12.loop(loop_id, x12.segment("EQ", code)) for code in inquiry.service_types]


def _provider_name(provider: Provider) -> x12.Segment:
    person = provider.person
    name = (person.last, person.first, person.middle, "", person.suffix) if person else ()
    parts = name or (provider.organization, "", "", "", "")
    return x12.segment("NM1", "1P", "1" if person else "2", *parts, "XX", provider.npi)


def _person(qualifier: str, name: PersonName, *identifier: str) -> x12.Segment:
    parts = (name.last, name.first, name.middle, "", name.suffix)
    return x12.segment("NM1", qualifier, "1", *parts, *identifier)


def _demographics(person: Subscriber | Patient) -> x12.Segment | None:
    """Build birth date and sex where the birth date is known; an unknown sex is left out."""
    if person.birth_on is None:
        return None
    sex = person.sex.value if person.sex in {Sex.FEMALE, Sex.MALE} else ""
    return x12.segment("DMG", "D8", f"{person.birth_on:%Y%m%d}", sex)


def _subscriber_segments(subscriber: Subscriber) -> list[x12.Segment | None]:
    identifier = (subscriber.member_id_qualifier, subscriber.member_id)
    named = identifier if subscriber.member_id else ()
    return [_person("IL", subscriber.name, *named), _demographics(subscriber)]


def _dependent_segments(patient: Patient) -> list[x12.Segment | None]:
    return [_person("03", patient.name), _demographics(patient)]
