"""What Medicare's contractors cover: articles that list a line's service, and its diagnoses."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import numpy as np

from cleanclaim.claims.batch import ClaimBatch, Days, Flags, Integers, Values
from cleanclaim.claims.service_columns import DIAGNOSIS
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.arrays import Indices, Table
from cleanclaim.codes.store.columns import Code
from cleanclaim.codes.store.keys import NO_KEY, join, matches, pack, pack_all
from cleanclaim.codes.store.kinds import Kind
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.coverage import (
    ARTICLE_CONTRACTORS,
    ARTICLE_COVERED,
    ARTICLE_NOT_COVERED,
    ARTICLE_PROCEDURES,
    ARTICLES,
    CONTRACTORS,
)
from cleanclaim.codes.tables.physician_fees import ZIP_LOCALITIES

TABLES: tuple[Kind[Any], ...] = (
    ARTICLES,
    ARTICLE_CONTRACTORS,
    ARTICLE_PROCEDURES,
    ARTICLE_COVERED,
    ARTICLE_NOT_COVERED,
    CONTRACTORS,
    ZIP_LOCALITIES,
)
_ARTICLE, _ZIP = Code(6, digits=True), Code(5, digits=True)
# Stands in a list of diagnoses that does not limit the service.
_ANY = b"XX000"
_VERSIONS_MOST = 10_000
_ARTICLES_MOST = pack([_ARTICLE], ["999999"]) + 1


class Opinion(msgspec.Struct, frozen=True):
    """What the articles of the contractor say of lines on which they say something.

    ``limited`` lines are covered for some diagnoses only, ``covered`` ones have such a diagnosis
    (of any article and any of its lists), all diagnoses of ``excluded`` ones are listed as not
    covered. ``unknown`` lines have a service with articles, and a place of no known contractor.
    ``article`` is one that speaks.
    """

    release: str
    limited: Flags
    covered: Flags
    excluded: Flags
    unknown: Flags
    article: Values


# Several edits ask for it; it is formed once a batch and forgotten with it.
_FORMED: WeakKeyDictionary[ClaimBatch, tuple[Library, tuple[Opinion, ...]]] = WeakKeyDictionary()


def opinions(batch: ClaimBatch, reference: Reference) -> tuple[Opinion, ...]:
    """Ask the articles in force on the days of the lines, a set of releases at a time."""
    library, formed = _FORMED.get(batch, (None, ()))
    if library is not reference.library:
        days = batch.line_starts_on
        parts = together(reference.library, TABLES, days)
        asking = [_Asking(batch, tables, lines) for tables, lines in parts]
        formed = tuple(each.opinion() for each in asking if each.is_concerned)
        _FORMED[batch] = (reference.library, formed)
    return formed


def together(
    library: Library, kinds: tuple[Kind[Any], ...], days: Days
) -> Iterator[tuple[dict[str, Table[Any]], Indices]]:
    """Sort days by the releases of several kinds that are in force on them, where all are."""
    parts: list[tuple[dict[str, Table[Any]], Indices]] = [({}, np.arange(len(days)))]
    for kind in kinds:
        parts = [
            ({**tables, kind.name: table}, which[inner])
            for tables, which in parts
            for table, inner in library.divide(kind, days[which])
            if table is not None
        ]
    return iter(parts)


class _Hits(msgspec.Struct, frozen=True):
    """Articles that list the services of lines: parallel columns, a row an article of a line."""

    line: Indices
    article: Integers  # packed as keys are
    version: Integers
    row: Indices  # in ARTICLES

    def kept(self, marks: Flags | Indices) -> "_Hits":
        """Give those that are marked."""
        return _Hits(*(getattr(self, name)[marks] for name in self.__struct_fields__))


class _Lists(msgspec.Struct, frozen=True):
    """What lists of diagnoses say of lines: parallel columns, a row an article of a line.

    ``limit``: there is a list, and the line has diagnoses; ``is_open``: the list says that it
    does not limit; ``told``: how many diagnoses the line has, ``has``: how many are listed.
    """

    limit: Flags
    is_open: Flags
    told: Integers
    has: Integers


class _Asking:
    """The question of some lines to the tables of their days."""

    def __init__(self, batch: ClaimBatch, tables: dict[str, Table[Any]], lines: Indices) -> None:
        self.batch = batch
        self.tables = tables
        self.lines = lines

    def _table(self, kind: Kind[Any]) -> Table[Any]:
        return self.tables[kind.name]

    @property
    def is_concerned(self) -> bool:
        """Tell whether an article, of whomever, lists a service of the lines."""
        table = self._table(ARTICLE_PROCEDURES)
        return bool((table.find_packed(self.batch.line_key[self.lines]) >= 0).any())

    def opinion(self) -> Opinion:
        """Form the opinion."""
        count, listed = len(self.batch.line_claim), self._listed()
        carriers = self._carriers()
        unknown = np.zeros(count, np.bool_)
        unknown[listed.line[carriers[listed.line] == 0]] = True
        hits = self._in_force(self._of_contractor(listed, carriers))
        lists = self._lists(hits, ARTICLE_COVERED)
        limits, covers = lists.limit & ~lists.is_open, lists.is_open | (lists.has > 0)
        refused = self._lists(hits, ARTICLE_NOT_COVERED)
        excludes = refused.limit & (refused.has == refused.told)
        article = np.full(count, "", np.object_)
        displays = self._table(ARTICLES).array("display")[hits.row].astype("U8")
        article[hits.line] = displays
        article[hits.line[limits]] = displays[limits]
        return Opinion(
            self._table(ARTICLES).release.name,
            _lines(hits.line[limits], count),
            _lines(hits.line[covers], count),
            _lines(hits.line[excludes], count),
            unknown,
            article,
        )

    def _listed(self) -> _Hits:
        """Find the articles, of any contractor and day, that list the services."""
        table = self._table(ARTICLE_PROCEDURES)
        which, rows = table.find_every(self.batch.line_key[self.lines])
        versions = table.array("version")[rows].astype(np.int64)
        articles, none = _articles(table)[rows], np.zeros(len(rows), np.intp)
        return _Hits(self.lines[which], articles, versions, none)

    def _carriers(self) -> Integers:
        """Give the number of Medicare's contractor for each line by its ZIP code; 0 for none."""
        zips, of_line = np.unique(self.batch.line_zip, return_inverse=True)
        table = self._table(ZIP_LOCALITIES)
        rows = table.find_packed(pack_all([_ZIP], [zips]))
        carriers = np.where(rows >= 0, table.array("carrier")[rows], b"0").astype(np.int64)
        known = np.isin(carriers, _numbers(self._table(CONTRACTORS), "number"))
        told: Integers = np.where(known, carriers, 0)[of_line]
        return told

    def _of_contractor(self, hits: _Hits, carriers: Integers) -> _Hits:
        """Keep the articles of the contractor of each line."""
        pairs = _jurisdictions(self._table(CONTRACTORS), self._table(ARTICLE_CONTRACTORS))
        return hits.kept(_among(pairs, carriers[hits.line] * _ARTICLES_MOST + hits.article))

    def _in_force(self, hits: _Hits) -> _Hits:
        """Keep articles whose version is the last that holds on the day of the line."""
        table, newest = self._table(ARTICLES), np.full(len(hits.line), -1, np.int64)
        which, rows = table.find_every(hits.article)
        days = self.batch.line_starts_on[hits.line[which]].astype(np.int64)
        holds = (table.array("starts_on")[rows] <= days) & (days <= table.array("ends_on")[rows])
        which, rows = which[holds], rows[holds]
        versions = table.array("version")[rows].astype(np.int64)
        np.maximum.at(newest, which, versions)
        own = versions == hits.version[which]
        hits.row[which[own]] = rows[own]
        return hits.kept(hits.version == newest)

    def _lists(self, hits: _Hits, kind: Kind[Any]) -> "_Lists":
        """Compare the lists of diagnoses of articles with the diagnoses of their lines."""
        count = len(hits.line)
        which, keys = diagnoses_of(self.batch, hits.line)
        told = np.bincount(which, minlength=count)
        has = np.bincount(which[self._on_list(hits.kept(which), keys, kind)], minlength=count)
        limit = _among(_listing(self._table(kind)), _versions(hits.article, hits.version))
        is_open = _among(_open(self._table(kind)), _versions(hits.article, hits.version))
        return _Lists(limit & (told > 0), is_open, told, has)

    def _on_list(self, hits: _Hits, keys: Integers, kind: Kind[Any]) -> Flags:
        """Mark articles, in their version, whose lists have a diagnosis of a key."""
        table = self._table(kind)
        which, rows = table.find_every(join([_ARTICLE, DIAGNOSIS], [hits.article, keys]))
        same = table.array("version")[rows] == hits.version[which]
        return _lines(which[same], len(hits.line))


