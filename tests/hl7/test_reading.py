"""What messages tell: people, visits, coverages, merges, appointments and notes."""

from datetime import UTC, date, datetime

import pytest

from cleanclaim.hl7.reading import read_arrival
from cleanclaim.kernel.arrivals import Happening, Numbered
from hl7.feeds import IN1, PID, PV1, document, head, lines, merge, read, registration


def test_a_registration_tells_the_person_the_visit_and_the_coverage() -> None:
    told, findings = read_arrival(read(registration()))
    assert (findings, told.happening) == ((), Happening.REGISTERED)
    # The social security number is no number of the sender's.
    assert told.person.numbers == (Numbered("RIVERBEND", "R100", "MR"),)
    person = told.person
    assert (person.last, person.first, person.middle) == ("Waverly", "Nell", "J")
    assert (person.birth_on, person.sex, person.phone) == (date(1984, 8, 21), "F", "2175550142")
    assert (person.residence.line, person.residence.postal_code) == ("12 Mill Road", "621001234")
    assert told.visit is not None
    assert (told.visit.number.value, told.visit.service_on) == ("V500", date(2026, 4, 10))
    assert (told.visit.practitioner.npi, told.visit.place) == ("1456000011", "MAIN")
    (insurance,) = told.insurances
    assert (insurance.payer, insurance.member, insurance.group) == ("PAYONE", "M100001", "G12")
    assert (insurance.rank, insurance.relationship) == (1, "18")
    assert insurance.starts_on == date(2025, 1, 1)


def test_another_persons_coverage_names_the_insured() -> None:
    told = "||||Waverly^Ira|CHD|19600102"
    other = IN1.replace("|||||SEL|", told)
    (insurance,) = read_arrival(read(lines(f"{head('ADT^A04')}\n{PID}\n{other}")))[0].insurances
    assert insurance.relationship == "19"
    assert insurance.insured is not None
    assert (insurance.insured.first, insurance.insured.birth_on) == ("Ira", date(1960, 1, 2))


@pytest.mark.parametrize(
    ("event", "happening"),
    [
        ("A01", Happening.REGISTERED),
        ("A08", Happening.REGISTERED),
        ("A13", Happening.REGISTERED),
        ("A28", Happening.REGISTERED),
        ("A31", Happening.REGISTERED),
        ("A11", Happening.VISIT_CANCELLED),
        ("A40", Happening.MERGED),
        ("A60", Happening.NOTHING),
    ],
)
def test_each_event_has_its_meaning(event: str, happening: Happening) -> None:
    text = merge().replace("A40", event) if event == "A40" else registration(event)
    assert read_arrival(read(text))[0].happening is happening


def test_an_update_of_a_person_tells_no_visit() -> None:
    assert read_arrival(read(registration("A31")))[0].visit is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (registration(pid="PID|1"), "HL7.PID"),
        (lines(f"{head('ADT^A11')}\n{PID}"), "HL7.PV1"),
        (lines(f"{head('ADT^A40')}\n{PID}"), "HL7.MRG"),
        (lines(f"{head('SIU^S12')}\n{PID}"), "HL7.SCH"),
        (lines(f"{head('MDM^T02')}\n{PID}\nTXA|1|PN"), "HL7.TXA"),
        (lines(f"{head('DFT^P03')}\n{PID}\nFT1|1"), "CHARGE.MAP"),
    ],
)
def test_what_is_missing_for_the_meaning_blocks(text: str, rule: str) -> None:
    assert [each.rule for each in read_arrival(read(text))[1]] == [rule]


def test_a_deleted_value_reads_as_none() -> None:
    text = registration(pid=PID.replace("2175550142", '""'))
    assert read_arrival(read(text))[0].person.phone == ""


@pytest.mark.parametrize("written", ["1984", "198408", "19841321", "unknown", ""])
def test_a_birth_date_that_is_no_whole_day_is_none(written: str) -> None:
    text = registration(pid=PID.replace("19840821", written))
    assert read_arrival(read(text))[0].person.birth_on is None


def test_a_merge_tells_who_stays_and_who_goes() -> None:
    told, _ = read_arrival(read(merge()))
    assert [each.value for each in told.person.numbers] == ["R100"]
    assert [each.value for each in told.prior] == ["R200"]


def test_a_document_tells_its_text_author_and_state() -> None:
    (note,) = read_arrival(read(document()))[0].notes
    assert note.text == "Seen for high blood pressure.\nContinue lisinopril & recheck."
    assert (note.number.value, note.author.npi, note.final) == ("N1", "1456000011", True)
    assert note.written_at == datetime(2026, 4, 10, 9, tzinfo=UTC)
    (draft,) = read_arrival(read(document().replace("|AU", "|IP")))[0].notes
    assert not draft.final


def test_a_report_of_text_is_a_note_and_one_of_numbers_is_none() -> None:
    order = "OBR|1|P1|F1|71046^Chest film|||20260410|||||||||||||||20260410101500|||F"
    text = lines(f"{head('ORU^R01')}\n{PID}\n{PV1}\n{order}\nOBX|1|TX|||No acute disease.")
    (note,) = read_arrival(read(text))[0].notes
    assert (note.number.value, note.kind, note.text) == ("F1", "Chest film", "No acute disease.")
    numbers = text.replace("|TX|||No acute disease.", "|NM|||7.1")
    assert read_arrival(read(numbers))[0].happening is Happening.NOTHING


def test_an_encapsulated_text_is_read_and_a_picture_is_not() -> None:
    inside = document().replace(
        "|TX|note||Seen for high blood pressure.", "|ED|note||^TEXT^^Base64^U2Vlbi4="
    )
    assert read_arrival(read(inside))[0].notes[0].text.startswith("Seen.")
    picture = inside.replace("^TEXT^", "^image^")
    assert "Seen" not in read_arrival(read(picture))[0].notes[0].text


@pytest.mark.parametrize(
    ("event", "state"),
    [("S12", "booked"), ("S13", "booked"), ("S15", "cancelled"), ("S26", "missed")],
)
def test_an_appointment_tells_when_with_whom_and_how_it_stands(event: str, state: str) -> None:
    text = lines(
        f"""{head(f"SIU^{event}")}
        SCH|P9|F9|||||FOLLOW^Follow-up|||30|^^30^202604171000^202604171030
        {PID}
        AIL|1||MAIN
        AIP|1||1456000011^Ames^Rowan"""
    )
    slot = read_arrival(read(text))[0].slot
    assert slot is not None
    assert (slot.number.value, slot.state, slot.place) == ("F9", state, "MAIN")
    assert slot.starts_at == datetime(2026, 4, 17, 10, tzinfo=UTC)
    assert slot.practitioner.npi == "1456000011"
