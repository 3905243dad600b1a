"""Every official file beside the repository loads, with as many rows as a naive count gives."""

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.loading import Order, Outcome, Status, load
from codes.official import AT

FILES = Path(__file__).resolve().parents[2] / "../shared/reference"
pytestmark = pytest.mark.corpus
Count = Callable[[Path], int]


def text_of(path: Path, member: str = "") -> str:
    data = path.read_bytes()
    if member:
        data = zipfile.ZipFile(io.BytesIO(data)).read(member)
    elif path.suffix == ".gz":
        data = gzip.decompress(data)
    encoding = "utf-16" if data[:2] == b"\xff\xfe" else "latin-1"
    return data.decode(encoding)


def starting(pattern: str, member: str = "") -> Count:
    """Count lines that begin with a pattern."""
    found = re.compile(pattern)
    return lambda path: sum(bool(found.match(x)) for x in text_of(path, member).split("\n"))


def cells(path: Path, delimiter: str = ",") -> Iterator[list[str]]:
    return (row for row in csv.reader(io.StringIO(text_of(path)), delimiter=delimiter) if row)


def after_header(delimiter: str = ",", header: int = 1) -> Count:
    """Count rows of a csv below its header, blank ones left out."""

    def count(path: Path) -> int:
        return sum(any(x.strip() for x in row) for row in cells(path, delimiter)) - header

    return count


def where(column: int, *values: str) -> Count:
    """Count rows of a csv by the value of a column."""
    return lambda path: sum(row[column] in values for row in list(cells(path))[1:])


def distinct(pattern: str) -> Count:
    """Count different lines that begin with a pattern: sections of one category repeat it."""
    found = re.compile(pattern)
    return lambda path: len({x.strip() for x in text_of(path).split("\n") if found.match(x)})


def _members(path: Path) -> int:
    """Count the members of collections in the first part of Table 6K."""
    part = text_of(path).split("PDX collection", 1)[1].split("K Part 2")[0]
    return len(re.findall(r"^  [A-Z]\w{2,6} ", part, re.MULTILINE))


def _restricted(path: Path) -> int:
    """Count the codes of the second and third part of Table 6K."""
    return len(re.findall(r"^  [A-Z]\w{2,6} ", text_of(path).split("K Part 2")[1], re.MULTILINE))


