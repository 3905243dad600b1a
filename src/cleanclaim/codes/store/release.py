"""A release: one table as it was published, with where it came from and when it holds."""

from datetime import date, datetime
from pathlib import Path

import msgspec

from cleanclaim.kernel.errors import CleanclaimError

MANIFEST = "manifest.json"
# Raised whenever the way that tables lie in files changes.
FORM = 1
# The licence of tables that only show how things work: few rows, none to be relied upon.
SAMPLE = "sample"


class DamagedReleaseError(CleanclaimError):
    """A folder of the reference store is not what the program wrote."""

    code = "codes.release"


class SourceFile(msgspec.Struct, frozen=True):
    """A file that a release was made of."""

    name: str
    sha256: str
    rows: int


class Release(msgspec.Struct, frozen=True):
    """What is known of a release.

    ``starts_on`` None is "always", where the kind's releases are snapshots; where they are
    periods or histories it means that nobody said when it holds, and it holds on no day.
    ``repeated`` is how many rows at most share a key; ``withheld`` are the owners whose words
    were left out for want of a licence.
    """

    kind: str
    name: str
    starts_on: date | None
    ends_on: date | None
    dating: str
    files: tuple[SourceFile, ...]
    rows: int
    licence: str
    loaded_at: datetime
    repeated: int = 1
    withheld: tuple[str, ...] = ()
    content_sha256: str = ""
    rank: int = 1
    form: int = FORM

    @property
    def is_sample(self) -> bool:
        """Tell whether the release only shows how things work."""
        return self.licence == SAMPLE

    @property
    def dated(self) -> bool:
        """Tell whether anybody said when the release holds."""
        return self.starts_on is not None or self.dating == "snapshot"

    def holds(self, on: date) -> bool:
        """Tell whether the release answers for a day."""
        if not self.dated or (self.ends_on is not None and on > self.ends_on):
            return False
        return self.dating == "history" or self.starts_on is None or self.starts_on <= on

    @property
    def order(self) -> tuple[date, int, datetime]:
        """Sort releases so that the last one wins: later starts, fuller ones, later loads."""
        return self.starts_on or date.min, self.rank, self.loaded_at


def write_manifest(folder: Path, release: Release) -> None:
    """Write what is known of a release beside its arrays."""
    text = msgspec.json.format(msgspec.json.encode(release), indent=2)
    (folder / MANIFEST).write_bytes(text + b"\n")


def read_manifest(folder: Path) -> Release:
    """Read what is known of a release."""
    try:
        release = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Release)
    except (msgspec.DecodeError, FileNotFoundError):
        msg = f"{folder.name}: the manifest cannot be read"
        raise DamagedReleaseError(msg) from None
    if release.form != FORM:
        msg = f"{folder.name}: written in form {release.form}, this version reads {FORM}"
        raise DamagedReleaseError(msg)
    return release
