"""Views name what transactions say; whatever is damaged is empty, and nothing raises."""

import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cleanclaim import x12

SAMPLES = Path(x12.__file__).parent / "samples"
VIEWED = (
    *("270", "271", "276", "277", "277CA", "278-request", "278-response"),
    *("834", "820", "835", "837P", "837I", "837D"),
)


def views(name: str) -> list[Any]:
    return views_of((SAMPLES / f"{name}.x12").read_text())


def views_of(text: str) -> list[Any]:
    events = x12.read(text)
    return [x12.view(event) for event in events if isinstance(event, x12.Unit)]


@pytest.mark.parametrize("name", VIEWED)
def test_every_unit_has_a_view_that_is_plain_data(name: str) -> None:
    found = views(name)
    assert len(found) >= 2
    for each in found:
        assert isinstance(each, msgspec.Struct)
        assert msgspec.json.encode(each).startswith(b"{")
        with pytest.raises(AttributeError):
            setattr(each, each.__struct_fields__[0], None)


def test_units_that_say_nothing_by_name_have_no_view() -> None:
    assert set(views("999")) == {None}


def test_a_professional_claim() -> None:
    first, second = views("837P")
    assert (first.kind, first.batch.reference) == ("837P", "B-1")
    assert (first.patient_control_number, first.total_charge_cents) == ("C-1", 15000)
    assert (first.place_of_service, first.type_of_bill, first.frequency) == ("11", "", "1")
    assert first.billing.npi == "1234567893"
    assert (first.billing.tax_id, first.billing.taxonomy) == ("123456789", "207Q00000X")
    assert first.patient is first.subscriber
    assert (first.relationship, first.coverage.group_number) == ("18", "G-77")
    assert first.patient.birth_on == date(1980, 2, 29)
    assert first.payer.identifier == "NP001"
    assert first.prior_authorization == "AUTH1"
    assert [each.code for each in first.diagnoses] == ["E119", "I10"]
    assert first.rendering.npi == "1245319599"
    line, later = first.lines
    assert (line.procedure.code, line.procedure.modifiers) == ("99213", ("25",))
    assert (line.charge_cents, line.units, line.diagnosis_pointers) == (10000, Decimal(1), (1, 2))
    assert line.control_number == "L-1"
    assert (later.starts_on, later.ends_on) == (date(2026, 1, 2), date(2026, 1, 3))
    assert (first.service_starts_on, first.service_ends_on) == (line.starts_on, later.ends_on)
    assert (second.subscriber.first, second.patient.first) == ("OTTO", "MIA")
    assert second.relationship == "19"


def test_what_another_payer_did() -> None:
    claim = views("837P")[1]
    (other,) = claim.other_payers
    assert (other.paid_cents, other.coverage.responsibility) == (4000, "P")
    assert (other.payer.identifier, other.subscriber.identifier) == ("SP001", "X9")
    assert [(each.group, each.reason, each.cents) for each in other.adjustments] == [
        ("PR", "3", 1000)
    ]
    (told,) = claim.lines[0].adjudications
    assert (told.paid_cents, told.adjudicated_on) == (5000, date(2026, 1, 10))
    assert [each.cents for each in told.adjustments] == [2000, 1000]


def test_an_institutional_claim() -> None:
    stay, visit = views("837I")
    assert (stay.type_of_bill, stay.place_of_service) == ("111", "")
    assert (stay.details.drg, stay.details.condition_codes) == ("282", ("C1",))
    assert stay.details.admission.patient_status == "01"
    assert [each.code for each in stay.details.procedures] == ["4A023N7", "B2111ZZ"]
    assert [(each.code, each.cents) for each in stay.details.value_amounts] == [
        ("80", 400),
        ("A2", 10000),
    ]
    assert stay.details.occurrences[0].ends_on == date(2025, 12, 5)
    assert (stay.lines[0].revenue_code, stay.lines[0].units) == ("0120", Decimal(4))
    assert stay.diagnoses[0].present_on_admission == "Y"
    assert (stay.attending.first, stay.operating.first) == ("ANNA", "PAUL")
    assert stay.service_ends_on == date(2026, 1, 16)
    assert visit.lines[0].procedure.code == "99283"


def test_a_dental_claim() -> None:
    crown, braces = views("837D")
    assert crown.lines[0].details.prosthesis == "I"
    assert crown.lines[1].details.teeth[0].surfaces == ("M", "O")
    assert crown.patient_paid_cents == 2000
    assert crown.service_starts_on == date(2026, 2, 10)
    assert braces.details.orthodontics.months_remaining == Decimal(18)


