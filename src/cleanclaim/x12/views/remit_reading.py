"""How the loops of an 835 are read, whoever gathered them: stream or guide; all as loop texts."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from cleanclaim.x12.views.adjudication import (
    Adjustment,
    read_adjustments,
    read_inpatient,
    read_outpatient,
)
from cleanclaim.x12.views.elements import (
    PADDING,
    Dialect,
    Elements,
    Found,
    by_id,
    cents,
    days,
    padded,
    quantities,
    read_amounts,
    read_identifiers,
    read_quantities,
)
from cleanclaim.x12.views.parties import (
    Party,
    read_contacts,
    read_name,
    read_payment_party,
    read_providers,
)
from cleanclaim.x12.views.remit_values import (
    BankAccount,
    Payment,
    ProviderAdjustment,
    ProviderSummary,
    Remit,
    RemitLine,
)

# People come once; organizations and clinicians again and again.
_PEOPLE = frozenset({"QC", "IL", "74", "GB"})
# CLP up to CLP09 as split.
_PLAIN_HEAD = 10
# SVC up to SVC05 as split.
_PLAIN_SERVICE = 6


def read_payment(guide: str, text: str, dialect: Dialect) -> Payment:
    """Read the text of what stands before the first claim group: ST, BPR, TRN, payer, payee."""
    own, *parties = text.split(dialect.terminator + "N1" + dialect.element)
    first, *others = own.split(dialect.terminator)
    found = by_id(dialect.split(others))
    start, paid, trace = dialect.padded(first), padded(found, "BPR"), padded(found, "TRN")
    named = {
        party.role: party
        for party in (read_payment_party(dialect.element + each, dialect) for each in parties)
    }
    produced = next((each for each in found.get("DTM", ()) if each[1:2] == ["405"]), [])
    return Payment(
        guide=guide or start[3],
        control_number=start[2],
        handling=paid[1],
        paid_cents=cents[paid[2]],
        credit_debit=paid[3],
        payment_method=paid[4],
        paid_on=days[paid[16]],
        trace_number=trace[2],
        originating_company=trace[3] or paid[10],
        payer=named.get("PR"),
        payee=named.get("PE"),
        produced_on=days[produced[2]] if len(produced) > 2 else None,
        payment_format=paid[5],
        sender_account=BankAccount(*paid[6:10]),
        receiver_account=BankAccount(*paid[12:16]),
        currency=padded(found, "CUR")[2],
        identifiers=read_identifiers(found.get("REF", ())),
    )


def read_summary(text: str, dialect: Dialect) -> ProviderSummary:
    """Read the text of 2000 without its claims: LX, TS3."""
    first, *others = text.split(dialect.terminator)
    said = padded(by_id(dialect.split(others)), "TS3")
    number = dialect.padded(first)[1]
    return ProviderSummary(
        number, said[1], said[2], days[said[3]], quantities[said[4]], cents[said[5]]
    )


def read_provider_adjustments(text: str, dialect: Dialect) -> tuple[ProviderAdjustment, ...]:
    """Read the pairs of one PLB, without its id: reason and reference, then an amount."""
    said = dialect.padded(text.split(dialect.terminator, maxsplit=1)[0])
    found = []
    for place in range(3, 15, 2):
        if said[place] or said[place + 1]:
            reason, reference = dialect.parts(said[place])[:2]
            amount, year = cents[said[place + 1]], days[said[2]]
            found.append(ProviderAdjustment(reason, reference, amount, said[1], year))
    return tuple(found)


def read_remit(
    payment: Payment, group: ProviderSummary, text: str, services: Iterable[str], dialect: Dialect
) -> Remit:
    """Read one claim (2100) and its lines (2110)."""
    first, *segments = text.split(dialect.terminator)
    head = first.split(dialect.element)
    adjustments: tuple[Adjustment, ...] = ()
    parties: list[Party] = []
    dates = []
    others: list[str] = []
    for segment in segments:
        segment_id = segment[:3]
        if segment_id == "NM1":
            parties.append(_read_name(segment, dialect))
        elif segment_id == "CAS":
            adjustments += read_adjustments((segment.split(dialect.element),))
        elif segment_id == "DTM":
            dates.append(dialect.moments[segment])
        else:
            others.append(segment)
    extra: dict[str, Any] = {}
    if others:
        found = by_id(dialect.split(others))
        extra = _read_rarer(found, dialect) | _read_advice(found)
    if len(head) != _PLAIN_HEAD:
        head += PADDING
        extra |= _read_stay(head)
    # By place: keywords would cost more than all the reading.
    remit = Remit(
        payment,
        group,
        head[1],
        head[2],
        cents[head[3]],
        cents[head[4]],
        cents[head[5]],
        head[6],
        head[7],
        head[8],
        head[9],
        adjustments,
        tuple(parties),
        tuple(dates),
        read_lines(services, dialect),
    )
    return msgspec.structs.replace(remit, **extra) if extra else remit


def _read_name(text: str, dialect: Dialect) -> Party:
    if text[4:6] in _PEOPLE:
        return read_name(text.split(dialect.element))
    (party,) = read_providers(text[3:], dialect)
    return party


def _read_stay(head: Elements) -> dict[str, Any]:
    """Read what few claims have of CLP10 to CLP13."""
    fields = {
        "patient_status": head[10],
        "drg": head[11],
        "drg_weight": quantities[head[12]],
        "discharge_fraction": quantities[head[13]],
    }
    return {field: value for field, value in fields.items() if value}


def _read_rarer(found: Found, dialect: Dialect) -> dict[str, Any]:
    """Read what few claims and lines have."""
    rarer: dict[str, Any] = {}
    if "REF" in found:
        rarer["identifiers"] = read_identifiers(found["REF"])
    if "AMT" in found:
        rarer["amounts"] = read_amounts(found["AMT"])
    if "QTY" in found:
        rarer["quantities"] = read_quantities(found["QTY"], dialect)
    return rarer


def _read_remarks(found: Found) -> dict[str, Any]:
    """Read what only lines have: LQ."""
    remarks = tuple(each[2] for each in found.get("LQ", ()) if len(each) > 2)
    return {"remarks": remarks} if remarks else {}


def _read_advice(found: Found) -> dict[str, Any]:
    """Read what only claims have."""
    advice: dict[str, Any] = {}
    if "PER" in found:
        advice["contacts"] = read_contacts(found["PER"])
    if "MOA" in found:
        advice["outpatient_advice"] = read_outpatient(found["MOA"])
    if "MIA" in found:
        advice["inpatient_advice"] = read_inpatient(found["MIA"])
    return advice


def read_lines(texts: Iterable[str], dialect: Dialect) -> tuple[RemitLine, ...]:
    """Read the services of a claim, each from what follows the id of its SVC.

    Most are SVC, DTM*472, any CAS of one reason, REF*6R and perhaps one AMT*B6 or LQ*HE and are
    read here at once; those of any other shape are read in general.
    """
    lines: list[RemitLine] = []
    mark, end, apart = dialect.element, dialect.terminator, dialect.apart
    reason, moment, reference = dialect.reason, dialect.moment, dialect.reference
    procedures, amount, remark = dialect.procedures, dialect.amount, dialect.remark
    for text in texts:
        apart_text = text.replace(end, apart)
        said = apart_text.split(mark)
        size, place = len(said), 9
        adjustments: list[Adjustment] = []
        if size > 11 and said[6] == moment and said[7] == "472":
            while said[place] == reason and place + 6 < size and said[place + 3]:
                adjustments.append(
                    Adjustment(said[place + 1], said[place + 2], cents[said[place + 3]])
                )
                place += 4
            rest = size - place
            # Each terminator became two marks: all must stand before the ids looked at, so that
            # no short segment passes for an element.
            ends = 1 + (place - 9) // 4 + rest // 3
            if (
                said[place] == reference
                and said[place + 1] == "6R"
                and rest in {3, 6}
                and len(apart_text) - len(text) == ends
            ):
                allowed: int | None = None
                remarks: tuple[str, ...] = ()
                if rest == 6 and said[-3] == amount and said[-2] == "B6":
                    allowed = cents[said[-1]]
                elif rest == 6:
                    remarks = (said[-1],)
                if rest == 3 or allowed is not None or said[-3] == remark:
                    day = days[said[8]]
                    lines.append(
                        RemitLine(
                            procedures[said[1]],
                            cents[said[2]],
                            cents[said[3]],
                            said[4],
                            quantities[said[5]],
                            day,
                            day,
                            tuple(adjustments),
                            said[place + 2],
                            allowed,
                            (),
                            remarks,
                        )
                    )
                    continue
        lines.append(read_line(text, dialect))
    return tuple(lines)


def read_line(text: str, dialect: Dialect) -> RemitLine:
    """Read one service; its days are DTM*472, or DTM*150 to DTM*151."""
    first, *segments = text.split(dialect.terminator)
    mark = dialect.element
    head = first.split(mark)
    control_number_start, allowed_start = dialect.control_number, dialect.allowed
    allowed = starts_on = ends_on = None
    adjustments: list[Adjustment] = []
    control_number = ""
    others: list[str] = []
    for segment in segments:
        segment_id = segment[:3]
        if segment_id == "CAS":
            said = segment.split(mark)
            if len(said) == 4 and said[3]:  # by far the most: one reason, no quantity
                adjustments.append(Adjustment(said[1], said[2], cents[said[3]]))
            else:
                adjustments += read_adjustments((said,))
        elif segment_id == "DTM":
            day = dialect.moments[segment]
            if day.qualifier != "151":
                starts_on = day.starts_on
            else:
                ends_on = day.starts_on
        elif segment[:7] == control_number_start:
            control_number = segment[7:]
        elif segment[:7] == allowed_start:
            allowed = cents[segment[7:]]
        else:
            others.append(segment)
    extra: dict[str, Any] = {}
    if others:
        found = by_id(dialect.split(others))
        extra = _read_rarer(found, dialect) | _read_remarks(found)
    if len(head) != _PLAIN_SERVICE:
        head += PADDING
        extra |= _read_submitted(head, dialect)
    line = RemitLine(
        dialect.procedures[head[1]],
        cents[head[2]],
        cents[head[3]],
        head[4],
        quantities[head[5]],
        starts_on,
        ends_on or starts_on,
        tuple(adjustments),
        control_number,
        allowed,
    )
    return msgspec.structs.replace(line, **extra) if extra else line


def _read_submitted(head: Sequence[str], dialect: Dialect) -> dict[str, Any]:
    """Read what few lines have: SVC06 and SVC07."""
    fields = {
        "submitted_procedure": dialect.procedures[head[6]],
        "original_units": quantities[head[7]],
    }
    return {field: value for field, value in fields.items() if value is not None}
