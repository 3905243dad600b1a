"""Keys as whole numbers: the codes of a key packed so that numbers sort as the codes do."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cleanclaim.codes.store.columns import Array, Code

Integers = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
NO_KEY = -1
# The characters of codes in ASCII's order; a blank fills short ones on the right.
_CODE, _DIGITS = " *-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", " 0123456789"

# Of the characters of codes it sorts last.
LAST = _CODE[-1]


def _ranks(alphabet: str) -> npt.NDArray[np.int16]:
    ranks = np.full(256, -1, np.int16)
    for rank, character in enumerate(alphabet):
        ranks[ord(character)] = rank
    ranks[0] = 0
    return ranks


_RANKS = {False: _ranks(_CODE), True: _ranks(_DIGITS)}
_RANK_LISTS = {digits: ranks.tolist() for digits, ranks in _RANKS.items()}
_RADIX = {False: len(_CODE), True: len(_DIGITS)}


def fits(parts: Sequence[Code]) -> bool:
    """Tell whether a key of these codes fits in 63 bits."""
    size = 1
    for part in parts:
        size *= _RADIX[part.digits] ** part.width
    return size <= 2**63


_BYTES = 256


def pack(parts: Sequence[Code], codes: Sequence[str]) -> int:
    """Pack the codes of one key; ``NO_KEY`` where one has a character that no code has."""
    key = 0
    for part, code in zip(parts, codes, strict=True):
        plain = part.tidy(code)
        if len(plain) > part.width:
            return NO_KEY
        ranks, radix = _RANK_LISTS[part.digits], _RADIX[part.digits]
        for character in plain.ljust(part.width).encode("latin-1", "replace"):
            rank = ranks[character]
            if rank < 0:
                return NO_KEY
            key = key * radix + rank
    return key


def pack_all(parts: Sequence[Code], columns: Sequence[Array]) -> Integers:
    """Pack keys row by row from columns of codes (bytes or text)."""
    keys = np.zeros(len(columns[0]), np.int64)
    bad = np.zeros(len(columns[0]), np.bool_)
    for part, column in zip(parts, columns, strict=True):
        characters = _characters(column, part, bad)
        ranks, radix = _RANKS[part.digits], _RADIX[part.digits]
        for place in range(part.width):
            rank = ranks[characters[:, place]]
            bad |= rank < 0
            keys = keys * radix + rank
    keys[bad] = NO_KEY
    return keys


def _characters(column: Array, part: Code, bad: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Give the characters of codes, a row a code; codes too long are marked as bad."""
    if column.dtype.kind == "O":
        column = column.astype("U")
    if column.dtype.kind == "U":
        column = _encoded(column)
    if column.dtype.itemsize > part.width:
        bad |= np.char.str_len(column) > part.width
    if part.digits:
        column = _zeros_before(column, part.width)
    exact = np.ascontiguousarray(column.astype(f"S{part.width}"))
    return exact.view(np.uint8).reshape(len(exact), part.width)


def _encoded(column: Array) -> Array:
    """Give text as bytes, a character a byte; what is no such character becomes another one."""
    letters = np.ascontiguousarray(column).view(np.uint32)
    if letters.max(initial=0) < _BYTES:
        return letters.astype(np.uint8).view(f"S{column.dtype.itemsize // letters.itemsize}")
    return np.char.encode(column, "latin-1", "replace")


def _zeros_before(column: Array, width: int) -> Array:
    """Fill digits with zeros on the left, save where there are none."""
    lengths = np.char.str_len(column)
    if not ((lengths > 0) & (lengths < width)).any():
        return column
    return np.where(lengths > 0, np.char.zfill(column, width), column)


def matches(ordered: Integers, wanted: Integers) -> tuple[Places, Places]:
    """Find every place of each wanted number among ordered ones: which was wanted, and where."""
    starts = np.searchsorted(ordered, wanted, side="left")
    counts = np.searchsorted(ordered, wanted, side="right") - starts
    counts[wanted == NO_KEY] = 0
    which = np.repeat(np.arange(len(wanted)), counts)
    begun = np.repeat(np.cumsum(counts) - counts, counts)
    return which, np.arange(len(which)) - begun + np.repeat(starts, counts)


def join(parts: Sequence[Code], packed: Sequence[Integers]) -> Integers:
    """Make keys of parts that were packed one by one, as a batch packs its codes only once."""
    keys = np.zeros(len(packed[0]), np.int64)
    bad = np.zeros(len(packed[0]), np.bool_)
    for part, values in zip(parts, packed, strict=True):
        bad |= values == NO_KEY
        keys = keys * _RADIX[part.digits] ** part.width + values
    keys[bad] = NO_KEY
    return keys


def beneath(parts: Sequence[Code], first: Integers) -> tuple[Integers, Integers]:
    """Give the span of keys that begin with a packed first code: from, and up to but without.

    Both are 0 where the first code is none.
    """
    size = 1
    for part in parts[1:]:
        size *= _RADIX[part.digits] ** part.width
    known = first != NO_KEY
    return np.where(known, first * size, 0), np.where(known, (first + 1) * size, 0)
