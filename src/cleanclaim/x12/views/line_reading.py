"""How loop 2400 of an 837P, 837I or 837D is read into a service line."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

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
    Memory,
    Procedure,
    by_id,
    cents,
    counts,
    days,
    padded,
    quantities,
    read_identifiers,
    spans,
)
from cleanclaim.x12.views.parties import read_party

_Service = tuple[Procedure | None, int | None, str, Decimal | None, str, tuple[int, ...]]

_Terms = tuple[str, Decimal | None, str, tuple[int, ...]]

_KEPT = ("revenue_code", "identifiers", "parties", "drug", "adjudications")
_NO_SERVICE: _Service = (None, None, "", None, "", ())
# SV1 elements that are Y where they hold (copay: 0), and the field of each.
_FLAGS = (
    (9, "Y", "is_emergency"),
    (11, "Y", "is_screening"),
    (12, "Y", "is_family_planning"),
    (15, "0", "is_copay_exempt"),
)


def read_plain_lines(text: str, dialect: Dialect) -> tuple[ServiceLine, ...] | None:
    """Read the lines of a claim at once where all are of the commonest shape, else None.

    ``text`` is what follows the id of the first LX.
    """
    found = dialect.shapes.line.findall(text)
    if len(found) != text.count(dialect.line) + 1:
        return None
    procedures, terms = dialect.procedures, _terms_of(dialect)
    lines: list[ServiceLine] = []
    for number, procedure, charge, extent, days_of_service, control_number, decided in found:
        adjudications = _read_plain_adjudications(decided, dialect) if decided else ()
        if adjudications is None:
            return None
        basis, units, place, pointers = terms[extent]
        starts_on, ends_on = spans[days_of_service]
        lines.append(
            ServiceLine(
                counts[number],
                procedures[procedure],
                cents[charge],
                basis,
                units,
                place,
                pointers,
                starts_on,
                ends_on,
                control_number,
                "",
                (),
                (),
                None,
                adjudications,
            )
        )
    return tuple(lines)


def _read_plain_adjudications(text: str, dialect: Dialect) -> tuple[LineAdjudication, ...] | None:
    """Read what payers decided on a line where each is of the commonest shape, else None."""
    opener = dialect.terminator + "SVD"
    found = dialect.shapes.decided.findall(text)
    if len(found) != text.count(opener):
        return None
    return tuple(
        [
            LineAdjudication(
                payer,
                cents[paid],
                dialect.procedures[procedure],
                "",
                quantities[units],
                "",
                read_adjustments(dialect.split(reductions.split(dialect.terminator)[1:])),
                days[day],
            )
            for payer, paid, procedure, units, reductions, day in found
        ]
    )


@lru_cache(maxsize=8)
def _terms_of(dialect: Dialect) -> Memory[_Terms]:
    """Read SV103 to SV107 together: few of them differ."""

    def read(text: str) -> _Terms:
        basis, units, place, _, pointers = text.split(dialect.element)
        return basis, quantities[units], place, dialect.pointers[pointers]

    return Memory(read)


def read_line(own: Sequence[str], inner: Iterable[str], dialect: Dialect) -> ServiceLine:
    """Read one line from its own segments (``own[0]`` is LX without its id) and its loops."""
    extra: dict[str, Any] = {}
    others: list[str] = []
    service = _NO_SERVICE
    starts_on = ends_on = None
    control_number = ""
    for text in own[1:]:
        segment_id = text[:3]
        if segment_id == "SV1":
            service = _read_professional(text, dialect, extra)
        elif segment_id == "DTP":
            day = dialect.dates[text]
            if day.qualifier == "472":
                starts_on, ends_on = day.starts_on, day.ends_on
            else:
                extra["dates"] = (*extra.get("dates", ()), day)
        elif segment_id == "REF" and text[4:6] == "6R":
            control_number = text[7:]
        else:
            others.append(text)
    if others:
        found = by_id(dialect.split(others))
        if "SV2" in found or "SV3" in found:
            service = _read_other_service(found, dialect, extra)
        extra |= _read_rarer(found, dialect)
    for text in inner:
        _read_inner(text, dialect, extra)
    kept = {field: extra.pop(field) for field in _KEPT if field in extra}
    if extra:
        kept["details"] = LineDetails(**extra)
    # By place: keywords would cost more than all the reading.
    return ServiceLine(counts[own[0][1:]], *service, starts_on, ends_on, control_number, **kept)


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
    rarer = read_details(found, dialect)
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


def _read_inner(text: str, dialect: Dialect, line: dict[str, Any]) -> None:
    """Read a loop inside a line by what opens it: a party, a drug, a payer, a form."""
    opener = text[:3].rstrip(dialect.element)
    if opener == "NM1":
        line["parties"] = (*line.get("parties", ()), read_party(text[3:], dialect))
        return
    segments = dialect.split(text.split(dialect.terminator))
    if opener == "SVD":
        told = _read_adjudication(segments, dialect)
        line["adjudications"] = (*line.get("adjudications", ()), told)
    elif opener == "LIN":
        line["drug"] = _read_drug(segments, dialect)
    else:
        line["form_answers"] = line.get("form_answers", ()) + _read_form(segments)


def _read_drug(group: list[Elements], dialect: Dialect) -> Drug:
    found = by_id(group)
    named, amount, number = (padded(found, each) for each in ("LIN", "CTP", "REF"))
    unit = dialect.parts(amount[5])[0]
    return Drug(named[3], named[2], quantities[amount[4]], unit, number[2])


def _read_adjudication(group: list[Elements], dialect: Dialect) -> LineAdjudication:
    found = by_id(group)
    paid = padded(found, "SVD")
    decided = next((each for each in found.get("DTP", ()) if each[1:2] == ["573"]), [])
    left = next((each for each in found.get("AMT", ()) if each[1:2] == ["EAF"]), [])
    return LineAdjudication(
        paid[1],
        cents[paid[2]],
        dialect.procedures[paid[3]],
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