def test_a_remit_and_its_settlement() -> None:
    first, denied = views("835")
    assert (first.payment.paid_cents, first.payment.trace_number) == (12500, "CHECK1")
    assert (first.payment.payee_npi, first.payment.payer.name) == ("1234567893", "NORTH PAYER")
    assert (first.charge_cents, first.paid_cents) == (15000, 11000)
    assert first.patient_responsibility_cents == 2000
    assert [each.paid_cents for each in first.lines] == [7000, 4000]
    assert [each.cents for each in first.every_adjustment] == [1000, 2000, 400, 600]
    assert first.first_service_on == date(2026, 1, 2)
    assert first.insured.identifier == "M0001"
    assert (denied.status, denied.is_reversal) == ("4", False)
    (settlement,) = x12.settlements(SAMPLES / "835.x12")
    assert settlement.payment == first.payment
    (withheld,) = settlement.provider_adjustments
    assert (withheld.reason, withheld.reference, withheld.cents) == ("WO", "P-0", -1500)


def test_eligibility() -> None:
    own, dependent = views("270")
    assert own.inquiries[0].service_types == ("30", "98")
    assert dependent.member.person.first == "MIA"
    assert dependent.inquiries[0].procedure.code == "99213"
    covered, ended, unknown = views("271")
    assert covered.member.traces[0].number == "T-1"
    assert [each.kind for each in covered.benefits] == ["1", "B", "C", "A"]
    assert (covered.benefits[1].cents, covered.benefits[1].in_network) == (2500, True)
    assert covered.benefits[2].needs_authorization is False
    assert covered.benefits[3].parties[0].name == "SOUTH PAYER"
    assert ended.benefits[0].dates[0].starts_on == date(2025, 12, 31)
    assert [(each.reason, each.loop) for each in unknown.rejections] == [("75", "2100C")]


def test_claim_status() -> None:
    asked, _ = views("276")
    assert (asked.total_charge_cents, asked.patient_control_number) == (15000, "C-1")
    assert asked.patient.birth_on == date(1980, 2, 29)
    paid, pending, refused = views("277")
    assert paid.payer_claim_number == "P-1"
    assert (paid.statuses[0].paid_cents, paid.statuses[0].check_number) == (11000, "CHECK1")
    assert paid.lines[0].control_number == "L-1"
    assert (pending.subscriber.first, pending.patient.first) == ("OTTO", "MIA")
    assert (refused.level, refused.patient) == ("2200C", None)
    taken, rejected = views("277CA")
    assert (taken.patient_control_number, taken.statuses[0].action) == ("C-1", "WQ")
    codes = [(each.category, each.status) for each in rejected.statuses[0].codes]
    assert codes == [("A7", "562"), ("A3", "21")]


def test_authorization() -> None:
    request, admission = views("278-request")
    assert request.requester.name == "BIRCH"
    assert [each.procedure.code for each in request.services] == ["27447", "97110"]
    assert request.services[1].deliveries[0].quantity == Decimal(3)
    assert (admission.relationship, admission.patient.first) == ("19", "MIA")
    assert admission.services[0].revenue_code == "0120"
    answer, pended = views("278-response")
    assert (answer.decision.action, answer.decision.number) == ("A6", "AUTH1")
    assert [each.decision.action for each in answer.services] == ["A1", "A3"]
    assert [(each.reason, each.loop) for each in pended.rejections] == [("33", "2000E")]


def test_members() -> None:
    subscriber, child, renamed, ended = views("834")
    assert subscriber.is_subscriber
    assert subscriber.enrolment.sponsor.name == "NORTH MILLS"
    assert [each.insurance_line for each in subscriber.coverages] == ["HMO", "DEN"]
    assert subscriber.coverages[0].providers[0].npi == "1245319599"
    assert subscriber.coverages[0].other_policies[0].policy_number == "X-9"
    assert [each.name for each in subscriber.reporting_categories] == ["DIVISION", "UNION"]
    assert (child.subscriber_number, child.student_status) == ("M0001", "F")
    assert (renamed.former.name, renamed.person.name) == ("PONT", "POND")
    assert ended.coverages[0].ends_on == date(2025, 12, 31)


def test_premiums() -> None:
    group, first, second = views("820")
    assert group.payment.paid_cents == 185000
    assert group.paid_cents == 170000
    assert group.remittances[0].covers_to == date(2026, 1, 31)
    assert group.remittances[0].adjustments[0].cents == -5000
    assert (first.people[0].first, second.paid_cents) == ("RUTH", 6000)


