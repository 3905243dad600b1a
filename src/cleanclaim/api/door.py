"""The door itself: whoever calls under /api/ is asked for a token, a right, and a key."""

import hashlib
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import cast

from django.core.exceptions import DisallowedHost, ObjectDoesNotExist, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, get_resolver
from ninja.errors import ValidationError

from cleanclaim.api.declaring import Entry, Operation, TokenRequest, by_route
from cleanclaim.api.problems import (
    Fault,
    ProblemError,
    invalid,
    not_found,
    refused,
    unauthorized,
)
from cleanclaim.api.rates import Rates
from cleanclaim.app.access import NotFoundError
from cleanclaim.app.attempting import RefusedByLedgerError, attempt
from cleanclaim.app.entering import EntryError
from cleanclaim.app.replaying import Given, KeyReusedError, claim_key, keep_answer
from cleanclaim.app.tokening import Caller, find_caller, organization_of, requests_a_minute
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.tenancy import within

URLS = "cleanclaim.api.urls"
BODY_BYTES_MAX = 32 * 1024 * 1024
_KEY = re.compile(r"[!-~]{1,200}", re.ASCII)
_NUL = (b"\\u0000", b"\x00")
_log = logging.getLogger(__name__)

Respond = Callable[[HttpRequest], HttpResponseBase]
Work = Callable[[], HttpResponse]


