"""The guides at hand, by name."""

import contextlib
from collections.abc import Iterator, Mapping
from functools import lru_cache

from cleanclaim.x12.grammar import Guide, read_guide, table_names
from cleanclaim.x12.machine import Machine
from cleanclaim.x12.segments import Delimiters, Segment

# (version, transaction) to table; question and answer share a version.
_TABLES = {
    ("005010X222A1", "837"): "837P.txt",
    ("005010X223A2", "837"): "837I.txt",
    ("005010X224A2", "837"): "837D.txt",
    ("005010X221A1", "835"): "835.txt",
    ("005010X231A1", "999"): "999.txt",
    ("005010X220A1", "834"): "834.txt",
    ("005010X218", "820"): "820.txt",
    ("005010X214", "277"): "277CA.txt",
    ("005010X279A1", "270"): "270.txt",
    ("005010X279A1", "271"): "271.txt",
    ("005010X212", "276"): "276.txt",
    ("005010X212", "277"): "277.txt",
    ("005010X217", "278"): "278-request.txt",
    ("005010X210", "275"): "275.txt",
}
_TRIED: dict[tuple[str, str], Guide] = {}  # instead of these
# Errata and the first issue of a guide, read as the release that replaced or precedes them.
_CANONICAL = {
    "005010X222": "005010X222A1",
    "005010X222A2": "005010X222A1",
    "005010X223": "005010X223A2",
    "005010X223A1": "005010X223A2",
    "005010X223A3": "005010X223A2",
    "005010X224": "005010X224A2",
    "005010X224A1": "005010X224A2",
    "005010X224A3": "005010X224A2",
    "005010X221": "005010X221A1",
    "005010X231": "005010X231A1",
    "005010X220": "005010X220A1",
    "005010X218A1": "005010X218",
    "005010X279": "005010X279A1",
}


# Question and answer of one version and transaction, told apart by what the BHT says it is for
# (BHT02); anything else is read as the table above.
_VARIANTS = {("005010X217", "278"): {"11": "278-response.txt"}}


def canonical(version: str) -> str:
    """Give the release of a guide that is at hand for this one, or the same name."""
    return _CANONICAL.get(version, version)


def guide_for(version: str, transaction: str) -> Guide | None:
    """Give the guide of this version (canonical) and transaction, None where not at hand."""
    tried = _TRIED.get((version, transaction))
    if tried is not None:
        return tried
    table = _TABLES.get((version, transaction))
    return read_guide(table) if table else None


def variant_for(version: str, transaction: str, second: Segment) -> Guide | None:
    """Give the guide that the second segment of a transaction asks for, None for the usual one."""
    variants = _VARIANTS.get((version, transaction))
    table = variants.get(second.get(2)) if variants and second.id == "BHT" else None
    return read_guide(table) if table else None


# Few sets of delimiters are in use at a time; files of chance ones must not fill the memory.
@lru_cache(maxsize=32)
def machine_for(guide: Guide, delimiters: Delimiters) -> Machine:
    """Give the compiled guide for these delimiters."""
    return Machine(guide, delimiters)


class _Guides(Mapping[str, Guide]):
    """All guides, read when asked for; 270 and 271 are told apart as "005010X279A1/271"."""

    def __getitem__(self, name: str) -> Guide:
        version, _, transaction = name.partition("/")
        for (known, kind), table in _TABLES.items():
            if known == canonical(version) and transaction in ("", kind):
                return read_guide(table)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        versions = [version for version, _ in _TABLES]
        for version, kind in _TABLES:
            yield version if versions.count(version) == 1 else f"{version}/{kind}"

    def __len__(self) -> int:
        return len(_TABLES)


GUIDES: Mapping[str, Guide] = _Guides()


def guide_names() -> tuple[str, ...]:
    """Give the short names of the guides of transactions ("837P"), read or not."""
    return tuple(name for name in table_names() if name != "TA1")


def guide_named(short: str) -> Guide:
    """Give the guide of this short name; raises KeyError where it is not at hand."""
    for guide in _TRIED.values():
        if guide.short == short:
            return guide
    if short not in guide_names():
        raise KeyError(short)
    return read_guide(f"{short}.txt")


@contextlib.contextmanager
def trying(guide: Guide) -> Iterator[None]:
    """Read transactions by this guide instead of ours while the block lasts.

    For looking at what a changed table does (``guide_from_text``); not for several threads.
    """
    key = (guide.version, guide.transaction)
    _TRIED[key] = guide
    machine_for.cache_clear()
    try:
        yield
    finally:
        del _TRIED[key]
        machine_for.cache_clear()
