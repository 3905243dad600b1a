"""Fee schedules beside the physicians' and the tables of the inpatient rule are read."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from cleanclaim.codes.store.loading import Status
from cleanclaim.codes.tables.inpatient import (
    COMPLICATION_RESTRICTIONS,
    ComplicationRestriction,
)
from codes.official import Case, becomes, library, lines, put

DMEPOS = lines(
    "Durable Medical Equipment,,,,,,,,,,",
    "January 2026 Fee Schedule,,,,,,,,,,",
    "HCPCS,Mod,Mod2,JURIS,CATG,Ceiling,Floor,AL (NR),AL (R),WY (NR),WY (R)",
    "E0100,NU,,D,IN,30.00,25.50,26.00,0,30.00,31.10",
)

CASES = [
    Case(
        "October_2026_OPPS_Addendum_B.csv",
        lines(
            "Addendum B.-- Payment by HCPCS Code for CY 2026,,,,,,,",
            "HCPCS Code,Short Descriptor,CI,SI,APC,Relative Weight,Payment Rate,"
            "National Unadjusted Copayment,Minimum Unadjusted Copayment",
            '11111,Words,,J1,5072,16.1234,"$1,439.10",,$287.82',
        ),
        {"opps": 1},
        date(2026, 10, 1),
        ("11111",),
        {"status": "J1", "classification": "5072", "weight": 161234, "rate_cents": 143910,
         "copay_cents": None, "least_copay_cents": 28782, "description": ""},
    ),
    Case(
        "PUF_CLFS_CY2026_Q4V1.txt",
        lines(
            "2026 Clinical Diagnostic Laboratory Fee Schedule",
            "YEAR~HCPCS~MOD~EFF_DATE~INDICATOR~RATE~SHORTDESC",
            "2026~80001~QW~20260101~N~00720.05~Words",
        ),
        {"clfs": 1},
        date(2026, 10, 1),
        ("80001", "QW"),
        {"rate_cents": 72005, "indicator": "N"},
    ),
    Case(
        "DMEPOS26_JAN.csv",
        DMEPOS,
        {"dmepos": 2},
        date(2026, 1, 1),
        ("E0100", "NU", "", "WY"),
        {"category": "IN", "fee_cents": 3000, "rural_fee_cents": 3110, "floor_cents": 2550},
    ),
    Case(
        "limits.csv",
        lines(
            "Payment Allowance Limits,,,,,,",
            '"Effective October 1, 2026 through December 31, 2026",,,,,,',
            "HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,"
            "Co-insurance Percentage,Vaccine Limit,Notes",
            'J0001,Words,10 MG,138.229,17.885,,"two\r\nlines"',
            "J0002,Words,1 ML,N/A,20.000,,",
        ),
        {"asp": 2},
        date(2026, 10, 1),
        ("J0001",),
        {"limit_mills": 138229, "coinsurance": 17885, "notes": "two lines", "dosage": "10 MG"},
    ),
    Case(
        "NDC-HCPCS October 2026.csv",
        lines(
            "_2026_CODE,LABELER NAME,NDC2,Drug Name,HCPCS dosage,BILLUNITSPKG",
            "J0001,Somebody,00001-0002-03,Drug,10 MG,5",
        ),
        {"asp_ndc": 1},
        date(2026, 10, 1),
        ("00001000203",),
        {"code": "J0001", "doses": 5000},
    ),
    Case(
        "Table 5 FY 2027.txt",
        '"TABLE 5.\x97LIST OF GROUPS, \n AND STAY"\t\t\n'
        "MS-DRG \tFY 2027 Post-Acute DRG\tFY 2027 Special Pay DRG\tMDC\tTYPE\tMS-DRG Title\t"
        "Weights - Before Cap\tWeights - 10% Cap Applied \t"
        "Geometric mean LOS\tArithmetic mean LOS\n"
        "1\tNo\tYes\tPRE\tSURG\tTRANSPLANT\t28.0947\t27.0\t24.5\t35.5\n"
        "999\tNo\tNo\t \t**\tUNGROUPABLE\t.\t.\t.\t\n",
        {"drg_weights": 2},
        date(2026, 10, 1),
        ("001",),
        {"weight": 280947, "capped_weight": 270000, "geometric_stay": 245, "special_pay": True},
    ),
    Case(
        "Table 6I FY2027.txt",
        lines(
            "TABLE 6I - COMPLETE MCC LIST",
            "Diagnosis Code\tDescription",
            "A02.1\tSepsis",
            "",
            "\tNotes:",
        ),
        {"drg_mcc": 1},
        date(2026, 10, 1),
        ("A021",),
        {"level": "MCC", "title": "Sepsis"},
    ),
    Case(
        "Table 6J FY2027.txt",
        lines("TABLE 6J - COMPLETE CC LIST", "Diagnosis Code\tDescription", "A00.0\tCholera"),
        {"drg_cc": 1},
        date(2026, 10, 1),
        ("A000",),
        {"level": "CC"},
    ),
    Case(
        "Table 6K FY2027.txt",
        lines(
            "TABLE 6K - COMPLETE LIST OF CC EXCLUSIONS",
            "K Part 1: List of CC and Major CC Codes",
            " A000    CC  0002:1 codes     Cholera",
            " A009    MCC 0002:1 codes     Cholera",
            " K77     CC  No Excl          Liver",
            " K78     CC  No Excl          Liver",
            *(f" K8{n}     CC  No Excl          Liver" for n in range(9)),
            "PDX collection 0002",
            "  A001    Cholera",
            "K Part 2: Codes that are CC or Major CC only if patient discharged alive",
            "  I462    Arrest",
            "K Part 3: Secondary Diagnosis CC/MCC Severity Exclusions in Select MS-DRGs",
            "MDC 01 DRGs 082-084 Traumatic Stupor",
            "  S061X3A Edema",
        ),
        {"drg_cc_exclusions": 13, "drg_cc_collections": 1, "drg_cc_restrictions": 2},
        date(2026, 10, 1),
        ("A009",),
        {"level": "MCC", "collection": "0002"},
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_layout_becomes_its_tables(tmp_path: Path, case: Case) -> None:
    becomes(tmp_path, case)


def test_a_workbook_is_read_as_its_csv_is(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in DMEPOS.splitlines():
        cells = line.split(",")
        sheet.append([float(cell) if cell.count(".") == 1 else cell or None for cell in cells])
    content = io.BytesIO()
    book.save(content)
    assert [outcome.rows for outcome in put(tmp_path, "DMEPOS26_JAN.xlsx", content.getvalue())] == [
        2
    ]
    again = put(tmp_path, "DMEPOS26_JAN.csv", DMEPOS)
    assert [outcome.status for outcome in again] == [Status.ALREADY]


def test_rows_without_a_code_are_not_left_out_in_silence(tmp_path: Path) -> None:
    text = "cpt_hcpcs_code,x,y\n" + "00100,1,2\n" * 9 + "001OO-1,1,2\n" * 9
    outcomes = put(tmp_path, "ra_eligible_2026.csv", text)
    assert [(x.status, "no code" in x.why) for x in outcomes] == [(Status.REFUSED, True)]


def test_complications_that_count_for_some_only(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == "Table 6K FY2027.txt")
    put(tmp_path, case.name, case.text)
    table = library(tmp_path).newest(COMPLICATION_RESTRICTIONS)
    assert table is not None
    alive, group = table.row("I462"), table.row("S061X3A")
    assert alive == ComplicationRestriction(
        "I462", discharged_alive=True, first_drg="", last_drg=""
    )
    assert group is not None
    assert (group.discharged_alive, group.first_drg, group.last_drg) == (False, "082", "084")


def test_collections_that_are_not_listed_are_refused(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == "Table 6K FY2027.txt")
    outcomes = put(tmp_path, case.name, case.text[: case.text.index("PDX")])
    assert [(x.status, "0002" in x.why) for x in outcomes] == [(Status.REFUSED, True)]