@pytest.mark.parametrize("amount", ["", "ABC", "1.005", "1E3", "1-", "9" * 30, "1_0", "²"])
def test_an_amount_that_cannot_be_read_is_none(amount: str) -> None:
    source = (SAMPLES / "837P.x12").read_text().replace("*C-1*150*", f"*C-1*{amount}*")
    claim, other = x12.claims(source)
    assert claim.total_charge_cents is None
    assert other.total_charge_cents == 8000


@pytest.mark.parametrize("day", ["20260231", "2026010", "X0260102", ""])
def test_a_day_that_cannot_be_read_is_none(day: str) -> None:
    source = (SAMPLES / "837P.x12").read_text().replace("D8*20260102", f"D8*{day}")
    assert next(iter(x12.claims(source))).lines[0].starts_on is None


@pytest.mark.parametrize("name", VIEWED)
def test_damaged_texts_are_survived(name: str) -> None:
    dice = random.Random(name)  # noqa: S311
    text = (SAMPLES / f"{name}.x12").read_text()
    for _ in range(40):
        spoilt = _spoilt(text, dice)
        for claim in x12.claims(spoilt):
            assert claim.read().people == claim.people
        for remit in x12.remits(spoilt.encode("latin-1")):
            assert isinstance(remit.lines, tuple)
        assert all(each.payment is not None for each in x12.settlements(spoilt))
        assert views_of(spoilt) is not None


def _spoilt(text: str, dice: random.Random) -> str:
    """Drop, repeat, cut or empty segments and elements."""
    segments = text.split("~")
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(1, len(segments))
        elements = segments[place].split("*")
        match dice.randrange(5):
            case 0:
                del segments[place]
            case 1:
                segments.insert(place, segments[dice.randrange(len(segments))])
            case 2:
                segments[place] = "*".join(elements[: dice.randint(1, len(elements))])
            case 3:
                elements[dice.randrange(len(elements))] = dice.choice(["", ":", "^", "X" * 90])
                segments[place] = "*".join(elements)
            case _:
                segments = segments[: place + 1]
        if len(segments) < 3:
            return "~".join(segments)
    return "~".join(segments)


def test_a_claim_says_the_same_read_at_once_or_when_asked() -> None:
    unread: Any = next(iter(x12.claims(SAMPLES / "837P.x12")))
    plain = unread.read()
    assert unread == plain
    assert repr(unread.people) == repr(plain.people)
    assert hash(unread.people) == hash(plain.people)
    assert unread.people != "people"
    assert msgspec.json.encode(plain).startswith(b"{")
    with pytest.raises(AttributeError):
        _ = unread.people._nothing
    with pytest.raises(AttributeError):
        _ = unread.people.nothing


def test_a_level_of_any_length_is_read_claim_by_claim() -> None:
    """Many claims below one subscriber, and noise without any, keep memory flat."""
    text = (SAMPLES / "837P.x12").read_text()
    start, end = text.index("CLM*C-1"), text.index("HL*3*")
    many = text[:start] + text[start:end] * 6000 + text[end:]
    assert sum(1 for _ in x12.claims(many)) == 6001
    noise = text[:start] + "K3*NOISE~\n" * 600_000 + text[start:]
    assert sum(1 for _ in x12.claims(noise)) >= 1


def test_transactions_of_another_kind_are_passed_over() -> None:
    claims, remits = ((SAMPLES / f"{name}.x12").read_text() for name in ("837P", "835"))
    both = remits + claims + remits
    assert len(list(x12.claims(both))) == 2
    assert len(list(x12.remits(both))) == 4
    assert list(x12.claims(remits)) == []
    assert list(x12.remits(claims)) == []
    assert list(x12.claims("no X12 at all")) == []


@pytest.mark.parametrize(
    ("damaged", "said"),
    [("CAS*CO~CAS*PR~", []), ("CAS*CO*45*7~CAS~DTM*151*20260101~", [700]), ("CAS*CO*45*7~", [700])],
)
def test_a_segment_too_short_does_not_take_the_next_for_its_elements(
    damaged: str, said: list[int]
) -> None:
    loop = f"SVC*HC:99213*90*83**1~DTM*472*20260102~{damaged}REF*6R*L-9~AMT*B6*83~"
    text = (SAMPLES / "835.x12").read_text().replace("SVC*", f"{loop}\nSVC*", 1)
    line = next(iter(x12.remits(text))).lines[0]
    assert [each.cents for each in line.adjustments] == said
    assert (line.control_number, line.allowed_cents) == ("L-9", 8300)
