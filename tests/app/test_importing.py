"""Messages enter as registrations, visits, notes and charges; each is accounted for, none lost."""

import json
import re
from typing import Any

import pytest

from app.desk import Desk, at
from cleanclaim.app.feeds import FeedSettings, set_feed
from cleanclaim.app.importing import (
    ImportLine,
    dismiss_message,
    import_file,
    replay_message,
    settle_person,
)
from cleanclaim.app.intake import NotAMessageError
from cleanclaim.app.merging import (
    MergeRefusedError,
    joined_accounts,
    joined_balance,
    undo_merge,
)
from cleanclaim.app.reading.messages import count_messages, export_resources, read_message_view
from cleanclaim.store.encounters.models import Charge, Encounter, Note
from cleanclaim.store.events.chain import verify_chain
from cleanclaim.store.messages.models import Message, MessageState, PatientMerge
from cleanclaim.store.patients.models import Coverage, Patient
from cleanclaim.store.tasks.models import Task
from cleanclaim.store.tenancy import within
from fhir.test_reading import CHARGE, COVERAGE, ENCOUNTER, PATIENT, bundle, note
from hl7.feeds import FT1, MAP, PID, charges, document, merge, registration
from hl7.test_ccda import DOCUMENT

SOURCE = "CHART/RIVERBEND"


def bring(desk: Desk, *texts: str | bytes, source: str = "") -> list[ImportLine]:
    """Import texts, each as a file."""
    return [
        line
        for text in texts
        for line in import_file(
            **desk.who,
            at=at(),
            name="feed.hl7",
            content=text if isinstance(text, bytes) else text.encode(),
            source=source,
        )
    ]


def configure(desk: Desk, source: str = SOURCE, **more: Any) -> None:  # noqa: ANN401
    """Tell what the sender's numbers mean here."""
    settings = FeedSettings(
        providers={"*": desk.provider.npi},
        places={"MAIN": "Main", "l1": "Main", "": "Main"},
        **{"charges": MAP, "payers": {"PAYONE": "PAY01"}, **more},
    )
    set_feed(**desk.who, at=at(), source=source, settings=settings)


def told(lines: list[ImportLine]) -> list[tuple[str, list[str]]]:
    return [(line.outcome, [reason.rule for reason in line.reasons]) for line in lines]


def count(desk: Desk, model: Any) -> int:  # noqa: ANN401 - any tenant model
    with within(desk.organization):
        return int(model.objects.of(desk.organization).count())


def one(desk: Desk, model: Any) -> Any:  # noqa: ANN401 - any tenant model
    with within(desk.organization):
        return model.objects.of(desk.organization).get()


def test_a_visit_comes_in_by_messages_from_registration_to_charges(desk: Desk) -> None:
    configure(desk)
    lines = bring(desk, registration() + document() + charges())
    assert told(lines) == [("imported", [])] * 3
    patient, coverage, visit = (one(desk, model) for model in (Patient, Coverage, Encounter))
    assert (patient.last_name, patient.phone) == ("Waverly", "2175550142")
    assert (coverage.member_id, coverage.payer_id) == ("M100001", desk.payers[0].pk)
    assert (visit.status, visit.provider_id) == ("coded", desk.provider.pk)
    assert one(desk, Note).text.startswith("Seen for high blood pressure.")
    charge = one(desk, Charge)
    assert (charge.code, charge.charge_cents) == ("99213", 15_000)
    assert charge.diagnoses == ["I10", "E119"]
    assert verify_chain(desk.organization).faults == ()


def test_what_comes_twice_is_entered_once(desk: Desk) -> None:
    configure(desk)
    first = bring(desk, registration(), document(), charges())
    again = bring(desk, registration(), document(), charges())
    assert [line.outcome for line in again] == ["repeated"] * 3
    assert [line.message for line in again] == [line.message for line in first]
    counted = [
        count(desk, model) for model in (Patient, Coverage, Encounter, Note, Charge, Message)
    ]
    assert counted == [1, 1, 1, 1, 1, 3]
    for line in first:
        replay_message(**desk.who, at=at(), message=line.message)
    assert counted == [
        count(desk, model) for model in (Patient, Coverage, Encounter, Note, Charge, Message)
    ]


