"""Lists of codes, coverage, registers, risk tables, the user's own, and the books of ICD-10-CM."""

from datetime import date
from pathlib import Path

import pytest

from cleanclaim.codes.store.kinds import KINDS
from cleanclaim.codes.store.loading import Status
from cleanclaim.codes.tabular import HeldNote, TabularList
from codes.official import library, put
from codes.test_formats import Case, lines

ARTICLE = "article_id,article_version"
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
        "article_x_hcpc_code.csv",
        lines(
            f"{ARTICLE},hcpc_code_id,hcpc_code_version,hcpc_code_group,range,last_updated,more",
            "52000,12,80050,40,2,N,2026-03-05 10:00:00,x",
        ),
        {"coverage_article_procedures": 1},
        date(2026, 3, 5),
        ("80050",),
        {"article": "052000", "version": 12, "group": 2},
    ),
    Case(
        "article_x_icd10_covered.csv",
        lines(
            f"{ARTICLE},icd10_code_id,icd10_code_version,icd10_covered_group,range,last_updated",
            "52000,12,Z13.79,9,2,,2026-03-05 10:00:00",
        ),
        {"coverage_article_covered": 1},
        date(2026, 3, 5),
        ("52000", "Z1379"),
        {"group": 2},
    ),
    Case(
        "article_x_icd10_noncovered.csv",
        lines(
            f"{ARTICLE},icd10_code_id,icd10_code_version,icd10_noncovered_group,range",
            "52000,12,Z13.79,9,2,",
        ),
        {"coverage_article_not_covered": 1},
        None,
        ("52000", "Z1379"),
        {"group": 2},
    ),
    Case(
        "article_x_icd10_covered_group.csv",
        lines(f"{ARTICLE},icd10_covered_group,paragraph,icd10_covered_ast", '52000,12,2,"<p>x</p>",'),
        {"coverage_article_groups": 1},
        None,
        ("52000",),
        {"words": "<p>x</p>"},
    ),
    Case(
        "article.csv",
        lines(
            f"{ARTICLE},title,article_pub_date,article_eff_date,article_end_date,status,display_id",
            "52000,12,Some tests,2026-01-01,2026-02-01,,A,A52000",
        ),
        {"coverage_articles": 1},
        None,
        ("52000",),
        {"display": "A52000", "starts_on": date(2026, 2, 1), "ends_on": None},
    ),
    Case(
        "article_x_contractor.csv",
        lines(f"{ARTICLE},contractor_id,contractor_type_id,contractor_version", "52000,12,33,9,1"),
        {"coverage_article_contractors": 1},
        None,
        ("52000",),
        {"contractor": "000033"},
    ),
    Case(
        "article_x_revenue_code.csv",
        lines(f"{ARTICLE},revenue_code_id,revenue_code_version", "52000,12,0300,1"),
        {"coverage_article_revenue": 1},
        None,
        ("52000",),
        {"code": "0300"},
    ),
    Case(
        "article_x_bill_codes.csv",
        lines(f"{ARTICLE},bill_code_id,bill_code_version", "52000,12,013,1"),
        {"coverage_article_bills": 1},
        None,
        ("52000",),
        {"code": "013"},
    ),
    Case(
        "contractor.csv",
        lines(
            "contractor_id,contractor_type_id,contractor_version,contractor_bus_name,"
            "contractor_number,status",
            "33,9,1,Somebody,1112,A",
        ),
        {"coverage_contractors": 1},
        None,
        ("33",),
        {"number": "01112", "name": "Somebody"},
    ),
    Case(
        "contractor_jurisdiction.csv",
        lines(
            "contractor_id,contractor_type_id,contractor_version,state_id,last_updated,"
            "active_date,term_date",
            "33,9,1,7,2026-01-01,2020-01-01,",
        ),
        {"coverage_jurisdictions": 1},
        date(2026, 1, 1),
        ("33",),
        {"state": 7, "starts_on": date(2020, 1, 1)},
    ),
    Case(
        "state_lookup.csv",
        lines("state_id,state_abbrev,description", "7,CA,Somewhere"),
        {"coverage_states": 1},
        None,
        ("7",),
        {"letters": "CA"},
    ),
    Case(
        "lcd.csv",
        lines(
            "lcd_id,lcd_version,title,orig_det_eff_date,ent_det_end_date,status,display_id",
            "33000,5,Some tests,2015-10-01,,A,L33000",
        ),
        {"coverage_determinations": 1},
        None,
        ("33000",),
        {"display": "L33000"},
    ),
    Case(
        "lcd_related_documents.csv",
        lines("lcd_id,lcd_version,r_article_id", "33000,5,52000"),
        {"coverage_related_articles": 1},
        None,
        ("33000",),
        {"article": "052000"},
    ),
    Case(
        "documents.csv",
        "document_display_id,document_type,document_version,title,contractor_name_type,"
        'effective_date,retirement_date,url\nL33000,LCD,5,Tests,"Some\none",08/14/2025,N/A,x\n',
        {"coverage_documents": 1},
        None,
        ("L33000",),
        {"contractor": "Some one", "starts_on": date(2025, 8, 14), "ends_on": None},
    ),
    Case(
        "ncd lab October 2026.csv",
        lines("NCD,ICD-10-CM,List", "190.12,N39.0,covered"),
        {"ncd_laboratory": 1},
        date(2026, 10, 1),
        ("N390",),
        {"determination": "190.12", "status": "covered"},
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
    outcomes = put(tmp_path, case.name, case.text, licensed=case.licensed)
    assert [outcome.status for outcome in outcomes] == [Status.LOADED] * len(case.tables)
    assert {outcome.kind: outcome.rows for outcome in outcomes} == case.tables
    assert {outcome.starts_on for outcome in outcomes} == {case.starts_on}
    table = library(tmp_path).newest(KINDS[next(iter(case.tables))])
    assert table is not None
    row = table.row(*case.key)
    assert row is not None
    assert {name: getattr(row, name) for name in case.says} == case.says


def test_a_week_of_nppes_is_not_the_whole(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name.startswith("npidata"))
    outcomes = put(tmp_path, "npidata_pfile_20261102-20261108.csv", case.text)
    assert [outcome.kind for outcome in outcomes] == ["nppes_weekly"]


def test_a_month_of_exclusions_is_not_the_whole(tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == "2610excl.csv")
    names = ("UPDATED.csv", "2610rein.csv")
    kinds = [put(tmp_path / name, name, case.text)[0].kind for name in names]
    assert kinds == ["leie", "leie_reinstated"]


# The books of ICD-10-CM

TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><version>2026</version>
<chapter><name>4</name><desc>Endocrine diseases (E00-E89)</desc>
 <excludes1><note>disorders of newborns (P70-P74)</note></excludes1>
 <section id="E08-E13"><desc>Diabetes (E08-E13)</desc>
  <diag><name>E11</name><desc>Type 2 diabetes</desc>
   <useAdditionalCode><note>insulin (Z79.4)</note></useAdditionalCode>
   <diag><name>E11.3</name><desc>Type 2 with eye trouble</desc>
    <diag><name>E11.32</name><desc>Type 2 with retinopathy</desc>
     <sevenChrNote><note>One of the following 7th characters</note></sevenChrNote>
     <sevenChrDef><extension char="1">right eye</extension>
      <extension char="9">unspecified eye</extension></sevenChrDef>
     <diag><name>E11.321</name><desc>Type 2 with edema</desc>
      <inclusionTerm><note>sugar eye</note></inclusionTerm></diag>
    </diag></diag></diag></section></chapter></ICD10CM.tabular>"""
INDEX = """<?xml version="1.0"?><ICD10CM.index><version>2026</version>
<title>ICD-10-CM INDEX TO DISEASES and INJURIES</title><letter><title>D</title>
<mainTerm><title>Diabetes<nemod>(mellitus)</nemod></title><code>E11.9</code>
 <term level="1"><title>with</title><term level="2"><title>retinopathy</title>
 <code>E11.31-</code></term></term>
 <term level="1"><title>insipidus</title><see>Elsewhere</see></term></mainTerm>
</letter></ICD10CM.index>"""


def tabular(folder: Path) -> TabularList:
    outcomes = put(folder, "icd10cm-tabular-2026.xml", TABULAR)
    assert {x.kind: x.rows for x in outcomes} == {"icd10cm_tabular": 6, "icd10cm_notes": 6}
    found = TabularList.in_force(library(folder), date(2025, 12, 1))
    assert found is not None
    assert TabularList.in_force(library(folder), date(2027, 1, 1)) is None
    return found


def test_notes_hold_for_what_is_below(tmp_path: Path) -> None:
    assert tabular(tmp_path).notes("E11321") == [
        HeldNote("E11321", "inclusion", "sugar eye"),
        HeldNote("E11", "use_additional", "insulin (Z79.4)"),
        HeldNote("4", "excludes1", "disorders of newborns (P70-P74)"),
    ]


def test_a_seventh_character_extends_a_code(tmp_path: Path) -> None:
    listed = tabular(tmp_path)
    assert listed.sevenths("E11321") == {"1": "right eye", "9": "unspecified eye"}
    assert listed.title("E113211") == "Type 2 with edema, right eye"
    assert listed.title("E113212") == "Type 2 with edema"
    assert listed.title("E1X") == ""
    codes = ["E113211", "E113212", "E11", "Z00", "Z000000"]
    assert listed.titles(codes) == {code: listed.title(code) for code in codes}
    assert listed.notes("E113211") == listed.notes("E11321")


def test_the_list_is_a_tree(tmp_path: Path) -> None:
    listed = tabular(tmp_path)
    above = [entry.code for entry in listed.above("E11321")]
    assert above == ["4", "E08-E13", "E11", "E113", "E1132"]
    assert [entry.code for entry in listed.above("E113211")] == [*above, "E11321"]
    assert [entry.code for entry in listed.below("E113")] == ["E1132"]
    assert [entry.code for entry in listed.above("4")] == []


def test_the_index_gives_the_path_of_its_terms(tmp_path: Path) -> None:
    (outcome,) = put(tmp_path, "icd10cm-index-2026.xml", INDEX)
    assert (outcome.kind, outcome.rows) == ("icd10cm_index_main", 2)
    table = library(tmp_path).newest(KINDS["icd10cm_index_main"])
    assert table is not None
    row = table.row("E1131")
    assert row is not None
    assert row.term == "Diabetes (mellitus), with, retinopathy"


@pytest.mark.parametrize(
    ("head", "kind"),
    [("Substance", "icd10cm_index_drug"), ("Neoplasm", "icd10cm_index_neoplasm")],
)
def test_tables_of_the_index_give_their_columns(tmp_path: Path, head: str, kind: str) -> None:
    text = f"""<ICD10CM.index><version>2026</version><indexHeading><head col="1">{head}</head>
    <head col="2">Benign</head></indexHeading><letter><mainTerm><title>lung</title>
    <cell col="2">D14.3-</cell><cell col="3">--</cell></mainTerm></letter></ICD10CM.index>"""
    (outcome,) = put(tmp_path, "icd10cm-table.xml", text)
    assert (outcome.kind, outcome.rows) == (kind, 1)
    table = library(tmp_path).newest(KINDS[kind])
    assert table is not None
    row = table.row("D143")
    assert row is not None
    assert (row.term, row.column) == ("lung", "Benign")


def test_a_book_of_another_year_than_its_name_is_refused(tmp_path: Path) -> None:
    (outcome,) = put(tmp_path, "icd10cm-tabular-2024.xml", TABULAR)
    assert (outcome.status, outcome.why) == (
        Status.REFUSED,
        "its content is of 2026, its name says 2024",
    )
