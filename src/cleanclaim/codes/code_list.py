"""Outside lists of codes by name: does a list hold a code, and was it in force on a day."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Protocol

from cleanclaim.codes.icd10cm import CodeSet, CodeSetError, bundled
from cleanclaim.codes.status import CodeStatus
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.identifiers import is_npi, is_tin

# Answers kept for lists that need more than a look into a set.
_ANSWERS_MAX = 8_192
_RANGE = re.compile(r"([A-Z]*)(\d+)-\1(\d+)")
_LETTERS = re.compile(r"([A-Z])-([A-Z])")
_ICD10CM_FORM = re.compile(r"[A-Z]\d[0-9A-Z](?:[0-9A-Z]{1,4})?", re.ASCII)


class CodeListError(CleanclaimError):
    """A list was asked for that does not exist, or its lines cannot be read."""

    code = "codes.list"


class CodeList(Protocol):
    """One list: its name ("carc") and where and when its codes were read.

    ``holds`` is quick and true where nothing is wrong with the code on any day; otherwise
    ``status`` says what the matter is on a day, or on no day in particular (None).
    """

    name: str
    release: str
    holds: Callable[[str], bool]

    def status(self, code: str, on: date | None) -> CodeStatus:
        """Tell what the list says of a code on a day."""
        ...


class Listed:
    """A list whose codes are at hand, some of them ended, some still to be given out."""

    def __init__(self, name: str, release: str, lines: Mapping[str, list[str]]) -> None:
        self.name = name
        self.release = release
        self._codes = frozenset(expanded(lines["codes"]))
        self._newer = frozenset(expanded(lines.get("newer", ())))
        self._ended = dict(_ends(lines.get("ended", ())))
        self.holds: Callable[[str], bool] = self._codes.__contains__

    def status(self, code: str, on: date | None) -> CodeStatus:
        """Tell what the list says of a code; an ended one is valid up to its last day."""
        if code in self._codes:
            return CodeStatus.VALID
        if code in self._ended:
            ended_on = self._ended[code]
            past = on is not None and (ended_on is None or on > ended_on)
            return CodeStatus.ENDED if past else CodeStatus.VALID
        return CodeStatus.NEWER if code in self._newer else CodeStatus.INVALID


class Formed:
    """A list of which only the form of its codes is at hand, or that a check digit decides."""

    def __init__(self, name: str, release: str, holds: Callable[[str], bool]) -> None:
        self.name = name
        self.release = release
        self.holds = holds

    def status(self, code: str, on: date | None) -> CodeStatus:  # noqa: ARG002 - forms have no day
        """Tell whether the code has the form."""
        return CodeStatus.VALID if self.holds(code) else CodeStatus.INVALID


class Diagnoses:
    """ICD-10-CM as a wire writes it: without a dot, judged by the release at hand."""

    def __init__(self, name: str, codes: CodeSet) -> None:
        self.name = name
        self.release = codes.release
        self._codes = codes
        self.holds: Callable[[str], bool] = lru_cache(_ANSWERS_MAX)(self._is_billable)

    def status(self, code: str, on: date | None) -> CodeStatus:
        """Tell what the release says, as far as it reaches.

        A release tells of the whole fiscal year it is in: April's has so far only added codes
        to October's. Outside of that year a code that it holds passes; one that it lacks may
        have ended before, or come since.
        """
        if not _ICD10CM_FORM.fullmatch(code):
            return CodeStatus.INVALID
        status = self._codes.status_in_release(code)
        if on is None or status is CodeStatus.VALID or on in self._codes.span:
            return status
        starts_on = self._codes.span.starts_on
        fiscal_year_starts_on = date(starts_on.year - (starts_on.month < 10), 10, 1)
        if fiscal_year_starts_on <= on < starts_on and status is CodeStatus.INVALID:
            return status
        return CodeStatus.NEWER if on > starts_on else CodeStatus.UNKNOWN

    def _is_billable(self, code: str) -> bool:
        form = _ICD10CM_FORM.fullmatch(code) is not None
        return form and self._codes.status_in_release(code) is CodeStatus.VALID


@cache
def code_list(name: str) -> CodeList:
    """Give a list by its name, read when first asked for; CodeListError where there is none."""
    try:
        release, lines = _blocks()[name]
    except KeyError:
        msg = f"no list of codes is called {name!r}"
        raise CodeListError(msg) from None
    if "codes" in lines:
        return Listed(name, release, lines)
    if "form" in lines:
        return Formed(name, release, _formed(lines["form"][0]))
    return _JUDGED[lines["judge"][0]](name, release)


def code_lists() -> tuple[str, ...]:
    """Name all lists."""
    return tuple(_blocks())


def _formed(form: str) -> Callable[[str], bool]:
    matches = re.compile(form, re.ASCII).fullmatch
    return lru_cache(_ANSWERS_MAX)(lambda code: matches(code) is not None)


def _checked(judge: Callable[[str], bool]) -> Callable[[str, str], CodeList]:
    return lambda name, release: Formed(name, release, lru_cache(_ANSWERS_MAX)(judge))


def _diagnoses(name: str, release: str) -> CodeList:
    """Take the bundled release; only the form can be told where it is not installed."""
    try:
        return Diagnoses(name, bundled())
    except CodeSetError:
        return Formed(name, release, _formed(_ICD10CM_FORM.pattern))


_JUDGED: Mapping[str, Callable[[str, str], CodeList]] = {
    "is_npi": _checked(is_npi),
    "is_tin": _checked(is_tin),
    "icd10cm": _diagnoses,
}


@cache
def _blocks() -> Mapping[str, tuple[str, Mapping[str, list[str]]]]:
    """Give, by name, the release of each list and its lines by their first word."""
    text = (resources.files(__package__) / "code_lists.txt").read_text("ascii")
    blocks: dict[str, tuple[str, Mapping[str, list[str]]]] = {}
    lines: dict[str, list[str]] = {}
    for line in text.splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "list":
            name, _, release = rest.partition(" ")
            lines = {}
            blocks[name] = (release, lines)
        elif word and not word.startswith("#"):
            lines.setdefault(word, []).append(rest)
    return blocks


def expanded(lines: Iterable[str]) -> Iterator[str]:
    """Give the codes of lines of codes and ranges: "A0-A2 17" is A0, A1, A2 and 17."""
    for word in (word for line in lines for word in line.split()):
        numbers, letters = _RANGE.fullmatch(word), _LETTERS.fullmatch(word)
        if numbers:
            prefix, first, last = numbers.groups()
            for number in range(int(first), int(last) + 1):
                yield f"{prefix}{number:0{len(first) if first[0] == '0' else 1}d}"
        elif letters:
            yield from map(chr, range(ord(letters[1]), ord(letters[2]) + 1))
        else:
            yield word


def _ends(lines: Iterable[str]) -> Iterator[tuple[str, date | None]]:
    for line in lines:
        day, _, codes = line.partition(" ")
        ended_on = None if day == "-" else date.fromisoformat(day)
        yield from ((code, ended_on) for code in expanded([codes]))
