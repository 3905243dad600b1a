"""How loop 2400 of an 837P, 837I or 837D is read into a service line."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from cleanclaim.x12.views.adjudication import read_adjustments
from cleanclaim.x12.views.claim_details import read_details
from cleanclaim.x12.views.claim_lines import (
    Drug,
    Equipment,
    EquipmentCertification,
    FormAnswer,
    LineAdjudication,
    LineDetails,
    Measurement,
    ServiceLine,
    Tooth,
)
from cleanclaim.x12.views.elements import (
    PADDING,
    Dialect,
    Elements,
    Found,
    Procedure,
    by_id,
    cents,
    padded,
    quantities,
    read_identifiers,
)
from cleanclaim.x12.views.parties import read_party

_Service = tuple[Procedure | None, int | None, str, Decimal | None, str, tuple[int, ...]]

_KEPT = ("revenue_code", "identifiers", "parties", "drug", "adjudications")
# What misplaced segments say is of no line.
_DETAILS = frozenset(LineDetails.__struct_fields__)
_NO_SERVICE: _Service = (None, None, "", None, "", ())
# SV1 elements that are Y where they hold (copay: 0), and the field of each.
_FLAGS = (
    (9, "Y", "is_emergency"),
    (11, "Y", "is_screening"),
    (12, "Y", "is_family_planning"),
    (15, "0", "is_copay_exempt"),
)


def read_lines(texts: Sequence[str], dialect: Dialect) -> tuple[ServiceLine, ...]:
    """Read the lines of a claim, each from what follows the id of its LX.

    Most lines are LX, SV1, DTP*472 and REF*6R and are read here at once; those of any other
    shape are read in general.
    """
    lines: list[ServiceLine] = []
    end, mark, control_number = dialect.terminator, dialect.element, dialect.control_number
    numbers, procedures, pointers = dialect.numbers, dialect.procedures, dialect.pointers
    service_days, openers = dialect.service_days, dialect.line_openers
    for text in texts:
        segments = text.split(end)
        if len(segments) > 3 and (len(segments) == 4 or segments[4][:3] in openers):
            said, days = segments[1].split(mark), service_days[segments[2]]
            reference = segments[3]
            if (
                days is not None
                and len(said) == 8
                and said[0] == "SV1"
                and reference[:7] == control_number
            ):
                plain = ServiceLine(
                    numbers[segments[0]],
                    procedures[said[1]],
                    cents[said[2]],
                    said[3],
                    quantities[said[4]],
                    said[5],
                    pointers[said[7]],
                    days[0],
                    days[1],
                    reference[7:],
                )
                if len(segments) > 4:
                    plain = _with_loops(plain, segments[4:], dialect)
                lines.append(plain)
                continue
        lines.append(read_line(*nested(segments, dialect), dialect))
    return tuple(lines)


def _with_loops(line: ServiceLine, segments: Sequence[str], dialect: Dialect) -> ServiceLine:
    """Give the line with what the loops inside it say."""
    _, loops = nested(segments, dialect)
    fields: dict[str, Any] = {}
    for loop in loops:
        _read_inner(loop, dialect, fields)
    if "form_answers" in fields:
        fields["details"] = LineDetails(form_answers=fields.pop("form_answers"))
    return msgspec.structs.replace(line, **fields)


def nested(segments: Sequence[str], dialect: Dialect) -> tuple[list[str], list[list[str]]]:
    """Tell a line's own segments from those of each loop inside it."""
    own: list[str] = []
    inner: list[list[str]] = []
    here = own
    for segment in segments:
        if segment[:3] in dialect.line_openers:
            here = []
            inner.append(here)
        here.append(segment)
    return own, inner


def read_line(own: Sequence[str], inner: Sequence[Sequence[str]], dialect: Dialect) -> ServiceLine:
    """Read a line from its own segments (``own[0]`` is LX without its id) and its loops."""
    extra: dict[str, Any] = {}
    others: list[str] = []
    service = _NO_SERVICE
    starts_on = ends_on = None
    control_number = ""
    for segment in own[1:]:
        segment_id = segment[:3]
        if segment_id == "SV1":
            service = _read_professional(segment, dialect, extra)
        elif segment_id == "DTP":
            day = dialect.dates[segment]
            if day.qualifier == "472":
                starts_on, ends_on = day.starts_on, day.ends_on
            else:
                extra["dates"] = (*extra.get("dates", ()), day)
        elif segment.startswith(dialect.control_number):
            control_number = segment[7:].split(dialect.element)[0]
        else:
            others.append(segment)
    if others:
        found = by_id(dialect.split(others))
        if "SV2" in found or "SV3" in found:
            service = _read_other_service(found, dialect, extra)
        extra |= _read_rarer(found, dialect)
    for loop in inner:
        _read_inner(loop, dialect, extra)
    kept = {field: extra.pop(field) for field in _KEPT if field in extra}
    if extra:
        kept["details"] = LineDetails(**extra)
    # By place: keywords would cost more than all the reading.
    number = dialect.numbers[own[0]]
    return ServiceLine(number, *service, starts_on, ends_on, control_number, **kept)


