"""Lists of codes, registers, risk tables and the user's own are read."""

from datetime import date
from pathlib import Path

import pytest

from codes.official import Case, becomes, lines, put

CASES = [
    Case(
        "CLM-BILL-FREQ-CD.csv",
        lines("code,display,definition", "111,SOME BILL,", "~~~,NOTHING,"),
        {"bill_types": 1},
        None,
        ("111",),
        {"name": ""},
    ),
    Case(
        "CLM-PRVDR-SPCLTY-CD.csv",
        lines("code,display,definition", '01,"\\""GENERAL\\""",'),
        {"specialties": 1},
        None,
        ("01",),
        {"name": "GENERAL"},
    ),
    Case(
        "ANSI-RSN-CD.csv",
        lines("code,display,definition", "45,Words of X12,"),
        {"adjustment_reasons": 1},
        None,
        ("45",),
        {"name": "Words of X12"},
        frozenset({"x12"}),
    ),
    Case(
        "CLM-POS-CD.csv",
        lines("code,display,definition", "11,OFFICE,"),
        {"places_of_service": 1},
        None,
        ("11",),
        {"name": "OFFICE"},
    ),
    Case(
        "pos.csv",
        lines("pos_code,pos_type,pos_name,pos_description", "1,Facility,Place,Words"),
        {"places_of_service": 1},
        None,
        ("01",),
        {"setting": "Facility", "name": "Place"},
    ),
    Case(
        "adj_2026.csv",
        lines(
            "adj_code,adj_type,adj_description,adj_usage,adj_notes,adj_start_date,"
            "adj_last_modified,adj_end_date",
            "CO,Group,Words,,,,,",
            "1,CARC,Words,,,1995-01-01,,",
            "M1,RARC,Words,,,1997-01-01,,2025-03-01",
        ),
        {"adjustment_remarks": 1, "adjustment_reasons": 1, "adjustment_groups": 1},
        date(2026, 1, 1),
        ("M1",),
        {"name": "", "ends_on": date(2025, 3, 1)},
    ),
    Case(
        "status.csv",
        lines(
            "list,code,description,dates",
            "STC_Status_Code,20,Words,",
            "STC_Category_Code,A7,Words,",
            "STC_Other,XX,Words,",
        ),
        {"statuses": 1, "status_categories": 1},
        None,
        ("20",),
        {"name": ""},
    ),
    Case(
        "combinations.csv",
        lines("scenario,carc,rarc,cagc", "1,16,M51,CO"),
        {"adjustment_combinations": 1},
        None,
        ("16", "M51"),
        {"scenario": "1", "group": "CO"},
    ),
    Case(
        "nucc_taxonomy_261.csv",
        lines(
            "Code,Grouping,Classification,Specialization,Definition,Notes,Display Name,Section",
            "207Q00000X,Group,Class,,Words,,Family Medicine,Individual",
        ),
        {"taxonomy": 1},
        date(2026, 7, 1),
        ("207Q00000X",),
        {"name": "Family Medicine", "section": "Individual"},
        frozenset({"nucc"}),
    ),
    Case(
        "modifiers.csv",
        lines("mod_code,mod_type,mod_description", "25,CPT,Words", "GA,HCPCS,Words"),
        {"modifiers": 2},
        None,
        ("25",),
        {"title": "", "of": "CPT"},
    ),
    Case(
        "words.csv",
        lines("hcpcs_code,hcpcs_desc_type,hcpcs_description", "A0021,Long,Words"),
        {"hcpcs_words": 1},
        None,
        ("A0021",),
        {"length": "Long"},
    ),
    Case(
        "unlisted.csv",
        lines("hcpcs,long_description,add_date,term_date", "A0999,Words,1987-01-01,"),
        {"hcpcs_unlisted": 1},
        None,
        ("A0999",),
        {"starts_on": date(1987, 1, 1)},
    ),
    Case(
        "npidata_pfile_20050523-20261108.csv",
        lines(
            "NPI,Entity Type Code,Provider Organization Name (Legal Business Name),"
            "Provider Last Name (Legal Name),Provider First Name,"
            "Provider Business Practice Location Address State Name,"
            "Provider Business Practice Location Address Postal Code,Provider Enumeration Date,"
            "NPI Deactivation Date,NPI Reactivation Date,"
            "Healthcare Provider Taxonomy Code_1,Provider License Number_1,"
            "Provider License Number State Code_1,Healthcare Provider Primary Taxonomy Switch_1,"
            "Healthcare Provider Taxonomy Code_2,Provider License Number_2,"
            "Provider License Number State Code_2,Healthcare Provider Primary Taxonomy Switch_2",
            "1234567893,1,,OAK,ADA,IL,62701-0001,05/23/2005,,,"
            "207R00000X,A1,IL,N,207Q00000X,B2,IL,Y",
        ),
        {"nppes": 1},
        date(2026, 11, 8),
        ("1234567893",),
        {"taxonomy": "207Q00000X", "license_number": "B2", "zip": "627010001",
         "enumerated_on": date(2005, 5, 23), "deactivated_on": None},
    ),
    Case(
        "deactivated.csv",
        lines("NPI,NPPES Deactivation Date", "1234567893,03/01/2026"),
        {"nppes_deactivated": 1},
        None,
        ("1234567893",),
        {"deactivated_on": date(2026, 3, 1)},
    ),
    Case(
        "2610excl.csv",
        lines(
            "LASTNAME,FIRSTNAME,MIDNAME,BUSNAME,GENERAL,SPECIALTY,UPIN,NPI,DOB,ADDRESS,CITY,"
            "STATE,ZIP,EXCLTYPE,EXCLDATE,REINDATE,WAIVERDATE,WVRSTATE",
            '"OAK","ADA","","","NURSE","",,"0000000000","19700101","1 ELM","TOWN","IL","62701",'
            '"1128a1","20261001","00000000","00000000",""',
        ),
        {"leie_added": 1},
        date(2026, 10, 1),
        ("",),
        {"family_name": "OAK", "excluded_on": date(2026, 10, 1), "reinstated_on": None},
    ),
    Case(
        "SAM_Exclusions.csv",
        lines(
            "Classification,Name,First,Middle,Last,State / Province,Exclusion Program,"
            "Excluding Agency,Exclusion Type,Active Date,Termination Date,SAM Number,NPI",
            "Individual,,ADA,,OAK,IL,Reciprocal,HHS,Prohibition,01/02/2020,Indefinite,S4MR1,",
        ),
        {"sam": 1},
        None,
        ("",),
        {"starts_on": date(2020, 1, 2), "ends_on": None, "agency": "HHS"},
    ),
    Case(
        "ra_dx_to_cc_2026.csv",
        lines("diagnosis_code,cc,model_name", "E119,38,CMS-HCC Model V28", "E119,19,Model V24"),
        {"hcc_diagnoses": 2},
        date(2026, 1, 1),
        ("E119",),
        {"category": "19"},
    ),
    Case(
        "ra_coefficients_2026.csv",
        lines("coefficient,value,model_domain,model_version", "CNA_HCC38,0.166,CMS-HCC,C28"),
        {"hcc_coefficients": 1},
        date(2026, 1, 1),
        ("C28",),
        {"name": "CNA_HCC38", "thousandths": 166},
    ),
    Case(
        "ra_hierarchies_2026.csv",
        lines("cc_parent,cc_child,model_domain,model_version,model_fullname", "17,18,CMS,V24,x"),
        {"hcc_hierarchies": 1},
        date(2026, 1, 1),
        ("17",),
        {"child": "18"},
    ),
    Case(
        "ra_labels_2026.csv",
        lines("cc,label,model_domain,model_version,model_fullname", "HCC1,Words,CMS,V24,x"),
        {"hcc_labels": 1},
        date(2026, 1, 1),
        ("HCC1",),
        {"label": "Words"},
    ),
    Case(
        "ra_dx_edits.csv",
        lines(
            "icd10,edit_type,sex,age_min,age_max,action,cc_override,model_name,description",
            "D66,sex,2,,17,override,112,V28,x",
        ),
        {"hcc_restrictions": 1},
        None,
        ("D66",),
        {"least_age": None, "most_age": 17, "sex": "2"},
    ),
    Case(
        "hcc_is_chronic_2026.csv",
        lines("hcc,is_chronic,model_version,model_domain", "HCC1,Y,V24,CMS"),
        {"hcc_chronic": 1},
        date(2026, 1, 1),
        ("V24",),
        {"category": "HCC1", "chronic": "Y"},
    ),
    Case(
        "ra_eligible_cpt_hcpcs_2026.csv",
        lines("cpt_hcpcs_code", "00100", "G0008"),
        {"hcc_procedures": 2},
        date(2026, 1, 1),
        ("G0008",),
        {},
    ),
    Case(
        "limits.csv",
        lines(
            "payer_identifier,filing_days,starts_on,ends_on,source",
            "60054,120,2025-01-01,,contract of 2025",
        ),
        {"timely_filing": 1},
        None,
        ("60054",),
        {"days": 120, "source": "contract of 2025"},
    ),
    Case(
        "telehealth_2026.csv",
        lines(
            "Code,Short Descriptor,Can Audio-only Interaction Meet the Requirements?,Limits",
            "99213,Words,Yes,",
            "G0420,Words,,",
        ),
        {"telehealth_services": 2},
        date(2026, 1, 1),
        ("99213",),
        {"audio": True},
    ),
    Case(
        "certificates.csv",
        lines(
            "hcpcs_code,modifier,clia_certificate,starts_on,ends_on",
            "81003,,C,,",
            "81003,QW,W,2020-01-01,",
        ),
        {"clia_tests": 2},
        None,
        ("81003", "QW"),
        {"certificate": "W", "starts_on": date(2020, 1, 1)},
    ),
    Case(
        "how-often.csv",
        lines(
            "payer_identifier,codes,also_counted,units_taken,period,full_months,starts_on,ends_on,"
            "source",
            "60054,97110 97112,,4,day,,2025-01-01,,policy of 2025",
            "60054,G0439,G0438,1,full months,11,2025-01-01,,policy of 2025",
        ),
        {"service_limits": 2},
        None,
        ("60054",),
        {"period": "full months", "months": 11, "also": "G0438", "count": 1},
    ),
    Case(
        "payers.csv",
        lines("payer_identifier,payer_name,payer_kind", "60054,Some Payer,commercial"),
        {"payers": 1},
        None,
        ("60054",),
        {"name": "Some Payer"},
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_layout_becomes_its_tables(tmp_path: Path, case: Case) -> None:
    becomes(tmp_path, case)


def test_a_week_of_nppes_is_not_the_whole(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name.startswith("npidata"))
    outcomes = put(tmp_path, "npidata_pfile_20261102-20261108.csv", case.text)
    assert [outcome.kind for outcome in outcomes] == ["nppes_weekly"]


def test_a_month_of_exclusions_is_not_the_whole(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == "2610excl.csv")
    names = ("UPDATED.csv", "2610rein.csv")
    kinds = [put(tmp_path / name, name, case.text)[0].kind for name in names]
    assert kinds == ["leie", "leie_reinstated"]
