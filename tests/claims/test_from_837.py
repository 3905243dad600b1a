from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from cleanclaim import x12
from cleanclaim.claims.assemble import (
    AdjudicatedLine,
    Charge,
    ClaimAdjudication,
    Coverage,
    Encounter,
    amend,
    assemble,
    assemble_secondary,
)
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.from_837 import read_claim
from cleanclaim.claims.model import Adjustment, Claim, ClaimDate, Frequency, Responsibility
from cleanclaim.claims.parties import (
    Address,
    Patient,
    Payer,
    PersonName,
    Provider,
    Sex,
    Subscriber,
)
from cleanclaim.claims.to_837 import GUIDE, Receiver, Submitter, transaction
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.kernel.identifiers import npi_from_stem

GROUP_NPI = npi_from_stem("198765432")
DOCTOR_NPI = npi_from_stem("123456789")

ISA = (
    "ISA*00*          *00*          *ZZ*HFP1           *ZZ*PRC9           "
    "*260505*0830*^*00501*000000001*0*T*:~"
)
HEAD = f"""{ISA}
GS*HC*HFP1*PRC9*20260505*0830*1*X*005010X222A1~
ST*837*0001*005010X222A1~
BHT*0019*00*T1*20260505*083000*CH~
NM1*41*2*Hillside Family Practice*****46*HFP1~
PER*IC*Desk*TE*2175550100~
NM1*40*2*Prairie Clearing*****46*PRC9~
HL*1**20*1~
PRV*BI*PXC*207Q00000X~
NM1*85*2*Hillside Family Practice*****XX*{GROUP_NPI}~
N3*400 Main Street~
N4*Springfield*IL*627010002~
REF*EI*123456789~
"""
POLICY = """HL*2*1*22*0~
SBR*P*18*G77**12****CI~
NM1*IL*1*Larkspur*Ines****MI*N100200~
N3*12 Juniper Way~
N4*Springfield*IL*627010001~
DMG*D8*19800203*F~
NM1*PR*2*Northern Mutual*****PI*NMUT1~
"""
CLAIM = f"""CLM*EX-1*140***11:B:1*Y*A*Y*Y~
DTP*431*D8*20260501~
HI*ABK:E119*ABF:I10~
NM1*82*1*Okafor*Ada****XX*{DOCTOR_NPI}~
PRV*PE*PXC*207Q00000X~
LX*1~
SV1*HC:99213:25*125*UN*1***1:2**Y~
DTP*472*D8*20260504~
REF*6R*L1~
LX*2~
SV1*HC:81002*15.5*UN*1.5*22**2~
DTP*472*RD8*20260504-20260506~
"""


def text_of(body: str, head: str = HEAD, policy: str = POLICY) -> str:
    """Close the envelope around a claim with the right counts."""
    inside = (head + policy + body).replace("\n", "")
    count = inside.count("~") - 2 + 1
    return f"{inside}SE*{count}*0001~GE*1*1~IEA*1*000000001~"


def only(text: str) -> tuple[Claim, tuple[Finding, ...]]:
    (unit,) = [event for event in x12.read(text) if isinstance(event, x12.Unit)]
    return read_claim(unit)


def told(text: str) -> list[tuple[str, Severity, str]]:
    return [(f.rule, f.severity, f.place.partition(",")[0]) for f in only(text)[1]]


def test_a_claim_is_read_whole() -> None:
    claim, findings = only(text_of(CLAIM))
    home = Address("12 Juniper Way", "Springfield", "IL", "627010001")
    assert findings == ()
    assert claim.patient_control_number == "EX-1"
    assert claim.total_charge_cents == 14000
    assert claim.billing.taxonomy == "207Q00000X"
    assert claim.billing.tax_id == "123456789"
    assert claim.patient == Patient(
        PersonName("Larkspur", "Ines"), date(1980, 2, 3), Sex.FEMALE, home
    )
    assert claim.subscriber.member_id == "N100200"
    assert (claim.group_number, claim.insurance_type, claim.filing_indicator) == ("G77", "12", "CI")
    assert [d.code for d in claim.diagnoses] == ["E119", "I10"]
    assert claim.dates == (ClaimDate("431", date(2026, 5, 1)),)
    assert claim.rendering is not None
    assert claim.rendering.display_name == "Ada Okafor"
    first, second = claim.lines
    assert (first.procedure.modifiers, first.diagnosis_pointers) == (("25",), (1, 2))
    assert (first.emergency, first.control_number) == (True, "L1")
    assert (second.charge_cents, second.units) == (1550, Decimal("1.5"))
    assert (second.starts_on, second.ends_on) == (date(2026, 5, 4), date(2026, 5, 6))
    assert second.place_of_service == "22"


