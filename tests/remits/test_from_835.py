"""A remittance is read whole: triples, units, remarks, provider adjustments, identities."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim.claims.model import Adjustment, Procedure
from cleanclaim.kernel.findings import Severity, blocks
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.remits.from_835 import read_remits
from cleanclaim.remits.gates import check
from cleanclaim.remits.matching import CandidateClaim, CandidateLine, Matched, match_claim
from cleanclaim.remits.model import ProviderAdjustment, Remit

NPI, RENDERING = npi_from_stem("123456789"), npi_from_stem("198765432")
TIN = "123456780"

BODY = f"""
BPR*I*207*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*20260415
TRN*1*TRACE0001*1512345678
REF*EV*OURS
DTM*405*20260414
N1*PR*HARBOR HEALTH
N3*1 QUAY
N4*BOSTON*MA*02110
REF*2U*HH001
PER*BL*HELP DESK*TE*8005550100
N1*PE*OAK CLINIC*XX*{NPI}
REF*TJ*{TIN}
LX*1
CLP*ACCT1*1*300*200*20*12*ICN0000001*11*1
CAS*CO*253*4**B20*6
NM1*QC*1*DOE*JANE****MI*MEM1
NM1*74*1*DOE*JANE****C*MEM1X
NM1*82*1*FAY*ANN****XX*{RENDERING}
NM1*TT*2*SOUND SUPPLEMENT*****PI*S77
MOA***MA01*N130
DTM*232*20260301
DTM*050*20260305
AMT*AU*230
SVC*HC:99214:25*200*150**2**3
DTM*472*20260301
CAS*CO*45*20**197*10*1
CAS*PR*1*15**2*5
REF*6R*L1
AMT*B6*180
LQ*HE*N4
SVC*NU:0301*100*60*0301**HC:80053
DTM*150*20260301
DTM*151*20260302
CAS*OA*23*40
LX*2
CLP*ACCT2*22*-100*-80**12*ICN0000002*11*1
CAS*CO*45*-20
NM1*QC*1*ROE*RICHARD****MI*MEM2
DTM*232*20260110
PLB*{NPI}*20261231*WO:ICN0000002*-80*L6:ICN0000001*-7
"""


def wrap(*bodies: str, control: int = 1, mark: str = "~") -> str:
    """Put bodies into an interchange; ISA to IEA with right counts."""
    head = [
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*OURS           "
        f"*260415*1200*^*00501*{control:09d}*0*T*:",
        f"GS*HP*PAYER*OURS*20260415*1200*{control}*X*005010X221A1",
    ]
    lines = list(head)
    for number, body in enumerate(bodies, 1):
        segments = [line for line in body.strip().splitlines() if line]
        lines.append(f"ST*835*{number:04d}")
        lines.extend(segments)
        lines.append(f"SE*{len(segments) + 2}*{number:04d}")
    lines += [f"GE*{len(bodies)}*{control}", f"IEA*1*{control:09d}"]
    return "".join(line + mark for line in lines)


def read_one(text: str) -> Remit:
    remits, _ = read_remits(text)
    (remit,) = remits
    return remit


def rules(remit: Remit) -> set[str]:
    found = check(remit, {NPI}, {TIN})
    return {finding.rule for finding in found if finding.severity is Severity.BLOCK}


def test_the_payment_and_its_parties() -> None:
    remit = read_one(wrap(BODY))
    assert (remit.payer_name, remit.payer_identifier) == ("HARBOR HEALTH", "HH001")
    assert (remit.payee_npi, remit.payee_tin) == (NPI, TIN)
    assert (remit.paid_cents, remit.payment_method, remit.paid_on) == (
        20_700,
        "ACH",
        date(2026, 4, 15),
    )
    assert (remit.trace_number, remit.originating_company) == ("TRACE0001", "1512345678")
    assert remit.produced_on == date(2026, 4, 14)


def test_a_claim_with_everything_it_says() -> None:
    claim = read_one(wrap(BODY)).claims[0]
    assert (claim.charge_cents, claim.paid_cents, claim.patient_responsibility_cents) == (
        30_000,
        20_000,
        2_000,
    )
    assert (claim.payer_claim_number, claim.filing_indicator) == ("ICN0000001", "12")
    assert claim.adjustments == (Adjustment("CO", "253", 400), Adjustment("CO", "B20", 600))
    assert claim.remarks == ("MA01", "N130")
    assert (claim.member_id, claim.corrected_member_id) == ("MEM1", "MEM1X")
    assert (claim.rendering_npi, claim.crossover_carrier) == (RENDERING, "SOUND SUPPLEMENT")
    assert (claim.received_on, claim.covered_cents) == (date(2026, 3, 5), 23_000)


def test_lines_keep_units_triples_remarks_and_what_was_submitted() -> None:
    first, second = read_one(wrap(BODY)).claims[0].lines
    assert first.procedure == Procedure("99214", ("25",))
    assert (first.units_paid, first.original_units) == (Decimal(2), Decimal(3))
    assert first.adjustments == (
        Adjustment("CO", "45", 2_000),
        Adjustment("CO", "197", 1_000, Decimal(1)),
        Adjustment("PR", "1", 1_500),
        Adjustment("PR", "2", 500),
    )
    assert (first.control_number, first.allowed_cents, first.remarks) == ("L1", 18_000, ("N4",))
    assert second.procedure == Procedure("0301", (), "NU")
    assert (second.submitted_procedure, second.revenue_code) == (Procedure("80053"), "0301")
    assert (second.units_paid, second.allowed_cents) == (Decimal(1), None)
    assert (second.starts_on, second.ends_on) == (date(2026, 3, 1), date(2026, 3, 2))


def test_six_triples_with_blank_quantities() -> None:
    cas = "CAS*CO*45*1**94*2**104*3*2*131*4**144*5**253*6"
    body = BODY.replace("CAS*CO*45*-20", cas)
    claim = read_one(wrap(body)).claims[1]
    assert [(a.reason, a.cents, a.quantity) for a in claim.adjustments] == [
        ("45", 100, None),
        ("94", 200, None),
        ("104", 300, Decimal(2)),
        ("131", 400, None),
        ("144", 500, None),
        ("253", 600, None),
    ]


def test_a_reversal_keeps_its_signs() -> None:
    claim = read_one(wrap(BODY)).claims[1]
    assert claim.is_reversal
    assert (claim.charge_cents, claim.paid_cents, claim.adjustments[0].cents) == (
        -10_000,
        -8_000,
        -2_000,
    )


def test_provider_adjustments_keep_the_sign_of_the_file() -> None:
    year_end = date(2026, 12, 31)
    assert read_one(wrap(BODY)).provider_adjustments == (
        ProviderAdjustment("WO", "ICN0000002", -8_000, NPI, year_end),
        ProviderAdjustment("L6", "ICN0000001", -700, NPI, year_end),
    )


def test_a_good_remit_passes_every_gate() -> None:
    remits, findings = read_remits(wrap(BODY))
    assert not blocks(findings)
    assert rules(remits[0]) == set()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("BPR*I*207*", "BPR*I*207.01*", "REMIT.G1"),
        ("L6:ICN0000001*-7", "L6:ICN0000001*7", "REMIT.G1"),
        ("CAS*CO*253*4*", "CAS*CO*253*5*", "REMIT.G2"),
        ("CAS*CO*45*-20", "CAS*CO*45*20", "REMIT.G2"),
        ("CAS*OA*23*40", "CAS*OA*23*39.99", "REMIT.G3"),
        ("SVC*NU:0301*100*60", "SVC*NU:0301*101*61", "REMIT.G4"),
        (f"N1*PE*OAK CLINIC*XX*{NPI}", f"N1*PE*OAK CLINIC*XX*{RENDERING}", "REMIT.G7"),
        ("BPR*I*207*", "BPR*I*207.001*", "REMIT.AMOUNT"),
        ("CLP*ACCT1*1*300*200*", "CLP*ACCT1*1*300*NONE*", "REMIT.AMOUNT"),
        ("CAS*CO*45*20**197", "CAS*CO*45***197", "REMIT.AMOUNT"),
        ("CAS*OA*23*40", "CAS*OA**40", "REMIT.REASON"),
        ("*98765*20260415", "*98765*20260431", "REMIT.DATE"),
    ],
)
def test_each_gate_refuses_what_does_not_hold(old: str, new: str, rule: str) -> None:
    assert old in BODY
    assert rule in rules(read_one(wrap(BODY.replace(old, new))))


def test_a_claim_without_lines_is_balanced_at_claim_level() -> None:
    """The reversal of the file has no lines; nothing else than G2 may speak of it."""
    body = BODY.replace("CAS*CO*45*-20", "CAS*CO*45*-21")
    found = check(read_one(wrap(body)), {NPI}, {TIN})
    about = [f.rule for f in found if f.place == "claim 2" and f.severity is Severity.BLOCK]
    assert about == ["REMIT.G2"]


def test_the_grammar_of_a_payer_warns_and_holds_no_money() -> None:
    late = BODY.replace("DTM*232*20260110\n", "DTM*232*20260110\nCAS*OA*94*1*1*45*-1\n")
    remit = read_one(wrap(late.replace("REF*EV*OURS", "REF*EV")))
    assert any(finding.severity is Severity.WARN for finding in remit.findings)
    assert not any(finding.severity is Severity.BLOCK for finding in remit.findings)


def test_a_wrong_or_missing_count_is_refused() -> None:
    text = wrap(BODY)
    count = text.partition("SE*")[2].partition("*")[0]
    wrong = text.replace(f"SE*{count}*", f"SE*{int(count) + 1}*")
    assert "REMIT.G6" in rules(read_one(wrong))
    short = text.partition("SE*")[0]
    assert "REMIT.G6" in rules(read_one(short))


@pytest.mark.parametrize(("old", "new"), [("GE*1*1", "GE*2*1"), ("IEA*1*", "IEA*2*")])
def test_a_wrong_envelope_blocks_the_remits_inside(old: str, new: str) -> None:
    remit = read_one(wrap(BODY).replace(old, new))
    assert blocks(check(remit, {NPI}, {TIN}))


def test_a_tax_number_serves_where_no_npi_is_given() -> None:
    body = BODY.replace(f"N1*PE*OAK CLINIC*XX*{NPI}\nREF*TJ*{TIN}", f"N1*PE*OAK CLINIC*FI*{TIN}")
    assert rules(read_one(wrap(body))) == set()
    assert "REMIT.G7" in {f.rule for f in check(read_one(wrap(body)), {NPI}, set())}


def test_a_balance_carried_forward_is_told() -> None:
    found = check(read_one(wrap(BODY)), {NPI}, {TIN})
    assert [(f.rule, f.severity) for f in found if f.rule == "REMIT.G5"] == [
        ("REMIT.G5", Severity.INFO)
    ]


def test_each_transaction_is_a_remit() -> None:
    other = BODY.replace("TRACE0001", "TRACE0002")
    remits, _ = read_remits(wrap(BODY, other))
    assert [remit.trace_number for remit in remits] == ["TRACE0001", "TRACE0002"]
    assert remits[0].key != remits[1].key


def test_identity_and_content_survive_envelope_and_delimiters() -> None:
    first = read_one(wrap(BODY))
    again = read_one(wrap(BODY, control=77).replace("~", "!").replace("*", "|").replace(":", ">"))
    assert (again.key, again.digest) == (first.key, first.digest)
    assert [again.claim_event(c) for c in again.claims] == [
        first.claim_event(c) for c in first.claims
    ]


def test_a_changed_cent_is_the_same_payment_with_other_content() -> None:
    first = read_one(wrap(BODY))
    changed = read_one(wrap(BODY.replace("CAS*OA*23*40", "CAS*OA*23*41")))
    assert changed.key == first.key
    assert changed.digest != first.digest


def test_zeros_for_a_trace_do_not_make_two_payments_one() -> None:
    zeros = BODY.replace("TRACE0001", "0000000")
    first, other = (
        read_one(wrap(zeros)),
        read_one(wrap(zeros.replace("*20260415\n", "*20260416\n"))),
    )
    assert first.key != other.key


def test_a_copy_of_a_decision_in_another_remit_is_recognised() -> None:
    first = read_one(wrap(BODY))
    other = read_one(wrap(BODY.replace("TRACE0001", "TRACE0002")))
    assert other.claim_event(other.claims[0]) != first.claim_event(first.claims[0])
    assert other.claim_twin(other.claims[0]) == first.claim_twin(first.claims[0])


def test_a_claim_read_from_text_is_matched_line_by_line() -> None:
    claim = read_one(wrap(BODY)).claims[0]
    ours = CandidateClaim(
        "k1",
        "ACCT1",
        30_000,
        starts_on=date(2026, 3, 1),
        lines=(
            CandidateLine(1, Procedure("80053"), 10_000, date(2026, 3, 1)),
            CandidateLine(2, Procedure("99214", ("25",)), 20_000, date(2026, 3, 1), "L1"),
        ),
    )
    found = match_claim(claim, [ours])
    assert isinstance(found, Matched)
    assert found.lines == (2, 1)


@pytest.mark.parametrize("text", ["", "hello", "ISA*00", wrap(BODY)[:120]])
def test_what_is_no_remittance_gives_none(text: str) -> None:
    assert read_remits(text)[0] == []


def test_another_transaction_is_told_and_no_remit() -> None:
    text = wrap(BODY).replace("005010X221A1", "005010X222A1")
    remits, findings = read_remits(text)
    assert remits == []
    assert "REMIT.GUIDE" in {finding.rule for finding in findings}


def test_messages_hold_no_patient() -> None:
    broken = wrap(BODY.replace("CAS*CO*253*4*", "CAS*CO*253*5*").replace("*20**12", "*2X**12"))
    found = check(read_one(broken), set(), set())
    told = " ".join(f"{f.place} {f.message} {f.hint}" for f in found)
    assert not [name for name in ("DOE", "JANE", "MEM1", "ACCT1", "ROE") if name in told]


TEXT = wrap(BODY)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.integers(0, 60), st.text("*~:^-.0A9é\n", max_size=6))
def test_damaged_text_is_answered_by_findings_never_by_accident(
    place: int, length: int, patch: str
) -> None:
    remits, _ = read_remits(TEXT[:place] + patch + TEXT[place + length :])
    for remit in remits:
        if not blocks(check(remit, {NPI}, {TIN})):
            claims = sum(c.paid_cents for c in remit.claims)
            provider = sum(p.cents for p in remit.provider_adjustments)
            assert remit.paid_cents * (-1 if remit.credit_debit == "D" else 1) == claims - provider


CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"


@pytest.mark.corpus
def test_remittances_of_others_are_read_without_accident() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not beside the repository")
    texts = [path.read_bytes() for path in sorted(CORPUS.rglob("*")) if path.is_file()]
    files = [text for text in texts if b"ST" in text and b"835" in text and len(text) < 200_000]
    assert files
    assert sum(len(read_remits(text)[0]) for text in files) > 0
