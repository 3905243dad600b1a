"""Each layout is read: which table it becomes, from when, and what a row of it says."""

from datetime import date
from pathlib import Path

import pytest

from cleanclaim.codes.store.kinds import Bounds
from cleanclaim.codes.store.loading import Status
from codes.official import Case, becomes, fixed, library, lines, put

# Relative values: the header is stacked, and 2026 has a column more.


def values_header(year: int, month: str) -> list[str]:
    extra = year >= 2026
    top = ["", "", f"{year} National Physician Fee Schedule Relative Value File {month} Release"]
    names = (
        "HCPCS MOD DESCRIPTION STATUS,CODE NOT,PAYMENT WORK,RVU NF,PE_RVU NF,NA F,PE_RVU F,NA "
        "MP,RVU NF,TOTAL F,TOTAL PCTC,IND GLOB,DAYS PRE,OP INTRA,OP POST,OP MULT,PROC "
        "BILAT,SURG ASST,SURG CO-,SURG TEAM,SURG "
        + ("PRIC,IND " if extra else "")
        + "ENDO,BASE CONV,FACTOR DIAG,PROCEDURES CALC,FLAG FAMILY,INDICATOR "
        "NF,AMOUNT F,AMOUNT MP,AMOUNT"
    ).split(" ")
    pairs = [(["", *name.split(",")])[-2:] for name in names]
    width = len(names)
    return [
        ",".join(top + [""] * (width - 3)),
        ",".join([""] * width),
        ",".join(upper for upper, _ in pairs),
        ",".join(lower.replace("_", " ") for _, lower in pairs),
    ]


VALUE_2025 = (
    "11111,26,Some words,A,,1.50,2.25,NA,0.75,,0.10,3.85,2.35,1,010,0.10,0.80,0.10,"
    "2,1,0,1,0,11110,32.3465,09,0,99,0.00,0.00,0.00"
)
VALUE_2026 = VALUE_2025.replace(",11110,32.3465,", ",9,11110,33.4009,")
VALUE_SAYS = {
    "description": "",
    "status": "A",
    "work": 150,
    "nonfacility_not_applicable": True,
    "facility_not_applicable": False,
    "practice_facility": 75,
    "malpractice": 10,
    "global_days": "010",
    "during_percent": 80,
    "co_surgeon": "1",
    "endoscopic_base": "11110",
    "imaging_family": "99",
}
VALUE_TEXT = fixed(
    200, at1="1111126", at8="Some words", at58="A", at60="  1.50", at67="  2.25", at73="NA",
    at76="  0.75", at85=" 0.10", at91="  3.85", at97="  2.35", at103="1", at104="010",
    at107="0.1", at110="0.8", at113="0.1", at116="2", at117="1", at118="0", at119="1",
    at120="0", at128="11110", at133=" 32.3465", at142="09", at144="0", at146="99",
    at152="  0.00", at159="  0.00", at166=" 0.00",
)  # fmt: skip

HCPCS_LINES = lines(
    "***Disclaimers",
    fixed(320, at1="A0001", at6="00100", at11="3", at12="A thing for walking, foldable,",
          at92="Foldable thing", at120="32", at128="A", at230="C", at261="P", at269="19990101",
          at277="20261001", at293="N"),
    fixed(320, at1="A0001", at6="00200", at11="4", at12="with wheels"),
    fixed(320, at1="D0001", at6="00100", at11="3", at12="A dental thing", at92="Dental",
          at269="19990101", at277="20200101", at285="20261231", at293="D"),
    *(fixed(320, at1=f"E000{n}", at6="00100", at11="3", at12="More", at92="More",
            at269="19990101", at277="20200101", at293="N") for n in range(5)),
    fixed(320, at1="   ZZ", at6="00100", at11="7", at12="A modifier", at92="Mod",
          at269="19990101", at277="20200101", at293="N"),
)  # fmt: skip

