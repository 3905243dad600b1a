"""The files of the coverage database are read, each by the names of its columns."""

from datetime import date
from pathlib import Path

import pytest

from codes.official import Case, becomes, lines

ARTICLE = "article_id,article_version"
CASES = [
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
        lines(f"{ARTICLE},icd10_covered_group,paragraph,icd10_covered_ast", "52000,12,2,<p>x</p>,"),
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
        "ncd lab tests October 2026.csv",
        lines("NCD,HCPCS", "190.12,87086"),
        {"ncd_laboratory_procedures": 1},
        date(2026, 10, 1),
        ("87086",),
        {"determination": "190.12"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_layout_becomes_its_tables(tmp_path: Path, case: Case) -> None:
    becomes(tmp_path, case)