@pytest.mark.parametrize(
    ("right", "wrong", "rule", "place"),
    [
        ("CLM*EX-1*140*", "CLM*EX-1*14O*", "CLAIM.AMOUNT", "2300/CLM02"),
        ("CLM*EX-1*140*", f"CLM*EX-1*{'9' * 17}*", "CLAIM.AMOUNT", "2300/CLM02"),
        ("SV1*HC:81002*15.5*", "SV1*HC:81002*15.555*", "CLAIM.AMOUNT", "2400/SV102"),
        ("*UN*1.5*", "*UN*many*", "CLAIM.NUMBER", "2400/SV104"),
        ("**1:2**Y", "**1:B**Y", "CLAIM.NUMBER", "2400/SV107"),
        ("D8*20260504", "D8*20260230", "CLAIM.DATE", "2400/DTP03"),
        ("20260504-20260506", "20260504", "CLAIM.DATE", "2400/DTP03"),
        ("D8*20260501", "D8*2026", "CLAIM.DATE", "2300/DTP03"),
        ("11:B:1", "11:B:5", "CLAIM.CODE", "2300/CLM05"),
    ],
)
def test_what_cannot_be_read_blocks_and_never_raises(
    right: str, wrong: str, rule: str, place: str
) -> None:
    assert right in CLAIM
    assert (rule, Severity.BLOCK, place) in told(text_of(CLAIM.replace(right, wrong)))


def test_a_wrong_birth_date_blocks() -> None:
    text = text_of(CLAIM, policy=POLICY.replace("19800203", "19801303"))
    claim, _ = only(text)
    assert claim.patient.birth_on is None
    assert told(text) == [("CLAIM.DATE", Severity.BLOCK, "2010BA/DMG02")]


@pytest.mark.parametrize(
    ("after", "added", "place"),
    [
        ("DTP*431*D8*20260501~\n", "CN1*09~\nCN1*09~\n", "2300/CN1"),
        ("HI*ABK:E119*ABF:I10~\n", "HCP*00*1~\nHCP*00*1~\n", "2300/HCP"),
        ("REF*6R*L1~\n", "PS1*X*1~\nPS1*Y*1~\n", "2400/PS1"),
    ],
)
def test_a_segment_that_is_not_carried_is_told(after: str, added: str, place: str) -> None:
    assert after in CLAIM
    found = told(text_of(CLAIM.replace(after, after + added, 1)))
    assert found == [("CLAIM.NOT_CARRIED", Severity.INFO, place)]


def test_an_element_that_is_not_carried_is_told() -> None:
    found = told(text_of(CLAIM.replace("**1:2**Y", "**1:2**Y**Y***1")))
    assert found == [("CLAIM.NOT_CARRIED", Severity.INFO, "2400/SV114")]


def test_a_note_of_another_kind_is_not_taken_for_an_addition() -> None:
    claim, _ = only(text_of(CLAIM.replace("HI*ABK", "NTE*CER*certified~\nHI*ABK", 1)))
    assert claim.note == ""


def test_no_finding_tells_who_the_patient_is() -> None:
    broken = CLAIM.replace("D8*20260504", "D8*x").replace("*140*", "*x*")
    _, findings = only(text_of(broken, policy=POLICY.replace("19800203", "19801303")))
    text = " ".join(f"{f.place} {f.message} {f.hint}" for f in findings)
    assert len(findings) == 4
    assert not any(secret in text for secret in ("Larkspur", "N100200", "1980", "EX-1"))


# Written by us, judged by the X12 package.

