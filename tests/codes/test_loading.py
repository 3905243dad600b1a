"""Files are told by their content; what is cut off or of another year changes nothing."""

import gzip
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from cleanclaim.codes.store.dating import Time, time_in
from cleanclaim.codes.store.kinds import Bounds
from cleanclaim.codes.store.loading import Order, Status, load
from cleanclaim.codes.tables.diagnoses import ICD10CM
from cleanclaim.codes.tables.ncci import PTP_HOSPITAL, PTP_PRACTITIONER
from codes.official import AT, PAIRS, SMALL, library, only, order_file, pairs, put

GPCI = (
    "ADDENDUM E. CY 2026 INDICES,,,,,,\r\n,,,,,,\r\n"
    "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,"
    "2026 PW GPCI (with 1.0 Floor)***,2026 PE GPCI,2026 MP GPCI\r\n"
    "10112,AL,0,ALABAMA,1.000,0.875,0.566\r\n3602,WY,21,WYOMING**,1,1,0.74\r\n"
    '"MAC Assignments as of November 22, 2023",,,,,,\r\n'
)


def state(folder: Path) -> dict[str, bytes]:
    """Give every file of the library with its content."""
    home = folder / "library"
    return {
        str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()
    }


def zipped(**members: str | bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "."), text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("words", "time"),
    [
        ("PPRRVU2026_Jul_nonQPP.csv", Time(2026, 7)),
        ("HCPC2026_OCT_ANWEB_v2.txt", Time(2026, 10)),
        ("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", Time(2026, 7, 1)),
        ("AOC_V2026Q4-MCR.xlsx", Time(2026, 10)),
        ("PUF_CLFS_CY2026_Q2V1.csv", Time(2026, 4)),
        ("icd10cm_order_2027.txt", Time(2027)),
        ("icd10cm-order-April-1-2026.txt", Time(2026, 4, 1)),
        ("DMEPOS26_JAN.xlsx", Time(2026, 1)),
        ("ZIP5_OCT2025.txt", Time(2025, 10)),
        ("25LOCCO.csv", Time(2025)),
        ("rvu26d.zip", Time(2026, 10)),
        ("PFREV25C.txt", Time(2025, 7)),
        ("April_2026_OPPS_Addendum_B.csv", Time(2026, 4)),
        ("UPDATED.csv", None),
        ("99-99-2026.csv", Time(2026)),
    ],
)
def test_names_tell_times(words: str, time: Time | None) -> None:
    assert time_in(words) == time


def test_a_file_is_recognised_whatever_its_name(tmp_path: Path) -> None:
    outcome = only(put(tmp_path, "download(1).txt", GPCI))
    assert (outcome.status, outcome.kind, outcome.rows) == (Status.LOADED, "gpci", 2)
    assert (outcome.starts_on, outcome.ends_on) == (date(2026, 1, 1), date(2026, 12, 31))


def test_a_file_is_loaded_once(tmp_path: Path) -> None:
    put(tmp_path, "GPCI2026.csv", GPCI)
    before = state(tmp_path)
    again = only(put(tmp_path, "another name.csv", GPCI))
    assert again.status is Status.ALREADY
    assert state(tmp_path) == before


def test_the_same_rows_in_another_layout_are_there_already(tmp_path: Path) -> None:
    put(tmp_path, "GPCI2026.csv", GPCI)
    text = (
        "ADDENDUM E. FINAL CY 2026 GEOGRAPHIC PRACTICE COST INDICES\r\n\r\n"
        "10112           AL      00   ALABAMA            1.000       0.875       0.566\r\n"
        "03602           WY      21   WYOMING**          1.000       1.000       0.740\r\n"
    )
    again = only(put(tmp_path, "GPCI2026.txt", text))
    assert (again.status, again.why) == (Status.ALREADY, "the same rows from another file")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.txt", "Call the clearinghouse on Monday.\n"),
        ("empty.txt", ""),
        ("blank.csv", "\n\n"),
        ("scan.pdf", b"%PDF-1.4"),
        ("old.xls", b"\xd0\xcf"),
        ("page.xml", "<html></html>"),
        ("CLM-PD-STUS-CD.csv", "code,display,definition\nP,PAID,\n"),
        ("picture.csv", b"\0\0\0\0"),
    ],
)
def test_a_stranger_is_told_why(tmp_path: Path, name: str, text: str | bytes) -> None:
    outcome = only(put(tmp_path, name, text))
    assert outcome.status is Status.STRANGER
    assert outcome.why
    assert state(tmp_path) == {}


