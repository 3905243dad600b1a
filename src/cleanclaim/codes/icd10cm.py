"""ICD-10-CM by date: is a code billable on a day, and what does it say."""

import re
import warnings
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.spans import Span

# Chapters are bare numbers and sections are ranges ("A00-A09"); codes look like this.
_CODE = re.compile(r"[A-Z][A-Z0-9]{2,6}", re.ASCII)
# Releases take effect in October (the fiscal year's) and in April (its update).
_EFFECTIVE = {"October": 10, "April": 4}


class CodeStatus(StrEnum):
    """What a release says of a code on a day."""

    VALID = "valid"  # complete: may be billed
    HEADER = "header"  # needs more characters
    INVALID = "invalid"  # not in the release in force
    UNKNOWN = "unknown"  # no release at hand covers the day


class CodeSetError(CleanclaimError):
    """The bundled ICD-10-CM files are missing or of a form that this version cannot read."""

    code = "codes.icd10cm"


class CodeSet:
    """One release of ICD-10-CM.

    ``release`` names it, ``span`` is when it is in force. The hierarchy is in the codes: a
    code that begins another one is a header.
    """

    def __init__(self, release: str, span: Span, codes: Iterable[str]) -> None:
        ordered = sorted({code for code in codes if _CODE.fullmatch(code)})
        self.release = release
        self.span = span
        self._headers = frozenset(
            code for code, after in pairwise(ordered) if after.startswith(code)
        )
        self._billable = frozenset(ordered) - self._headers

    def __len__(self) -> int:
        """Count the billable codes."""
        return len(self._billable)

    def status(self, code: str, on: date) -> CodeStatus:
        """Tell what the code is on the day; unknown where the release is not in force."""
        return self.status_in_release(code) if on in self.span else CodeStatus.UNKNOWN

    def status_in_release(self, code: str) -> CodeStatus:
        """Tell what the code is in this release, whatever the day."""
        plain = undotted(code)
        if plain in self._billable:
            return CodeStatus.VALID
        return CodeStatus.HEADER if plain in self._headers else CodeStatus.INVALID

    def description(self, code: str) -> str | None:
        """Give the title of the code, or None where the release lacks it."""
        if self.status_in_release(code) is CodeStatus.INVALID:
            return None
        return self._title(undotted(code))

    def _title(self, code: str) -> str | None:  # noqa: ARG002 - a plain set of codes has no titles
        """Give the title of a code of the release, where titles are at hand."""
        return None


class BundledCodeSet(CodeSet):
    """The release that the package simple-icd-10-cm carries."""

    def _title(self, code: str) -> str | None:
        """Ask the package, which builds its whole tree (about 1.5 s) when first imported."""
        # It reads its files by a call that Python has deprecated; nothing we can change.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            import simple_icd_10_cm

        title = simple_icd_10_cm.get_description(code)
        return str(title) if title else None

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to other processes by name: each loads its own copy once."""
        return bundled, ()


def undotted(code: str) -> str:
    """Give a code as X12 writes it: upper case, without dot and spaces."""
    return code.replace(".", "").replace(" ", "").upper()


def dotted(code: str) -> str:
    """Give a code as people write it: a dot after the third character."""
    plain = undotted(code)
    return f"{plain[:3]}.{plain[3:]}" if len(plain) > 3 else plain


@cache
def bundled() -> CodeSet:
    """Load the bundled release, once a process.

    The code list is read without importing the package: 50 ms instead of 1.5 s. Its name
    tells the release ("code-list-April-2026.txt"), the release its span.
    """
    spec = find_spec("simple_icd_10_cm")
    if spec is None or spec.origin is None:
        msg = "the package simple-icd-10-cm is not installed"
        raise CodeSetError(msg)
    found = sorted((Path(spec.origin).parent / "data").glob("code-list-*.txt"))
    if len(found) != 1:
        msg = f"expected one code list in the package simple-icd-10-cm, found {len(found)}"
        raise CodeSetError(msg)
    release, span = release_of(found[0].name)
    return BundledCodeSet(release, span, found[0].read_text(encoding="ascii").split())


def release_of(file_name: str) -> tuple[str, Span]:
    """Read the release and its span of days from the name of a code list.

    April's release is in force to the end of the fiscal year, 30 September; October's until
    31 March, when an April release may follow (CDC and CMS, ICD-10-CM files).
    """
    match = re.fullmatch(r"code-list-(April|October)-(\d{4})\.txt", file_name)
    if match is None:
        msg = f"cannot tell the release of {file_name}"
        raise CodeSetError(msg)
    month, year = match[1], int(match[2])
    ends_on = date(year, 9, 30) if month == "April" else date(year + 1, 3, 31)
    return f"ICD-10-CM {month} {year}", Span(date(year, _EFFECTIVE[month], 1), ends_on)
