"""A practice that writes its claims and questions as plain text, all of its people fictional."""

from datetime import date

import msgspec

from cleanclaim.claims.parties import Address, PersonName, Sex
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.kernel.spans import Span
from cleanclaim.payers.sandbox import Contract, Member, PayerProfile, Plan

BILLING_NPI = npi_from_stem("123450001")
RENDERING_NPI = npi_from_stem("123450002")
MEMBER = Member(
    "W100200300",
    PersonName("ROWAN", "IVY"),
    date(1980, 5, 17),
    Sex.FEMALE,
    "gold",
    Span(date(2026, 1, 1), date(2026, 12, 31)),
)
PROFILE = PayerProfile(
    name="NORTHLIGHT HEALTH",
    identifier="NL001",
    tax_id="990000002",
    address=Address("1 EXAMPLE PLAZA", "ALBANY", "NY", "12207"),
    contact_name="PROVIDER SERVICES",
    contact_phone="5185550100",
    plans={"gold": Plan("GOLD", 5000, 2000, 20, 100_000)},
    contract=Contract({"99213": 10_000}, percent_of_charge=50),
    members=(MEMBER,),
    recoup_after_days=10,
    recoup_notice_days=10,
)


class Asked(msgspec.Struct, frozen=True):
    """One claim to write: a 99213 and whatever lines are named besides it."""

    number: str = "P1"
    lines: tuple[tuple[str, str], ...] = (("99213", "150"),)
    day: str = "20260302"
    frequency: str = "1"
    replaces: str = ""
    member: str = "W100200300"
    payer: str = "NL001"
    diagnosis: str = "HI*ABK:J069~"


def write_claim(asked: Asked) -> str:
    """Write one claim from its subscriber level down (2000B)."""
    total = sum(int(charge) for _, charge in asked.lines)
    lines = "".join(
        f"LX*{n}~SV1*HC:{code}*{charge}*UN*1***1~DTP*472*D8*{asked.day}~REF*6R*{n}~"
        for n, (code, charge) in enumerate(asked.lines, 1)
    )
    original = f"REF*F8*{asked.replaces}~" if asked.replaces else ""
    return (
        "SBR*P*18*******CI~"
        f"NM1*IL*1*ROWAN*IVY****MI*{asked.member}~N3*7 ELM LANE~N4*TROY*NY*12180~"
        f"DMG*D8*19800517*F~NM1*PR*2*NORTHLIGHT HEALTH*****PI*{asked.payer}~"
        f"CLM*{asked.number}*{total}***11:B:{asked.frequency}*Y*A*Y*Y~{original}"
        f"{asked.diagnosis}NM1*82*1*DOYLE*MARA****XX*{RENDERING_NPI}~"
        f"PRV*PE*PXC*207Q00000X~{lines}"
    )


def write_batch(*claims: Asked, control: int = 1, billing_npi: str = BILLING_NPI) -> bytes:
    """Write a file of one 837P with the claims."""
    patients = "".join(f"HL*{n}*1*22*0~{write_claim(asked)}" for n, asked in enumerate(claims, 2))
    body = (
        f"ST*837*0001*005010X222A1~BHT*0019*00*B{control}*20260303*0900*CH~"
        "NM1*41*2*HILLTOP CLINIC*****46*HILLTOP~PER*IC*OFFICE*TE*5185550111~"
        "NM1*40*2*NORTHLIGHT HEALTH*****46*NL001~"
        "HL*1**20*1~PRV*BI*PXC*207Q00000X~"
        f"NM1*85*2*HILLTOP CLINIC*****XX*{billing_npi}~"
        f"N3*20 HILL ROAD~N4*TROY*NY*121801234~REF*EI*990000003~{patients}"
    )
    return _enclose(body, control, "HC", "005010X222A1")


def write_question(
    member: str = "W100200300", day: str = "20260302", born: str = "19800517"
) -> bytes:
    """Write a file of one 270 about one member."""
    body = (
        "ST*270*0001*005010X279A1~BHT*0022*13*Q1*20260303*0900~"
        "HL*1**20*1~NM1*PR*2*NORTHLIGHT HEALTH*****PI*NL001~"
        f"HL*2*1*21*1~NM1*1P*2*HILLTOP CLINIC*****XX*{BILLING_NPI}~"
        f"HL*3*2*22*0~TRN*1*T77*9990000003~NM1*IL*1*ROWAN*IVY****MI*{member}~"
        f"DMG*D8*{born}~DTP*291*D8*{day}~EQ*30~"
    )
    return _enclose(body, 1, "HS", "005010X279A1")


def _enclose(body: str, control: int, kind: str, guide: str) -> bytes:
    count = body.count("~") + 1
    text = (
        "ISA*00*          *00*          *ZZ*HILLTOP        *ZZ*NL001          "
        f"*260303*0900*^*00501*{control:09d}*0*T*:~"
        f"GS*{kind}*HILLTOP*NL001*20260303*0900*{control}*X*{guide}~"
        f"{body}SE*{count}*0001~GE*1*{control}~IEA*1*{control:09d}~"
    )
    return text.encode()
