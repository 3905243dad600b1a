"""Scrubbing synthetic claims: our edits against dictionaries and SQL, and each engine end to end.

With ``CLEANCLAIM_REFERENCE`` the loaded tables are asked, else drawn ones of their size.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from benchmarks.figures import Figure, Measure, best_of, cpu_clock
from benchmarks.process_trees import cpu_seconds
from benchmarks.scrub_peers import Dictionaries, Hit, Rows, Sql, lines_of
from benchmarks.scrub_tables import tables_at
from benchmarks.x12_files import write_file
from cleanclaim import x12
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.from_837 import read_claim
from cleanclaim.claims.model import Claim
from cleanclaim.codes.reference import bootstrapped
from cleanclaim.codes.store.library import Library
from cleanclaim.edits import EDITS, EditChange, EditSet, scrub
from cleanclaim.engine.shares import CLAIMS_A_SHARE

_CLAIMS, _QUICK = 20_000, 5_000
_TARGET = 3  # times as many claims a second of processor time as dictionaries
_MICROSECONDS = 1e6 / 35_000  # of processor time a claim, all edits on, end to end
_ON = date(2026, 6, 1)
_SORTS = {
    "NCCI.PTP.NEVER": "pair",
    "NCCI.PTP.MODIFIER": "pair",
    "MUE.LINE": "units",
    "MUE.DAY": "units",
    "MUE.DAY.LIKELY": "units",
    "DIAGNOSIS.INVALID": "diagnosis",
    "DIAGNOSIS.HEADER": "diagnosis",
    "DIAGNOSIS.DOUBTFUL": "diagnosis",
}


class UnequalFindingsError(RuntimeError):
    """A peer finds something else, so that its time does not compare."""


def measure() -> Iterator[Figure | Measure]:
    """Measure 20,000 claims, or 5,000 if CLEANCLAIM_BENCH_QUICK is set."""
    claims = _QUICK if os.environ.get("CLEANCLAIM_BENCH_QUICK") else _CLAIMS
    with tempfile.TemporaryDirectory(prefix="cleanclaim-bench-") as name:
        folder = Path(name)
        path = write_file("837P", claims, folder / "claims.837")
        # Some diagnoses lose what makes them complete.
        text = path.read_text().replace("HI*ABK:I10*", "HI*ABK:I1*").replace(":E119*", ":E11*")
        path.write_text(text)
        library = tables_at(folder / "tables")
        yield from _against_peers(Compared(path, library))
        for engine in ("local", "processes", "spark", "ray"):
            if _is_here(engine):
                yield _engine(engine, path, library.folder, claims)


class Compared:
    """The same claims and tables, for our edits and for the peers."""

    def __init__(self, path: Path, library: Library) -> None:
        self.claims = [read_claim(x)[0] for x in x12.read(path) if isinstance(x, x12.Unit)]
        self.reference = bootstrapped(library=library)
        assert self.reference.icd10cm is not None
        self.rows = Rows.of(library, self.reference.icd10cm, self.claims, _ON)
        others = (rule for rule in EDITS if rule not in _SORTS)
        self.edits = EditSet("compared", tuple(EditChange(x, enabled=False) for x in others))
        self._warm = [ClaimBatch.of(own, _ON) for own in self._shares()]

    def _shares(self) -> Iterator[list[Claim]]:
        for start in range(0, len(self.claims), CLAIMS_A_SHARE):
            yield self.claims[start : start + CLAIMS_A_SHARE]

    def ours(self) -> list[Hit]:
        """Judge by our edits, and make the text of each finding."""
        hits: list[Hit] = []
        for number, batch in enumerate(self.batches()):
            found = scrub(batch, self.reference, self.edits, tell_unchecked=False)
            hits += [
                (_SORTS[each.rule], number * CLAIMS_A_SHARE + index, each.place)
                for index, own in enumerate(found)
                for each in own
            ]
        return hits

    def batches(self) -> Iterator[ClaimBatch]:
        """Give batches with their columns made, as the peers have their rows, and nothing found."""
        for warm in self._warm:
            batch = ClaimBatch.of(warm.rows, _ON)
            made = {name: value for name, value in vars(warm).items() if name != "_answers"}
            vars(batch).update(made)
            yield batch
            columns = {name: value for name, value in vars(batch).items() if name != "_answers"}
            vars(warm).update(columns)


def _against_peers(compared: Compared) -> Iterator[Figure]:
    plain = [(lines_of(claim), [x.code for x in claim.diagnoses]) for claim in compared.claims]
    wanted = sorted(set(compared.ours()))
    ours = best_of(5, compared.ours, cpu_clock)
    rate = f"{len(plain) / ours:,.0f} claims/CPU-s"
    amount = f"{len(plain):,} claims, {len(wanted):,} findings, {rate}"
    dictionaries = Dictionaries(compared.rows)
    _same(wanted, dictionaries.scrub(plain), "dictionaries")
    theirs = best_of(5, lambda: dictionaries.scrub(plain), cpu_clock)
    what = "NCCI, MUE and ICD edits"
    yield Figure(what, "dictionaries a claim", ours, theirs, amount, _TARGET)
    sql = Sql(compared.rows)
    sql.take(plain)
    _same(wanted, sql.scrub(), "SQL")
    yield Figure(what, "DuckDB joins", ours, best_of(5, sql.scrub, cpu_clock), amount)


def _same(wanted: list[Hit], found: list[Hit], peer: str) -> None:
    differing = set(wanted) ^ set(found)
    if differing:
        msg = f"{peer}: {len(differing)} findings differ, such as {sorted(differing)[:3]}"
        raise UnequalFindingsError(msg)


def _is_here(engine: str) -> bool:
    if engine == "spark":
        return find_spec("pyspark") is not None and which("java") is not None
    return engine != "ray" or find_spec("ray") is not None


def _engine(engine: str, path: Path, tables: Path, claims: int) -> Measure:
    """Take the time of the command, all processes together, less that for a single claim."""
    single = write_file("837P", 1, path.with_name("single.837"))
    start = _taken(engine, single, tables)
    taken = _taken(engine, path, tables) - start
    rate = f"{claims / taken:,.0f} claims/CPU-s"
    amount = f"{claims:,} claims, all edits, {rate}, {start:.1f} s CPU of start-up apart"
    value = taken / claims * 1e6
    return Measure(f"scrub by {engine}", value, "µs CPU a claim", amount, round(_MICROSECONDS, 1))


def _taken(engine: str, path: Path, tables: Path) -> float:
    out = path.with_suffix(".jsonl")
    words = ("scrub", str(path), "--engine", engine, "--workers", "2", "--out", str(out))
    settings = {"CLEANCLAIM_REFERENCE": str(tables)}
    return cpu_seconds([sys.executable, "-m", "cleanclaim", *words], settings)
