"""The ways to payers as the organization has set them up, with what they remember."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from cleanclaim.app.work import UnitOfWork
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.payers.sandbox.payer import SandboxPayer
from cleanclaim.payers.sandbox.profile import PayerProfile
from cleanclaim.store.bulk import insert_rows
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.exchanges.models import Connection, ExchangedFile, FileStep

SANDBOX = "sandbox"


class NotConnectedError(CleanclaimError):
    """The organization has no way to this payer yet."""

    code = "payer.not_connected"

    def __init__(self) -> None:
        super().__init__("there is no connection to this payer; set one up first")


def connect_sandbox(work: UnitOfWork, payer: Payer, profile: PayerProfile, seed: int) -> Connection:
    """Let the simulator stand in for a payer."""
    connection = Connection.objects.create(
        organization_id=work.organization,
        payer=payer,
        kind=SANDBOX,
        settings=msgspec.to_builtins(profile),
        state=SandboxPayer(profile, seed).state.dump(),
    )
    work.tell("connection.made", ("connection", connection.pk), payer=payer.pk, kind=SANDBOX)
    return connection


@contextmanager
def opened_connection(payer: Payer) -> Iterator[SandboxPayer]:
    """Open the way to a payer, alone on it, and keep what it remembers afterwards.

    Raises NotConnectedError.
    """
    connections = Connection.objects.of(payer.organization_id).filter(payer=payer, kind=SANDBOX)
    row = connections.select_for_update().first()
    if row is None:
        raise NotConnectedError
    profile = msgspec.convert(row.settings, PayerProfile, strict=False)
    before = bytes(row.state)
    sandbox = SandboxPayer.resume(profile, before)
    yield sandbox
    after = sandbox.state.dump()
    if after != before:
        connections.update(state=after)


def next_control_number(payer: Payer) -> int:
    """Give the next interchange control number towards a payer."""
    connections = Connection.objects.of(payer.organization_id).filter(payer=payer)
    row = connections.select_for_update().first()
    if row is None:
        raise NotConnectedError
    connections.update(next_control_number=row.next_control_number + 1)
    return int(row.next_control_number)


_FILE = (
    *("organization_id", "payer_id", "direction", "kind", "name"),
    *("control_number", "content", "exchanged_at", "sha256"),
)
_STEP = ("organization_id", "file_id", "step", "reason", "at")


def _as_kept(file: int, row: Sequence[object], payer: Payer | None) -> ExchangedFile:
    kept = ExchangedFile(pk=file, **dict(zip(_FILE, row, strict=True)))
    kept.payer = payer
    return kept


def keep_file(
    work: UnitOfWork,
    payer: Payer | None,
    *,
    direction: str,
    kind: str,
    name: str,
    content: bytes,
    control_number: int | None = None,
) -> tuple[ExchangedFile, bool]:
    """Keep a file byte for byte; the same bytes again give the file that is there, and False."""
    sha256 = hashlib.sha256(content).hexdigest()
    row = (
        *(work.organization, payer.pk if payer else None, direction, kind, name),
        *(control_number, content, work.at, sha256),
    )
    made = insert_rows(ExchangedFile, _FILE, [row], returning=("id",), skip_existing=True)
    files = ExchangedFile.objects.of(work.organization)
    file = (
        _as_kept(made[0][0], row, payer) if made else files.get(direction=direction, sha256=sha256)
    )
    new = bool(made)
    action = "file.kept" if new else "file.repeated"
    work.tell(action, ("file", file.pk), kind=kind, direction=direction, bytes=len(content))
    return file, new


def mark(work: UnitOfWork, file: ExchangedFile, step: str, reason: str = "") -> None:
    """Note that a step was done with a file; a step that was done before is not noted again."""
    row = (work.organization, file.pk, step, reason[:300], work.at)
    new = insert_rows(FileStep, _STEP, [row], returning=("id",), skip_existing=True)
    if new:
        work.tell(f"file.{step}", ("file", file.pk), reason=reason[:300])