DOCTOR = Provider(npi=DOCTOR_NPI, person=PersonName("Okafor", "Ada"), taxonomy="207Q00000X")
GROUP = Provider(
    npi=GROUP_NPI,
    organization="Hillside Family Practice",
    taxonomy="207Q00000X",
    address=Address("400 Main Street", "Springfield", "IL", "627010002"),
    tax_id="123456789",
)
HOME = Address("12 Juniper Way", "Springfield", "IL", "627010001")
INES = Patient(PersonName("Larkspur", "Ines"), date(1980, 2, 3), Sex.FEMALE, HOME)
TOM = Patient(PersonName("Larkspur", "Tom"), date(2010, 2, 3), Sex.MALE, HOME)
INSURED = Subscriber(INES.name, "N100200", "MI", INES.birth_on, INES.sex, HOME)
OWN = Coverage(Payer("Northern Mutual", "NMUT1"), INSURED, filing_indicator="CI")
AS_CHILD = msgspec.structs.replace(OWN, relationship="19")
SECOND = Coverage(
    Payer("Southern Aid", "SAID9"),
    INSURED,
    responsibility=Responsibility.SECONDARY,
    filing_indicator="CI",
)


def first_claim(number: str = "E1", patient: Patient = INES, coverage: Coverage = OWN) -> Claim:
    encounter = Encounter(number, "11", GROUP, rendering=DOCTOR)
    charges = [
        Charge("99213", 12500, date(2026, 5, 4), ("E11.9", "I10")),
        Charge("81002", 1500, date(2026, 5, 4), ("I10",)),
    ]
    claim, findings = assemble(encounter, patient, coverage, charges)
    assert findings == ()
    return claim


def second_claim() -> Claim:
    decision = ClaimAdjudication(
        paid_cents=9000,
        adjudicated_on=date(2026, 6, 1),
        payer_claim_number="ICN77",
        remaining_patient_cents=2500,
        lines=(
            AdjudicatedLine(1, 8000, (Adjustment("CO", "45", 2500), Adjustment("PR", "2", 2000))),
            AdjudicatedLine(2, 1000, (Adjustment("PR", "1", 500),)),
        ),
    )
    return assemble_secondary(first_claim(), decision, SECOND)


def through_text(*claims: Claim) -> list[Claim]:
    """Write claims as a file that the checks pass, and read it again."""
    body = transaction(
        claims,
        submitter=Submitter("Hillside Family Practice", "HFP1", "Desk", "2175550100"),
        receiver=Receiver("Prairie Clearing", "PRC9"),
        reference="T1",
        created_at=datetime(2026, 5, 5, 8, 30, tzinfo=UTC),
    )
    at = datetime(2026, 5, 5, 8, 30, tzinfo=UTC)
    text = x12.write(x12.Envelope("HFP1", "PRC9", 1, at), GUIDE, [body])
    report = x12.check(text)
    assert report.valid, report.findings
    units = [event for event in x12.read(text) if isinstance(event, x12.Unit)]
    results = [read_claim(unit) for unit in units]
    assert all(findings == () for _, findings in results)
    return [claim for claim, _ in results]


@pytest.mark.parametrize(
    "claim",
    [
        first_claim(),
        first_claim(patient=TOM, coverage=AS_CHILD),
        second_claim(),
        amend(first_claim(), payer_claim_number="ICN77"),
        amend(first_claim(), payer_claim_number="ICN77", frequency=Frequency.VOID),
    ],
    ids=["self", "child", "secondary", "replacement", "void"],
)
def test_an_assembled_claim_survives_its_file(claim: Claim) -> None:
    assert through_text(claim) == [claim]


def test_many_claims_survive_one_file() -> None:
    claims = [
        first_claim("E1"),
        first_claim("E2", TOM, AS_CHILD),
        first_claim("E3"),
        second_claim(),
    ]
    assert Counter(through_text(*claims)) == Counter(claims)


CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"


@pytest.mark.corpus
def test_claims_of_other_software_are_read_without_raising() -> None:
    if not CORPUS.exists():
        pytest.skip("the corpus of third-party files is not beside the repository")
    claims = []
    for path in sorted(CORPUS.rglob("*")):
        if path.is_file() and b"005010X222" in path.read_bytes():
            units = [event for event in x12.read(path) if isinstance(event, x12.Unit)]
            claims += [read_claim(unit)[0] for unit in units if unit.guide == GUIDE]
    assert len(claims) > 20
    assert ClaimBatch.of(claims).total_charge_cents.min() >= 0
