"""What a list of codes can say of a code on a day."""

from enum import StrEnum


class CodeStatus(StrEnum):
    """What a release says of a code on a day."""

    VALID = "valid"  # complete: may be used
    HEADER = "header"  # needs more characters
    INVALID = "invalid"  # not in the release in force
    UNKNOWN = "unknown"  # no release at hand covers the day
    ENDED = "ended"  # was in force, but no more on the day
    NEWER = "newer"  # of the numbers that the list will give next
