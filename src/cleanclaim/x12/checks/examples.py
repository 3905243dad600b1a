"""Examples of checks: the clean sample of a guide with some of its text put otherwise."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

import msgspec

_SEGMENTS_OF_TRANSACTION = re.compile(r"ST\*.*?SE\*\d+", re.DOTALL)


class Example(msgspec.Struct, frozen=True):
    """A sample's guide ("837P") and the (old, new) texts that are put into it in order.

    ``recounts`` sets every SE01, so that a change does not break the count as well.
    """

    guide: str
    changes: tuple[tuple[str, str], ...] = ()
    recounts: bool = True

    def text(self) -> str:
        """Give the whole interchange."""
        text = sample(self.guide)
        for old, new in self.changes:
            if old not in text:
                msg = f"the sample of {self.guide} does not hold {old!r}"
                raise ValueError(msg)
            text = text.replace(old, new, 1)
        return recounted(text) if self.recounts else text


def but(guide: str, *changes: tuple[str, str]) -> Example:
    """Make an example: the sample of the guide, but each old text replaced once by the new."""
    return Example(guide, changes)


@cache
def sample(guide: str) -> str:
    """Give the clean sample of a guide: fictional people, standard delimiters, LF at ends."""
    path = resources.files("cleanclaim.x12") / "samples" / f"{guide}.x12"
    return path.read_text("ascii")


def recounted(text: str) -> str:
    """Set every SE01 to the number of segments of its transaction."""

    def counted(match: re.Match[str]) -> str:
        count = match[0].count("~") + 1
        return re.sub(r"SE\*\d+$", f"SE*{count}", match[0])

    return _SEGMENTS_OF_TRANSACTION.sub(counted, text)


class _Clean(Mapping[str, Example]):
    """The unchanged sample of each guide."""

    def __getitem__(self, guide: str) -> Example:
        return Example(guide)

    def __iter__(self) -> Iterator[str]:
        folder = resources.files("cleanclaim.x12") / "samples"
        yield from sorted(each.name.removesuffix(".x12") for each in folder.iterdir())

    def __len__(self) -> int:
        return sum(1 for _ in self)


CLEAN: Mapping[str, Example] = _Clean()
