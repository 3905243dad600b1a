"""Service lines of all kinds with everything that they can tell, and what they are made of."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

import msgspec
from hypothesis import strategies as st

from cleanclaim.claims.coded import NO_PROCEDURE, Procedure
from cleanclaim.claims.dental import DentalService, Tooth
from cleanclaim.claims.model import (
    ClaimDate,
    Drug,
    ServiceLine,
)
from cleanclaim.claims.parties import (
    Address,
    Contact,
    Identifier,
    Payer,
    PersonName,
    Provider,
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
