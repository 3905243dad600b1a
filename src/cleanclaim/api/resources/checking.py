"""Checking what is not a record: claims by the edits, X12 files by the guides; nothing is kept."""

from datetime import date
from typing import Annotated

from ninja import Query

from cleanclaim.api.declaring import LINES, X12, Answer, TokenRequest, operation, read_value
from cleanclaim.api.problems import Fault, ProblemError, invalid
from cleanclaim.app.checking import (
    NotX12Error,
    check_content,
    judging_terms,
    scrub_file,
    scrub_value,
)
from cleanclaim.app.rights import Permission
from cleanclaim.claims.model import Claim
from cleanclaim.edits.set_files import EditSetFileError
from cleanclaim.engine.shares import Terms, Told

SetName = Annotated[str, Query(pattern=r"^[A-Za-z0-9_-]{0,60}$")]


def _terms(request: TokenRequest, on: date | None, payer_set: str) -> Terms:
    try:
        return judging_terms(on or request.caller.today, payer_set)
    except EditSetFileError:
        raise invalid([Fault("query.payer_set", "there is no such set that can be used")]) from None


def _no_x12() -> ProblemError:
    return ProblemError(422, "no-x12", "There is no X12 interchange in the body")


@operation(
    "POST",
    "/scrub",
    tag="checking",
    permission=Permission.CLAIMS_WORK,
    answer=Told,
    text=X12,
    media=LINES,
)
def scrub_claims(request: TokenRequest, on: date | None = None, payer_set: SetName = "") -> Answer:
    """Judge the claims of an 837.

    Answers one line of JSON a claim, as "cleanclaim scrub --json" prints them, by the tables that
    the installation has loaded. What is wrong with the file itself has claim 0. Nothing is kept.
    """
    terms = _terms(request, on, payer_set)
    try:
        lines = [line + b"\n" for line in scrub_file(request.content, terms)]
    except NotX12Error:
        raise _no_x12() from None
    return Answer(b"".join(lines), media=LINES)


@operation(
    "POST",
    "/scrub/claim",
    tag="checking",
    permission=Permission.CLAIMS_WORK,
    answer=Told,
    body=Claim,
)
def scrub_one_claim(
    request: TokenRequest, on: date | None = None, payer_set: SetName = ""
) -> Answer:
    """Judge one claim that is given as JSON.

    Answers the same record as for the claim of a file. Nothing is kept.
    """
    terms = _terms(request, on, payer_set)
    claim = read_value(request.content, Claim)
    try:
        return Answer(scrub_value(claim, terms))
    except (ValueError, OverflowError, ArithmeticError):
        fault = Fault("body", "an amount or a date is beyond what a claim can hold")
        raise invalid([fault]) from None


@operation(
    "POST",
    "/x12/check",
    tag="checking",
    permission=Permission.CLAIMS_READ,
    answer=dict[str, object],
    text=X12,
)
def check_x12(request: TokenRequest) -> dict[str, object]:
    """Say everything that is wrong with X12 text, and where.

    The document is that of "cleanclaim x12 check --json". Nothing is kept.
    """
    try:
        return dict(check_content(request.content).to_builtins())
    except NotX12Error:
        raise _no_x12() from None
