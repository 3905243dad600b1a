"""What an organization's coders decided, as learning replays it: words, code, accepted or not."""

from collections.abc import Iterator

import msgspec

from cleanclaim.app.coding import FINAL, sheet_of
from cleanclaim.codes.icd10cm import undotted
from cleanclaim.store.coding.models import CodingDecision, CodingSession


class Judged(msgspec.Struct, frozen=True):
    """The words of a note that a suggestion stood on, a code, and whether it was taken."""

    words: str
    code: str
    accepted: bool


def replay_judged(organization: int) -> Iterator[Judged]:
    """Give what final codings say of what was suggested, in the order of the log.

    Taken is what stands on the final sheet: a code that was accepted and taken off again was not.
    A code that stands in another's place is taken for the same words. The same log gives the
    same answer, whenever it is asked.
    """
    sessions = CodingSession.objects.of(organization).filter(state=FINAL)
    for session in sessions.order_by("pk"):
        codes = sheet_of(session).codes
        rows = CodingDecision.objects.of(organization).filter(session=session)
        for row in rows.exclude(suggestion={}).order_by("number"):
            asked = undotted(row.suggestion["code"])
            for span in row.suggestion["evidence"]:
                yield Judged(span["text"], asked, asked in codes)
                if row.action == "replace":
                    yield Judged(span["text"], row.code, row.code in codes)


def length_of_log(organization: int) -> int:
    """Give the number of the last decision, which tells whether a replay has grown old."""
    last = CodingDecision.objects.of(organization).order_by("-pk").values_list("pk").first()
    return last[0] if last else 0