# Refused


def refused(folder: Path, name: str, text: str | bytes, **more: object) -> str:
    """Load a file that must be refused without a trace; give the reason."""
    put(folder, "GPCI2026.csv", GPCI)
    before = state(folder)
    outcomes = put(folder, name, text, **more)  # type: ignore[arg-type]
    assert {outcome.status for outcome in outcomes} == {Status.REFUSED}
    assert state(folder) == before
    return outcomes[0].why


def test_a_file_with_too_few_rows_is_refused(tmp_path: Path) -> None:
    assert "2 rows where a whole file has 105 to 125" in refused(
        tmp_path, "gpci.csv", GPCI.replace("0.566", "0.567"), bounds={}
    )


def test_a_file_that_lost_its_end_is_refused(tmp_path: Path) -> None:
    bounds = {"gpci": Bounds(1, 9, ("10112", "03602"))}
    cut = GPCI[: GPCI.index("3602")]
    assert "no code begins with 03602" in refused(tmp_path, "gpci.csv", cut, bounds=bounds)


def test_a_row_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    cut = GPCI[: GPCI.index("WYOMING")]
    assert "4 of 7 columns" in refused(tmp_path, "gpci.csv", cut)


def test_a_name_of_another_year_is_refused(tmp_path: Path) -> None:
    why = refused(tmp_path, "GPCI2025.csv", GPCI + "\r\n")
    assert why == "its content is of 2026, its name says 2025"


def test_a_user_who_names_another_year_is_refused(tmp_path: Path) -> None:
    why = refused(tmp_path, "gpci.csv", GPCI + "\r\n", effective=date(2025, 1, 1))
    assert why == "its content is of 2026, the user says Jan 1, 2025"


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    whole = zipped(GPCI2026__csv=GPCI + "\n")
    assert "damaged" in refused(tmp_path, "gpci.zip", whole[:-30])
    assert "damaged" in refused(tmp_path, "gpci.csv.gz", gzip.compress(GPCI.encode())[:-9])
    assert "damaged" in refused(tmp_path, "gpci.xlsx", whole[:40])


def test_a_value_of_the_wrong_kind_is_refused(tmp_path: Path) -> None:
    assert "work" in refused(tmp_path, "gpci.csv", GPCI.replace("1.000", "much"))


def test_an_xml_document_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    text = "<?xml version='1.0'?><ICD10CM.tabular><version>2026</version><chapter><name>1</name>"
    assert refused(tmp_path, "tabular.xml", text) == "the file is damaged or cut off"


# ICD-10-CM tells its year


def test_an_order_file_of_the_year_of_its_name_is_loaded(tmp_path: Path) -> None:
    text = order_file({"E11": "Type 2 diabetes", "E119": "Type 2 diabetes, plain"})
    outcome = only(put(tmp_path, "icd10cm_order_2026.txt", text))
    assert (outcome.status, outcome.release) == (Status.LOADED, "ICD-10-CM FY2026")
    assert (outcome.starts_on, outcome.ends_on) == (date(2025, 10, 1), date(2026, 3, 31))
    table = library(tmp_path).in_force(ICD10CM, date(2026, 2, 1))
    assert table is not None
    header, code = table.row("E11"), table.row("E119")
    assert header is not None
    assert code is not None
    assert (header.billable, code.billable, code.title) == (False, True, "Type 2 diabetes, plain")


def test_the_year_is_told_by_the_codes_where_the_name_is_silent(tmp_path: Path) -> None:
    text = order_file({"A000": "Cholera"}, years=3)
    assert only(put(tmp_path, "codes.txt", text)).release == "ICD-10-CM FY2022"


@pytest.mark.parametrize(("name", "years"), [("2026", 6), ("2022", 4), ("2027", 6)])
def test_a_list_of_another_year_than_its_name_is_refused(
    tmp_path: Path, name: str, years: int
) -> None:
    text = order_file({"A000": "Cholera"}, years=years)
    why = refused(tmp_path, f"icd10cm_order_{name}.txt", text)
    assert "fiscal year" in why


def test_a_later_year_than_we_know_is_loaded_by_its_name(tmp_path: Path) -> None:
    outcome = only(put(tmp_path, "icd10cm_order_2027.txt", order_file({"A000": "Cholera"})))
    assert outcome.starts_on == date(2026, 10, 1)


def test_an_order_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    text = order_file({"A000": "Cholera", "Z9989": "Dependence"})
    assert "cut off" in refused(tmp_path, "icd10cm_order_2026.txt", text[:-20])