def test_a_control_id_with_another_content_is_parked(desk: Desk) -> None:
    configure(desk)
    bring(desk, registration())
    (line,) = bring(desk, registration(pid=PID.replace("Nell", "Noor")))
    assert told([line]) == [("parked", ["MESSAGE.CONTROL"])]
    assert one(desk, Patient).first_name == "Nell"
    # A person who looked at both may enter it all the same.
    again = replay_message(**desk.who, at=at(), message=line.message)
    assert (again.outcome, one(desk, Patient).first_name) == ("imported", "Noor")


def test_an_order_that_is_upside_down_ends_well(desk: Desk) -> None:
    configure(desk)
    visit = "PV1|1|O|MAIN||||||||||||||||V500"
    start, pid = document().partition("PID")[0], "PID|1||R100^^^RIVERBEND^MR"
    short = "\r".join((start + pid, visit, "TXA|1|PN||20260410||||||||N1", "OBX|1|TX|||Seen."))
    (early,) = bring(desk, short)
    assert told([early]) == [("parked", ["PATIENT.UNKNOWN"])]
    bring(desk, registration())
    with within(desk.organization):
        state = MessageState.objects.of(desk.organization).get(message=early.message)
    assert (state.outcome, state.tries) == ("imported", 2)
    assert one(desk, Note).text == "Seen."


NOT_YET = (
    (registration(pid=PID.replace("19840821", "1984")), "PATIENT.INCOMPLETE"),
    (registration(pid=PID.replace("Waverly", "W" * 61)), "IMPORT.LENGTH"),
    (registration().replace("PAYONE", "NOBODY"), "COVERAGE.PAYER"),
    (registration().replace("SEL", ""), "COVERAGE.INSURED"),
    (registration().replace("MAIN", "ELSEWHERE"), "VISIT.PLACE"),
    (document().replace("|" * 25 + "20260410083000", ""), "VISIT.UNKNOWN"),
    (charges(rows=FT1.replace("|CG|", "|CR|")), "CHARGE.CREDIT"),
    (charges(rows=FT1.replace("I10~E11.9", "")), "CHARGE.DIAGNOSIS"),
    (charges(rows=FT1.replace("20260410", "20260411")), "CHARGE.OTHER_DAY"),
    (charges(rows=FT1.replace("150.00", "")), "CHARGE.FEE"),
    (charges(rows=FT1.replace("99213", "OWN")), "CHARGE.CODE"),
)


def test_what_cannot_enter_is_parked_with_its_reason(desk: Desk) -> None:
    configure(desk)
    for number, (text, rule) in enumerate(NOT_YET):
        # Each of another person, visit and control id, so that none stands in another's way.
        own = text.replace("R100", f"R{number}").replace("V500", f"V{number}")
        own = own.replace("Nell", f"Nell{number}").replace("||N1|", f"||N{number}|")
        own = re.sub(r"\|C(\d)\|", rf"|K{number}\1|", own)
        assert told(bring(desk, own)) == [("parked", [rule])], rule
    assert count(desk, Charge) == 0
    assert count(desk, Message) == len(NOT_YET)


def test_an_unmapped_feed_of_charges_is_refused_until_it_is_mapped(desk: Desk) -> None:
    configure(desk, charges=None)
    (line,) = bring(desk, charges())
    assert told([line]) == [("parked", ["CHARGE.MAP"])]
    configure(desk)
    again = replay_message(**desk.who, at=at(), message=line.message)
    assert (again.outcome, count(desk, Charge)) == ("imported", 1)


