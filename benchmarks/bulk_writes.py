"""Writing 20,000 events: our staged COPY against Django's own bulk_create, same table and locks."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from benchmarks.figures import Figure, best_of, wall_clock

ROWS = 20_000


def measure() -> list[Figure]:
    """Boot a server of its own and write the same rows both ways."""
    organization, _ = open_practice("bench@example.com")
    at = datetime(2026, 5, 1, tzinfo=UTC)
    ours = best_of(2, lambda: _copy(organization, at), wall_clock)
    peer = best_of(2, lambda: _bulk_create(organization, at), wall_clock)
    amount = f"{ROWS} rows"
    return [Figure("bulk write under row security", "Django bulk_create", ours, peer, amount)]


@cache
def _own_server() -> Mapping[str, str]:
    """Boot a server for the benchmarks in a folder that goes with the program."""
    folder = tempfile.mkdtemp(prefix="cleanclaim-bench-")
    # Registered before the server is started, so that it runs after the server has stopped.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["CLEANCLAIM_HOME"] = folder
    from cleanclaim.store.connection import boot
    from cleanclaim.store.migrating import migrate

    parameters = boot()
    migrate()
    return parameters


def open_practice(email: str) -> tuple[int, Mapping[str, str]]:
    """Found a practice on the benchmarks' server; give its id and how to reach the server."""
    parameters = _own_server()
    from cleanclaim.app.founding import found_organization
    from cleanclaim.claims.parties import Address
    from cleanclaim.store.organizations.models import User

    at = datetime(2026, 5, 1, tzinfo=UTC)
    owner = User.objects.create_user(email, "Bench", "a pass phrase for a benchmark")
    practice = found_organization(
        owner=owner,
        name="Bench",
        npi="1234567893",
        tax_id="370000001",
        taxonomy="207Q00000X",
        address=Address("1 Main Street", "Springfield", "IL", "62701"),
        contact=("Office", "2175550100"),
        at=at,
    )
    return practice.pk, parameters


def _copy(organization: int, at: datetime) -> None:
    from django.db import transaction

    from cleanclaim.store.bulk import insert_rows
    from cleanclaim.store.ledger.models import Entry
    from cleanclaim.store.tenancy import set_local

    columns = (
        "organization_id",
        "transfer_id",
        "digest",
        "reason",
        "on",
        "recorded_at",
        "links",
        "reverses_id",
    )
    rows = [
        (organization, f"copy{n}", "0" * 64, "bench", at.date(), at, "{}", "") for n in range(ROWS)
    ]
    with transaction.atomic():
        set_local(organization_id=organization)
        insert_rows(Entry, columns, rows)
        # Entries without postings may not commit, and need not: both ways end here.
        transaction.set_rollback(True)


def _bulk_create(organization: int, at: datetime) -> None:
    from django.db import transaction

    from cleanclaim.store.ledger.models import Entry
    from cleanclaim.store.tenancy import set_local

    rows = [
        Entry(
            organization_id=organization,
            transfer_id=f"bulk{n}",
            digest="0" * 64,
            reason="bench",
            on=at.date(),
            recorded_at=at,
        )
        for n in range(ROWS)
    ]
    with transaction.atomic():
        set_local(organization_id=organization)
        Entry.objects.bulk_create(rows, batch_size=1000)
        transaction.set_rollback(True)
