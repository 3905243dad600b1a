"""What commands with a database begin with."""

from collections.abc import Mapping

ANCHORS = "anchors.jsonl"


def boot_migrated() -> Mapping[str, str]:
    """Start or join the database and bring its tables to this release; give how to set it up."""
    from cleanclaim.store.connection import boot
    from cleanclaim.store.migrating import migrate

    parameters = boot()
    migrate()
    return parameters
