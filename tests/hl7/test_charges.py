"""Charges are read by the feed's own map and by nothing else."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from cleanclaim.hl7.charge_maps import ChargeMap, UnfitMapError, examine_map
from cleanclaim.hl7.charges import read_services
from cleanclaim.kernel.arrivals import Service
from hl7.feeds import FT1, MAP, charges, head, lines, read

# Six layouts of fictional senders: code, day, amount and diagnosis each stand elsewhere.
LAYOUTS: tuple[tuple[Sequence[str], ChargeMap, Sequence[tuple[str, object, object]]], ...] = (
    (
        ["FT1|1||T|20260410|20260410|CG|99213^^CPT||||1|150.00", "DG1|1|ICD10|I10"],
        ChargeMap(
            code="FT1-7", service_on="FT1-4", units="FT1-11", amount="FT1-12", diagnoses="DG1-3"
        ),
        [("99213", 15_000, ("I10",))],
    ),
    (
        ["FT1|1||||20260410|||8001^OWN|||2", "FT1|2||||20260410|||8002^OWN|||1"],
        ChargeMap(
            code="FT1-8", service_on="FT1-5", units="FT1-11",
            codes={"8001": "85025", "8002": "80053"},
        ),
        [("85025", None, ()), ("80053", None, ())],
    ),
    (
        ["FT1|1||T|202604100830||CG|X||9|1|||||||||||||||92250^^CPT|26"],
        ChargeMap(code="FT1-25", service_on="FT1-4", units="FT1-10", modifiers="FT1-26"),
        [("92250", None, ())],
    ),
    (
        ["FT1|1|20260410|20260410|CG|P|85025^^CPT|1", "DG1|1||E11.65"],
        ChargeMap(code="FT1-6", service_on="FT1-2", units="FT1-7", diagnoses="DG1-3"),
        [("85025", None, ("E1165",))],
    ),
    (
        [
            "FT1|1|A|9|20260410|20260410|CG|150.00",
            "PR1|1||99213^^CPT|20260410|GP||||||||||J45.909",
            "PR1|2||85025^^CPT|20260410|GP||||||||||D64.9",
        ],
        ChargeMap(rows="PR1", code="PR1-3", service_on="PR1-4", diagnoses="PR1-15"),
        [("99213", None, ("J45909",)), ("85025", None, ("D649",))],
    ),
    (
        ["FT1|1||T|20260410|||99213|||||||||||||||25.50|||"],
        ChargeMap(code="FT1-7", service_on="FT1-4", amount="FT1-22", amount_is="unit"),
        [("99213", 2_550, ())],
    ),
)  # fmt: skip


@pytest.mark.parametrize(("rows", "charge_map", "expected"), LAYOUTS)
def test_every_layout_is_read_by_configuration_alone(
    rows: Sequence[str], charge_map: ChargeMap, expected: Sequence[tuple[str, object, object]]
) -> None:
    message = read(charges(rows="\n".join(rows)))
    services, findings = read_services(message, charge_map)
    assert findings == ()
    assert [(s.code, s.cents, s.diagnoses) for s in services] == list(expected)
    assert examine_map([message], charge_map).fits


def test_a_feed_without_a_map_is_refused_with_what_is_missing_and_where_it_could_be() -> None:
    message = read(charges())
    services, (finding,) = read_services(message, None)
    assert (services, finding.rule) == ((), "CHARGE.MAP")
    assert "code, service_on" in finding.message
    report = examine_map([message], None)
    could_be = {each.field: each.could_be for each in report.fields}
    assert (report.missing, report.fits) == (("code", "service_on"), False)
    assert could_be["code"] == ("FT1-7",)
    assert "FT1-4" in could_be["service_on"]
    assert could_be["amount"] == ("FT1-12",)


def test_half_a_map_is_refused_too() -> None:
    _, (finding,) = read_services(read(charges()), ChargeMap(code="FT1-7"))
    assert finding.message.endswith("service_on")


def test_a_feed_that_carries_no_charges_says_so() -> None:
    assert read_services(read(charges()), ChargeMap(carries_none="clocks only")) == ((), ())


def test_amounts_of_a_unit_are_multiplied() -> None:
    row = FT1.replace("|1|150.00", "|3|50.00")
    each = ChargeMap(
        code="FT1-7", service_on="FT1-4", units="FT1-11", amount="FT1-12", amount_is="unit"
    )
    (service,), _ = read_services(read(charges(rows=row)), each)
    assert (service.units, service.cents) == (Decimal(3), 15_000)


@pytest.mark.parametrize("row", [FT1.replace("|CG|", "|CR|"), FT1.replace("150.00", "-150.00")])
def test_a_credit_is_told_apart(row: str) -> None:
    (service,), _ = read_services(read(charges(rows=row)), MAP)
    assert (service.reverses, service.cents) == (True, 15_000)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("99213", "OWN99", "CHARGE.CODE"),
        ("99213^^C4", "", "CHARGE.CODE"),
        ("20260410", "2026", "CHARGE.DAY"),
        ("|1|150.00", "|none|150.00", "CHARGE.UNITS"),
        ("|1|150.00", "|0|150.00", "CHARGE.UNITS"),
        ("150.00", "150.001", "CHARGE.AMOUNT"),
        ("E11.9", "diabetes", "CHARGE.DIAGNOSIS"),
    ],
)
def test_a_row_that_cannot_be_read_blocks_and_quotes_nothing(old: str, new: str, rule: str) -> None:
    services, (finding,) = read_services(read(charges(rows=FT1.replace(old, new))), MAP)
    assert (services, finding.rule, finding.place) == ((), rule, "FT1 1")
    assert not new or new not in finding.message


def test_a_message_without_a_row_is_told() -> None:
    _, (finding,) = read_services(read(lines(head("DFT^P03"))), MAP)
    assert finding.rule == "CHARGE.NONE"


def test_a_place_that_cannot_be_is_refused() -> None:
    with pytest.raises(UnfitMapError):
        read_services(read(charges()), ChargeMap(code="seventh", service_on="FT1-4"))


def test_a_map_that_misses_is_seen_in_its_report() -> None:
    report = examine_map([read(charges())], ChargeMap(code="FT1-8", service_on="FT1-4"))
    code = next(each for each in report.fields if each.field == "code")
    assert (code.filled, code.fitting, report.fits) == (0, 0, False)
    assert Service(code="99213").units == 1