def test_an_account_of_the_same_name_waits_for_a_persons_word(desk: Desk) -> None:
    configure(desk)
    here = desk.patient()
    (line,) = bring(desk, registration().replace("M100001", "M777"))
    assert told([line]) == [("parked", ["PATIENT.MAYBE_KNOWN"])]
    with within(desk.organization):
        view = read_message_view(desk.organization, line.message)
    assert [each.id for each in view.candidates] == [here.pk]
    settled = settle_person(**desk.who, at=at(), message=line.message, patient=here.pk)
    # Its own coverage of the same turn stays: that of the message is for a person to see.
    assert told([settled]) == [("parked", ["COVERAGE.TURN"])]
    assert count(desk, Patient) == 1


def test_an_account_of_the_same_name_may_be_another_person(desk: Desk) -> None:
    configure(desk)
    desk.patient()
    (line,) = bring(desk, registration())
    other = replay_message(**desk.who, at=at(), message=line.message, new_person=True)
    assert (other.outcome, count(desk, Patient)) == ("imported", 2)


def test_an_update_amends_and_another_person_under_the_number_is_stopped(desk: Desk) -> None:
    configure(desk)
    bring(desk, registration())
    moved = PID.replace("12 Mill Road", "9 Quay Street").replace("Waverly", "Waverly-Moss")
    assert told(bring(desk, registration("A08", "C8", moved))) == [("imported", [])]
    patient = one(desk, Patient)
    assert (patient.last_name, patient.address["line"]) == ("Waverly-Moss", "9 Quay Street")
    stranger = PID.replace("Waverly", "Okafor").replace("19840821", "19700101")
    assert told(bring(desk, registration("A31", "C9", stranger))) == [("parked", ["PATIENT.OTHER"])]
    assert one(desk, Patient).last_name == "Waverly-Moss"


def test_a_cancelled_visit_is_marked_and_one_with_charges_waits(desk: Desk) -> None:
    configure(desk)
    bring(desk, registration(), registration("A11", "C5"))
    assert one(desk, Encounter).status == "cancelled"
    other = registration("A04", "C6").replace("V500", "V501")
    bring(desk, other, charges("C7").replace("V500", "V501"))
    lines = bring(desk, registration("A11", "C10").replace("V500", "V501"))
    assert told(lines) == [("parked", ["VISIT.CHARGED"])]


def test_a_corrected_text_is_a_further_note_and_a_draft_is_none(desk: Desk) -> None:
    configure(desk)
    bring(desk, registration(), document(), document("C20", text="Seen for low blood pressure."))
    with within(desk.organization):
        texts = Note.objects.of(desk.organization).order_by("pk").values_list("text", flat=True)
        assert [text.splitlines()[0] for text in texts] == [
            "Seen for high blood pressure.",
            "Seen for low blood pressure.",
        ]
    lines = bring(desk, document("C21", "N2").replace("|AU", "|IP"))
    assert told(lines) == [("imported", ["NOTE.DRAFT"])]
    assert count(desk, Note) == 2


def test_merged_accounts_are_one_balance_until_the_merge_is_undone(desk: Desk) -> None:
    configure(desk)
    second = PID.replace("R100", "R200").replace("Waverly^Nell", "Waverly^Nel")
    bring(desk, registration(), registration("A04", "C30", second).replace("V500", "V501"))
    bring(desk, charges(), charges("C31").replace("R100", "R200").replace("V500", "V501"))
    with within(desk.organization):
        first, other = Patient.objects.of(desk.organization).order_by("pk")
        before = _state(desk)
    assert told(bring(desk, merge())) == [("imported", [])]
    joined = one(desk, PatientMerge)
    with within(desk.organization):
        assert joined_accounts(other.pk, organization=desk.organization) == (first.pk, other.pk)
        assert joined_balance(other.pk, organization=desk.organization) == 0
        assert _state(desk) == before
    # A visit under the merged number now goes to the account that goes on.
    late = registration("A04", "C32", PID.replace("R100", "R200")).replace("V500", "V502")
    assert told(bring(desk, late)) == [("imported", [])]
    with within(desk.organization):
        assert Encounter.objects.of(desk.organization).latest("pk").patient_id == first.pk
    undo_merge(**desk.who, at=at(), merge=joined.pk)
    with within(desk.organization):
        assert joined_accounts(other.pk, organization=desk.organization) == (other.pk,)
        assert Task.objects.of(desk.organization).filter(key=f"unmerged:{joined.pk}").exists()
    with pytest.raises(MergeRefusedError):
        undo_merge(**desk.who, at=at(), merge=joined.pk)
    assert verify_chain(desk.organization).faults == ()