def sheet_rows(pattern: str) -> Count:
    """Count rows of the first sheet by their first cell."""

    def count(path: Path) -> int:
        book = openpyxl.load_workbook(path, read_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        book.close()
        return sum(bool(row and re.fullmatch(pattern, str(row[0]).strip())) for row in rows)

    return count


def times(count: Count, factor: int) -> Count:
    return lambda path: count(path) * factor


CODED = starting(r'"?(?!code)[A-Z0-9]{1,10}"?,')
HCPCS = r"[A-Z]\d{4}"
# Folder, file, kind, and how its rows are counted without our code.
EXPECTED: list[tuple[str, str, str, Count]] = [
    ("anesthesia_2022_2025", "CY_2022_Anes*.xlsx", "anesthesia_units", sheet_rows(r"0\d{4}")),
    ("anesthesia_2022_2025", "Anes*.xlsx", "anesthesia_factors", sheet_rows(r"\d{4,5}")),
    ("anesthesia_2022_2025", "Section*.txt", "anesthesia_units", starting(r"0\d{4}\t")),
    ("anesthesia_2022_2025", "*Sheet 1.txt", "anesthesia_factors", starting(r"\d{5} \t")),
    ("claim_status_codes", "*.csv", "statuses", where(0, "STC_Status_Code")),
    ("claim_status_codes", "*.csv", "status_entities", where(0, "STC_Entity_Code")),
    ("clfs_2026q2", "*.csv", "clfs", starting("2026,")),
    ("clfs_2026q2", "PUF*.txt", "clfs", starting("2026~")),
    ("cms_bfd_codesystems", "ANSI-RSN-CD.csv", "adjustment_reasons", after_header()),
    ("cms_bfd_codesystems", "ANSI-GRP-CD.csv", "adjustment_groups", after_header()),
    ("cms_bfd_codesystems", "BENE-PTNT-STUS-CD.csv", "discharge_statuses", CODED),
    ("cms_bfd_codesystems", "CLM-ADMSN-SRC-CD.csv", "admission_sources", CODED),
    ("cms_bfd_codesystems", "CLM-ADMSN-TYPE-CD.csv", "admission_types", CODED),
    ("cms_bfd_codesystems", "CLM-BILL-FREQ-CD.csv", "bill_types", CODED),
    ("cms_bfd_codesystems", "CLM-CNTRCTR-NUM.csv", "contractor_numbers", CODED),
    ("cms_bfd_codesystems", "CLM-POS-CD.csv", "places_of_service", CODED),
    ("cms_bfd_codesystems", "CLM-PRVDR-SPCLTY-CD.csv", "specialties", CODED),
    ("cms_bfd_codesystems", "CLM-REV-CNTR-CD.csv", "revenue_codes", CODED),
    ("cms_bfd_codesystems", "CLM-RLT-COND-CD.csv", "condition_codes", CODED),
    ("fee_schedules_2025_2026", "CLFS*.xlsx", "clfs", sheet_rows("2026")),
    ("fee_schedules_2025_2026", "DMEPEN*.xlsx", "pen", times(sheet_rows(HCPCS), 53)),
    ("fee_schedules_2025_2026", "DMEPOS*.xlsx", "dmepos", times(sheet_rows(HCPCS), 53)),
    ("fee_schedules_2025_2026", "PFREV4.txt", "pfs_amounts", starting('"2025",')),
    ("fee_schedules_2025_2026", "opps*.xlsx", "opps", sheet_rows(r"[A-Z0-9]{5}")),
    ("gpci_2026", "*.csv", "gpci", starting(r"\d{5},[A-Z]{2},")),
    ("hcc_2025_2027", "hcc_is_chronic*.csv", "hcc_chronic", after_header()),
    ("hcc_2025_2027", "ra_*coefficients*.csv", "hcc_coefficients", after_header()),
    ("hcc_2025_2027", "ra_dx_edits.csv", "hcc_restrictions", after_header()),
    ("hcc_2025_2027", "ra_dx_to_cc*.csv", "hcc_diagnoses", after_header()),
    ("hcc_2025_2027", "ra_eligible*.csv", "hcc_procedures", after_header()),
    ("hcc_2025_2027", "ra_hier*.csv", "hcc_hierarchies", after_header()),
    ("hcc_2025_2027", "ra_labels*.csv", "hcc_labels", after_header()),
    (
        "hcpcs_anweb_official_2019",
        "2019*.zip:HCPC2019_CONTR_ANWEB.txt",
        "hcpcs",
        starting(r".{10}3", "HCPC2019_CONTR_ANWEB.txt"),
    ),
    (
        "hcpcs_anweb_official_2019",
        "2019*.zip:HCPC2019_CONTR_ANWEB.txt",
        "hcpcs_modifiers",
        starting(r" {3}..\d{5}7", "HCPC2019_CONTR_ANWEB.txt"),
    ),
    ("hcpcs_level2_2024", "hcpcs_lvl2.csv", "hcpcs", after_header()),
    ("hcpcs_level2_2024", "hcpcs_noc.csv", "hcpcs_unlisted", after_header()),
    ("hcpcs_level2_2024", "two_descriptions.csv", "hcpcs_words", after_header()),
    (
        "icd10_2019_official_zips",
        "*CM-Code*.zip:icd10cm_order_2019.txt",
        "icd10cm",
        starting(r"\d{5} ", "icd10cm_order_2019.txt"),
    ),
    (
        "icd10_2019_official_zips",
        "*CM-Code*.zip:icd10cm_codes_2019.txt",
        "icd10cm",
        starting(".", "icd10cm_codes_2019.txt"),
    ),
    (
        "icd10_2019_official_zips",
        "*PCS*.zip:icd10pcs_order_2019.txt",
        "icd10pcs",
        starting(r"\d{5} ", "icd10pcs_order_2019.txt"),
    ),
    ("icd10cm_fy2026_tabular", "code-list*.txt", "icd10cm", distinct(r"[A-Z][0-9A-Z]+\s*$")),
    (
        "icd10cm_fy2026_tabular",
        "*.xml",
        "icd10cm_tabular",
        lambda path: len(re.findall("<diag[ >]|<chapter>|<section id", text_of(path))),
    ),
    ("icd10pcs_codes", "*.csv", "icd10pcs", starting('"')),
    ("mcd_lcd_article_index", "*.csv", "coverage_documents", after_header()),
    ("modifiers", "modifiers.csv", "modifiers", after_header()),
    ("msdrg_tables_fy2026", "cc_exclusions*", "drg_cc_collections", _members),
    ("msdrg_tables_fy2026", "cc_exclusions*", "drg_cc_restrictions", _restricted),
    (
        "msdrg_tables_fy2026",
        "cc_exclusions*",
        "drg_cc_exclusions",
        starting(r" [A-Z]\w{2,6} +M?CC "),
    ),
    ("msdrg_tables_fy2026", "cc_list.txt", "drg_cc", starting(r"[A-Z]\w\w[.\t]")),
    ("msdrg_tables_fy2026", "mcc_list.txt", "drg_mcc", starting(r"[A-Z]\d")),
    ("msdrg_tables_fy2026", "drg_weights.txt", "drg_weights", starting(r"\d{3}\t")),
    ("msdrg_tables_fy2026", "icd_10_cm*.csv", "icd10cm", starting(".")),
    ("ncci_aoc_2024", "*.csv", "add_on", after_header()),
    ("ncci_mue_2024q3", "*prac.csv", "mue_practitioner", after_header()),
    ("ncci_mue_2024q3", "*out.csv", "mue_hospital", after_header()),
    ("ncci_mue_2024q3", "*dme.csv", "mue_supplier", after_header()),
    ("ncci_mue_2026q3", "*.csv", "mue_practitioner", where(1, "practitioner")),
    ("ncci_mue_2026q3", "*.csv", "mue_hospital", where(1, "outpatient_hospital", "outpatient")),
    ("ncci_ptp_2024q3_full", "prac*.gz", "ncci_ptp_practitioner", starting("[^c]")),
    ("ncci_ptp_2024q3_full", "hosp*.gz", "ncci_ptp_hospital", starting("[^c]")),
    ("ncci_ptp_change_2026q3", "*.csv", "ncci_ptp_changes", after_header()),
    ("nppes_sample", "*.csv", "nppes", after_header()),
    ("nucc_taxonomy", "*.csv", "taxonomy", after_header()),
    ("opps_addendum_b_2026apr", "sample.csv", "opps", after_header()),
    ("pfs_payment_amount_2025c_sample", "PF*.txt", "pfs_amounts", starting('"2025",')),
    ("pos_codes", "*.csv", "places_of_service", after_header()),
    ("rvu25d_2025oct", "25LOCCO.csv", "localities", starting(r"\d{4,5},")),
    ("rvu25d_2025oct", "25LOCCO.txt", "localities", starting(r" +\d{5} ")),
    ("rvu25d_2025oct", "ANES2025.csv", "anesthesia_factors", starting(r"\d{5} ,")),
    ("rvu25d_2025oct", "ANES2025.txt", "anesthesia_factors", starting(r"\d{5} ")),
    ("rvu25d_2025oct", "GPCI2025.csv", "gpci", starting(r"\d{5},[A-Z]{2},")),
    ("rvu25d_2025oct", "GPCI2025.txt", "gpci", starting(r"\d{5} ")),
    ("rvu25d_2025oct", "OPPSCAP*.csv", "pfs_outpatient_cap", after_header()),
    ("rvu25d_2025oct", "OPPSCAP*.txt", "pfs_outpatient_cap", starting(r"\w{5}")),
    ("rvu25d_2025oct", "PPRRVU*.csv", "pfs_values", starting(r"(?!HCPCS)\w{5},")),
    ("x12_adjustment_codes_2024", "*.csv", "adjustment_reasons", where(1, "CARC")),
    ("x12_adjustment_codes_2024", "*.csv", "adjustment_remarks", where(1, "RARC")),
    ("zip_carrier_locality_2025oct", "ZIP5_*.txt", "zip_localities", starting(r"\w")),
]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Outcome]]:
    """Load the whole folder once; give what became of it, by sub-folder."""
    if not FILES.is_dir():
        pytest.skip("the official files are not beside the repository")
    library = Library(tmp_path_factory.mktemp("reference"))
    folders = sorted(path for path in FILES.iterdir() if path.is_dir())
    return {path.name: list(load([path], library, Order(AT))) for path in folders}


