"""The installation's reference tables, opened once a process and again when some are added."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cleanclaim.codes.loaders.bundled import bundled_files
from cleanclaim.codes.loaders.catalogue import know_all
from cleanclaim.codes.search.encoder import Encoder
from cleanclaim.codes.store.layered import LayeredLibrary
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.loading import Order, load
from cleanclaim.codes.tables.diagnoses import ICD10CM
from cleanclaim.store.organizations.models import Organization
from cleanclaim.store.places import reference_folder, sample_folder


def open_library(*, synthetic: bool = False) -> Library:
    """Give the library of the installation; one that has grown is read anew.

    Tables are only ever added, which moves the time of their folder: asking costs a look at
    one folder a kind. A ``synthetic`` organization has the sample tables behind it, where
    the library lacks a kind: nobody's real claim is ever judged by those.
    """
    first = _opened(reference_folder(), _seen(reference_folder()))
    if not synthetic:
        return first
    return _layered(first, _opened(sample_folder(), _seen(sample_folder())))


def library_of(organization: int) -> Library:
    """Give the library that an organization's claims are judged by."""
    practice = Organization.objects.filter(pk=organization).values_list("synthetic_today")
    return open_library(synthetic=any(today for (today,) in practice))


def _seen(folder: Path) -> tuple[tuple[str, int], ...]:
    shelves = sorted(path for path in folder.glob("*") if not path.name.startswith("."))
    return tuple((each.name, each.stat().st_mtime_ns) for each in shelves)


@lru_cache(maxsize=4)
def _opened(folder: Path, _seen: tuple[tuple[str, int], ...]) -> Library:
    know_all()
    return Library(folder)


@lru_cache(maxsize=4)
def _layered(first: Library, behind: Library) -> Library:
    return LayeredLibrary(first, behind)


def open_encoder(*, synthetic: bool = False) -> Encoder:
    """Give the encoder over the newest tables; its indexes stay open while they are the same."""
    return _encoder(open_library(synthetic=synthetic))


@lru_cache(maxsize=4)
def _encoder(library: Library) -> Encoder:
    return Encoder(library)


def prepare_codes(at: datetime, report: Callable[[str], object] = len) -> None:
    """Load the ICD-10-CM that comes with the program where none is, and make search indexes.

    Takes seconds the first time and after tables were loaded; ``report`` is told what is done.
    """
    library = open_library()
    if not library.releases(ICD10CM.name):
        report("loading the ICD-10-CM that comes with the program")
        list(load(bundled_files(), library, Order(loaded_at=at)))
    encoder = Encoder(open_library(), building=lambda name: report(f"indexing {name}"))
    for name in encoder.systems():
        encoder.index(name)
