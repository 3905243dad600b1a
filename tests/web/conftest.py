"""A client that is signed in, and the server as people run it, for tests of the web."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from conftest import Practice

if TYPE_CHECKING:
    from app.desk import Desk

SignIn = Callable[[Practice], Client]


@pytest.fixture
def sign_in() -> SignIn:
    """Give a function that signs a practice's owner in as a browser would."""

    def signed(practice: Practice) -> Client:
        client = Client(HTTP_HOST="127.0.0.1")
        asked = {"email": practice.email, "password": practice.password}
        assert client.post("/sign-in", asked).status_code == 302
        return client

    return signed


@pytest.fixture
def desk(practice: Practice) -> "Desk":
    """Open the desk of a fresh practice whose provider may bill both payers."""
    # Late, for Django is not set up yet when this file is read.
    from app.desk import Desk

    opened = Desk(practice.organization)
    opened.enroll()
    return opened


@pytest.fixture(scope="session")
def server(database: dict[str, str]) -> Iterator[str]:
    """Serve the test's database in a process of its own and give the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "cleanclaim", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=dict(os.environ))
    try:
        _wait_until_it_answers(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert status == 0, "the server did not stop cleanly"


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the server ended at once"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not come up in 30 seconds")
