"""The table of operations: each is declared with its right, its answer and its body."""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import PathView

from cleanclaim.api.problems import ProblemError, unfit_body
from cleanclaim.app.rights import Permission
from cleanclaim.app.tokening import Caller
from cleanclaim.kernel.errors import CleanclaimError

JSON, X12, LINES, HTML = (
    "application/json",
    "application/edi-x12",
    "application/x-ndjson",
    "text/html; charset=utf-8",
)
ROOT = "api/v1"
Told = TypeVar("Told")
Handler = Callable[..., object]
_MARK = "declared_operation"


class Entry(StrEnum):
    """What opens an operation that needs no right."""

    PUBLIC = "public"
    TOKEN = "token"  # noqa: S105 - the name of a way in, not a secret


class TokenRequest(HttpRequest):
    """A request whose token was found; ``content`` is its whole body."""

    caller: Caller
    content: bytes


class Answer(msgspec.Struct, frozen=True):
    """An answer that is more than a value: bytes of another kind, or something new."""

    value: object
    status: int = 200
    media: str = JSON
    location: str = ""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One declared operation.

    ``answer`` is the type of its JSON; ``body`` that of the request's JSON, ``text`` other kinds
    of body. ``changes`` needs an idempotency key.
    """

    method: str
    path: str
    name: str
    tag: str
    permission: Permission | Entry
    answer: Any
    body: Any = None
    text: str = ""
    media: str = JSON
    status: int = 200
    changes: bool = False


class UndeclaredOperationError(CleanclaimError):
    """An operation has no declared permission; the program must not start."""

    code = "api.operation.undeclared"

    def __init__(self, where: str) -> None:
        super().__init__(f"the operation '{where}' declares no permission")


api = NinjaAPI(
    title="Cleanclaim",
    version="1",
    description="Claims, payments and patients of one organization, for programs.",
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)
OPERATIONS: list[Operation] = []


def _raise(_request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401 - any exception
    raise error


# The door turns every error into a problem; the framework's own answers might quote a value.
for _kind in (ValidationError, HttpError, Http404, AuthenticationError):
    api.add_exception_handler(_kind, _raise)


def operation(
    method: str,
    path: str,
    *,
    tag: str,
    permission: Permission | Entry,
    answer: object,
    **more: Any,  # noqa: ANN401 - the further fields of an operation
) -> Callable[[Handler], Handler]:
    """Declare an operation: where, opened by which right, what it answers (see ``Operation``)."""

    def declare(handler: Handler) -> Handler:
        declared = Operation(
            method=method,
            path=path,
            name=handler.__name__.replace("_", "-"),
            tag=tag,
            permission=permission,
            answer=answer,
            **more,
        )

        @wraps(handler)
        def answered(request: HttpRequest, **words: Any) -> HttpResponse:  # noqa: ANN401 - ninja's
            return respond(handler(request, **words), declared.status)

        setattr(answered, _MARK, declared)
        summary, _, description = (handler.__doc__ or "").strip().partition("\n\n")
        register = api.api_operation(
            [method],
            path,
            operation_id=declared.name,
            summary=summary.rstrip("."),
            description=" ".join(description.split()),
            tags=[tag],
            url_name=declared.name,
        )
        OPERATIONS.append(declared)
        result: Handler = register(answered)
        return result

    return declare


def respond(value: object, status: int = 200) -> HttpResponse:
    """Make a response of what a handler gives: a value becomes JSON."""
    told = value if isinstance(value, Answer) else Answer(value, status)
    body = told.value if isinstance(told.value, bytes) else msgspec.json.encode(told.value)
    response = HttpResponse(body, content_type=told.media, status=told.status)
    if told.location:
        response.headers["Location"] = told.location
    return response


def read_value(content: bytes, shape: type[Told]) -> Told:
    """Read JSON as a value of a shape; ProblemError that quotes nothing where it is none."""
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.ValidationError as error:
        raise unfit_body(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        title = "The body is not JSON"
        raise ProblemError(400, "not-json", title) from None


def declared_operation(view: object) -> Operation | None:
    """Give the declaration of a handler, None where there is none."""
    found = getattr(view, _MARK, None)
    return found if isinstance(found, Operation) else None


def views_of(made: NinjaAPI) -> Iterator[tuple[str, PathView]]:
    """Give every path of an API with its view."""
    yield from made.default_router.path_operations.items()


def refuse_undeclared(made: NinjaAPI = api) -> None:
    """Refuse to go on with an operation that declares no permission."""
    for where, view in views_of(made):
        for each in view.operations:
            if declared_operation(each.view_func) is None:
                raise UndeclaredOperationError(" ".join((*each.methods, where)))


def by_route(made: NinjaAPI = api) -> Mapping[str, Mapping[str, Operation]]:
    """Give the declarations by the route as Django knows it, and the method."""
    found: dict[str, dict[str, Operation]] = {}
    for where, view in views_of(made):
        route = ROOT + where.replace("{", "<").replace("}", ">")
        for each in view.operations:
            declared = declared_operation(each.view_func)
            if declared is not None:
                found.setdefault(route, {}).update(dict.fromkeys(each.methods, declared))
    return found
