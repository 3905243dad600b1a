"""Working through what payers sent: each kind of file to the use case that reads it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError

from cleanclaim.app.acknowledging import read_claim_acknowledgement, read_file_acknowledgement
from cleanclaim.app.booking import LedgerConflictError
from cleanclaim.app.connecting import mark
from cleanclaim.app.inquiring import read_status_replies
from cleanclaim.app.interchange_refusals import read_interchange_acknowledgement
from cleanclaim.app.posting import read_remittance_file
from cleanclaim.app.submitting import unprocessed
from cleanclaim.app.tasking import open_task
from cleanclaim.app.work import unit_of_work
from cleanclaim.claims.workflow import TransitionError
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.exchanges.models import ExchangedFile

_READERS: Mapping[str, Callable[..., Any]] = {
    "TA1": read_interchange_acknowledgement,
    "999": read_file_acknowledgement,
    "277CA": read_claim_acknowledgement,
    "277": read_status_replies,
    "835": read_remittance_file,
}


def work_inbox(
    *, organization: int, actor: Actor, at: datetime, payer: Payer | None = None
) -> list[ExchangedFile]:
    """Read every received file that nobody read yet; what has no reader is parked for a person."""
    files = unprocessed(organization=organization, payer=payer)
    for file in files:
        reader = _READERS.get(file.kind, _park)
        try:
            reader(organization=organization, actor=actor, at=at, file=file)
        except (LedgerConflictError, TransitionError, DataError, IntegrityError) as error:
            # One file that cannot be worked must not keep the others waiting.
            _stop(organization=organization, actor=actor, at=at, file=file, error=error)
    return files


def _stop(
    *, organization: int, actor: Actor, at: datetime, file: ExchangedFile, error: Exception
) -> None:
    """Park a file that could not be worked; only the kind of error is told, never its words."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        mark(work, file, "parked", type(error).__name__)
        open_task(
            work,
            f"file:{file.pk}",
            kind="exchange",
            title=f"A file of kind {file.kind} contradicts the books and was not worked",
            next_step="Compare the file with the claims it names; what contradicts was not booked",
        )


def _park(*, organization: int, actor: Actor, at: datetime, file: ExchangedFile) -> None:
    """Keep a file for a person: a late 271 answers nobody."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        mark(work, file, "parked", f"no reader for {file.kind}")
        open_task(
            work,
            f"file:{file.pk}",
            kind="exchange",
            title=f"A file of kind {file.kind} waits for a person",
            next_step="Open the file and decide what it asks for",
        )
