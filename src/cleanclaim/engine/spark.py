"""Judge the shares of a file on Apache Spark, by mapInArrow."""

import os
import sys
from collections.abc import Iterable, Iterator
from functools import partial

from pyspark.sql import DataFrame, SparkSession

from cleanclaim.engine.batches import answers_of, scrub_batches, shares_table
from cleanclaim.engine.choosing import in_waves
from cleanclaim.engine.shares import Answer, Share, Terms
from cleanclaim.engine.telling import Engine

# Spark's own words for the schema of the answers.
_ANSWERS = (
    "number long, claim int, told binary, blocked boolean, read int, fingerprint long, "
    "patient long, place binary"
)
# Shares a core and job: enough that a job costs nothing, few enough to hold their answers.
_SHARES_A_CORE = 8


def on_cluster(workers: int | None = None) -> Engine:
    """Give the engine of the active Spark session, or of a local one with so many cores.

    ``CLEANCLAIM_SPARK_MASTER`` names a cluster. Files and the folder of reference tables must be
    seen by all of it under the same path.
    """

    def engine(terms: Terms, shares: Iterable[Share]) -> Iterator[Answer]:
        session = SparkSession.getActiveSession() or _session(workers)
        cores = session.sparkContext.defaultParallelism

        def wave(sent: list[Share]) -> Iterable[Answer]:
            return answers_of(_judged(session, terms, sent).toArrow())

        yield from in_waves(wave, cores * _SHARES_A_CORE, terms, shares)

    return engine


def _session(workers: int | None) -> SparkSession:
    master = os.environ.get("CLEANCLAIM_SPARK_MASTER", f"local[{workers or '*'}]")
    # What the workers of this machine run is what runs here.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("cleanclaim").master(master)
    for setting in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
        builder = builder.config(setting, "false")
    return builder.getOrCreate()


def _judged(session: SparkSession, terms: Terms, shares: list[Share]) -> DataFrame:
    """Put each share in a partition of its own: one takes seconds, and cores differ."""
    frame = session.createDataFrame(shares_table(shares)).repartition(len(shares))
    return frame.mapInArrow(partial(scrub_batches, terms), _ANSWERS)
