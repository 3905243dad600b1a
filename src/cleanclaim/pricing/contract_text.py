"""Reading contracts from JSON, with what is wrong, where, and what to do."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import combinations

import msgspec

from cleanclaim.pricing.contract_terms import (
    CaseRate,
    ClaimMethod,
    Contract,
    DrgWeight,
    FeeTable,
    PercentOfCharge,
    PercentOfMedicare,
    PerDiem,
    StopLoss,
    Term,
)

_LOCALITY = re.compile(r"\d{5}-\d\d", re.ASCII)
_LISTED = re.compile(r"[0-9A-Z]+(?:-[0-9A-Z]+)?", re.ASCII)
_FEE = re.compile(r"[0-9A-Z]{5}(?:-[0-9A-Z]{2})?", re.ASCII)
# Beyond any agreement; without limits a number could ask for endless digits.
_PERCENT_MAX, _DOLLARS_MAX = Decimal(100_000), Decimal(10**10)
_SHAPE = re.compile(r"(?P<what>.*?)(?: - at `(?P<where>.*)`)?", re.DOTALL)


class Problem(msgspec.Struct, frozen=True):
    """A mistake in a contract: where it is, what is wrong, what to do."""

    where: str
    what: str
    to_do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.to_do}"


def read_contract(text: str | bytes) -> tuple[Contract | None, tuple[Problem, ...]]:
    """Read a contract; without one where anything is wrong with it."""
    try:
        contract = msgspec.json.decode(text, type=Contract)
    except msgspec.DecodeError as error:
        return None, (_of_shape(str(error)),)
    problems = tuple(find_problems(contract))
    return (None if problems else contract), problems


def write_contract(contract: Contract) -> str:
    """Write a contract as the JSON that ``read_contract`` reads."""
    encoded = msgspec.json.Encoder(decimal_format="number").encode(contract)
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _of_shape(message: str) -> Problem:
    """Turn msgspec's words into where, what and what to do."""
    match = _SHAPE.fullmatch(message)
    what, where = (match["what"], match["where"]) if match else (message, None)
    for sign, to_do in _ADVICE:
        if sign in what:
            return Problem(where or "$", what.lower(), to_do)
    return Problem(where or "$", what.lower(), "write what is expected there")


_ADVICE = (
    ("unknown field", "check its spelling against the reference of contracts, or take it out"),
    ("missing required field", "add the field"),
    ("malformed", "mend the JSON at that place"),
    ("truncated", "the end of the file is missing"),
    ("Invalid value", "choose one of the values of the reference of contracts"),
    ("Invalid RFC3339", "write the day as 2026-01-31"),
)


def find_problems(contract: Contract) -> Iterator[Problem]:
    """Name each thing that a contract says and cannot mean."""
    if not contract.terms:
        yield Problem("$.terms", "there are none", "add at least one term")
    for place, term in enumerate(contract.terms):
        where = f"$.terms[{place}]"
        for check in _CHECKS:
            yield from check(where, term)
    for place, stop in enumerate(contract.stop_losses):
        yield from _stop_loss(f"$.stop_losses[{place}]", stop)
    yield from _twins(contract)


def _dates(where: str, term: Term) -> Iterator[Problem]:
    if term.ends_on is not None and term.ends_on < term.starts_on:
        yield Problem(f"{where}.ends_on", "it is before starts_on", "exchange or mend the days")
        return
    for place, rise in enumerate(term.escalators):
        at = f"{where}.escalators[{place}]"
        yield from _percent(f"{at}.percent", rise.percent, least=Decimal(-100))
        if rise.on not in term.span:
            yield Problem(f"{at}.on", "the term does not hold on that day", "mend the day")


def _pays(where: str, term: Term) -> Iterator[Problem]:
    at = f"{where}.pays"
    match term.pays:
        case PercentOfMedicare(percent=percent, locality=locality):
            yield from _percent(f"{at}.percent", percent)
            if locality and not _LOCALITY.fullmatch(locality):
                yield Problem(f"{at}.locality", "it is no locality", "write it as 10112-00")
        case PercentOfCharge(percent=percent):
            yield from _percent(f"{at}.percent", percent)
        case FeeTable(fees=fees):
            yield from _fees(f"{at}.fees", fees)
        case CaseRate(dollars=dollars) | DrgWeight(base=dollars):
            yield from _dollars(at, dollars)
        case PerDiem():
            yield from _tiers(f"{at}.tiers", term.pays)
        case _:
            pass