CASES = [
    Case(
        "PPRRVU2025_Oct.csv",
        lines(*values_header(2025, "October"), VALUE_2025),
        {"pfs_values": 1},
        date(2025, 10, 1),
        ("11111", "26"),
        VALUE_SAYS | {"conversion_factor": 323465},
    ),
    Case(
        "PPRRVU2026_Jul_QPP.csv",
        lines(*values_header(2026, "July"), VALUE_2026),
        {"pfs_values_qualifying": 1},
        date(2026, 7, 1),
        ("11111", "26"),
        VALUE_SAYS | {"conversion_factor": 334009},
    ),
    Case(
        "PPRRVU2026_Jul_nonQPP.csv",
        lines(*values_header(2026, "July"), VALUE_2026),
        {"pfs_values": 1},
        date(2026, 7, 1),
        ("11111", "26"),
        {"description": "Some words"},
        frozenset({"ama"}),
    ),
    Case(
        "PPRRVU25D.txt",
        lines("HDR2025 National Physician Fee Schedule", VALUE_TEXT, VALUE_TEXT),
        {"pfs_values": 2},
        date(2025, 10, 1),
        ("11111", "26"),
        VALUE_SAYS | {"conversion_factor": 323465, "total_nonfacility": 385},
    ),
    Case(
        "26LOCCO.csv",
        lines(
            "COUNTIES INCLUDED IN 2026 LOCALITIES.,,,,",
            "Medicare Adminstrative Contractor,Locality Number,State ,Fee Schedule Area ,Counties",
            "1112,5,NORTH ,A CITY ,ONE/TWO ",
            "1112,6, ,ANOTHER ,THREE ",
            "*  Payment locality is serviced by two carriers.,,,,",
        ),
        {"localities": 2},
        date(2026, 1, 1),
        ("01112", "06"),
        {"state": "NORTH", "area": "ANOTHER", "counties": "THREE"},
    ),
    Case(
        "26LOCCO.txt",
        "\r\n\r\n".join(
            [
                "COUNTIES INCLUDED IN 2026 LOCALITIES.",
                fixed(160, at5="10112", at17="00", at23="NORTH", at46="STATEWIDE", at144="ALL"),
                fixed(160, at5="01112", at17="05", at46="A CITY", at144="ONE"),
            ]
        ),
        {"localities": 2},
        date(2026, 1, 1),
        ("01112", "05"),
        {"state": "", "area": "A CITY", "counties": "ONE"},
    ),
    Case(
        "ANES2026.csv",
        lines(
            "Contractor,Locality,Locality Name,National Anes CF of 20.4976",
            "2102 ,1 ,NORTH*,27.86 ",
            ",,,",
        ),
        {"anesthesia_factors": 1},
        date(2026, 1, 1),
        ("02102", "01"),
        {"name": "NORTH", "factor_cents": 2786},
    ),
    Case(
        "ANES2026.txt",
        lines(
            "02102       01    NORTH*" + " " * 50 + "2786",
            "10112       00    SOUTH" + " " * 50 + "1931",
        ),
        {"anesthesia_factors": 2},
        date(2026, 1, 1),
        ("02102", "01"),
        {"name": "NORTH", "factor_cents": 2786},
    ),
    Case(
        "base units.txt",
        lines("CODE\t2026", "\tBASE", "\tUNIT", "00100\t5", "01999\t0"),
        {"anesthesia_units": 2},
        date(2026, 1, 1),
        ("00100",),
        {"units": 5},
    ),
    Case(
        "OPPSCAP_Oct_2026.csv",
        lines(
            "HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON-FACILTY PRICE",
            "70000,TC,C,01112,05,150.69,151.70",
            ",,,,,,",
        ),
        {"pfs_outpatient_cap": 1},
        date(2026, 10, 1),
        ("70000", "TC", "1112", "5"),
        {"facility_cents": 15069, "nonfacility_cents": 15170, "status": "C"},
    ),
    Case(
        "OPPSCAP_Oct_2026.txt",
        lines("70000TC C 01112  05   150.69    151.70"),
        {"pfs_outpatient_cap": 1},
        date(2026, 10, 1),
        ("70000", "TC", "1112", "5"),
        {"facility_cents": 15069, "nonfacility_cents": 15170, "status": "C"},
    ),
    Case(
        "PFALL26A.txt",
        lines(
            *['"2026","01112","05","11111","26","0000077.78","0000070.00"," ","0","A","2",'
              '"0000001.00","0000002.00","9","0000000.00","0000000.00"'] * 2,
            '"TRL- THE END"',
        ),
        {"pfs_amounts": 2},
        date(2026, 1, 1),
        ("11111", "26", "01112", "05"),
        {"nonfacility_cents": 7778, "facility_cents": 7000, "status": "A",
         "therapy_facility_cents": 200, "cap_indicator": "9"},
    ),
    Case(
        "ZIP5_OCT2026.txt",
        lines(*["AK995010210201RZ9R  1 A" + " " * 52 + "20264"] * 2),
        {"zip_localities": 2},
        date(2026, 10, 1),
        ("99501",),
        {"carrier": "02102", "locality": "01", "rural": "R", "laboratory": "Z9", "extended": True},
    ),
    Case(
        "ZIP9_OCT2026.txt",
        lines(*["AK995010210201R     10042" + " " * 6 + "A" + " " * 43 + "20264"] * 2),
        {"zip_extensions": 2},
        date(2026, 10, 1),
        ("99501", "42"),
        {"carrier": "02102", "rural": "R", "part_b": "A"},
    ),
    Case(
        "HCPC2026_OCT_CONTR_ANWEB.txt",
        HCPCS_LINES,
        {"hcpcs": 7, "hcpcs_modifiers": 1},
        date(2026, 10, 1),
        ("A0001",),
        {"title": "A thing for walking, foldable, with wheels", "short": "Foldable thing",
         "coverage": "C", "pricing": "32", "type_of_service": "P",
         "starts_on": date(1999, 1, 1), "ends_on": None},
    ),
    Case(
        "HCPC2026_OCT_CONTR_ANWEB.txt",
        HCPCS_LINES,
        {"hcpcs": 7, "hcpcs_modifiers": 1},
        date(2026, 10, 1),
        ("D0001",),
        {"title": "", "short": "", "ends_on": date(2026, 12, 31)},
    ),
    Case(
        "HCPC2026_OCT_ANWEB.csv",
        lines(
            "HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,PRICE1,MULT_PI,COV,TOS1,"
            "ADD DT,ACT EFF DT,TERM DT,ACTION CD",
            '   ZZ,0010,7,A modifier,Mod,,,C,,20020701,20260701,,N',
            'D0001,0010,3,"A dental thing, white",Dental,32,A,C,P,19990101,20200101,20261231,D',
        ),
        {"hcpcs": 1, "hcpcs_modifiers": 1},
        date(2026, 10, 1),
        ("D0001",),
        {"title": "A dental thing, white", "action": "D", "ends_on": date(2026, 12, 31)},
        frozenset({"ada"}),
    ),
    Case(
        "AOC_V2026Q4-MCR.csv",
        lines(
            "Add-on codes are numbers only,,,,,,,",
            "AOC_Edit_Type,Add-On_Code,AOC_DelDT,Primary_Code,Primary_Code_DelDT,"
            "AOC_Edit_EffDT,AOC_Edit_DelDT,Special_Instruction_Notes",
            "1,11112,,11111,,2013091,,",
            "2,11113,,CCCCC,,2020001,2025365,",
        ),
        {"add_on": 2},
        date(2026, 10, 1),
        ("11113", "CCCCC"),
        {"edit": 2, "starts_on": date(2020, 1, 1), "ends_on": date(2025, 12, 31)},
    ),
    Case(
        "MCR_MUE_OutpatientHospitalServices_Eff_10-01-2026.csv",
        '"A notice\r\nof several lines.",,,\r\n"HCPCS/\r\nCPT Code",Outpatient Hospital '
        "Services MUE Values,MUE Adjudication Indicator,MUE Rationale\r\n"
        "0001U,1,2 Date of Service Edit: Policy,Some reason\r\n",
        {"mue_hospital": 1},
        date(2026, 10, 1),
        ("0001U",),
        {"units": 1, "adjudication": 2, "rationale": "Some reason"},
    ),
    Case(
        "changes.csv",
        lines(
            "col1,col2,modifier_indicator,service,effective_date,source",
            "00010,00020,1,hospital,2026-10-01,changes",
        ),
        {"ncci_ptp_changes": 1},
        date(2026, 10, 1),
        ("00010", "00020"),
        {"modifier": 1, "setting": "hospital"},
    ),
    Case(
        "LONGULT_2026.txt",
        lines("11111\t" + "SOME PROCEDURE WITH MANY WORDS " * 3, "1111F\tSHORT"),
        {"cpt_long": 2},
        date(2026, 1, 1),
        ("1111F",),
        {"title": "SHORT"},
        frozenset({"ama"}),
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_layout_becomes_its_tables(tmp_path: Path, case: Case) -> None:
    becomes(tmp_path, case)


def test_columns_in_another_order_are_refused(tmp_path: Path) -> None:
    header = values_header(2025, "October")
    header[2] = header[2].replace("CONV,DIAG", "DIAG,CONV")
    header[3] = header[3].replace("FACTOR,PROCEDURES", "PROCEDURES,FACTOR")
    outcomes = put(tmp_path, "PPRRVU2025_Oct.csv", lines(*header, VALUE_2025))
    assert [(x.status, "another order" in x.why) for x in outcomes] == [(Status.REFUSED, True)]


def test_amounts_without_their_trailer_are_refused(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == "PFALL26A.txt")
    outcomes = put(tmp_path, case.name, case.text[: case.text.index('"TRL')])
    assert [(x.status, "trailer" in x.why) for x in outcomes] == [(Status.REFUSED, True)]


def test_where_one_table_of_a_file_is_refused_none_is_loaded(tmp_path: Path) -> None:
    bounds = {"hcpcs": Bounds(1, 99), "hcpcs_modifiers": Bounds(250, 800)}
    outcomes = put(tmp_path, "HCPC2026_OCT_ANWEB.txt", HCPCS_LINES, bounds=bounds)
    assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
    assert library(tmp_path).releases() == ()
