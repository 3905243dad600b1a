"""Kill a process before its n-th statement or commit, in a fork that shares nothing but code."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import psycopg

# Everything by which our code reaches the server passes through one of these.
_DOORS = ((psycopg.Cursor, "execute"), (psycopg.Cursor, "copy"), (psycopg.Connection, "commit"))
NEVER = 10**9


def run_and_kill(work: Callable[[], object], before: int = NEVER) -> int:
    """Run work in a fork that is killed before its n-th step; give its steps, 0 if it was killed.

    Without ``before`` it runs to its end and the steps are counted.
    """
    from django.db import connections

    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _live(work, before, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert killed or os.waitstatus_to_exitcode(status) == 0, told
    return 0 if killed else int(told)


def _live(work: Callable[[], object], before: int, writing: int) -> None:
    steps = _count_steps(before)
    try:
        work()
        os.write(writing, str(len(steps)).encode())
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - a fork must never return into pytest
        os.write(writing, repr(error).encode())
        os._exit(1)


def _count_steps(before: int) -> list[str]:
    steps: list[str] = []
    for owner, name in _DOORS:
        setattr(owner, name, _counted(getattr(owner, name), name, steps, before))
    return steps


def _counted(
    door: Callable[..., Any], name: str, steps: list[str], before: int
) -> Callable[..., Any]:
    def counted(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - passes all through
        steps.append(name)
        if len(steps) == before:
            os.kill(os.getpid(), signal.SIGKILL)
        return door(*arguments, **options)

    return counted


@contextmanager
def fail_before(step: int) -> Iterator[None]:
    """Let the server be gone at the n-th statement or commit, and for all that follow."""
    steps: list[str] = []

    def failing(door: Callable[..., Any], name: str) -> Callable[..., Any]:
        def passed(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - passes all through
            steps.append(name)
            if len(steps) >= step:
                msg = "the server is gone"
                raise psycopg.OperationalError(msg)
            return door(*arguments, **options)

        return passed

    with ExitStack() as stack:
        for owner, name in _DOORS:
            stack.enter_context(patch.object(owner, name, failing(getattr(owner, name), name)))
        yield
