"""Judge the shares of a file on Ray Data, by map_batches."""

import logging
import os
from collections.abc import Iterable, Iterator
from functools import partial

import pyarrow as pa
import ray

from cleanclaim.engine.batches import ANSWERS, answers_of, scrub_batches, shares_table
from cleanclaim.engine.choosing import in_waves
from cleanclaim.engine.shares import Answer, Share, Terms
from cleanclaim.engine.telling import Engine

# Shares a core and round: enough that a round costs nothing, few enough to hold their answers.
_SHARES_A_CORE = 8


def on_cluster(workers: int | None = None) -> Engine:
    """Give the engine of the Ray cluster at hand, or of a local one with so many cores.

    RAY_ADDRESS names a cluster. Files and the folder of reference tables must be seen by all
    of it under the same path.
    """

    def engine(terms: Terms, shares: Iterable[Share]) -> Iterator[Answer]:
        if not ray.is_initialized():
            # Nothing is told to anybody outside.
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
            ray.init(
                num_cpus=workers,
                include_dashboard=False,
                log_to_driver=False,
                logging_level=logging.WARNING,
            )
        logging.getLogger("ray.data").setLevel(logging.WARNING)
        ray.data.DataContext.get_current().enable_progress_bars = False
        cores = int(ray.cluster_resources().get("CPU", 1))
        yield from in_waves(partial(_judged, terms), cores * _SHARES_A_CORE, terms, shares)

    return engine


def _judged(terms: Terms, shares: list[Share]) -> Iterator[Answer]:
    dataset = ray.data.from_arrow([shares_table([share]) for share in shares])
    judged = dataset.map_batches(
        partial(_scrub_table, terms), batch_format="pyarrow", batch_size=None
    )
    for table in judged.iter_batches(batch_format="pyarrow", batch_size=None):
        yield from answers_of(table)


def _scrub_table(terms: Terms, table: pa.Table) -> pa.Table:
    """Judge the shares of a table, as Ray Data hands them over."""
    return pa.Table.from_batches(scrub_batches(terms, table.to_batches()), ANSWERS)
