"""ICD-10-CM by date: is a code billable on a day, and what does it say."""

import re
import warnings
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.util import find_spec
from itertools import chain, pairwise
from pathlib import Path

from cleanclaim.codes.status import CodeStatus
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.spans import Span

# All lines of one category. Chapters (bare numbers) and sections ("A00-A09") are no codes.
_CATEGORY = re.compile(
    r"^([A-Z][A-Z0-9]{2})[A-Z0-9]{0,4}$(?:\n\1[A-Z0-9]{0,4}$)*", re.ASCII | re.MULTILINE
)
# Answers kept; there are as many codes as memory is worth, but few in one office.
_ANSWERS_MAX = 8_192
# Releases take effect in October (the fiscal year's) and in April (its update).
_EFFECTIVE = {"October": 10, "April": 4}


class CodeSetError(CleanclaimError):
    """The bundled ICD-10-CM files are missing or of a form that this version cannot read."""

    code = "codes.icd10cm"


class CodeSet:
    """One release of ICD-10-CM.

    ``release`` names it, ``span`` is when it is in force. The hierarchy is in the codes: a
    code that begins the one after it is a header.
    """

    def __init__(self, release: str, span: Span, codes: Iterable[str]) -> None:
        self._take(release, span, "\n".join(sorted(set(codes))))

    def _take(self, release: str, span: Span, text: str) -> None:
        """Keep the codes of a text, one a line, each header right before what it heads.

        Kept as a block of text for each category (E11), searched when asked: 98,000 strings
        would cost ten times the memory, and the opening of a file half of its time.
        """
        self.release = release
        self.span = span
        self._categories = {run[1]: f"\n{run[0]}\n" for run in _CATEGORY.finditer(text)}
        self._answers: dict[str, CodeStatus] = {}

    def __len__(self) -> int:
        """Count the billable codes."""
        codes = chain.from_iterable(block.split() for block in self._categories.values())
        return sum(not after.startswith(code) for code, after in pairwise((*codes, "")))

    def status(self, code: str, on: date) -> CodeStatus:
        """Tell what the code is on the day; unknown where the release is not in force."""
        return self.status_in_release(code) if on in self.span else CodeStatus.UNKNOWN

    def status_in_release(self, code: str) -> CodeStatus:
        """Tell what the code is in this release, whatever the day."""
        answer = self._answers.get(code)
        if answer is None:
            if len(self._answers) >= _ANSWERS_MAX:
                self._answers.clear()
            answer = self._answers[code] = self._look_up(undotted(code))
        return answer

    def _look_up(self, plain: str) -> CodeStatus:
        block = self._categories.get(plain[:3], "")
        # The last one: a section of one category stands before it under the same name.
        at = block.rfind(f"\n{plain}\n")
        if at < 0:
            return CodeStatus.INVALID
        after = at + len(plain) + 2
        return CodeStatus.HEADER if block.startswith(plain, after) else CodeStatus.VALID

    def beginning(self, code: str) -> list[str]:
        """Give the billable codes that begin with this one and are longer, in their order."""
        below = self._categories.get(code[:3], "").split()
        return [
            each
            for each, after in pairwise((*below, ""))
            if each.startswith(code) and len(each) > len(code) and not after.startswith(each)
        ]

    def description(self, code: str) -> str | None:
        """Give the title of the code, or None where the release lacks it."""
        if self.status_in_release(code) is CodeStatus.INVALID:
            return None
        return self._title(undotted(code))

    def _title(self, code: str) -> str | None:  # noqa: ARG002 - a plain set of codes has no titles
        """Give the title of a code of the release, where titles are at hand."""
        return None


class BundledCodeSet(CodeSet):
    """The release that the package simple-icd-10-cm carries, as its text of codes."""

    def __init__(self, release: str, span: Span, text: str) -> None:
        self._take(release, span, text)

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

    The code list is read without importing the package: 20 ms instead of 1.5 s. Its name
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
    return BundledCodeSet(release, span, found[0].read_text(encoding="ascii"))


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
