"""The file of a backup: a tar whose manifest is last and names every other file with its hash."""

import hashlib
import io
import tarfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath

import msgspec

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.backups.proofs import Proof

FORMAT = 1
DUMP = "database.dump"
_MANIFEST = "manifest.json"
_BLOCK = 1 << 20


class BackupRefusedError(CleanclaimError):
    """A file is no whole backup, or cannot be put where it was asked to go."""

    code = "backup.refused"


class Kept(msgspec.Struct, frozen=True):
    """A file of the backup: its name in it, its bytes and their SHA-256."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds and what the restored database must prove."""

    format: int
    program: str
    made_at: datetime
    files: tuple[Kept, ...]
    proof: Proof


def write(path: Path, files: Iterable[tuple[str, Path]], head: Manifest) -> Manifest:
    """Write the archive of the files beside its place and move it there whole, readable by us only.

    ``head.files`` is replaced by what was written.
    """
    draft = path.with_name(path.name + ".part")
    draft.touch(mode=0o600)
    with tarfile.open(draft, "w") as tar:
        kept = tuple(_add(tar, name, source) for name, source in files)
        manifest = msgspec.structs.replace(head, files=kept)
        _add_bytes(tar, _MANIFEST, msgspec.json.encode(manifest))
    draft.replace(path)
    return manifest


def _add(tar: tarfile.TarFile, name: str, source: Path) -> Kept:
    # Hashed from the file, then read back against it at the restore: a file that changes between
    # is found there, and the database, which changes, is dumped aside first.
    digest = _hash(source)
    tar.add(source, name, recursive=False)
    return Kept(name, tar.getmember(name).size, digest)


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(path: Path, into: Path) -> Manifest:
    """Check every file of a backup against its manifest while laying it into an empty folder.

    Raises BackupRefusedError with the first thing that is wrong.
    """
    try:
        with tarfile.open(path, "r:") as tar:
            members = {member.name: member for member in tar.getmembers()}
            manifest = _manifest(tar, members)
            for kept in manifest.files:
                _lay(tar, members.get(kept.name), kept, into)
    except (tarfile.TarError, msgspec.DecodeError, EOFError) as error:
        msg = f"{path.name} is no backup of this program or was cut short"
        raise BackupRefusedError(msg) from error
    return manifest


def _manifest(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> Manifest:
    member = members.get(_MANIFEST)
    file = tar.extractfile(member) if member else None
    if file is None:
        msg = "the backup has no manifest: it was cut short or is no backup of this program"
        raise BackupRefusedError(msg)
    manifest = msgspec.json.decode(file.read(), type=Manifest)
    if manifest.format != FORMAT:
        msg = f"the backup is of format {manifest.format}; this release reads format {FORMAT}"
        raise BackupRefusedError(msg)
    return manifest


def _lay(tar: tarfile.TarFile, member: tarfile.TarInfo | None, kept: Kept, into: Path) -> None:
    place = PurePosixPath(kept.name)
    file = tar.extractfile(member) if member and member.isreg() else None
    if file is None or place.is_absolute() or ".." in place.parts:
        msg = f"the backup's file {kept.name} is missing or out of place"
        raise BackupRefusedError(msg)
    target = into / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    digest = hashlib.sha256()
    with target.open("wb") as out:
        while block := file.read(_BLOCK):
            digest.update(block)
            out.write(block)
    if digest.hexdigest() != kept.sha256:
        msg = f"the backup's file {kept.name} is not what was saved; nothing was restored"
        raise BackupRefusedError(msg)
