"""SNIP type 4 of claims: what the parties of a claim say about themselves and each other."""

import re

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.claim_lookups import (
    billing,
    created_on,
    day,
    filing,
    missing,
    name_in,
    patient,
    service_span,
    subscriber,
)
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import CLAIMS, Broken, Scope, check
from cleanclaim.x12.checks.usual_claims import unusual_claim
from cleanclaim.x12.checks.usual_people import unusual_people
from cleanclaim.x12.segments import Loop, Segment

_POST_BOX = re.compile(r"\s*(P\s*\.?\s*O\s*\.?\s*BOX|POST OFFICE BOX|LOCK ?BOX)\b", re.IGNORECASE)
_SHORT_ZIP = re.compile(r"\d{5}", re.ASCII)
# Workers' compensation, automobile and liability payers: patients have no member number there.
PROPERTY_AND_CASUALTY = frozenset({"WC", "AM", "LM"})


@check(
    "X12.4.PATIENT_LEVEL",
    guides=CLAIMS,
    at="2000C/HL",
    code="STC:A8:156",
    source="837, SBR02 (2000B) and 2000C",
    message="a patient level follows although the subscriber is said to be the patient (SBR02 18)",
    hint="Leave SBR02 empty, or put the claim under the subscriber.",
    failing=but("837P", ("SBR*S********CI~", "SBR*S*18*******CI~")),
    applies=unusual_people,
)
def dependant_is_another_person(level: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A patient level is only sent where the subscriber is not the patient."""
    if scope.once(subscriber).get(2) != "18":
        return ()
    return (Broken("", level),)


@check(
    "X12.4.SUBSCRIBER_CLAIM",
    guides=CLAIMS,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A8:156",
    source="837, SBR02 (2000B)",
    message="the claim stands under the subscriber, who is not said to be the patient (SBR02 18)",
    hint="Set SBR02 to 18, or send the patient in loop 2000C.",
    failing=but("837P", ("SBR*P*18*G-77*", "SBR*P**G-77*")),
)
def claim_of_subscriber_says_so(claim: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A claim directly under the subscriber is for the subscriber."""
    if scope.once(subscriber).get(2) == "18" or scope.above("2000C") is not None:
        return ()
    return (Broken("CLM01", claim),)


@check(
    "X12.4.SUBSCRIBER_BIRTH",
    guides=CLAIMS,
    at="2000B/SBR",
    code="STC:A6:158:IL",
    source="837, DMG (2010BA)",
    message="the subscriber is the patient but has no date of birth and sex (DMG)",
    failing=but("837P", ("DMG*D8*19800229*F~\n", "")),
    applies=unusual_people,
)
def patient_has_birth_and_sex(who: Segment, level: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A subscriber who is the patient has DMG."""
    name = level.child("2010BA") if who.get(2) == "18" else None
    if name is None or name.find("DMG"):
        return ()
    return missing(name, "DMG")


@check(
    "X12.4.SUBSCRIBER_ADDRESS",
    guides=CLAIMS,
    at="2000B/SBR",
    code="STC:A6:126:IL",
    source="837, N3 and N4 (2010BA)",
    message="the subscriber is the patient but has no {segment}",
    failing=but("837P", ("N3*9 OAK LANE~\n", "")),
    applies=unusual_people,
)
def patient_has_an_address(who: Segment, level: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A subscriber who is the patient has N3 and N4."""
    name = level.child("2010BA") if who.get(2) == "18" else None
    if name is None:
        return ()
    absent = "" if name.find("N3") else "N3"
    absent = absent or ("" if name.find("N4") else "N4")
    if not absent:
        return ()
    at = name.find("NM1")
    return (Broken(absent, at, "2010BA", words={"segment": absent}),)


@check(
    "X12.4.MEMBER_ID",
    guides=CLAIMS,
    at="2010BA/NM1",
    code="STC:A6:164:IL",
    source="837, NM109 (2010BA)",
    message="the subscriber is a person and has no member number",
    failing=but("837P", ("RUTH****MI*M0001", "RUTH")),
    passing=but("837P", ("*G-77******CI", "*G-77******AM"), ("RUTH****MI*M0001", "RUTH")),
    applies=unusual_people,
)
def subscriber_has_a_member_number(name: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A person who is the subscriber has a member number; accidents' payers may give none."""
    if name.get(9) or name.get(2) != "1" or scope.once(filing) in PROPERTY_AND_CASUALTY:
        return ()
    return (Broken("NM109"),)


@check(
    "X12.4.ORGANIZATION_NAME",
    guides=CLAIMS,
    at=(
        "1000A/NM1+2=2",
        "2010AA/NM1+2=2",
        "2010BA/NM1+2=2",
        "2310B/NM1+2=2",
        "2330A/NM1+2=2",
        "2420A/NM1+2=2",
    ),
    code="STC:A7:505",
    source="837, NM104, NM105 and NM107",
    message="an organization (NM102 2) has a person's {element}",
    failing=but("837P", ("NM1*85*2*MAPLE CLINIC*", "NM1*85*2*MAPLE CLINIC*ANNA")),
    passing=but("837P", ("NM1*85*2*MAPLE CLINIC*", "NM1*85*1*MAPLE*ANNA")),
)
def organization_has_one_name(name: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Given names, middle names and suffixes are those of persons."""
    place = next((place for place in (4, 5, 7) if name.get(place)), 0)
    if not place:
        return ()
    return (Broken(f"NM1{place:02d}", code=f"STC:A7:505:{name.get(1)}"),)


@check(
    "X12.4.BIRTH_FUTURE",
    guides=CLAIMS,
    at=("2010BA/DMG", "2010CA/DMG"),
    code="STC:A7:158",
    source="837, DMG02; BHT04",
    message="the date of birth is after the day on which the file was made",
    failing=but("837P", ("DMG*D8*20150315*F", "DMG*D8*20270315*F")),
    passing=but("837P", ("DMG*D8*20150315*F", "DMG*D8*20260104*F")),
    applies=unusual_people,
)
def birth_is_past(birth: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Nobody is born after the file was made."""
    made_on = scope.once(created_on)
    if not made_on or birth.get(2) <= made_on or day(birth.get(2)) <= made_on:
        return ()
    return (Broken("DMG02", code=f"STC:A7:158:{_entity(loop)}"),)


@check(
    "X12.4.BIRTH_AFTER_SERVICE",
    guides=CLAIMS,
    at="2300/CLM",
    applies=unusual_claim,
    code="STC:A8:158",
    source="837, DMG02 and DTP*472 or 434",
    message="all services are before the patient's birth",
    failing=but("837P", ("DMG*D8*20150315*F", "DMG*D8*20260105*F")),
    passing=but("837P", ("DMG*D8*20150315*F", "DMG*D8*20260104*F")),
)
def patient_was_born(_claim: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A patient is served from the day of birth on."""
    who = scope.once(patient)
    birth = who.find("DMG")
    _, last = scope.once(service_span)
    if birth is None or not last or day(birth.get(2)) <= last:
        return ()
    return (Broken("DMG02", birth, who.id, code=f"STC:A8:158:{_entity(who)}"),)


@check(
    "X12.4.DEATH",
    guides=("837P",),
    at=("2000B/PAT+6", "2000C/PAT+6"),
    code="STC:A7:159",
    source="837P, PAT06; DMG02; BHT04",
    message="the date of death is {when}",
    failing=but("837P", ("PAT*19~", "PAT*19****D8*20150314~")),
    passing=but("837P", ("PAT*19~", "PAT*19****D8*20260104~")),
)
def death_is_in_the_life(person: Segment, level: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A date of death is neither before the birth nor after the file was made."""
    died_on = day(person.get(6))
    if not died_on:
        return ()
    name = level.child("2010CA") or level.child("2010BA")
    birth = name.find("DMG") if name else None
    entity = "QC" if level.id == "2000C" else "IL"
    if birth is not None and died_on < day(birth.get(2)):
        when = "before the birth"
    elif (made_on := scope.once(created_on)) and died_on > made_on:
        when = "after the day on which the file was made"
    else:
        return ()
    return (Broken("PAT06", code=f"STC:A7:159:{entity}", words={"when": when}),)


@check(
    "X12.4.SUBSCRIBER_PAT",
    guides=("837P",),
    at="2000B/PAT",
    code="STC:A8:156",
    severity=Severity.WARN,
    source="837P, PAT (2000B)",
    message="PAT stands at the subscriber, who is not the patient",
    hint="Send it in loop 2000C.",
    failing=but("837P", ("SBR*S********CI~", "SBR*S********CI~\nPAT*******01*150~")),
    passing=but("837P", ("*G-77******CI~", "*G-77******CI~\nPAT*******01*150~")),
)
def patient_facts_stand_at_the_patient(
    _person: Segment, _level: Loop, scope: Scope
) -> tuple[Broken, ...]:
    """Weight, death and pregnancy of a patient stand at the patient's own level."""
    return () if scope.once(subscriber).get(2) == "18" else (Broken(),)


@check(
    "X12.4.BILLING_STREET",
    guides=CLAIMS,
    at="2010AA/N3",
    code="STC:A7:503:85",
    source="837, N301 (2010AA)",
    message="the billing provider's address is a post office box or lock box",
    hint="Send the street address here and the box as the pay-to address (2010AB).",
    failing=but("837P", ("N3*1 ELM STREET", "N3*P.O. BOX 12")),
    passing=but("837P", ("N3*1 ELM STREET", "N3*1 BOXWOOD STREET")),
)
def billing_address_is_a_street(street: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """The billing provider's address is where it works, not where its mail waits."""
    for place, line in enumerate(street.elements[:2], 1):
        if _POST_BOX.match(line):
            return (Broken(f"N30{place}"),)
    return ()


@check(
    "X12.4.FULL_ZIP",
    guides=CLAIMS,
    at=("2010AA/N4", "2310C/N4", "2310E/N4", "2420C/N4", "2420D/N4"),
    code="STC:A7:500:85",
    severity=Severity.WARN,  # many payers take five
    source="837, N403 (2010AA and service facility)",
    message="the ZIP code has five digits where all nine are asked for",
    hint="Some payers, Medicare among them, return the claim: send all nine digits.",
    failing=but("837P", ("*627010000", "*62701")),
    passing=but("837P", ("*IL*627010000", "*ON*K1A0B1*CA")),
)
def zip_code_has_nine_digits(place: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """The billing provider and the service facility give their whole ZIP code."""
    if _SHORT_ZIP.fullmatch(place.get(3)) is None or place.get(4) not in ("", "US"):
        return ()
    if loop.id == "2310E" and scope.guide == "837P":  # where an ambulance picked up
        return ()
    return (Broken("N403", code="" if loop.id == "2010AA" else "STC:A7:500:77"),)


@check(
    "X12.4.BILLING_NUMBER",
    guides=CLAIMS,
    at="2010BB/NM1",
    code="STC:A6:562:85",
    severity=Severity.WARN,
    source="837, NM109 (2010AA) and REF*G2 (2010BB)",
    message="the billing provider has neither an NPI nor a number of this payer",
    failing=but("837P", ("CLINIC*****XX*1234567893", "CLINIC")),
    passing=but(
        "837P",
        ("CLINIC*****XX*1234567893", "CLINIC"),
        ("PI*NP001~\nCLM", "PI*NP001~\nREF*G2*771~\nCLM"),
        ("PI*NP001~\nHL", "PI*NP001~\nREF*G2*771~\nHL"),
    ),
    applies=unusual_people,
)
def billing_provider_is_known(_name: Segment, payer: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A billing provider without NPI has a number that the payer gave it."""
    who = scope.once(billing)
    if who.get(9) or payer.find("REF", "G2", "LU") or not who.id:
        return ()
    level = scope.above("2000A")
    name = level.child("2010AA") if level else None
    if name is not None and name.find("REF", "0B", "1G"):
        return ()
    return (Broken("NM109", who, "2010AA"),)


@check(
    "X12.4.RENDERING_IS_BILLING",
    guides=("837P", "837D"),
    at="2310B/NM1",
    code="STC:A8:562:82",
    severity=Severity.INFO,
    source="837, 2310B",
    message="the rendering provider is the billing provider and need not be sent",
    failing=but("837P", ("XX*1245319599", "XX*1234567893")),
    applies=unusual_claim,
)
def rendering_is_another(name: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A rendering provider is sent where it is not the billing provider."""
    return _same_as(scope.once(billing), name)


@check(
    "X12.4.FACILITY_IS_BILLING",
    guides=CLAIMS,
    at=("2310C/NM1*77", "2310E/NM1*77"),
    code="STC:A8:562:77",
    severity=Severity.INFO,
    source="837, service facility (2310C; 2310E in 837I)",
    message="the service facility has the NPI of the billing provider and need not be sent",
    failing=but(
        "837P",
        (
            "LX*1~",
            "NM1*77*2*MAPLE CLINIC*****XX*1234567893~\nN3*1 ELM STREET~\n"
            "N4*SPRINGFIELD*IL*627010000~\nLX*1~",
        ),
    ),
)
def facility_is_another(name: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A service facility is sent where it is not the billing provider."""
    return _same_as(scope.once(billing), name) if name.get(1) == "77" else ()


@check(
    "X12.4.LINE_RENDERING",
    guides=("837P", "837D"),
    at="2420A/NM1",
    code="STC:A8:562:82",
    severity=Severity.INFO,
    source="837, 2420A",
    message="the line's rendering provider is the claim's and need not be sent",
    failing=but("837P", ("REF*6R*L-1~", "REF*6R*L-1~\nNM1*82*1*BIRCH*ANNA****XX*1245319599~")),
)
def line_rendering_is_another(name: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """A line names its rendering provider where it is not the claim's."""
    return _same_as(name_in(scope.unit, "2310B"), name)


@check(
    "X12.4.REFERRAL_ORDER",
    guides=("837P", "837D"),
    at=("2310A/NM1*P3", "2420F/NM1*P3"),
    code="STC:A8:732",
    source="837, NM101 (2310A, 2420F)",
    message="a primary care provider (P3) stands without a referring provider (DN) before it",
    hint="The first or only referral has the qualifier DN.",
    failing=but(
        "837P", ("NM1*82*1*BIRCH", "NM1*P3*1*ALDER*PAUL****XX*1245319599~\nNM1*82*1*BIRCH")
    ),
    passing=but(
        "837P",
        (
            "NM1*82*1*BIRCH",
            "NM1*DN*1*ALDER*PAUL****XX*1245319599~\n"
            "NM1*P3*1*ASH*JO****XX*1234567893~\nNM1*82*1*BIRCH",
        ),
    ),
)
def referring_provider_comes_first(name: Segment, loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """The referral that led to this service comes first and is called DN."""
    if name.get(1) != "P3":
        return ()
    around = [scope.unit, *scope.unit.children("2400")]
    within = next((each for each in around if any(child is loop for child in each.loops)), loop)
    first = within.child(loop.id)
    if first is not None and first is not loop and first.find("NM1", "DN"):
        return ()
    return (Broken("NM101"),)


@check(
    "X12.4.SUBROGATION_PLAN",
    guides=CLAIMS,
    at="2010AC/NM1",
    code="STC:A8:732",
    severity=Severity.WARN,
    source="837, 2010AC and BHT06",
    message="a pay-to plan is named although the file is no subrogation demand (BHT06 31)",
    failing=but(
        "837P",
        (
            "HL*2*1*22*0~",
            "NM1*PE*2*SOUTH PAYER*****PI*SP001~\nN3*3 HILL ROAD~\nN4*SPRINGFIELD*IL*62701~\n"
            "REF*EI*987654321~\nHL*2*1*22*0~",
        ),
    ),
    passing=but(
        "837P",
        ("1200*CH~", "1200*31~"),
        (
            "HL*2*1*22*0~",
            "NM1*PE*2*SOUTH PAYER*****PI*SP001~\nN3*3 HILL ROAD~\nN4*SPRINGFIELD*IL*62701~\n"
            "REF*EI*987654321~\nHL*2*1*22*0~",
        ),
    ),
)
def pay_to_plan_is_for_subrogation(_plan: Segment, _loop: Loop, scope: Scope) -> tuple[Broken, ...]:
    """Money goes to a plan only where a plan asks it back."""
    header = scope.ancestors[0].find("BHT") if scope.ancestors else None
    return () if header is None or header.get(6) == "31" else (Broken("NM101"),)


def _same_as(who: Segment, name: Segment) -> tuple[Broken, ...]:
    same = name.get(9) and name.get(9) == who.get(9)
    return (Broken("NM109"),) if same else ()


def _entity(loop: Loop) -> str:
    return "QC" if loop.id == "2010CA" else "IL"
