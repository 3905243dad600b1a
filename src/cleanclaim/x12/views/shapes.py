"""The commonest shapes of loops as patterns: one match instead of many splits.

Each pattern takes the values that the general reading would find, and fits nothing else; a loop
of another shape is read in general. Tests hold the two against each other.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from cleanclaim.x12.segments import Delimiters

# Punctuation stands for what ``_pattern`` says.
_LINE = r"~SV1.?.?.(#.#.#..#)~DTP.472.R{0,1}D8.?(?:~REF.6R.?){0,1}((?:~SVD@(?:~CAS@)*~DTP@)*)"
_DECIDED = "~SVD.?.?.?..?((?:~CAS@)*)~DTP.573.D8.?"
_CLAIM = r".?.?...(#.#.#.#.#)((?:~REF.#.#)*)~HI(@)(?:~NM1(>)){0,1}"


class Shapes(NamedTuple):
    """The patterns under one set of delimiters.

    ``claim``: CLM01, CLM02, CLM05 to CLM09 together, the text of its REFs, of its HI and of the
    loops of its providers. ``line``: one line of many (for ``findall``), from LX to the next: its
    number, SV101, SV102, SV103 to SV107 together, days, control number, the text of what payers
    decided. ``decided``: one of those (for ``findall``): SVD01, 02, 03, 05, text of CAS, day.
    """

    claim: re.Pattern[str]
    line: re.Pattern[str]
    decided: re.Pattern[str]


@lru_cache(maxsize=8)
def shapes_of(delimiters: Delimiters) -> Shapes:
    """Give the patterns for these delimiters."""
    return Shapes(
        _pattern(_CLAIM, delimiters),
        _pattern(rf"(?:\A|~LX).?{_LINE}(?=~LX|\Z)", delimiters),
        _pattern(_DECIDED, delimiters),
    )


def _pattern(shape: str, delimiters: Delimiters) -> re.Pattern[str]:
    """Compile a shape.

    ``.`` is the element separator, ``~`` the terminator, ``?`` an element to take, ``#`` one to
    pass, ``@`` the rest of a segment and ``>`` the rest of the text.
    """
    mark, end = re.escape(delimiters.element), re.escape(delimiters.terminator)
    words = {".": mark, "~": end, "#": f"[^{mark}{end}]*", "?": f"([^{mark}{end}]*)"}
    words |= {"@": f"[^{end}]*", ">": ".*"}
    parts = re.split(r"(\(\?[:=]|[.~?#@>])", shape)
    return re.compile("".join(words.get(part, part) for part in parts), re.DOTALL)
