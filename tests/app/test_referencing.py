"""The installation's tables: opened once, read anew when they have grown, samples kept apart."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cleanclaim.app.referencing import library_of, open_encoder, open_library
from cleanclaim.codes.tables.ncci import MUE_PRACTITIONER
from cleanclaim.demo.sample_tables import write_samples
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.places import sample_folder
from cleanclaim.store.tenancy import within
from conftest import Practice

AT = datetime(2026, 11, 24, tzinfo=UTC)
DAY = date(2026, 5, 4)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLEANCLAIM_REFERENCE", str(tmp_path / "reference"))
    monkeypatch.setenv("CLEANCLAIM_HOME", str(tmp_path))
    return tmp_path / "reference"


def test_a_library_stays_open_until_it_grows(folder: Path) -> None:
    empty = open_library()
    assert open_library() is empty
    assert open_encoder() is open_encoder()
    assert empty.in_force(MUE_PRACTITIONER, DAY) is None
    write_samples(folder, AT)
    assert open_library() is not empty
    assert open_library().in_force(MUE_PRACTITIONER, DAY) is not None


def test_samples_stand_behind_the_library_of_synthetic_organizations_only(
    practice: Practice, folder: Path
) -> None:
    write_samples(sample_folder(), AT)
    with within(practice.organization):
        assert library_of(practice.organization).in_force(MUE_PRACTITIONER, DAY) is None
        rows = Organization.objects.filter(pk=practice.organization)
        rows.update(synthetic_today=DAY)
        table = library_of(practice.organization).in_force(MUE_PRACTITIONER, DAY)
    assert table is not None
    assert table.release.is_sample
    assert open_library().in_force(MUE_PRACTITIONER, DAY) is None
