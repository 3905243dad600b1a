"""Problem details (RFC 9457): what went wrong, in words that name no patient."""

import re
from collections.abc import Iterable, Mapping

import msgspec
from django.http import HttpResponse

from cleanclaim.kernel.errors import CleanclaimError

MEDIA = "application/problem+json"
_URN = "urn:cleanclaim:problem:"


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one field: where it stands, and what would be right."""

    place: str
    message: str


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """The document of an error; ``code`` is the last part of ``type`` and stable."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    errors: tuple[Fault, ...] = ()


class ProblemError(CleanclaimError):
    """A request that cannot be answered as asked."""

    code = "api.problem"

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        *,
        detail: str = "",
        errors: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.details = ProblemDetails(
            _URN + code, title, status, code, detail=detail, errors=tuple(errors)
        )
        self.headers = dict(headers or {})

    def response(self) -> HttpResponse:
        """Give the answer that tells it."""
        answer = HttpResponse(
            msgspec.json.encode(self.details), content_type=MEDIA, status=self.details.status
        )
        for name, value in self.headers.items():
            answer.headers[name] = value
        return answer


def not_found() -> ProblemError:
    """Say that there is nothing, alike for what nobody has and for what others have."""
    return ProblemError(404, "not-found", "There is no such record")


def unauthorized() -> ProblemError:
    """Say that no token opens this; why a token does not is not told."""
    headers = {"WWW-Authenticate": 'Bearer realm="cleanclaim"'}
    title = "A valid access token is needed"
    return ProblemError(401, "unauthorized", title, headers=headers)


def invalid(faults: Iterable[Fault]) -> ProblemError:
    """Say which fields cannot be read."""
    return ProblemError(422, "invalid", "The request cannot be read", errors=faults)


def refused(error: CleanclaimError, status: int = 409) -> ProblemError:
    """Say why a use case did not do it; its errors never name a patient."""
    title = "This could not be done"
    code = error.code.replace(".", "-").replace("_", "-")
    return ProblemError(status, code, title, detail=str(error))


_PLACE = re.compile(r" - at `([\w.$\[\]]{1,120})`$", re.ASCII)
_EXPECTED = re.compile(r"Expected `[^`]+`(?:, got `[^`]+`| of length [<>=]* ?\d+| [<>=]+ [\d.-]+)?")
_MISSING = re.compile(r"Object missing required field `(\w{1,60})`", re.ASCII)


def unfit_body(error: msgspec.ValidationError) -> ProblemError:
    """Say where a body is not as described, without a word of what stood there."""
    told = str(error)
    place = _PLACE.search(told)
    missing, expected = _MISSING.match(told), _EXPECTED.match(told)
    if missing is not None:
        words = f"the field {missing[1]} is missing"
    elif expected is not None:
        words = expected[0].replace("`", "").lower()
    else:
        words = "this is not one of the fields or values that are described"
    where = place[1].removeprefix("$").removeprefix(".") if place else ""
    return invalid([Fault(f"body.{where}" if where else "body", words)])
