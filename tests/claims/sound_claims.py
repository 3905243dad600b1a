"""Making a drawn claim keep what the guides ask across segments: then no rule has a word to say."""

from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.claims.coded import Diagnosis
from cleanclaim.claims.model import Claim, ClaimDate, ClaimKind, Frequency, ServiceLine
from cleanclaim.claims.parties import PersonName, Provider
from cleanclaim.claims.supplements import Certification
from cleanclaim.kernel.identifiers import npi_from_stem

change = msgspec.structs.replace
BORN_ON, ACCIDENT_ON = date(1980, 2, 3), date(2025, 12, 31)
SERVICE_ON = date(2026, 5, 4)
GROUP_NPI = npi_from_stem("198765432")
DOCTOR = Provider(npi=npi_from_stem("123456789"), person=PersonName("Okafor", "Ada"))


def sound(claim: Claim) -> Claim:
    """Give the claim with everything in order that belongs together."""
    claim = _people(claim)
    claim = _told(claim)
    claim = change(claim, lines=tuple(_line(line, claim) for line in claim.lines))
    return _KINDS[claim.kind](claim)


def _people(claim: Claim) -> Claim:
    home = claim.billing.address
    assert home is not None
    full = change(home, state="IL", postal_code="627010001", country="", country_subdivision="")
    own = claim.relationship == "18"
    rendering = claim.rendering and change(claim.rendering, npi=DOCTOR.npi)
    return change(
        claim,
        billing=change(claim.billing, npi=GROUP_NPI, address=full),
        pay_to_plan=None,
        facility=claim.facility and change(claim.facility, npi="", address=full),
        patient=change(claim.patient, birth_on=BORN_ON, died_on=None),
        subscriber=change(claim.subscriber, birth_on=BORN_ON) if own else claim.subscriber,
        rendering=rendering,
        primary_care=claim.primary_care if claim.referring else None,
        filing_indicator="CI",
    )


def _told(claim: Claim) -> Claim:
    """Put frequency, accident and screening in order."""
    replaces = claim.frequency in {Frequency.REPLACEMENT, Frequency.VOID}
    if claim.related_causes:
        accident = ClaimDate("439", ACCIDENT_ON)
        others = tuple(each for each in claim.dates if each.qualifier != "439")
        claim = change(claim, dates=(accident, *others), accident_state="IL", accident_country="")
    else:
        claim = change(claim, dates=tuple(x for x in claim.dates if x.qualifier != "439"))
    return change(
        claim,
        payer_claim_number="ICN77" if replaces else "",
        patient_paid_cents=_within(claim.patient_paid_cents, claim),
        other_coverages=tuple(
            change(
                other,
                remaining_patient_cents=_within(other.remaining_patient_cents, claim),
                outpatient=None if other.inpatient else other.outpatient,
            )
            for other in claim.other_coverages
        ),
        certifications=tuple(
            Certification("ZZ", each.applies, ("ST",) if each.applies else ("NU",))
            for each in claim.certifications
        ),
    )


def _within(cents: int | None, claim: Claim) -> int | None:
    return None if cents is None else min(cents, claim.total_charge_cents)


def _line(line: ServiceLine, claim: Claim) -> ServiceLine:
    taxes = (line.tax_cents or 0) + (line.facility_tax_cents or 0) + (line.postage_cents or 0)
    if taxes > line.charge_cents:
        line = change(line, tax_cents=None, facility_tax_cents=None, postage_cents=None)
    if (line.non_covered_cents or 0) > line.charge_cents:
        line = change(line, non_covered_cents=line.charge_cents)
    line = change(
        line,
        primary_care=line.primary_care if line.referring else None,
        facility=line.facility and change(line.facility, npi="", address=claim.billing.address),
        rendering=None if claim.rendering else line.rendering,
        control_number=line.control_number and f"L{line.number}",
        adjudications=tuple(change(told, bundled_line="") for told in line.adjudications),
    )
    code = "99213" if line.procedure.code == "A0428" else line.procedure.code
    return change(line, procedure=change(line.procedure, code=code))


def _professional(claim: Claim) -> Claim:
    return change(
        claim,
        dates=tuple(each for each in claim.dates if each.qualifier != "431"),
        anesthesia_procedures=(),
        spinal=None,
        lines=tuple(map(_professional_line, claim.lines)),
    )


def _professional_line(line: ServiceLine) -> ServiceLine:
    if line.equipment is not None:
        line = change(line, procedure=change(line.procedure, code=line.equipment.procedure))
    certified = line.equipment_certification
    if certified is not None:
        renewed = () if certified.kind == "I" else (ClaimDate("607", SERVICE_ON),)
        dates = (*renewed, ClaimDate("463", SERVICE_ON), ClaimDate("461", SERVICE_ON))
        line = change(line, dates=dates)
    return change(
        line,
        unit_basis="UN",
        anesthesia_units=None,
        certifications=line.certifications if line.ambulance else (),
        purchased=line.purchased if line.purchased_from else None,
    )


def _institutional(claim: Claim) -> Claim:
    stay = claim.institutional
    assert stay is not None
    partial = claim.frequency is Frequency.INTERIM_FIRST
    return change(
        claim,
        attending=claim.attending or DOCTOR,
        operating=claim.operating or DOCTOR,
        lines=tuple(_institutional_line(line, stay.facility_type) for line in claim.lines),
        condition_codes=tuple(dict.fromkeys(claim.condition_codes)),
        institutional=change(
            stay,
            discharge_status="30" if partial else "01",
            discharge_hour="1130",
            patient_due_cents=_within(stay.patient_due_cents, claim),
            drg=stay.drg if stay.facility_type == "11" else "",
            admitting_diagnosis=Diagnosis("R079", "ABJ"),
            visit_reasons=() if stay.facility_type == "11" else (Diagnosis("R079", "APR"),),
        ),
    )


def _institutional_line(line: ServiceLine, facility: str) -> ServiceLine:
    revenue = line.revenue_code if facility == "11" else "0300"
    told = tuple(change(each, revenue_code=revenue) for each in line.adjudications)
    return change(
        line,
        revenue_code=revenue,
        adjudications=told,
        starts_on=SERVICE_ON,
        ends_on=SERVICE_ON,
    )


def _dental(claim: Claim) -> Claim:
    assert claim.dental is not None
    course = claim.dental.orthodontics
    dates = tuple(each for each in claim.dates if each.qualifier != "472")
    months = course and change(course, treatment_months=Decimal(24), remaining_months=Decimal(9))
    teeth = {each.tooth: each for each in claim.dental.teeth}
    return change(
        claim,
        dates=(*dates, ClaimDate("472", SERVICE_ON)),
        dental=change(
            claim.dental,
            predetermination=False,
            orthodontics=months,
            teeth=tuple(teeth.values()),
        ),
        lines=tuple(_dental_line(line) for line in claim.lines),
    )


def _dental_line(line: ServiceLine) -> ServiceLine:
    assert line.dental is not None
    dates = (ClaimDate("441", ACCIDENT_ON),) if line.dental.prosthesis == "R" else ()
    teeth = tuple(
        change(tooth, surfaces=tuple(dict.fromkeys(tooth.surfaces)))
        for tooth in dict.fromkeys(line.dental.teeth)
    )
    return change(line, dates=dates, dental=change(line.dental, teeth=teeth))


_KINDS = {
    ClaimKind.PROFESSIONAL: _professional,
    ClaimKind.INSTITUTIONAL: _institutional,
    ClaimKind.DENTAL: _dental,
}