# Releases in several files


def test_the_parts_of_a_release_are_loaded_together(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "ccipra-v323r0-f1.txt").write_text(PAIRS)
    (folder / "ccipra-v323r0-f2.zip").write_bytes(
        zipped(
            **{
                "ccipra-v323r0-f2__txt": pairs(
                    *(f"4000{n} 50000 - 20200101 * 0" for n in range(10))
                )
            }
        )
    )
    outcomes = list(load([folder], library(tmp_path), Order(AT, bounds=SMALL)))
    assert [outcome.status for outcome in outcomes] == [Status.LOADED] * 2
    assert [outcome.rows for outcome in outcomes] == [25, 0]
    (release,) = library(tmp_path).releases()
    assert [file.rows for file in release.files] == [15, 10]
    assert (release.starts_on, release.ends_on) == (date(2026, 10, 1), date(2026, 12, 31))
    again = list(load([folder], library(tmp_path), Order(AT, bounds=SMALL)))
    assert {outcome.status for outcome in again} == {Status.ALREADY}


def test_a_part_alone_is_refused(tmp_path: Path) -> None:
    why = refused(tmp_path, "ccipra-v323r0-f2.txt", PAIRS)
    assert why == "the parts of the release must be loaded together, each once; here: 2"


def test_pairs_hold_on_their_days(tmp_path: Path) -> None:
    put(tmp_path, "ccipra-v323r0.txt", PAIRS)
    table = library(tmp_path).in_force(PTP_PRACTITIONER, date(2026, 11, 1))
    assert table is not None
    past, gap, now = (
        table.row("10000", "20001", on=day)
        for day in (date(2025, 6, 1), date(2026, 2, 1), date(2026, 6, 1))
    )
    assert past is not None
    assert now is not None
    assert (past.modifier, gap, now.modifier, now.ends_on) == (0, None, 1, None)
    old = table.row("10000", "20002")
    assert old is not None
    assert (old.before_1996, old.rationale) == (True, "Some rationale")
    assert library(tmp_path).in_force(PTP_PRACTITIONER, date(2027, 1, 1)) is None
    assert library(tmp_path).newest(PTP_HOSPITAL) is None


def test_pairs_that_begin_after_their_quarter_are_refused(tmp_path: Path) -> None:
    assert "later quarter" in refused(tmp_path, "ccipra-v313r0.txt", PAIRS)


def test_pairs_of_an_unknown_setting_are_refused(tmp_path: Path) -> None:
    assert "practitioner" in refused(tmp_path, "pairs-v323r0.txt", PAIRS)


def test_a_quarter_without_pairs_of_a_digit_is_not_whole(tmp_path: Path) -> None:
    bounds = {"ncci_ptp_practitioner": Bounds(1, 99, tuple("0123456789"))}
    without = PAIRS.replace("90010\t", "80011\t")
    assert "begins with 9" in refused(tmp_path, "ccipra-v323r0.txt", without, bounds=bounds)


# Licences and undated files


def test_words_are_left_out_until_a_licence_is_asserted(tmp_path: Path) -> None:
    text = "10000\tSOME PROCEDURE\n20000\tANOTHER ONE\n"
    put(tmp_path, "SHORTU.txt", text, effective=date(2026, 1, 1))
    bare = library(tmp_path).releases("cpt_short")
    assert [release.withheld for release in bare] == [("ama",)]
    licensed = frozenset({"ama"})
    again = only(put(tmp_path, "SHORTU.txt", text, effective=date(2026, 1, 1), licensed=licensed))
    assert again.status is Status.LOADED
    assert len(library(tmp_path).releases("cpt_short")) == 2
    third = only(put(tmp_path, "SHORTU.txt", text, effective=date(2026, 1, 1)))
    assert third.status is Status.ALREADY


def test_a_file_that_nobody_dates_holds_on_no_day(tmp_path: Path) -> None:
    text = "0016070,Bypass\n".replace("0016070,Bypass", '"0016070","Bypass"') * 3
    outcome = only(put(tmp_path, "procedures.csv", text))
    assert "--effective" in outcome.why
    (release,) = library(tmp_path).releases("icd10pcs")
    assert not release.holds(date(2026, 1, 1))
    dated = only(put(tmp_path, "procedures.csv", text, effective=date(2025, 10, 1)))
    assert dated.status is Status.LOADED
    assert dated.starts_on == date(2025, 10, 1)
