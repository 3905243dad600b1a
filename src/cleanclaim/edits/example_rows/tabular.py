"""A few entries of the tabular list of ICD-10-CM with the notes that the examples are judged by."""

from datetime import date

from cleanclaim.codes.store.held import Held
from cleanclaim.codes.tables.diagnoses import (
    ICD10CM_NOTES,
    ICD10CM_TABULAR,
    TabularEntry,
    TabularNote,
)

_DAYS = (date(2026, 4, 1), date(2026, 9, 30))
# Code, what stands directly above it, chapter, section, title.
_ENTRIES = (
    ("4", "", "04", "", "Metabolic diseases"),
    ("E08-E13", "", "04", "E08E13", "Diabetes"),
    ("E08", "", "04", "E08E13", "Diabetes due to an underlying condition"),
    ("E089", "E08", "04", "E08E13", "Diabetes due to an underlying condition, uncomplicated"),
    ("E10", "", "04", "E08E13", "Diabetes of type 1"),
    ("E109", "E10", "04", "E08E13", "Diabetes of type 1, uncomplicated"),
    ("E11", "", "04", "E08E13", "Diabetes of type 2"),
    ("E119", "E11", "04", "E08E13", "Diabetes of type 2, uncomplicated"),
    ("H42", "", "07", "H40H42", "Glaucoma in diseases classified elsewhere"),
    ("I10", "", "09", "I10I1A", "Hypertension"),
    ("I12", "", "09", "I10I1A", "Hypertensive kidney disease"),
    ("I129", "I12", "09", "I10I1A", "Hypertensive kidney disease of an early stage"),
    ("M2556", "M255", "13", "M20M25", "Pain in knee"),
    ("M25561", "M2556", "13", "M20M25", "Pain in right knee"),
    ("M25562", "M2556", "13", "M20M25", "Pain in left knee"),
    ("M25569", "M2556", "13", "M20M25", "Pain in unspecified knee"),
    ("N18", "", "14", "N17N19", "Chronic kidney disease"),
    ("N189", "N18", "14", "N17N19", "Chronic kidney disease, stage unspecified"),
    ("W19", "", "20", "W00W19", "Unspecified fall"),
)
_NOTES = (
    ("E08", "code_first", "", "the underlying condition, such as:"),
    ("E11", "excludes1", "", "diabetes of type 1 (E10.-)"),
    ("N18", "code_first", "", "hypertensive kidney disease (I12.-, I13.-)"),
    ("W19", "seventh", "A", "initial encounter"),
)
TABLES = (
    Held(
        ICD10CM_TABULAR,
        tuple(
            TabularEntry(code, parent, chapter, section, place, title)
            for place, (code, parent, chapter, section, title) in enumerate(_ENTRIES)
        ),
        *_DAYS,
    ),
    Held(ICD10CM_NOTES, tuple(TabularNote(*note) for note in _NOTES), *_DAYS),
)
