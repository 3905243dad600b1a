"""Names made comparable: folded, without suffixes, in every form they may be listed under."""

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart into a plain letter and a mark.
_LETTERS = str.maketrans(
    {"Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "ẞ": "SS", "Æ": "AE", "Œ": "OE", "Þ": "TH", "ı": "I"}
)
_JOINED = re.compile(r"['’`´ʼ]")
_APART = re.compile(r"[\W_]+")
_SUFFIXES = frozenset(
    {"JR", "SR", "II", "III", "IV", "MD", "DO", "DDS", "DMD", "DPM", "DC", "OD", "RN", "NP", "PA"}
    | {"PHD", "ESQ", "DVM", "PHARMD", "LPN", "CRNA"}
)
_COMPANY_FORMS = frozenset(
    {"INC", "INCORPORATED", "LLC", "LLP", "LP", "PC", "PA", "PLLC", "CORP", "CORPORATION", "CO"}
    | {"COMPANY", "LTD", "LIMITED", "THE", "AND"}
)
# A shorter part of a surname ("de", "van", "O") says nothing when it stands alone.
_PART_LETTERS_MIN = 4
_SOUNDS = {
    letter: digit
    for letters, digit in (
        ("BFPV", "1"),
        ("CGJKQSXZ", "2"),
        ("DT", "3"),
        ("L", "4"),
        ("MN", "5"),
        ("R", "6"),
    )
    for letter in letters
}
# Names repeat within a list and between people.
_CACHED_NAMES = 200_000
_PREFIX_MAX, _PREFIX_WEIGHT, _BOOST_FROM = 4, 0.1, 0.7


def fold(text: str) -> str:
    """Give capital letters and digits without marks, words apart by one space."""
    if text.isascii():
        return _APART.sub(" ", text.upper().replace("'", "").replace("`", "")).strip()
    plain = unicodedata.normalize("NFKD", text.upper().translate(_LETTERS))
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return _APART.sub(" ", _JOINED.sub("", bare)).strip()


def _words(text: str) -> list[str]:
    """Split a folded name, without what follows a name; a name of suffixes alone stays."""
    words = fold(text).split()
    return [each for each in words if each not in _SUFFIXES] or words


@lru_cache(_CACHED_NAMES)
def surname_forms(text: str) -> frozenset[str]:
    """Give a surname written together, and each long part of a double one."""
    words = _words(text)
    parts = {each for each in words if len(each) >= _PART_LETTERS_MIN}
    return frozenset({"".join(words), *parts} - {""})


@lru_cache(_CACHED_NAMES)
def given_forms(text: str) -> frozenset[str]:
    """Give a given name written together, and its first word."""
    words = _words(text)
    return frozenset({"".join(words), *words[:1]} - {""})


def business_form(text: str) -> str:
    """Give a firm's name without its legal form and articles, "" where nothing is left."""
    return " ".join(each for each in fold(text).split() if each not in _COMPANY_FORMS)


@lru_cache(_CACHED_NAMES)
def sound(word: str) -> str:
    """Give the Soundex code of a folded word (rules of the US National Archives)."""
    code, last = word[:1], _SOUNDS.get(word[:1], "")
    for letter in word[1:]:
        digit = _SOUNDS.get(letter, "")
        if digit and digit != last:
            code += digit
        # H and W do not part two letters of one sound; a vowel does.
        if letter not in "HW":
            last = digit
    return (code + "000")[:4] if word else ""


def _matched(left: str, right: str) -> tuple[list[str], list[str]]:
    """Pair equal letters that stand close enough; give those of each side in order."""
    reach = max(max(len(left), len(right)) // 2 - 1, 0)
    free = [True] * len(right)
    ours = []
    for place, letter in enumerate(left):
        for there in range(max(0, place - reach), min(len(right), place + reach + 1)):
            if free[there] and right[there] == letter:
                free[there] = False
                ours.append(letter)
                break
    return ours, [letter for letter, unused in zip(right, free, strict=True) if not unused]


def shared_prefix(left: str, right: str) -> int:
    """Count the equal first letters, at most four."""
    count = 0
    for ours, theirs in zip(left[:_PREFIX_MAX], right[:_PREFIX_MAX], strict=False):
        if ours != theirs:
            break
        count += 1
    return count


def jaro_winkler(left: str, right: str) -> float:
    """Give the likeness of two words from 0 to 1 (Winkler 1990: prefix of four, weight 0.1)."""
    ours, theirs = _matched(left, right)
    if not ours:
        return 0.0
    swapped = sum(a != b for a, b in zip(ours, theirs, strict=True)) // 2
    count = len(ours)
    jaro = (count / len(left) + count / len(right) + (count - swapped) / count) / 3
    if jaro < _BOOST_FROM:
        return jaro
    return jaro + _PREFIX_WEIGHT * shared_prefix(left, right) * (1 - jaro)
