"""The traps that need no books: what is read, what is refused, and what is in the repository."""

import ast
import re
import subprocess
from datetime import date

import pytest

from architecture.sources import REPOSITORY, sources
from cleanclaim import x12
from cleanclaim.edits.user_rules import UnfitRuleError, compile_rule
from cleanclaim.eligibility.from_271 import answers
from cleanclaim.eligibility.model import CoverageStatus
from cleanclaim.kernel.findings import Severity
from cleanclaim.remits.from_835 import read_remits
from cleanclaim.remits.gates import check
from edits.test_user_rules import rule
from eligibility.test_answers import MEMBER, wrap
from eligibility.test_to_270 import INQUIRY, write
from pricing.test_contracts import OFFICE, contract, line, price
from remits.test_from_835 import BODY, NPI, TIN
from remits.test_from_835 import wrap as wrap_remittance


def test_trap_08_a_query_leads_nobody() -> None:
    """Bites as soon as there is a module that asks about documentation."""
    pytest.importorskip("cleanclaim.coding.suggesting", reason="the product asks no queries")
    pytest.fail("documentation queries need their test that none of them leads")


@pytest.mark.parametrize("member", ["", "AAA*N**75*C\n", "EB*V\n", "EB*6\n"])
def test_trap_09_an_answer_that_says_nothing_is_never_active(member: str) -> None:
    (answer,) = answers(wrap(MEMBER + member), {"T-1": date(2026, 6, 15)})
    assert answer.status is not CoverageStatus.ACTIVE
    (unread,) = answers("no file at all", {"T-1": date(2026, 6, 15)})
    assert unread.status is CoverageStatus.UNKNOWN


def test_trap_10_a_condition_nobody_knows_makes_no_rule() -> None:
    for condition in (("moon", "is", "full"), ("code", "resembles", "99213")):
        with pytest.raises(UnfitRuleError):
            compile_rule(rule(condition))


def test_trap_11_adjustments_come_in_six_triples_with_blanks() -> None:
    segment = "CAS*CO*45*1**59*2*1*131*3**144*4**223*5**237*6~"
    text = (
        "ISA*00*          *00*          *ZZ*PAY01          *30*123456789      "
        "*260424*0600*^*00501*000000001*0*T*:~GS*HP*PAY01*123456789*20260424*0600*1*X*005010X221A1~"
        "ST*835*0001~BPR*I*79*C*CHK************20260424~TRN*1*T*1990000001~N1*PR*P~N3*S~"
        "N4*SPRINGFIELD*IL*62704~PER*BL*X*TE*8005550100~N1*PE*US*XX*1234567893~LX*1~"
        f"CLP*C1*1*100*79**12*I1~{segment}NM1*QC*1*A*B~SE*12*0001~GE*1*1~IEA*1*000000001~"
    )
    ((remit,), _) = read_remits(text)
    assert [row.cents for row in remit.claims[0].adjustments] == [100, 200, 300, 400, 500, 600]


def test_trap_12_no_remittance_passes_that_does_not_balance() -> None:
    assert not _blocked(BODY)
    for right, wrong in (
        ("BPR*I*207*", "BPR*I*207.01*"),
        ("L6:ICN0000001*-7", "L6:ICN0000001*7"),
        ("CAS*CO*253*4*", "CAS*CO*253*5*"),
        ("SVC*NU:0301*100*60", "SVC*NU:0301*101*61"),
    ):
        assert right in BODY
        assert _blocked(BODY.replace(right, wrong)), wrong


def _blocked(body: str) -> list[str]:
    ((remit,), _) = read_remits(wrap_remittance(body))
    return [f.rule for f in check(remit, {NPI}, {TIN}) if f.severity is Severity.BLOCK]


def _code_like(text: str) -> list[str]:
    """Find what looks like a default of a procedure among a module's own values."""
    return [
        node.value.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.keyword | ast.AnnAssign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and re.fullmatch(r"\d{4}[0-9A-Z]|[A-Z]\d{4}", node.value.value)
    ]


def test_trap_13_no_default_clinical_code() -> None:
    places = ("app", "claims", "store", "web", "cli")
    found = [
        (source.place, _code_like(source.text))
        for source in sources("src")
        if any(source.place.startswith(f"src/cleanclaim/{place}/") for place in places)
    ]
    assert [one for one in found if one[1]] == []
    assert len(found) > 50
    assert _code_like('claim = make(code="99213")') == ["99213"]


def test_trap_14_an_inquiry_asks_about_the_appointment() -> None:
    text = write(INQUIRY)
    assert x12.check(text).valid
    assert f"DTP*291*D8*{INQUIRY.service_on:%Y%m%d}~" in text


def test_trap_17_what_cannot_be_priced_is_not_zero() -> None:
    told = price(contract(OFFICE), line("70450"))
    assert told.cents is None
    assert told.lines[0].cents is None


def test_trap_23_the_repository_holds_its_sources_only() -> None:
    if not (REPOSITORY / ".git").exists():
        pytest.skip("not a working copy")
    told = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True, text=True
    )
    files = [name for name in told.stdout.split("\0") if name]
    strange = [n for n in files if re.search(r"(^|/)(\.?venv|node_modules|site-packages)/", n)]
    assert strange == []
    large = [n for n in files if (REPOSITORY / n).is_file() and _size(n) > 3_000_000]
    assert large == []
    assert 100 < len(files) < 5_000


def _size(name: str) -> int:
    return (REPOSITORY / name).stat().st_size
