"""Narrative of C-CDA documents becomes a note whose sections keep their places."""

import pytest

from cleanclaim.hl7.ccda import read_document
from cleanclaim.kernel.arrivals import Happening
from cleanclaim.kernel.markup import MarkupError, read_markup

DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
 <id root="2.999.1" extension="DOC7"/><code code="11506-3"/>
 <effectiveTime value="20260410091500+0000"/>
 <recordTarget><patientRole><id root="2.999.2" extension="R100"/>
  <id root="2.16.840.1.113883.4.1" extension="999990000"/>
  <addr><streetAddressLine>12 Mill Road</streetAddressLine><city>Riverbend</city>
   <state>IL</state><postalCode>62100-1234</postalCode></addr>
  <telecom value="tel:2175550142"/>
  <patient><name><given>Nell</given><family>Waverly</family></name>
   <administrativeGenderCode code="F"/><birthTime value="19840821"/></patient>
 </patientRole></recordTarget>
 <author><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="1456000011"/>
  <assignedPerson><name><given>Rowan</given><family>Ames</family></name></assignedPerson>
 </assignedAuthor></author>
 <componentOf><encompassingEncounter><id root="2.999.3" extension="V500"/>
  <effectiveTime><low value="202604100830"/></effectiveTime>
 </encompassingEncounter></componentOf>
 <component><structuredBody>
  <component><section><code code="10164-2"/><title>History</title>
   <text><paragraph>Seen for   high blood pressure.</paragraph>
    <table><tr><td>BP</td><td>150/90</td></tr></table></text></section></component>
  <component><section><code code="51847-2"/><title>Plan</title>
   <text><list><item>Continue <content styleCode="Bold">lisinopril</content></item>
   <item>Recheck &amp; call</item></list></text>
   <component><section><title>Follow-up</title><text>Two weeks.</text></section></component>
  </section></component>
 </structuredBody></component>
</ClinicalDocument>"""


def test_the_narrative_of_every_section_is_a_note_with_places() -> None:
    told, findings = read_document(DOCUMENT.encode())
    (note,) = told.notes
    assert (findings, told.happening) == ((), Happening.DOCUMENTED)
    assert note.text == (
        "History\nSeen for high blood pressure.\nBP | 150/90\n\n"
        "Plan\nContinue lisinopril\nRecheck & call\n\nFollow-up\nTwo weeks."
    )
    cut = {each.title: note.text[each.start : each.end] for each in note.sections}
    assert cut["History"] == "Seen for high blood pressure.\nBP | 150/90"
    assert cut["Follow-up"] == "Two weeks."
    assert [each.code for each in note.sections] == ["10164-2", "51847-2", ""]


def test_patient_author_and_visit_are_read() -> None:
    told, _ = read_document(DOCUMENT.encode())
    assert [each.value for each in told.person.numbers] == ["R100"]
    assert (told.person.last, told.person.sex) == ("Waverly", "F")
    assert told.notes[0].author.npi == "1456000011"
    assert told.visit is not None
    assert (told.visit.number.value, str(told.visit.service_on)) == ("V500", "2026-04-10")


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('<id root="2.999.2" extension="R100"/>', "", "CCDA.PATIENT"),
        ('<id root="2.999.1" extension="DOC7"/>', "", "CCDA.TEXT"),
        ("ClinicalDocument", "Invoice", "CCDA.ROOT"),
    ],
)
def test_what_is_missing_is_told(old: str, new: str, rule: str) -> None:
    assert [each.rule for each in read_document(DOCUMENT.replace(old, new).encode())[1]] == [rule]


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'


@pytest.mark.parametrize(
    "text", [BOMB, OUTSIDE, "<a>" * 300, "<a><b></a>", "", "no xml", "<a>\x00</a>"]
)
def test_what_could_harm_and_what_is_no_xml_is_refused(text: str) -> None:
    with pytest.raises(MarkupError):
        read_markup(text.encode())
