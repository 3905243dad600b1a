"""Reading TA1s: an interchange that the payer's system could not take in at all."""

from collections.abc import Iterator
from datetime import datetime

from cleanclaim import x12
from cleanclaim.app.acknowledging import claims_of, link, reject
from cleanclaim.app.connecting import mark
from cleanclaim.app.tasking import open_task
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.exchanges.models import ExchangedFile

_REFUSED = "R"  # TA104; A takes the interchange in, E takes it in and notes errors


def read_interchange_acknowledgement(
    *, organization: int, actor: Actor, at: datetime, file: ExchangedFile
) -> int:
    """Read TA1s: the claims of refused interchanges are rejected; give how many were told of.

    The file stays with each claim as proof of what was said and when.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        told = 0
        for answer in _answers(file):
            told += _apply(work, file, answer)
        mark(work, file, "processed")
    return told


def _answers(file: ExchangedFile) -> Iterator[x12.Segment]:
    return (each for each in x12.tokenize(bytes(file.content)) if each.id == "TA1")


def _apply(work: UnitOfWork, file: ExchangedFile, answer: x12.Segment) -> int:
    number, verdict, note = answer.get(1), answer.get(4), answer.get(5)
    claims = claims_of(work, file, number)
    finding = _finding(note)
    for claim in claims:
        link(work, claim, file)
        if verdict == _REFUSED:
            reject(work, claim, (finding,), file, origin="TA1")
    if verdict == _REFUSED and not claims:
        _tell(work, file, note)
    return len(claims)


def _finding(note: str) -> Finding:
    return Finding(
        "X12.TA1",
        Severity.BLOCK,
        "interchange",
        f"the payer's system refused the whole file: interchange note {note or 'not given'}",
        "mend what the note names in the connection's settings, then release the claims again",
        "TA1 of the payer, TA105",
    )


def _tell(work: UnitOfWork, file: ExchangedFile, note: str) -> None:
    """Ask a person where the refused interchange held no claims, or is none that we know."""
    open_task(
        work,
        f"file:{file.pk}",
        kind="exchange",
        title=f"The payer refused a file that held no claims: note {note or 'not given'}"[:120],
        next_step="Open the file, find which of ours was meant, mend it and send it again",
    )
