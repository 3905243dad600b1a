"""Taking an 835 that somebody brings: kept byte for byte, then posted through every gate."""

import hashlib
from datetime import datetime

from cleanclaim.app.connecting import keep_file
from cleanclaim.app.posting import PostResult, read_remittance_file
from cleanclaim.app.verifying import sniff_kind
from cleanclaim.app.work import unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.events.chain import Actor


class NotARemittanceError(CleanclaimError):
    """The file that was brought holds no 835."""

    code = "remit.none"

    def __init__(self) -> None:
        super().__init__("the file holds no remittance (835)")


def upload_remittances(
    *, organization: int, actor: Actor, at: datetime, content: bytes
) -> list[PostResult]:
    """Keep an 835 and post its remittances; the same file again finds them posted.

    Raises NotARemittanceError, and keeps nothing then.
    """
    if sniff_kind(content) != "835":
        raise NotARemittanceError
    name = f"{hashlib.sha256(content).hexdigest()[:12]}.835"
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        file, _ = keep_file(work, None, direction="in", kind="835", name=name, content=content)
        return read_remittance_file(organization=organization, actor=actor, at=at, file=file)