class ApiDoor:
    """Answers whatever is asked under ``/api``; the rest goes on to the pages.

    Made when the application starts, and so refuses to start with an undeclared operation.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response
        import_module(URLS)
        self._resolver = get_resolver(URLS)
        self._known = by_route()
        self._rates = Rates()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with a problem for every error."""
        path = request.path_info
        if path != "/api" and not path.startswith("/api/"):
            return self.get_response(request)
        try:
            return self._admit(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told without its words
            return as_problem(error).response()

    def _admit(self, request: HttpRequest) -> HttpResponse:
        declared, work = self._find(request)
        if declared.permission is Entry.PUBLIC:
            return work()
        text = _bearer(request)
        organization = organization_of(text)
        if organization is None:
            raise unauthorized()
        with within(organization):
            caller = find_caller(text, organization=organization, now=datetime.now(UTC))
            if caller is None:
                raise unauthorized()
            self._count(caller)
            _ask_right(declared, caller)
            asked = cast("TokenRequest", request)
            asked.caller, asked.content = caller, _read_body(request, declared)
            return _answer(declared, asked, work)

    def _find(self, request: HttpRequest) -> tuple[Operation, Work]:
        request.get_host()
        match = self._resolver.resolve(request.path_info)
        methods = self._known.get(match.route)
        if methods is None:
            raise not_found()
        declared = methods.get(request.method or "")
        if declared is None:
            headers = {"Allow": ", ".join(sorted(methods))}
            raise ProblemError(405, "method", "There is no such method here", headers=headers)
        return declared, lambda: match.func(request, **match.kwargs)

    def _count(self, caller: Caller) -> None:
        wait = self._rates.take(caller.token, requests_a_minute())
        if wait:
            title = "The token asked too often; wait"
            raise ProblemError(429, "too-many", title, headers={"Retry-After": str(wait)})


def _bearer(request: HttpRequest) -> str:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def _ask_right(declared: Operation, caller: Caller) -> None:
    permission = declared.permission
    if not isinstance(permission, Entry) and not caller.may(permission):
        title, detail = "The token does not open this", f"it needs {permission.value}"
        raise ProblemError(403, "forbidden", title, detail=detail)


def _read_body(request: HttpRequest, declared: Operation) -> bytes:
    """Read the whole body; JSON and addresses hold no NUL, which no record can keep."""
    content = request.read(BODY_BYTES_MAX + 1)
    if len(content) > BODY_BYTES_MAX:
        raise ProblemError(413, "too-large", "The body is larger than 32 MB")
    asked = any("\x00" in text for pair in request.GET.items() for text in pair)
    if asked or (declared.body is not None and any(nul in content for nul in _NUL)):
        raise invalid([Fault("request", "a text holds the character U+0000")])
    return content


# Answering


def _answer(declared: Operation, request: TokenRequest, work: Work) -> HttpResponse:
    """Answer: a read with its tag, an action in a savepoint and under its key."""
    if declared.method == "GET":
        return _tagged(request, work())
    key = request.headers.get("Idempotency-Key", "")
    if not key and not declared.changes:
        return attempt(work)
    if not _KEY.fullmatch(key):
        title = "An Idempotency-Key of 1 to 200 visible characters is needed"
        raise ProblemError(400, "key-missing", title)
    claimed = claim_key(
        organization=request.caller.organization,
        token=request.caller.token,
        key=key,
        request=_digest(request),
        now=datetime.now(UTC),
    )
    if claimed.given is not None:
        return _again(claimed.given)
    response = _done_or_refused(work)
    given = Given(
        response.status_code,
        response.headers["Content-Type"],
        response.content,
        response.headers.get("Location", ""),
    )
    keep_answer(organization=request.caller.organization, record=claimed.record, given=given)
    return response


def _done_or_refused(work: Work) -> HttpResponse:
    """Do it, or tell why the use case did not: both are answers that a repetition gets again.

    Anything else undoes the whole request with its key, so that it can be tried once more.
    """
    try:
        return attempt(work)
    except (ProblemError, NotFoundError, RefusedByLedgerError, EntryError):
        raise
    except CleanclaimError as error:
        return refused(error).response()


def _digest(request: TokenRequest) -> str:
    """Give the digest of all that is asked: method, address, kind of body, body."""
    asked = (request.method or "", request.get_full_path(), request.headers.get("Content-Type", ""))
    head = "\n".join(asked).encode("utf-8", "surrogatepass")
    return hashlib.sha256(head + b"\n\n" + request.content).hexdigest()


def _again(given: Given) -> HttpResponse:
    response = HttpResponse(given.body, content_type=given.media, status=given.status)
    response.headers["Idempotency-Replayed"] = "true"
    if given.location:
        response.headers["Location"] = given.location
    return response


def _tagged(request: TokenRequest, response: HttpResponse) -> HttpResponse:
    """Tag an answer by its content; who has it already is told so and nothing more."""
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    known = {each.strip() for each in request.headers.get("If-None-Match", "").split(",")}
    found = HttpResponse(status=304) if tag in known else response
    found.headers["ETag"] = tag
    return found


# Errors


def as_problem(error: Exception) -> ProblemError:
    """Give what is told of an error; never its own words unless they are ours."""
    match error:
        case ProblemError():
            return error
        case NotFoundError() | ObjectDoesNotExist() | Http404() | Resolver404():
            return not_found()
        case ValidationError() | SuspiciousOperation():
            return _unread(error)
        case RefusedByLedgerError(__cause__=DataError()) | DataError():
            return invalid([Fault("request", "a value is longer or larger than its field")])
        case RefusedByLedgerError(__cause__=OperationalError()) | OperationalError():
            return ProblemError(503, "busy", "Try again", headers={"Retry-After": "1"})
        case CleanclaimError():
            return refused(error, 422 if isinstance(error, KeyReusedError | EntryError) else 409)
        case _:
            _log.error("the API failed: %s", type(error).__name__)
            title = "Something failed on our side; nothing was changed"
            return ProblemError(500, "failed", title)


def _unread(error: ValidationError | SuspiciousOperation) -> ProblemError:
    """Say which parameters cannot be read; a record's number that cannot be one is no record."""
    if isinstance(error, DisallowedHost):
        return ProblemError(400, "host", "This host name is not served")
    if isinstance(error, SuspiciousOperation):
        return ProblemError(400, "suspicious", "The request cannot be read")
    if any(each["loc"][0] == "path" for each in error.errors):
        return not_found()
    return invalid(
        Fault(".".join(str(part) for part in each["loc"][:2]), each["msg"][:200])
        for each in error.errors
    )
