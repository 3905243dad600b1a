"""How loop 2400 of an 837P, 837I or 837D is read into a service line."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from cleanclaim.x12.views.adjudication import read_adjustments
from cleanclaim.x12.views.claim_details import read_details
from cleanclaim.x12.views.claim_lines import (
    Drug,
    Equipment,
    EquipmentCertification,
    FormAnswer,
    LineAdjudication,
    Measurement,
    ServiceLine,
    Tooth,
)
from cleanclaim.x12.views.elements import (
    PADDING,
    Composites,
    Elements,
    Found,
    Procedure,
    by_id,
    cents,
    dated,
    days,
    padded,
    quantities,
    read_count,
    read_identifiers,
    spans,
)
from cleanclaim.x12.views.parties import read_party

Group = list[list[Elements]]
_Service = tuple[Procedure | None, int | None, str, Decimal | None, str, tuple[int, ...]]

# SV1 elements that are Y where they hold (copay: 0), and the field of each.
_FLAGS = (
    (9, "Y", "is_emergency"),
    (11, "Y", "is_screening"),
    (12, "Y", "is_family_planning"),
    (15, "0", "is_copay_exempt"),
)


def read_line(group: Group, composites: Composites) -> ServiceLine:
    """Read one line: its own segments stand first in ``group``, then those of each inner loop."""
    found = by_id(group[0])
    extra: dict[str, Any] = {}
    number = found.pop("LX")[0]
    if "SV1" in found:
        service = _read_professional(found.pop("SV1")[0], composites, extra)
    else:
        service = _read_other_service(found, composites, extra)
    starts_on, ends_on = _read_days(found.pop("DTP", ()), extra)
    control_number = _read_numbers(found.pop("REF", ()), extra)
    if found:
        extra |= _read_rarer(found, composites)
    if len(group) > 1:
        extra |= _read_inner(group[1:], composites)
    # By place: keywords would cost more than all the reading.
    return ServiceLine(
        read_count(number[1]) if len(number) > 1 else None,
        *service,
        starts_on,
        ends_on,
        control_number,
        **extra,
    )


def _read_days(segments: Sequence[Elements], extra: dict[str, Any]) -> tuple[Any, Any]:
    """Give the days of service; other dates go to ``extra``."""
    service = (None, None)
    for elements in segments:
        if len(elements) > 3 and elements[1] == "472":
            service = spans[elements[3]]
        else:
            extra["dates"] = (*extra.get("dates", ()), dated(elements))
    return service


def _read_numbers(segments: Sequence[Elements], extra: dict[str, Any]) -> str:
    """Give the line's control number; other numbers go to ``extra``."""
    control_number = ""
    for elements in segments:
        if len(elements) > 2 and elements[1] == "6R":
            control_number = elements[2]
        else:
            extra["identifiers"] = extra.get("identifiers", ()) + read_identifiers([elements])
    return control_number


def _read_professional(
    elements: Elements, composites: Composites, extra: dict[str, Any]
) -> _Service:
    """Read SV1; what few lines have goes to ``extra``."""
    said = [*elements, *PADDING]
    if len(elements) > 9:
        extra |= {field: True for place, mark, field in _FLAGS if said[place] == mark}
    return (
        composites.procedures[said[1]],
        cents[said[2]],
        said[3],
        quantities[said[4]],
        said[5],
        composites.pointers[said[7]],
    )


def _read_other_service(found: Found, composites: Composites, extra: dict[str, Any]) -> _Service:
    """Read SV2 or SV3; a line without a service has empty values."""
    if "SV2" in found:
        said = padded(found, "SV2")
        del found["SV2"]
        extra["revenue_code"] = said[1]
        if said[7]:
            extra["non_covered_cents"] = cents[said[7]]
        procedure = composites.procedures[said[2]]
        return procedure, cents[said[3]], said[4], quantities[said[5]], "", ()
    said = padded(found, "SV3")
    found.pop("SV3", None)
    if said[4]:
        extra["oral_cavity"] = composites.filled(said[4])
    if said[5]:
        extra["prosthesis"] = said[5]
    pointers = composites.pointers[said[11]]
    return (
        composites.procedures[said[1]],
        cents[said[2]],
        "UN" if said[6] else "",
        quantities[said[6]],
        said[3],
        pointers,
    )


def _read_rarer(found: Found, composites: Composites) -> dict[str, Any]:
    """Read what few lines have."""
    rarer = read_details(found, composites)
    if "SV5" in found:
        said = padded(found, "SV5")
        procedure, prices = composites.procedures[said[1]], (cents[said[4]], cents[said[5]])
        rarer["equipment"] = Equipment(procedure, quantities[said[3]], *prices, said[6])
    if "CR3" in found:
        said = padded(found, "CR3")
        rarer["equipment_certification"] = EquipmentCertification(said[1], quantities[said[3]])
    if "PS1" in found:
        said = padded(found, "PS1")
        rarer["purchased_from"], rarer["purchased_cents"] = said[1], cents[said[2]]
    if "MEA" in found:
        rarer["measurements"] = tuple(_read_measurement(each) for each in found["MEA"])
    if "TOO" in found:
        rarer["teeth"] = tuple(_read_tooth(each, composites) for each in found["TOO"])
    return rarer


def _read_measurement(elements: Elements) -> Measurement:
    said = [*elements, *PADDING]
    return Measurement(said[1], said[2], quantities[said[3]])


def _read_tooth(elements: Elements, composites: Composites) -> Tooth:
    said = [*elements, *PADDING]
    return Tooth(said[2], composites.filled(said[3]))


def _read_inner(groups: Sequence[list[Elements]], composites: Composites) -> dict[str, Any]:
    """Read the loops inside a line by what opens each: a drug, a party, a payer, a form."""
    inner: dict[str, Any] = {}
    for group in groups:
        match group[0][0]:
            case "NM1":
                inner["parties"] = (*inner.get("parties", ()), read_party(group))
            case "SVD":
                told = _read_adjudication(group, composites)
                inner["adjudications"] = (*inner.get("adjudications", ()), told)
            case "LIN":
                inner["drug"] = _read_drug(group, composites)
            case "LQ":
                inner["form_answers"] = inner.get("form_answers", ()) + _read_form(group)
    return inner


def _read_drug(group: list[Elements], composites: Composites) -> Drug:
    found = by_id(group)
    named, amount, number = (padded(found, each) for each in ("LIN", "CTP", "REF"))
    unit = composites.parts(amount[5])[0]
    return Drug(named[3], named[2], quantities[amount[4]], unit, number[2])


def _read_adjudication(group: list[Elements], composites: Composites) -> LineAdjudication:
    found = by_id(group)
    paid = padded(found, "SVD")
    decided = next((each for each in found.get("DTP", ()) if each[1:2] == ["573"]), [])
    left = next((each for each in found.get("AMT", ()) if each[1:2] == ["EAF"]), [])
    return LineAdjudication(
        paid[1],
        cents[paid[2]],
        composites.procedures[paid[3]],
        paid[4],
        quantities[paid[5]],
        paid[6],
        read_adjustments(found.get("CAS", ())),
        days[decided[3]] if len(decided) > 3 else None,
        cents[left[2]] if len(left) > 2 else None,
    )


def _read_form(group: list[Elements]) -> tuple[FormAnswer, ...]:
    """Read the answers of a form: yes or no, text, a day or a percentage (FRM02 to FRM05)."""
    form = [*group[0], *PADDING][2]
    answers = []
    for elements in group[1:]:
        said = [*elements, *PADDING]
        answers.append(FormAnswer(form, said[1], next((each for each in said[2:6] if each), "")))
    return tuple(answers)
