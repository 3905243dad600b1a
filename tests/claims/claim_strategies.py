"""Claims of all kinds with everything that they can tell, in values that the guides allow."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st

from cleanclaim.claims.coded import NO_PROCEDURE, Diagnosis, Procedure
from cleanclaim.claims.coordination import (
    Adjustment,
    InpatientAdjudication,
    LineAdjudication,
    OtherPayerProvider,
    OutpatientAdjudication,
)
from cleanclaim.claims.dental import Dental, DentalService, Orthodontics, Tooth, ToothStatus
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
    Drug,
    Frequency,
    OtherCoverage,
    Responsibility,
    ServiceLine,
)
from cleanclaim.claims.parties import (
    Address,
    Contact,
    Identifier,
    Patient,
    Payer,
    PersonName,
    Provider,
    Sex,
    Subscriber,
)
from cleanclaim.claims.supplements import (
    Ambulance,
    Attachment,
    Certification,
    Contract,
    Equipment,
    EquipmentCertification,
    Form,
    FormAnswer,
    Note,
    PurchasedService,
    Repricing,
    Spinal,
    TestResult,
)
from cleanclaim.kernel.identifiers import npi_from_stem

T = TypeVar("T")
Numbers = st.SearchStrategy[tuple[Identifier, ...]]
change = msgspec.structs.replace


def some(values: st.SearchStrategy[T], most: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(values, max_size=most).map(tuple)


def distinct(
    values: st.SearchStrategy[T], by: Callable[[T], object], most: int
) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(values, max_size=most, unique_by=by).map(tuple)


def maybe(values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | values


def one_of(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=8)
MAYBE = st.just("") | WORDS
CENTS = st.integers(0, 10**7)
UNITS = st.decimals(Decimal("0.5"), Decimal(999), places=1)
DAYS = st.dates(date(2026, 1, 1), date(2026, 6, 30))
PHONES = one_of("", "2175550100")
NPIS = one_of("", npi_from_stem("123456789"), npi_from_stem("198765432"))
NAMES = st.builds(PersonName, WORDS, MAYBE, MAYBE, MAYBE)
HOMES = st.builds(
    Address, WORDS, WORDS, one_of("IL", "NY"), one_of("62701", "627010001"), MAYBE
) | st.builds(
    Address,
    WORDS,
    WORDS,
    country=st.just("CA"),
    postal_code=st.just("K1A0B1"),
    country_subdivision=one_of("", "ON"),
)
OWN_NUMBERS = distinct(
    st.builds(Identifier, one_of("0B", "1G", "G2"), WORDS), lambda each: each.qualifier, 2
)
LINE_NUMBERS = distinct(
    st.builds(Identifier, one_of("0B", "1G", "G2"), WORDS, MAYBE), lambda each: each.qualifier, 2
)


def people(
    numbers: Numbers = OWN_NUMBERS, *, taxonomy: bool = False
) -> st.SearchStrategy[Provider]:
    codes = one_of("", "207Q00000X") if taxonomy else st.just("")
    return st.builds(Provider, npi=NPIS, person=NAMES, taxonomy=codes, other_identifiers=numbers)


def places(numbers: Numbers) -> st.SearchStrategy[Provider]:
    return st.builds(
        Provider, npi=NPIS, organization=WORDS, address=HOMES, other_identifiers=numbers
    )


PLACE_NUMBERS = distinct(
    st.builds(Identifier, one_of("G2", "LU"), WORDS), lambda each: each.qualifier, 2
)
LINE_PLACE_NUMBERS = distinct(
    st.builds(Identifier, one_of("G2", "LU"), WORDS, MAYBE), lambda each: each.qualifier, 2
)
BILLING = st.builds(
    Provider,
    npi=NPIS,
    organization=WORDS,
    taxonomy=one_of("", "207Q00000X"),
    address=HOMES,
    tax_id=st.just("123456789"),
    contact_name=WORDS,
    contact_phone=st.just("2175550100"),
    contact_extension=one_of("", "17"),
    contact_fax=PHONES,
    contact_email=one_of("", "desk.hillside.example"),
)
PAYERS = st.builds(Payer, WORDS, WORDS, one_of("PI", "XV"), maybe(HOMES))
PLANS = st.builds(
    Payer,
    WORDS,
    WORDS,
    address=HOMES,
    other_identifiers=st.just((Identifier("2U", "P77"), Identifier("EI", "123456789"))),
)
CONTACTS = maybe(st.builds(Contact, WORDS, st.just("2175550100"), one_of("", "17")))
ATTACHMENTS = some(st.builds(Attachment, one_of("OZ", "03"), one_of("EL", "FX"), WORDS))
CONTRACTS = maybe(st.builds(Contract, one_of("01", "09"), maybe(CENTS), maybe(UNITS), MAYBE))
REPRICINGS = maybe(st.builds(Repricing, one_of("00", "10"), CENTS, maybe(CENTS), MAYBE))
DIAGNOSES = st.lists(
    one_of("E119", "I10", "J069", "R079", "Z0000"), min_size=1, max_size=4, unique=True
)
MODIFIERS = st.lists(one_of("25", "59", "GA", "RT"), max_size=4, unique=True).map(tuple)
PROCEDURES = st.builds(
    Procedure, one_of("99213", "81002", "A0428"), MODIFIERS, st.just("HC"), MAYBE
)
DRUGS = maybe(
    st.builds(
        Drug,
        st.just("00074433902"),
        UNITS,
        one_of("UN", "ML"),
        st.just("N4"),
        maybe(st.builds(Identifier, one_of("XZ", "VY"), WORDS)),
    )
)
SPANS = st.tuples(DAYS, DAYS).map(sorted)

PROFESSIONAL_AMBULANCE = st.builds(
    Ambulance,
    reason=one_of("A", "B"),
    miles=UNITS,
    weight_pounds=maybe(UNITS),
    round_trip_purpose=MAYBE,
    stretcher_purpose=MAYBE,
    pick_up=maybe(HOMES),
    drop_off=maybe(HOMES),
).map(lambda told: change(told, drop_off_name="STATION" if told.drop_off else ""))
LINE_AMBULANCE = st.builds(
    lambda told, count: change(told, patient_count=count),
    PROFESSIONAL_AMBULANCE,
    maybe(st.integers(2, 9)),
)
PROFESSIONAL_LINES = st.builds(
    lambda line, days: change(line, starts_on=days[0], ends_on=days[1]),
    st.builds(
        ServiceLine,
        number=st.just(1),
        procedure=PROCEDURES,
        charge_cents=CENTS,
        units=UNITS,
        starts_on=st.none(),
        ends_on=st.none(),
        diagnosis_pointers=st.just((1,)),
        unit_basis=one_of("UN", "MJ"),
        place_of_service=one_of("", "22"),
        emergency=st.booleans(),
        control_number=MAYBE,
        prior_authorization=MAYBE,
        rendering=maybe(people(LINE_NUMBERS, taxonomy=True)),
        drug=DRUGS,
        note=MAYBE,
        notes=some(st.builds(Note, st.just("TPO"), WORDS), 1),
        epsdt=st.booleans(),
        family_planning=st.booleans(),
        copay_exempt=st.booleans(),
        equipment=maybe(
            st.builds(Equipment, st.just("E0601"), UNITS, CENTS, CENTS, one_of("1", "4", "6"))
        ),
        equipment_certification=maybe(st.builds(EquipmentCertification, one_of("I", "R"), UNITS)),
        ambulance=maybe(LINE_AMBULANCE),
        anesthesia_units=maybe(UNITS),
        purchased=maybe(st.builds(PurchasedService, WORDS, CENTS)),
        purchased_from=maybe(st.builds(Provider, npi=NPIS)),
        supervising=maybe(people(LINE_NUMBERS)),
        ordering=maybe(people(LINE_NUMBERS)),
        referring=maybe(people(LINE_NUMBERS)),
        primary_care=maybe(people(LINE_NUMBERS)),
        facility=maybe(places(LINE_PLACE_NUMBERS)),
        attachments=ATTACHMENTS,
        certifications=some(
            st.builds(
                Certification,
                st.just("07"),
                st.booleans(),
                some(one_of("01", "04"), 2).map(lambda codes: codes or ("01",)),
            ),
            2,
        ),
        dates=distinct(
            st.builds(ClaimDate, one_of("471", "607", "304"), DAYS),
            lambda each: each.qualifier,
            3,
        ),
        tests=some(st.builds(TestResult, one_of("TR", "OG"), one_of("HT", "R1"), UNITS)),
        contract=CONTRACTS,
        identifiers=some(st.builds(Identifier, one_of("G1", "9F"), WORDS, WORDS), 2),
        tax_cents=maybe(CENTS),
        postage_cents=maybe(CENTS),
        fixed_format=some(WORDS),
        repricing=REPRICINGS,
        forms=some(
            st.builds(
                Form,
                st.just("UT"),
                st.just("04.04"),
                st.lists(
                    st.builds(FormAnswer, WORDS, one_of("Y", "N"), MAYBE, maybe(DAYS)),
                    min_size=1,
                    max_size=2,
                ).map(tuple),
            ),
            1,
        ),
    ),
    SPANS,
)
INSTITUTIONAL_LINES = st.builds(
    ServiceLine,
    number=st.just(1),
    procedure=PROCEDURES | st.just(NO_PROCEDURE),
    charge_cents=CENTS,
    units=UNITS,
    starts_on=st.none(),
    ends_on=st.none(),
    unit_basis=one_of("UN", "DA"),
    control_number=MAYBE,
    drug=DRUGS,
    notes=some(st.builds(Note, st.just("TPO"), WORDS), 1),
    revenue_code=one_of("0120", "0250", "0450"),
    non_covered_cents=maybe(CENTS),
    operating=maybe(people(LINE_NUMBERS)),
    other_operating=maybe(people(LINE_NUMBERS)),
    rendering=maybe(people(LINE_NUMBERS)),
    referring=maybe(people(LINE_NUMBERS)),
    attachments=ATTACHMENTS,
    identifiers=distinct(
        st.builds(Identifier, one_of("9B", "9D"), WORDS), lambda each: each.qualifier, 2
    ),
    tax_cents=maybe(CENTS),
    facility_tax_cents=maybe(CENTS),
    repricing=REPRICINGS,
)
DENTAL_SERVICES = st.builds(
    DentalService,
    cavities=some(one_of("10", "20")),
    prosthesis=one_of("", "I", "R"),
    teeth=some(st.builds(Tooth, one_of("12", "30"), some(one_of("M", "O")))),
)
DENTAL_LINES = st.builds(
    ServiceLine,
    number=st.just(1),
    procedure=st.builds(Procedure, one_of("D2740", "D2392"), st.just(()), st.just("AD"), MAYBE),
    charge_cents=CENTS,
    units=UNITS,
    starts_on=st.none(),
    ends_on=st.none(),
    diagnosis_pointers=st.just(()) | st.just((1,)),
    place_of_service=one_of("", "22"),
    control_number=MAYBE,
    prior_authorization=MAYBE,
    rendering=maybe(people(LINE_NUMBERS, taxonomy=True)),
    assistant=maybe(people(LINE_NUMBERS, taxonomy=True)),
    supervising=maybe(people(LINE_NUMBERS)),
    dental=DENTAL_SERVICES,
    dates=distinct(
        st.builds(ClaimDate, one_of("441", "452"), DAYS), lambda each: each.qualifier, 2
    ),
    contract=CONTRACTS,
    identifiers=some(st.builds(Identifier, one_of("G3", "9F"), WORDS, MAYBE)),
    tax_cents=maybe(CENTS),
    fixed_format=some(WORDS),
    repricing=REPRICINGS,
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
