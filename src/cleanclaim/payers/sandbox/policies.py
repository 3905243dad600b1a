"""The payer's reasons to deny a line: each policy is one function, tried in order."""

from collections.abc import Callable
from datetime import date

import msgspec

from cleanclaim.claims.model import Claim, Responsibility
from cleanclaim.kernel.spans import Span
from cleanclaim.payers.sandbox.chance import draw, hits
from cleanclaim.payers.sandbox.profile import Policy, service_key


class Denial(msgspec.Struct, frozen=True):
    """Why a line is not paid: adjustment group, CARC and remarks (RARC)."""

    group: str
    reason: str
    remarks: tuple[str, ...] = ()


class Standing(msgspec.Struct, frozen=True):
    """What the payer's books say besides the claim.

    ``coverage`` is the member's span (None: never insured), ``paid_services`` the keys
    (``profile.service_key``) of services already paid.
    """

    payer_claim_number: str
    coverage: Span | None
    paid_services: frozenset[str] = frozenset()


Rule = Callable[[Claim, int, Policy, Standing, date], Denial | None]


def deny_line(
    claim: Claim, place: int, policy: Policy, standing: Standing, on: date
) -> Denial | None:
    """Give the first reason to deny the line at ``place`` (from 0) of a claim received ``on``."""
    for rule in RULES:
        if denial := rule(claim, place, policy, standing, on):
            return denial
    return None


def coverage_in_force(
    claim: Claim, place: int, _policy: Policy, standing: Standing, _on: date
) -> Denial | None:
    """CARC 26 before the coverage began, CARC 27 after it ended."""
    day = claim.lines[place].starts_on
    if standing.coverage is None:
        return Denial("PR", "27")
    if day is None or day in standing.coverage:
        return None
    return Denial("PR", "26") if day < standing.coverage.starts_on else Denial("CO", "27")


def filed_in_time(
    claim: Claim, _place: int, policy: Policy, _standing: Standing, on: date
) -> Denial | None:
    """CARC 29: received later than the limit after the last service or the earlier payer's word."""
    days = [claim.service_ends_on]
    if claim.responsibility is not Responsibility.PRIMARY:
        days += [a.adjudicated_on for line in claim.lines for a in line.adjudications]
        days += [coverage.adjudicated_on for coverage in claim.other_coverages]
    last = max((day for day in days if day is not None), default=None)
    if policy.timely_days is None or last is None:
        return None
    return Denial("CO", "29") if (on - last).days > policy.timely_days else None


def not_paid_before(
    claim: Claim, place: int, policy: Policy, standing: Standing, _on: date
) -> Denial | None:
    """CARC 18: the same member, day, procedure and modifiers are paid already."""
    key = service_key(claim, place)
    if not policy.denies_duplicates or key not in standing.paid_services:
        return None
    return Denial("CO", "18", ("N522",))


def rendering_enrolled(
    claim: Claim, place: int, policy: Policy, _standing: Standing, _on: date
) -> Denial | None:
    """CARC B7: the rendering provider does not participate on the day of service."""
    if not policy.enrollment_required:
        return None
    line = claim.lines[place]
    rendering = line.rendering or claim.rendering or claim.billing
    since = policy.enrolled_from.get(rendering.npi)
    if since is not None and (line.starts_on is None or since <= line.starts_on):
        return None
    return Denial("CO", "B7", ("N570",))


def authorization_given(
    claim: Claim, place: int, policy: Policy, _standing: Standing, _on: date
) -> Denial | None:
    """CARC 197: the procedure needs a prior authorization and the claim names none."""
    line = claim.lines[place]
    if line.procedure.code not in policy.authorization_required:
        return None
    if line.prior_authorization or claim.prior_authorization:
        return None
    return Denial("CO", "197", ("M62",))


def modifier_given(
    claim: Claim, place: int, policy: Policy, _standing: Standing, _on: date
) -> Denial | None:
    """CARC 4: the procedure needs one of certain modifiers and has none of them."""
    procedure = claim.lines[place].procedure
    needed = policy.modifiers_required.get(procedure.code)
    if needed is None or set(needed) & set(procedure.modifiers):
        return None
    return Denial("CO", "4", ("N519",))


def diagnosis_supports(
    claim: Claim, place: int, policy: Policy, _standing: Standing, _on: date
) -> Denial | None:
    """CARC 11: every diagnosis the line points to is on the list that does not support it."""
    line = claim.lines[place]
    codes = [
        claim.diagnoses[pointer - 1].code
        for pointer in line.diagnosis_pointers
        if 0 < pointer <= len(claim.diagnoses)
    ]
    for mismatch in policy.mismatches:
        unsupported = codes and all(code.startswith(mismatch.diagnoses) for code in codes)
        if unsupported and line.procedure.code in mismatch.procedures:
            return Denial("CO", "11")
    return None


def passes_review(
    claim: Claim, place: int, policy: Policy, _standing: Standing, _on: date
) -> Denial | None:
    """Deny the lines that the review by lot draws, for a reason drawn as well."""
    review = policy.review
    if review is None or not review.reasons:
        return None
    matter = (claim.patient_control_number, str(claim.lines[place].number))
    if not hits(review.percent, review.seed, "review", *matter):
        return None
    return Denial(*review.reasons[draw(len(review.reasons), review.seed, "reason", *matter)])


RULES: tuple[Rule, ...] = (
    coverage_in_force,
    filed_in_time,
    not_paid_before,
    rendering_enrolled,
    authorization_given,
    modifier_given,
    diagnosis_supports,
    passes_review,
)