def _lines(which: Indices, count: int) -> Flags:
    marks = np.zeros(count, np.bool_)
    marks[which] = True
    return marks


def _versions(articles: Integers, versions: Integers) -> Integers:
    return articles * _VERSIONS_MOST + versions


def _among(ordered: Integers, wanted: Integers) -> Flags:
    """Mark the wanted numbers that are among ordered ones."""
    if not len(ordered):
        return np.zeros(len(wanted), np.bool_)
    at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    marks: Flags = ordered[at] == wanted
    return marks


@lru_cache(maxsize=16)
def _articles(table: Table[Any]) -> Integers:
    """Give the numbers of articles, packed as keys are."""
    return pack_all([_ARTICLE], [table.array("article")])


def _numbers(table: Table[Any], column: str) -> Integers:
    """Give codes of digits as numbers."""
    return table.array(column).astype(np.int64)


@lru_cache(maxsize=8)
def _jurisdictions(contractors: Table[Any], of_articles: Table[Any]) -> Integers:
    """Give carriers with the articles that are theirs, each pair as a number, in order."""
    order = np.argsort(_numbers(contractors, "contractor"), kind="stable")
    ids, carriers = (_numbers(contractors, name)[order] for name in ("contractor", "number"))
    which, places = matches(ids, _numbers(of_articles, "contractor"))
    articles = _articles(of_articles)[which]
    return np.unique(carriers[places] * _ARTICLES_MOST + articles)


