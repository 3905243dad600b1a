"""The Python client against the application behind a real socket."""

from collections.abc import Iterator
from threading import Thread
from urllib.request import Request, urlopen
from uuid import uuid4
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.db import connection

from api.calling import PATIENT, make_token
from cleanclaim.client import ApiError, Client
from conftest import Practice
from engine.claim_files import spoilt_text


class Quiet(WSGIRequestHandler):
    """Writes no line a request."""

    def log_message(self, format: str, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def server(database: dict[str, str]) -> Iterator[str]:
    """Serve the application in a thread, over a real socket."""
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    made = make_server("127.0.0.1", 0, application, handler_class=Quiet)

    def run() -> None:
        made.serve_forever(0.05)
        connection.close()

    thread = Thread(target=run)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def client(practice: Practice, server: str) -> Client:
    return Client(server, make_token(practice.organization))


def test_a_program_registers_reads_and_scrubs(client: Client) -> None:
    key = str(uuid4())
    made = client.post("patients", PATIENT, key=key)
    assert client.post("patients", PATIENT, key=key) == made
    rows = list(client.rows("patients"))
    assert [row["id"] for row in rows] == [made["id"]]
    assert client.get(f"patients/{made['id']}")["name"] == "Quillon, Ada"
    told = list(client.scrub(spoilt_text().encode(), on="2026-05-06"))
    assert [each["claim"] for each in told] == [*range(1, 11), 0]
    with pytest.raises(ApiError, match="404 not-found") as refused:
        client.get("claims/1000000")
    assert refused.value.problem["status"] == 404


def test_a_wrong_token_is_told(server: str) -> None:
    with pytest.raises(ApiError, match="401 unauthorized"):
        Client(server, "cct_1_1_no").get("self")


def test_a_client_speaks_http_only() -> None:
    with pytest.raises(ValueError, match="begins with http"):
        Client("file:///etc", "x")


def test_a_request_that_fails_on_the_way_is_repeated_under_its_key(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to the first try is lost; the second is answered alike and does nothing."""
    keys = list[str]()

    def lossy(request: Request, timeout: float) -> object:
        answer = urlopen(request, timeout=timeout)  # noqa: S310 - our own server
        keys.append(request.get_header("Idempotency-key") or "")
        if len(keys) == 1:
            answer.close()
            raise TimeoutError
        return answer

    monkeypatch.setattr("cleanclaim.client.urlopen", lossy)
    monkeypatch.setattr("cleanclaim.client._pause", lambda *_: 0.0)
    made = client.post("patients", PATIENT)
    assert len(keys) == 2
    assert keys[0] == keys[1] != ""
    assert [row["id"] for row in client.rows("patients")] == [made["id"]]
