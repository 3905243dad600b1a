"""The books of ICD-10-CM: the tabular list with the notes that hold, and the indexes."""

from datetime import date
from pathlib import Path

import pytest

from cleanclaim.codes.store.kinds import KINDS
from cleanclaim.codes.store.loading import Status
from cleanclaim.codes.tabular import HeldNote, TabularList
from codes.official import library, put

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