@lru_cache(maxsize=8)
def _listing(table: Table[Any]) -> Integers:
    """Give the articles, in their versions, that have rows in a table."""
    return np.unique(_versions(_articles(table), table.array("version").astype(np.int64)))


@lru_cache(maxsize=8)
def _open(table: Table[Any]) -> Integers:
    """Give the articles, in their versions, with a list that does not limit the service."""
    rows = np.flatnonzero(table.array("code") == _ANY)
    return np.unique(
        _versions(_articles(table)[rows], table.array("version")[rows].astype(np.int64))
    )


def diagnoses_of(batch: ClaimBatch, lines: Indices) -> tuple[Indices, Integers]:
    """Give the diagnoses of some lines as packed keys: which of the lines, and the key.

    Lines of institutions point to none: theirs are all that the claim lists.
    """
    which, pointers = matches(batch.pointer_line, lines.astype(np.int64))
    keys = pointed(batch)[pointers]
    listed = np.flatnonzero(batch.diagnosis_is_listed & batch.diagnosis_is_icd10)
    whole = np.flatnonzero(batch.facility_type[batch.line_claim[lines]] != "")
    more, rows = matches(batch.diagnosis_claim[listed], batch.line_claim[lines[whole]])
    which = np.concatenate([which, whole[more]])
    keys = np.concatenate([keys, batch.diagnosis_key[listed[rows]]])
    told = keys != NO_KEY
    return which[told], keys[told]


def pointed(batch: ClaimBatch) -> Integers:
    """Give the code of ICD-10-CM that each diagnosis pointer means, packed as keys are.

    NO_KEY where it points past the diagnoses of the claim, or to a code of another set.
    """
    listed = np.flatnonzero(batch.diagnosis_is_listed)
    owners, claims = batch.diagnosis_claim[listed], batch.line_claim[batch.pointer_line]
    place = np.searchsorted(owners, claims, side="left") + batch.pointer - 1
    end = np.searchsorted(owners, claims, side="right")
    keys = np.full(len(place), NO_KEY, np.int64)
    there = np.flatnonzero((batch.pointer >= 1) & (place < end))
    rows = listed[place[there]]
    keys[there] = np.where(batch.diagnosis_is_icd10[rows], batch.diagnosis_key[rows], NO_KEY)
    return keys