def _state(desk: Desk) -> list[tuple[int, int]]:
    return list(
        Encounter.objects.of(desk.organization).order_by("pk").values_list("pk", "patient_id")
    )


def test_a_merge_of_an_unknown_number_makes_it_a_further_number(desk: Desk) -> None:
    configure(desk)
    bring(desk, registration(), merge())
    late = registration("A04", "C33", PID.replace("R100", "R200")).replace("V500", "V502")
    assert told(bring(desk, late)) == [("imported", [])]
    assert count(desk, Patient) == 1
    assert count(desk, PatientMerge) == 0


def test_resources_enter_in_the_order_in_which_they_need_one_another(desk: Desk) -> None:
    configure(desk, "fhir", payers={"Payer One": "PAY01"})
    observation = {"resourceType": "Observation", "id": "o1"}
    given = (CHARGE, note(b"Seen."), ENCOUNTER, COVERAGE, PATIENT, observation)
    lines = bring(desk, bundle(*given))
    charge = {"CHARGE.OTHER_DAY"}  # the visit began on the day before
    assert [line.outcome for line in lines] == ["parked", *["imported"] * 4, "kept"]
    assert {reason.rule for reason in lines[0].reasons} == charge
    assert [line.place for line in lines] == [1, 2, 3, 4, 5, 6]
    assert one(desk, Note).text == "Seen."
    with within(desk.organization):
        assert dict(count_messages(desk.organization)) == {"imported": 4, "kept": 1, "parked": 1}
        exported = [json.loads(each) for each in export_resources(desk.organization, "fhir")]
    assert {each["id"]: each for each in exported} == {each["id"]: each for each in given}


def test_a_broken_line_is_parked_and_the_rest_loaded(desk: Desk) -> None:
    configure(desk, "bulk")
    content = b"\n".join((json.dumps(PATIENT).encode(), b"{broken", json.dumps(ENCOUNTER).encode()))
    lines = bring(desk, content, source="bulk")
    assert told(lines) == [("imported", []), ("parked", ["FHIR.JSON"]), ("imported", [])]


def test_a_document_enters_as_a_note_of_its_visit(desk: Desk) -> None:
    configure(desk, "ccda")
    (line,) = bring(desk, DOCUMENT)
    assert told([line]) == [("imported", [])]
    assert one(desk, Note).text.startswith("History\nSeen for high blood pressure.")


def test_a_document_that_declares_entities_is_parked(desk: Desk) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha">]><ClinicalDocument>&a;</ClinicalDocument>'
    assert told(bring(desk, bomb)) == [("parked", ["CCDA.XML"])]


def test_a_kind_that_could_be_anything_is_named_nowhere(desk: Desk) -> None:
    odd = registration().replace("ADT^A04", "Nell^Waverly")
    other = json.dumps({"resourceType": "Nell Waverly", "id": "1"})
    lines = bring(desk, odd) + bring(desk, other)
    assert [line.kind for line in lines] == ["unnamed", "unnamed"]
    assert told(lines)[1] == ("parked", ["FHIR.JSON"])


def test_a_file_of_something_else_is_refused_and_nothing_kept(desk: Desk) -> None:
    with pytest.raises(NotAMessageError):
        bring(desk, "a letter")
    assert count(desk, Message) == 0


def test_a_parked_message_can_be_laid_aside_and_stays(desk: Desk) -> None:
    (line,) = bring(desk, charges())
    dismiss_message(**desk.who, at=at(), message=line.message)
    assert one(desk, MessageState).outcome == "dismissed"
    assert bytes(one(desk, Message).content).decode() == charges().strip("\r")