def _read_professional(text: str, dialect: Dialect, extra: dict[str, Any]) -> _Service:
    """Read SV1; what few lines have goes to ``extra``."""
    said = text.split(dialect.element)
    if len(said) > 9:
        said += PADDING
        extra |= {field: True for place, mark, field in _FLAGS if said[place] == mark}
    elif len(said) < 8:
        said += PADDING
    return (
        dialect.procedures[said[1]],
        cents[said[2]],
        said[3],
        quantities[said[4]],
        said[5],
        dialect.pointers[said[7]],
    )


def _read_other_service(found: Found, dialect: Dialect, extra: dict[str, Any]) -> _Service:
    """Read SV2 or SV3."""
    if "SV2" in found:
        said = padded(found, "SV2")
        extra["revenue_code"] = said[1]
        if said[7]:
            extra["non_covered_cents"] = cents[said[7]]
        procedure = dialect.procedures[said[2]]
        return procedure, cents[said[3]], said[4], quantities[said[5]], "", ()
    said = padded(found, "SV3")
    if said[4]:
        extra["oral_cavity"] = dialect.filled(said[4])
    if said[5]:
        extra["prosthesis"] = said[5]
    pointers = dialect.pointers[said[11]]
    return (
        dialect.procedures[said[1]],
        cents[said[2]],
        "UN" if said[6] else "",
        quantities[said[6]],
        said[3],
        pointers,
    )


def _read_rarer(found: Found, dialect: Dialect) -> dict[str, Any]:
    """Read what few lines have."""
    details = read_details(found, dialect)
    rarer = {field: value for field, value in details.items() if field in _DETAILS}
    if "REF" in found:
        rarer["identifiers"] = read_identifiers(found["REF"])
    if "SV5" in found:
        said = padded(found, "SV5")
        procedure, prices = dialect.procedures[said[1]], (cents[said[4]], cents[said[5]])
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
        rarer["teeth"] = tuple(_read_tooth(each, dialect) for each in found["TOO"])
    return rarer


def _read_measurement(elements: Elements) -> Measurement:
    said = [*elements, *PADDING]
    return Measurement(said[1], said[2], quantities[said[3]])


def _read_tooth(elements: Elements, dialect: Dialect) -> Tooth:
    said = [*elements, *PADDING]
    return Tooth(said[2], dialect.filled(said[3]))


def _read_inner(loop: Sequence[str], dialect: Dialect, line: dict[str, Any]) -> None:
    """Read a loop inside a line by what opens it: a payer, a party, a drug, a form."""
    opener = loop[0][:3]
    if opener == "SVD":
        told = _read_adjudication(loop, dialect)
        line["adjudications"] = (*line.get("adjudications", ()), told)
    elif opener == "NM1":
        party = read_party(dialect.terminator.join(loop)[3:], dialect)
        line["parties"] = (*line.get("parties", ()), party)
    elif opener == "LIN":
        line["drug"] = _read_drug(dialect.split(loop), dialect)
    else:
        line["form_answers"] = line.get("form_answers", ()) + _read_form(dialect.split(loop))


def _read_drug(group: list[Elements], dialect: Dialect) -> Drug:
    found = by_id(group)
    named, amount, number = (padded(found, each) for each in ("LIN", "CTP", "REF"))
    unit = dialect.parts(amount[5])[0]
    return Drug(named[3], named[2], quantities[amount[4]], unit, number[2])


def _read_adjudication(loop: Sequence[str], dialect: Dialect) -> LineAdjudication:
    paid = dialect.padded(loop[0])
    reductions: list[Elements] = []
    adjudicated_on = remaining = None
    for segment in loop[1:]:
        segment_id = segment[:3]
        if segment_id == "CAS":
            reductions.append(segment.split(dialect.element))
        elif segment_id == "DTP":
            day = dialect.dates[segment]
            if day.qualifier == "573":
                adjudicated_on = day.starts_on
        elif segment_id == "AMT":
            amount = dialect.padded(segment)
            remaining = cents[amount[2]] if amount[1] == "EAF" else remaining
    return LineAdjudication(
        paid[1],
        cents[paid[2]],
        dialect.procedures[paid[3]],
        paid[4],
        quantities[paid[5]],
        paid[6],
        read_adjustments(reductions),
        adjudicated_on,
        remaining,
    )


def _read_form(group: list[Elements]) -> tuple[FormAnswer, ...]:
    """Read the answers of a form: yes or no, text, a day or a percentage (FRM02 to FRM05)."""
    form = [*group[0], *PADDING][2]
    answers = []
    for elements in group[1:]:
        said = [*elements, *PADDING]
        answers.append(FormAnswer(form, said[1], next((each for each in said[2:6] if each), "")))
    return tuple(answers)
