"""The code systems that can be searched, and the documents that their tables make."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from cleanclaim.codes.search.index import INCLUSION, INDEX, TITLE, Document
from cleanclaim.codes.store.arrays import Table
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables import code_lists, diagnoses, inpatient, procedures
from cleanclaim.codes.tabular import TabularList

Tables = Mapping[str, Table[Any]]


class System(msgspec.Struct, frozen=True):
    """A code system: the table that says which codes there are, and those that add words."""

    name: str
    title: str
    main: Kind[Any]
    others: tuple[Kind[Any], ...]
    documents: Callable[[Tables], Iterator[Document]]
    titles: Callable[[Tables, str], str]

    def tables(self, library: Library, on: date | None) -> dict[str, Table[Any]]:
        """Open the tables that hold on a day, or the newest ones; empty without the main one."""
        found = {}
        for kind in (self.main, *self.others):
            table = library.in_force(kind, on) if on else library.newest(kind)
            if table is not None:
                found[kind.name] = table
        return found if self.main.name in found else {}


# ICD-10-CM


def _diagnosis_documents(tables: Tables) -> Iterator[Document]:
    """Give every code with its title, its inclusion terms and the index terms that lead to it."""
    table = tables[diagnoses.ICD10CM.name]
    more = _inclusion_terms(tables)
    for code, words in _index_terms(tables).items():
        more.setdefault(code, []).extend((each, INDEX) for each in words)
    titles = _diagnosis_titles(tables)
    for code in table.texts("code"):
        yield Document(code, ((titles[code], TITLE), *more.get(code, ())))


def _diagnosis_titles(tables: Tables) -> dict[str, str]:
    table = tables[diagnoses.ICD10CM.name]
    titles = dict(zip(table.texts("code"), table.texts("title"), strict=True))
    untold = [code for code, title in titles.items() if not title]
    if untold and (tabular := _tabular(tables)):
        titles |= tabular.titles(untold)
    return titles


def _tabular(tables: Tables) -> TabularList | None:
    entries = tables.get(diagnoses.ICD10CM_TABULAR.name)
    notes = tables.get(diagnoses.ICD10CM_NOTES.name)
    return TabularList(entries, notes) if entries and notes else None


def _inclusion_terms(tables: Tables) -> dict[str, list[tuple[str, float]]]:
    notes = tables.get(diagnoses.ICD10CM_NOTES.name)
    found: dict[str, list[tuple[str, float]]] = {}
    if notes is None:
        return found
    rows = zip(notes.texts("code"), notes.texts("note"), notes.texts("words"), strict=True)
    for code, note, words in rows:
        if note in {"inclusion", "includes"}:
            found.setdefault(code, []).append((words, INCLUSION))
    return found


def _index_terms(tables: Tables) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind in diagnoses.ICD10CM_INDEXES.values():
        if table := tables.get(kind.name):
            for code, term in zip(table.texts("code"), table.texts("term"), strict=True):
                found.setdefault(code, []).append(term)
    return found


def _diagnosis_title(tables: Tables, code: str) -> str:
    row = tables[diagnoses.ICD10CM.name].row(code)
    title = row.title if row is not None else ""
    tabular = None if title else _tabular(tables)
    return tabular.title(code) if tabular else title


# HCPCS


def _service_documents(tables: Tables) -> Iterator[Document]:
    table = tables[procedures.HCPCS.name]
    words = tables.get(procedures.HCPCS_WORDS.name)
    more: dict[str, list[tuple[str, float]]] = {}
    if words is not None:
        for code, text in zip(words.texts("code"), words.texts("title"), strict=True):
            more.setdefault(code, []).append((text, TITLE))
    rows = zip(table.texts("code"), table.texts("short"), table.texts("title"), strict=True)
    for code, short, title in rows:
        yield Document(code, ((title, TITLE), (short, INCLUSION), *more.get(code, ())))


def _service_title(tables: Tables, code: str) -> str:
    row = tables[procedures.HCPCS.name].row(code)
    if row is not None and row.title:
        return str(row.title)
    words = tables.get(procedures.HCPCS_WORDS.name)
    rows = list(words.rows(code)) if words else []
    return max((row.title for row in rows), key=len, default="")


# Systems of one table


def _plain(name: str, title: str, kind: Kind[Any], *columns: str) -> System:
    """Make a system of one table: the first column is the title."""

    def documents(tables: Tables) -> Iterator[Document]:
        table = tables[kind.name]
        texts = zip(*(table.texts(column) for column in columns), strict=True)
        for code, words in zip(table.texts(kind.key[0]), texts, strict=True):
            yield Document(code, tuple((each, TITLE) for each in words))

    def titles(tables: Tables, code: str) -> str:
        row = tables[kind.name].row(code)
        return str(getattr(row, columns[0])) if row is not None else ""

    return System(name, title, kind, (), documents, titles)


SYSTEMS = {
    system.name: system
    for system in (
        System(
            "icd10cm",
            "ICD-10-CM",
            diagnoses.ICD10CM,
            (
                diagnoses.ICD10CM_TABULAR,
                diagnoses.ICD10CM_NOTES,
                *diagnoses.ICD10CM_INDEXES.values(),
            ),
            _diagnosis_documents,
            _diagnosis_title,
        ),
        System(
            "hcpcs",
            "HCPCS",
            procedures.HCPCS,
            (procedures.HCPCS_WORDS,),
            _service_documents,
            _service_title,
        ),
        _plain("cpt", "CPT", procedures.CPT_LONG, "title"),
        _plain("icd10pcs", "ICD-10-PCS", diagnoses.ICD10PCS, "title"),
        _plain("modifier", "modifier", procedures.HCPCS_MODIFIERS, "title"),
        _plain("drg", "MS-DRG", inpatient.DRG_WEIGHTS, "title"),
        _plain("pos", "place of service", code_lists.PLACES_OF_SERVICE, "name", "description"),
        _plain("revenue", "revenue code", code_lists.REVENUE_CODES, "name"),
        _plain("carc", "adjustment reason", code_lists.ADJUSTMENT_REASONS, "name"),
        _plain("rarc", "remark", code_lists.ADJUSTMENT_REMARKS, "name"),
        _plain("taxonomy", "taxonomy", code_lists.TAXONOMY, "name", "classification"),
    )
}
