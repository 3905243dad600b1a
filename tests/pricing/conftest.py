"""The official physician fee schedule, loaded once a session where it lies beside."""

from datetime import UTC, datetime

import pytest

from cleanclaim.codes.loaders.catalogue import know_all
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.loading import Order, Status, load
from cleanclaim.pricing.tables import MedicareTables
from pricing.schedules import official

_FILES = ("PPRRVU2025_Oct.csv", "GPCI2025.csv", "ANES2025.csv")


@pytest.fixture(scope="session")
def official_tables(tmp_path_factory: pytest.TempPathFactory) -> MedicareTables:
    """Load the release of October 2025; skips where it is not at hand."""
    paths = [official("rvu25d_2025oct", name) for name in _FILES]
    know_all()
    library = Library(tmp_path_factory.mktemp("official"))
    order = Order(loaded_at=datetime(2025, 10, 1, tzinfo=UTC))
    assert [each.status for each in load(paths, library, order)] == [Status.LOADED] * 3
    return MedicareTables(library)
