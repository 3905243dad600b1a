"""X12: read, check, write and acknowledge the texts that practices and payers exchange."""

from cleanclaim.x12.findings import X12Finding
from cleanclaim.x12.segments import Delimiters, Loop, Segment, loop, segment
from cleanclaim.x12.tokens import Source, copy, tokenize

__all__ = [
    "Delimiters",
    "Loop",
    "Segment",
    "Source",
    "X12Finding",
    "copy",
    "loop",
    "segment",
    "tokenize",
]
