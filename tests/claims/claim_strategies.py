"""Claims of all kinds with everything that they can tell, in values that the guides allow."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from claims.line_strategies import (
    ATTACHMENTS,
    BILLING,
    CENTS,
    CONTACTS,
    CONTRACTS,
    DAYS,
    DENTAL_LINES,
    DIAGNOSES,
    HOMES,
    INSTITUTIONAL_LINES,
    MAYBE,
    NAMES,
    PAYERS,
    PLACE_NUMBERS,
    PLANS,
    PROFESSIONAL_AMBULANCE,
    PROFESSIONAL_LINES,
    REPRICINGS,
    SPANS,
    UNITS,
    WORDS,
    change,
    distinct,
    maybe,
    one_of,
    people,
    places,
    some,
)
from cleanclaim.claims.coded import Diagnosis
from cleanclaim.claims.coordination import (
    Adjustment,
    InpatientAdjudication,
    LineAdjudication,
    OtherPayerProvider,
    OutpatientAdjudication,
)
from cleanclaim.claims.dental import Dental, Orthodontics, ToothStatus
from cleanclaim.claims.institutional import (
    InpatientProcedure,
    Institutional,
    Occurrence,
    OccurrenceSpan,
    ValueAmount,
)
from cleanclaim.claims.model import (
    Claim,
    ClaimDate,
    Frequency,
    OtherCoverage,
    Responsibility,
    ServiceLine,
)
from cleanclaim.claims.parties import (
    Identifier,
    Patient,
    Payer,
    PersonName,
    Provider,
    Sex,
    Subscriber,
)
from cleanclaim.claims.supplements import (
    Certification,
    Note,
    Spinal,
)

LATER_DIAGNOSES = st.builds(
    lambda code, present: Diagnosis(code, "ABN", present),
    one_of("W19XXXA", "V00831A"),
    one_of("", "Y"),
)
STAYS = st.builds(
    Institutional,
    facility_type=one_of("11", "13", "85"),
    statement_starts_on=st.just(date(2026, 1, 1)),
    statement_ends_on=st.just(date(2026, 6, 30)),
    admission_type=one_of("1", "3"),
    admission_source=one_of("", "1"),
    discharge_status=one_of("01", "30"),
    admitted_on=st.just(date(2026, 1, 1)),
    admission_hour=one_of("", "0845"),
    discharge_hour=one_of("", "1130"),
    drg=one_of("", "282"),
    admitting_diagnosis=maybe(st.just(Diagnosis("R079", "ABJ"))),
    visit_reasons=some(st.just(Diagnosis("R079", "APR")), 3),
    external_causes=some(LATER_DIAGNOSES, 3),
    procedures=some(st.builds(InpatientProcedure, st.just("4A023N7"), DAYS), 14).map(
        lambda found: found and (change(found[0], qualifier="BBR"), *found[1:])
    ),
    occurrences=some(st.builds(Occurrence, one_of("11", "A3"), DAYS), 14),
    occurrence_spans=some(
        st.builds(lambda code, days: OccurrenceSpan(code, *days), one_of("71", "M0"), SPANS)
    ),
    values=some(st.builds(ValueAmount, one_of("80", "A2"), UNITS), 14),
    treatment_codes=some(WORDS),
    patient_due_cents=maybe(CENTS),
)


@st.composite
def claims(draw: st.DrawFn, kind: str) -> Claim:
    """Draw a claim of a kind: 837P, 837I or 837D."""
    claim = draw(_BARE[kind])
    claim = draw(_POLICIES[draw(st.booleans())](claim))
    codes = draw(DIAGNOSES)
    present = draw(one_of("", "Y")) if kind == "837I" else ""
    diagnoses = tuple(
        Diagnosis(code, "ABF" if n else "ABK", present) for n, code in enumerate(codes)
    )
    lines = draw(st.lists(_LINES[kind], min_size=1, max_size=3))
    claim = change(
        claim,
        diagnoses=diagnoses,
        lines=tuple(change(line, number=n) for n, line in enumerate(lines, 1)),
        total_charge_cents=sum(line.charge_cents for line in lines),
    )
    if claim.related_causes:
        claim = change(claim, accident_state=draw(one_of("", "IL")))
        claim = change(claim, accident_country=draw(one_of("", "CA")))
    return draw(_coordinated(claim, kind))


def _own(claim: Claim) -> st.SearchStrategy[Claim]:
    """Make the patient the subscriber: what is said of one holds of the other."""

    def same(subscriber: Subscriber, facts: Patient) -> Claim:
        patient = change(
            facts,
            name=subscriber.name,
            birth_on=subscriber.birth_on,
            sex=subscriber.sex,
            address=subscriber.address,
            contact=None,
        )
        return change(claim, subscriber=subscriber, patient=patient, relationship="18")

    insured = st.builds(
        Subscriber,
        NAMES,
        WORDS,
        birth_on=DAYS,
        sex=st.sampled_from(Sex),
        address=HOMES,
        contact=CONTACTS if claim.kind == "837P" else st.none(),
    )
    return st.builds(same, insured, _patients(claim.kind))


def _dependent(claim: Claim) -> st.SearchStrategy[Claim]:
    insured = st.builds(Subscriber, NAMES, WORDS, address=maybe(HOMES))
    return st.builds(
        lambda subscriber, patient, relation: change(
            claim, subscriber=subscriber, patient=patient, relationship=relation
        ),
        insured,
        _patients(claim.kind),
        one_of("01", "19"),
    )


def _patients(kind: str) -> st.SearchStrategy[Patient]:
    facts: dict[str, Any] = {}
    if kind == "837P":
        facts = {
            "contact": CONTACTS,
            "died_on": maybe(DAYS),
            "weight_pounds": maybe(UNITS),
            "pregnant": st.booleans(),
        }
    return st.builds(Patient, NAMES, DAYS, st.sampled_from(Sex), HOMES, **facts)


_POLICIES = {True: _own, False: _dependent}
_LINES = {"837P": PROFESSIONAL_LINES, "837I": INSTITUTIONAL_LINES, "837D": DENTAL_LINES}
_COMMON: dict[str, Any] = {
    "patient_control_number": WORDS,
    "total_charge_cents": st.just(0),
    "billing": BILLING,
    "payer": PAYERS,
    "subscriber": st.just(Subscriber(PersonName(""))),
    "patient": st.just(Patient(PersonName(""))),
    "diagnoses": st.just(()),
    "lines": st.just(()),
    "filing_indicator": one_of("CI", "MB"),
    "group_number": MAYBE,
    "group_name": MAYBE,
    "pay_to": maybe(HOMES.map(lambda home: Provider(address=home))),
    "pay_to_plan": maybe(PLANS),
    "currency": one_of("", "CAD"),
    "accepts_assignment": one_of("A", "C"),
    "benefits_assigned": one_of("Y", "N"),
    "delay_reason": one_of("", "11"),
    "prior_authorization": MAYBE,
    "referral_number": MAYBE,
    "payer_claim_number": MAYBE,
    "identifiers": distinct(
        st.builds(Identifier, one_of("D9", "9A"), WORDS), lambda each: each.qualifier, 2
    ),
    "attachments": ATTACHMENTS,
    "contract": CONTRACTS,
    "fixed_format": some(WORDS),
    "note": MAYBE,
    "repricing": REPRICINGS,
    "referring": maybe(people()),
}
_OFFICE: dict[str, Any] = {
    **_COMMON,
    "place_of_service": one_of("11", "22"),
    "frequency": one_of("1", "7", "8").map(Frequency),
    "provider_signature": st.booleans(),
    "related_causes": some(one_of("AA", "OA"), 2),
    "special_program": one_of("", "02"),
    "patient_paid_cents": maybe(CENTS),
    "rendering": maybe(people(taxonomy=True)),
    "primary_care": maybe(people()),
    "supervising": maybe(people()),
    "facility": maybe(places(PLACE_NUMBERS)),
}
_BARE = {
    "837P": st.builds(
        Claim,
        **_OFFICE,
        insurance_type=st.just(""),
        patient_signature_source=one_of("", "P"),
        clia_number=one_of("", "14D0000000"),
        medical_record_number=MAYBE,
        dates=distinct(
            st.builds(ClaimDate, one_of("431", "439"), DAYS), lambda each: each.qualifier, 2
        ),
        condition_codes=some(one_of("A1", "B3")),
        anesthesia_procedures=some(one_of("00840", "00940"), 2),
        ambulance=maybe(PROFESSIONAL_AMBULANCE),
        spinal=maybe(st.builds(Spinal, one_of("A", "M"), MAYBE, MAYBE)),
        certifications=some(
            st.builds(Certification, st.just("ZZ"), st.booleans(), st.just(("ST", "NU"))), 1
        ),
        notes=st.just(()),
    ),
    "837I": st.builds(
        Claim,
        **_COMMON,
        place_of_service=st.just(""),
        frequency=one_of("1", "2", "4", "7").map(Frequency),
        medical_record_number=MAYBE,
        condition_codes=some(one_of("C1", "09"), 14),
        certifications=some(
            st.builds(Certification, st.just("ZZ"), st.booleans(), st.just(("ST",))), 1
        ),
        notes=some(st.builds(Note, one_of("DGN", "UPI"), WORDS)),
        attending=maybe(people(taxonomy=True)),
        operating=maybe(people()),
        other_operating=maybe(people()),
        rendering=maybe(people()),
        facility=maybe(places(PLACE_NUMBERS)),
        institutional=STAYS,
    ),
    "837D": st.builds(
        Claim,
        **_OFFICE,
        dates=distinct(
            st.builds(ClaimDate, one_of("439", "472"), DAYS), lambda each: each.qualifier, 2
        ),
        notes=st.just(()),
        assistant=maybe(people(taxonomy=True)),
        dental=st.builds(
            Dental,
            predetermination=st.booleans(),
            orthodontics=maybe(st.builds(Orthodontics, UNITS, maybe(UNITS))),
            teeth=some(st.builds(ToothStatus, one_of("17", "32"), one_of("M", "E"))),
        ),
    ),
}
_OUTPATIENT = st.builds(
    OutpatientAdjudication, maybe(UNITS), maybe(CENTS), some(one_of("N30", "MA04")), maybe(CENTS)
)
_INPATIENT = st.builds(
    InpatientAdjudication,
    UNITS,
    maybe(UNITS),
    maybe(CENTS),
    maybe(CENTS).map(lambda _: ""),
    maybe(CENTS),
    capital_exception_cents=maybe(CENTS),
    further_remarks=some(one_of("N30"), 1),
)
_ROLES = {"837P": ("82", "DQ"), "837I": ("71", "72"), "837D": ("82", "DD")}


def _coordinated(claim: Claim, kind: str) -> st.SearchStrategy[Claim]:
    """Add a payer that decided before, whose figures add up, or none."""
    inpatient = maybe(_INPATIENT) if kind == "837I" else st.none()
    providers = distinct(
        st.builds(
            OtherPayerProvider,
            st.sampled_from(_ROLES[kind]),
            st.just(True),  # noqa: FBT003
            st.just((Identifier("G2", "X77"),)),
        ),
        lambda each: each.role,
        2,
    ).map(lambda found: tuple(sorted(found, key=lambda each: _ROLES[kind].index(each.role))))
    other = st.builds(
        OtherCoverage,
        responsibility=st.just(Responsibility.PRIMARY),
        relationship=one_of("18", "01"),
        subscriber=st.builds(Subscriber, NAMES, WORDS, address=maybe(HOMES)),
        payer=st.builds(Payer, WORDS, st.just("FIRST1"), address=maybe(HOMES)),
        filing_indicator=st.just("CI"),
        group_number=MAYBE,
        paid_cents=st.just(0),
        remaining_patient_cents=maybe(CENTS),
        payer_claim_number=MAYBE,
        patient_signature_source=st.just("") if kind == "837I" else one_of("", "P"),
        inpatient=inpatient,
        outpatient=maybe(_OUTPATIENT),
        providers=providers,
    )
    return maybe(st.tuples(other, CENTS, one_of("", "2"))).map(lambda drawn: _decided(claim, drawn))


def _decided(claim: Claim, drawn: tuple[OtherCoverage, int, str] | None) -> Claim:
    if drawn is None:
        return change(claim, responsibility=Responsibility.PRIMARY)
    other, share, bundled = drawn
    lines = tuple(
        _adjudicated(line, min(share, line.charge_cents), bundled) for line in claim.lines
    )
    paid = sum(line.adjudications[0].paid_cents for line in lines)
    return change(
        claim,
        responsibility=Responsibility.SECONDARY,
        lines=lines,
        other_coverages=(change(other, paid_cents=paid),),
    )


def _adjudicated(line: ServiceLine, paid: int, bundled: str) -> ServiceLine:
    left = line.charge_cents - paid
    told = LineAdjudication(
        "FIRST1",
        paid,
        change(line.procedure, description=""),
        line.units,
        (Adjustment("CO", "45", left, Decimal(1)),) if left else (),
        date(2026, 7, 15),
        None,
        line.revenue_code,
        bundled,
    )
    return change(line, adjudications=(told,))
