"""NCCI pairs, unit limits and valid diagnoses the usual ways: dictionaries a claim, and SQL.

Both find what our edits of the same families find on professional claims of single days by one
provider: the same claims and places, which the benchmark compares before it takes a time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from cleanclaim.claims.model import Claim
from cleanclaim.codes.icd10cm import CodeSet
from cleanclaim.codes.status import CodeStatus
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.ncci import MUE_PRACTITIONER, PTP_PRACTITIONER
from cleanclaim.edits.listing import rows_of

# What was found: the sort, the claim by its index, and the place in it.
Hit = tuple[str, int, str]
NEVER, WITH_MODIFIER, OF_LINE = 0, 1, 1
# As many codes as the release has; those that no claim has are stand-ins.
_CODES = 98_000
_EPOCH = date(1970, 1, 1).toordinal()


class Line(msgspec.Struct, gc=False):
    """A line as a program of dictionaries has it; ``day`` counts from 1970."""

    number: int
    code: str
    modifiers: tuple[str, ...]
    day: int
    units: float


class Rows(msgspec.Struct):
    """The tables as plain rows: pairs, limits, codes, and modifiers by the line they count on."""

    pairs: list[tuple[str, str, int, int, int]]
    limits: list[tuple[str, int, int]]
    diagnoses: frozenset[str]
    either: frozenset[str]
    second: frozenset[str]

    @classmethod
    def of(cls, library: Library, codes: CodeSet, used: Sequence[Claim], on: date) -> "Rows":
        """Read the tables in force on a day; of diagnoses those that are complete."""
        pairs, limits = (
            library.in_force(kind, on) for kind in (PTP_PRACTITIONER, MUE_PRACTITIONER)
        )
        assert pairs is not None
        assert limits is not None
        columns = ("starts_on", "ends_on", "modifier")
        days = (pairs.array(name).astype("int64").tolist() for name in columns)
        texts = (pairs.texts(name) for name in ("column_one", "column_two"))
        counts = (limits.array(name).tolist() for name in ("units", "adjudication"))
        listed = [row.words for row in rows_of("bypass_modifiers") if on in row.span]
        told = {each.code for claim in used for each in claim.diagnoses}
        complete = frozenset(x for x in told if codes.status_in_release(x) is CodeStatus.VALID)
        return cls(
            list(zip(*texts, *days, strict=True)),
            list(zip(limits.texts("code"), *counts, strict=True)),
            complete | {f"Y{number:06d}" for number in range(_CODES)},
            frozenset(code for code, where in listed if where == "either"),
            frozenset(code for code, _ in listed),
        )


def lines_of(claim: Claim) -> list[Line]:
    """Give the lines of a claim with their days."""
    return [
        Line(
            line.number,
            line.procedure.code,
            line.procedure.modifiers,
            (claim.dates_of(line)[0] or date.min).toordinal() - _EPOCH,
            float(line.units),
        )
        for line in claim.lines
    ]


class Dictionaries:
    """The edits claim by claim, with a dictionary for each table."""

    def __init__(self, rows: Rows) -> None:
        self.pairs: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
        for one, two, *span in rows.pairs:
            self.pairs.setdefault((one, two), []).append((span[0], span[1], span[2]))
        self.limits = {code: (units, kind) for code, units, kind in rows.limits}
        self.diagnoses, self.either, self.second = rows.diagnoses, rows.either, rows.second

    def scrub(self, claims: Sequence[tuple[list[Line], list[str]]]) -> list[Hit]:
        """Judge every claim."""
        return [
            (sort, index, place)
            for index, (lines, diagnoses) in enumerate(claims)
            for sort, place in self._judge(lines, diagnoses)
        ]

    def _judge(self, lines: list[Line], diagnoses: list[str]) -> Iterator[tuple[str, str]]:
        for number, code in enumerate(diagnoses, 1):
            if code not in self.diagnoses:
                yield "diagnosis", f"diagnosis {number}"
        for number in {two.number for one in lines for two in lines if self._bundled(one, two)}:
            yield "pair", f"line {number}"
        yield from self._units(lines)

    def _bundled(self, one: Line, two: Line) -> bool:
        if one is two or one.day != two.day:
            return False
        for starts, ends, indicator in self.pairs.get((one.code, two.code), ()):
            if not starts <= one.day <= ends:
                continue
            if indicator == NEVER or (indicator == WITH_MODIFIER and not self._apart(one, two)):
                return True
        return False

    def _apart(self, one: Line, two: Line) -> bool:
        return not self.either.isdisjoint(one.modifiers) or not self.second.isdisjoint(
            two.modifiers
        )

    def _units(self, lines: list[Line]) -> Iterator[tuple[str, str]]:
        days: defaultdict[tuple[str, int], list[Line]] = defaultdict(list)
        for line in lines:
            limit, kind = self.limits.get(line.code, (0, 0))
            if not limit:
                continue
            if kind != OF_LINE:
                days[line.code, line.day].append(line)
            elif line.units > limit:
                yield "units", f"line {line.number}"
        for (code, _), own in days.items():
            if sum(line.units for line in own) > self.limits[code][0]:
                yield "units", f"line {own[0].number}"


_QUERIES = (
    """select distinct 'pair', b.claim, 'line ' || b.number
       from lines a join lines b on a.claim = b.claim and a.day = b.day and a.number <> b.number
       join pairs p on p.one = a.code and p.two = b.code and a.day between p.starts and p.ends
       where p.indicator = 0
          or (p.indicator = 1 and not list_has_any(a.modifiers, getvariable('either'))
              and not list_has_any(b.modifiers, getvariable('second')))""",
    """select 'units', claim, 'line ' || number from lines join limits using (code)
       where kind = 1 and most > 0 and units > most""",
    """select 'units', claim, 'line ' || min(number) from lines join limits using (code)
       where kind <> 1 and most > 0
       group by claim, code, day having sum(units) > any_value(most)""",
    """select 'diagnosis', claim, 'diagnosis ' || number from diagnoses
       where not exists (select 1 from codes where codes.code = diagnoses.code)""",
)


class Sql:
    """The edits as joins over all claims, in DuckDB."""

    def __init__(self, rows: Rows) -> None:
        self.database = duckdb.connect()
        self._load("pairs", ("one", "two", "starts", "ends", "indicator"), rows.pairs)
        self._load("limits", ("code", "most", "kind"), rows.limits)
        self._load("codes", ("code",), [(code,) for code in sorted(rows.diagnoses)])
        for name, modifiers in (("either", rows.either), ("second", rows.second)):
            self.database.execute(f"set variable {name} = $1", [sorted(modifiers)])

    def take(self, claims: Sequence[tuple[list[Line], list[str]]]) -> None:
        """Put the claims into tables of their own."""
        lines = [
            (index, x.number, x.code, list(x.modifiers), x.day, x.units)
            for index, (own, _) in enumerate(claims)
            for x in own
        ]
        names = ("claim", "number", "code", "modifiers", "day", "units")
        self._load("lines", names, lines)
        diagnoses = [
            (index, number, code)
            for index, (_, codes) in enumerate(claims)
            for number, code in enumerate(codes, 1)
        ]
        self._load("diagnoses", ("claim", "number", "code"), diagnoses)

    def scrub(self) -> list[Hit]:
        """Judge all claims that were taken."""
        return [hit for query in _QUERIES for hit in self.database.execute(query).fetchall()]

    def _load(self, name: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        arrow = pa.table(list(map(pa.array, zip(*rows, strict=True))), names=list(columns))
        self.database.register("given", arrow)
        self.database.execute(f"create or replace table {name} as select * from given")  # noqa: S608
        self.database.unregister("given")