@pytest.mark.parametrize(("folder", "name", "kind", "count"), EXPECTED)
def test_each_file_loads_with_its_rows(
    loaded: dict[str, list[Outcome]], folder: str, name: str, kind: str, count: Count
) -> None:
    outer, _, member = name.partition(":")
    paths = sorted((FILES / folder).glob(outer))
    assert paths
    for path in paths:
        told = f"{path.name}:{member}" if member else path.name
        outcomes = [x for x in loaded[folder] if x.file == told and x.kind == kind]
        assert [outcome.status in {Status.LOADED, Status.ALREADY} for outcome in outcomes] == [True]
        assert outcomes[0].rows == count(path)


def test_only_excerpts_are_refused(loaded: dict[str, list[Outcome]]) -> None:
    refused = {
        folder
        for folder, outcomes in loaded.items()
        for outcome in outcomes
        if outcome.status is Status.REFUSED
    }
    assert refused == {"official_format_excerpts"}


def test_no_file_of_a_known_layout_is_left_unchecked(loaded: dict[str, list[Outcome]]) -> None:
    counted = {(folder, kind) for folder, _, kind, _ in EXPECTED}
    became = {
        (folder, outcome.kind)
        for folder, outcomes in loaded.items()
        for outcome in outcomes
        if outcome.status in {Status.LOADED, Status.ALREADY}
    }
    uncounted = {
        ("claim_status_codes", "status_categories"),
        ("icd10cm_fy2026_tabular", "icd10cm_notes"),
        ("icd10cm_index_parts_2019", "icd10cm_index_drug"),
        ("icd10cm_index_parts_2019", "icd10cm_index_external"),
        ("icd10cm_index_parts_2019", "icd10cm_index_neoplasm"),
        ("x12_adjustment_codes_2024", "adjustment_groups"),
    }
    assert became - counted == uncounted
