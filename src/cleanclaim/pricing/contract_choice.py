"""Which term of a contract covers a line or a claim, the most specific first."""

from cleanclaim.pricing.billed import BilledClaim, BilledLine
from cleanclaim.pricing.contract_terms import ClaimMethod, Contract, Term, is_within


def terms_of_line(contract: Contract, line: BilledLine, claim: BilledClaim) -> list[Term]:
    """Give the terms that price a line on its day."""
    found = [
        term
        for term in contract.terms
        if not isinstance(term.pays, ClaimMethod)
        and line.service.on in term.span
        and _covers_line(term, line, claim)
    ]
    return sorted(found, key=lambda term: _specificity(term, line))


def terms_of_claim(contract: Contract, claim: BilledClaim) -> list[Term]:
    """Give the terms that price a claim as a whole on its day."""
    found = [
        term
        for term in contract.terms
        if isinstance(term.pays, ClaimMethod)
        and claim.on in term.span
        and _covers_claim(term, claim)
    ]
    return sorted(found, key=_claim_specificity)


def _covers_line(term: Term, line: BilledLine, claim: BilledClaim) -> bool:
    covers, service = term.covers, line.service
    return (
        _any(covers.codes, service.code)
        and _any(covers.revenue_codes, line.revenue_code)
        and _any(covers.drgs, claim.drg)
        and _any(covers.places_of_service, claim.place_of_service)
        and (not covers.modifiers or not set(covers.modifiers).isdisjoint(service.modifiers))
    )


def _covers_claim(term: Term, claim: BilledClaim) -> bool:
    covers = term.covers
    return _any(covers.drgs, claim.drg) and _any(covers.places_of_service, claim.place_of_service)


def _any(listed: tuple[str, ...], code: str) -> bool:
    return not listed or any(is_within(code, each) for each in listed)


def _specificity(term: Term, line: BilledLine) -> tuple[int, int, int, int]:
    """Sort terms: by how closely they name the code, what else they ask, how late they start."""
    covers = term.covers
    further = (covers.modifiers, covers.revenue_codes, covers.drgs, covers.places_of_service)
    asked = sum(bool(each) for each in further)
    kind, breadth = _closeness(covers.codes, line.service.code)
    return kind, breadth, -asked, -term.starts_on.toordinal()


def _claim_specificity(term: Term) -> tuple[int, int, int]:
    covers = term.covers
    asked = bool(covers.drgs) + bool(covers.places_of_service)
    return -asked, sum(map(_breadth, covers.drgs)), -term.starts_on.toordinal()


def _closeness(listed: tuple[str, ...], code: str) -> tuple[int, int]:
    """Tell how closely a code is named: by itself, by the narrowest range, or not at all."""
    if not listed:
        return 2, 0
    if code in listed:
        return 0, 0
    return 1, min(_breadth(each) for each in listed if is_within(code, each))


def _breadth(listed: str) -> int:
    first, _, last = listed.partition("-")
    return int(last, 36) - int(first, 36) if last else 0
