"""Which organization a command works for, and who acts there."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from cleanclaim.cli.booting import boot_migrated, list_organizations
from cleanclaim.cli.program import Failure

Command = TypeVar("Command", bound=Callable[..., Any])


def organization_option(command: Command) -> Command:
    """Add ``--organization``."""
    return click.option(
        "--organization",
        type=click.IntRange(1),
        help="Its number; needless where there is one only.",
    )(command)


def boot_for(organization: int | None) -> int:
    """Start the database and give the organization that is meant. Raises Failure."""
    there = list_organizations(boot_migrated())
    if organization is None and len(there) == 1:
        return there[0]
    if organization not in there:
        known = ", ".join(map(str, there)) or "none"
        msg = f"name one of the organizations by --organization: {known}"
        raise Failure(msg)
    return organization


def acting_for(organization: int, name: str = "command line") -> dict[str, Any]:
    """Give what use cases take: the organization, the system as actor, and now."""
    from cleanclaim.store.events.chain import Actor

    now = datetime.now(UTC)
    return {"organization": organization, "actor": Actor("system", name), "at": now}
