"""Lists of procedure codes as payers write them: codes, beginnings and ranges."""


def matches(code: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a code is one of those: J3490, a beginning (J*) or in a range (70010-76499)."""
    return any(_matches_one(code, pattern) for pattern in patterns)


def _matches_one(code: str, pattern: str) -> bool:
    """Compare with one code, beginning or range; codes of a range have its length."""
    if pattern.endswith("*"):
        return code.startswith(pattern[:-1])
    first, _, last = pattern.partition("-")
    return len(code) == len(first) and first <= code <= (last or first)
