"""A small client of the REST API, of the standard library alone."""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

_RETRIED = {429, 502, 503, 504}


class ApiError(Exception):
    """The API refused a request; ``problem`` is its document of problem details."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code', 'unknown')}: {problem.get('title', '')}")
        self.status = status
        self.problem = problem


class Client:
    """Calls the API of one organization with one token.

    A request that fails on the way, or comes too often, is repeated up to ``tries`` times; what
    changes something carries one idempotency key over all of them, so it is done once.
    """

    def __init__(
        self, address: str, token: str, *, tries: int = 4, timeout_seconds: float = 60
    ) -> None:
        if urlsplit(address).scheme not in {"http", "https"}:
            msg = "the address of the API begins with http:// or https://"
            raise ValueError(msg)
        self._address = address.rstrip("/") + "/api/v1/"
        self._token = token
        self._tries = tries
        self._timeout_seconds = timeout_seconds

    def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - any JSON
        """Read, as ``get("claims", state="held")``; ApiError where it is refused."""
        return self._json(self._asked("GET", path, query, None, {}))

    def post(self, path: str, body: object = None, *, key: str = "", **query: object) -> Any:  # noqa: ANN401 - any JSON
        """Do something, under a key of its own or the one given; ApiError where it is refused.

        A body of bytes is X12 text, any other becomes JSON.
        """
        raw = isinstance(body, bytes)
        content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        headers = {
            "Content-Type": "application/edi-x12" if raw else "application/json",
            "Idempotency-Key": key or str(uuid.uuid4()),
        }
        return self._json(self._asked("POST", path, query, content, headers))

    def rows(self, path: str, **query: object) -> Iterator[Any]:
        """Give the rows of a list, page after page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(path, **{**query, "cursor": cursor})
            yield from page["rows"]
            cursor = page["next_cursor"]

    def scrub(self, content: bytes, **query: object) -> Iterator[Any]:
        """Judge the claims of an 837 and give a record a claim."""
        headers = {"Content-Type": "application/edi-x12"}
        lines, _ = self._asked("POST", "scrub", query, content, headers)
        return (json.loads(line) for line in lines.splitlines())

    def _asked(
        self,
        method: str,
        path: str,
        query: Mapping[str, object],
        content: bytes | None,
        headers: Mapping[str, str],
    ) -> tuple[bytes, str]:
        told = {name: value for name, value in query.items() if value is not None and value != ""}
        address = self._address + path.lstrip("/") + (f"?{urlencode(told)}" if told else "")
        own = {"Authorization": f"Bearer {self._token}", **headers}
        request = Request(address, content, own, method=method)  # noqa: S310 - http by __init__
        for left in range(self._tries - 1, -1, -1):
            try:
                with urlopen(request, timeout=self._timeout_seconds) as answer:  # noqa: S310
                    return answer.read(), answer.headers.get("Content-Type", "")
            except HTTPError as error:
                if not left or error.code not in _RETRIED:
                    raise ApiError(error.code, _problem(error.read())) from None
                time.sleep(_pause(error, self._tries - left))
            except (URLError, TimeoutError, ConnectionError):
                if not left:
                    raise
                time.sleep(_pause(None, self._tries - left))
        raise AssertionError

    @staticmethod
    def _json(answer: tuple[bytes, str]) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(answer[0])


def _problem(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _pause(error: HTTPError | None, attempt: int) -> float:
    """Wait as long as the server asks, else half a second that doubles."""
    asked = error.headers.get("Retry-After", "") if error is not None else ""
    return float(asked) if asked.isdecimal() else 0.25 * 2.0**attempt