def _fees(where: str, fees: dict[str, Decimal]) -> Iterator[Problem]:
    if not fees:
        yield Problem(where, "the table is empty", "add fees by code")
    for code, dollars in fees.items():
        if not _FEE.fullmatch(code):
            yield Problem(where, f"{code!r} is no code", "write 99213, or 71046-26")
        yield from _dollars(f"{where}.{code}", dollars)


def _tiers(where: str, method: PerDiem) -> Iterator[Problem]:
    days = [tier.from_day for tier in method.tiers]
    if days[:1] != [1] or days != sorted(set(days)):
        yield Problem(where, "tiers must begin at day 1 and rise", "sort and mend from_day")
    for place, tier in enumerate(method.tiers):
        yield from _dollars(f"{where}[{place}].dollars", tier.dollars)


def _covers(where: str, term: Term) -> Iterator[Problem]:
    covers = term.covers
    for name in ("codes", "revenue_codes", "drgs"):
        for listed in getattr(covers, name):
            yield from _listed(f"{where}.covers.{name}", listed)
    for_claims = isinstance(term.pays, ClaimMethod)
    if for_claims and (covers.codes or covers.modifiers or covers.revenue_codes):
        to_do = "cover by drgs or places_of_service, or pay by line"
        yield Problem(f"{where}.covers", "one price for a claim cannot depend on a line", to_do)
    if not for_claims and covers.drgs and not term.carve_out:
        to_do = "make it a carve_out, or pay by claim"
        yield Problem(f"{where}.covers.drgs", "a price by line cannot be for a DRG alone", to_do)


def _listed(where: str, listed: str) -> Iterator[Problem]:
    first, _, last = listed.partition("-")
    if not _LISTED.fullmatch(listed):
        yield Problem(where, f"{listed!r} is no code and no range", "write 99213 or 99202-99215")
    elif last and (len(first) != len(last) or first > last):
        yield Problem(where, f"the range {listed} is empty", "write its lower end first")


def _procedures(where: str, term: Term) -> Iterator[Problem]:
    for place, percent in enumerate(term.multiple_procedures):
        yield from _percent(f"{where}.multiple_procedures[{place}]", percent)
    if term.multiple_procedures and isinstance(term.pays, ClaimMethod):
        at = f"{where}.multiple_procedures"
        yield Problem(at, "one price for a claim has no procedures", "take it out")
    if term.carve_out and isinstance(term.pays, ClaimMethod):
        at = f"{where}.carve_out"
        yield Problem(at, "only lines can be carved out", "take it out")


_CHECKS: tuple[Callable[[str, Term], Iterator[Problem]], ...] = (
    _dates,
    _pays,
    _covers,
    _procedures,
)


def _stop_loss(where: str, stop: StopLoss) -> Iterator[Problem]:
    yield from _dollars(f"{where}.threshold", stop.threshold)
    yield from _percent(f"{where}.percent", stop.percent)
    if stop.ends_on is not None and stop.ends_on < stop.starts_on:
        yield Problem(f"{where}.ends_on", "it is before starts_on", "exchange or mend the days")


def _percent(where: str, percent: Decimal, least: Decimal = Decimal(0)) -> Iterator[Problem]:
    if not _has_two_decimals(percent, least, _PERCENT_MAX):
        to_do = f"write a percentage from {least} with at most two decimals, such as 112.5"
        yield Problem(where, "it is no percentage", to_do)


def _dollars(where: str, dollars: Decimal) -> Iterator[Problem]:
    if not _has_two_decimals(dollars, Decimal(0), _DOLLARS_MAX):
        yield Problem(where, "it is no amount", "write dollars with at most two decimals")


def _has_two_decimals(value: Decimal, least: Decimal, most: Decimal) -> bool:
    return value.is_finite() and least <= value <= most and value * 100 == int(value * 100)


def _twins(contract: Contract) -> Iterator[Problem]:
    """Name terms that cover the same on the same days: nobody could tell which holds."""
    for (first, one), (second, other) in combinations(enumerate(contract.terms), 2):
        level = isinstance(one.pays, ClaimMethod) is isinstance(other.pays, ClaimMethod)
        if level and one.covers == other.covers and _overlap(one, other):
            what = f"it covers the same as $.terms[{first}] on the same days"
            yield Problem(f"$.terms[{second}]", what, "end one before the other starts")


def _overlap(one: Term, other: Term) -> bool:
    return (one.ends_on is None or other.starts_on <= one.ends_on) and (
        other.ends_on is None or one.starts_on <= other.ends_on
    )
