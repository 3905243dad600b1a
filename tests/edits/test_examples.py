import pickle

import msgspec
import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim
from cleanclaim.claims.parties import PersonName
from cleanclaim.codes.reference import Reference
from cleanclaim.edits import EDITS, Edit, EditChange, EditSet, scrub
from cleanclaim.edits.examples import (
    AS_OF,
    CLEAN,
    CLEAN_BY_KIND,
    REFERENCE,
    STAY,
    TEETH,
    VISIT,
)
from cleanclaim.kernel.findings import Finding, Severity

EVERY = pytest.mark.parametrize("each", EDITS.values(), ids=EDITS)


def asking(each: Edit) -> EditSet:
    """Give a set that asks for the edit, for those that run only where one does."""
    return EditSet("asking", (EditChange(each.rule, enabled=True),))


def found_in(each: Edit, example: Claim) -> list[Finding]:
    """Give what the edit finds in an example, which stands after the claims before it."""
    *_, findings = scrub(ClaimBatch.of([*each.before, example], AS_OF), REFERENCE, asking(each))
    return [finding for finding in findings if finding.rule == each.rule]


@EVERY
def test_the_edit_finds_its_failing_example(each: Edit) -> None:
    (finding, *_) = found_in(each, each.failing)
    assert finding.severity is each.severity
    assert finding.source == each.source
    assert "not checked" not in finding.message
    assert "{" not in finding.message + finding.hint


@EVERY
def test_the_edit_leaves_its_passing_example_alone(each: Edit) -> None:
    assert found_in(each, each.passing) == []


@EVERY
def test_the_examples_are_of_claims_that_the_edit_judges(each: Edit) -> None:
    assert {each.failing.kind, each.passing.kind} <= each.kinds


@EVERY
def test_the_edit_is_explained(each: Edit) -> None:
    assert each.documentation.strip()
    assert each.source
    assert each.hint
    assert each.family == each.check.__module__.rpartition(".")[2]


@EVERY
def test_no_message_tells_who_the_patient_is(each: Edit) -> None:
    (findings,) = scrub(ClaimBatch.of([each.failing], AS_OF), REFERENCE, asking(each))
    text = " ".join(f"{f.place} {f.message} {f.hint}" for f in findings)
    for secret in ("Larkspur", "Ines", "N100200", "EX-1", "1980"):
        assert secret not in text


@EVERY
def test_what_an_edit_needs_and_lacks_is_told(each: Edit) -> None:
    judged = each.passing if each.concerns else CLEAN_BY_KIND[each.failing.kind]
    (findings,) = scrub(ClaimBatch.of([judged]), Reference(), asking(each))
    told = [f for f in findings if f.rule == each.rule and "not checked" in f.message]
    assert len(told) == bool(each.needs or each.tables)
    assert all(finding.severity is Severity.INFO for finding in told)


@pytest.mark.parametrize("claim", [CLEAN, STAY, VISIT, TEETH], ids=lambda claim: claim.kind)
def test_the_clean_example_is_clean(claim: Claim) -> None:
    assert scrub(ClaimBatch.of([claim], AS_OF), REFERENCE) == [()]


def test_one_batch_finds_what_single_claims_find() -> None:
    # Of other patients each: that one claim repeats another is found only together.
    claims = [of_patient(number, each.failing) for number, each in enumerate(EDITS.values())]
    together = scrub(ClaimBatch.of(claims, AS_OF), REFERENCE)
    alone = [scrub(ClaimBatch.of([claim], AS_OF), REFERENCE)[0] for claim in claims]
    assert together == alone


def of_patient(number: int, claim: Claim) -> Claim:
    replace = msgspec.structs.replace
    name = PersonName(f"P{number}")
    return replace(
        claim,
        patient=replace(claim.patient, name=name),
        subscriber=replace(claim.subscriber, name=name),
    )


def test_an_empty_batch_has_no_findings() -> None:
    assert scrub(ClaimBatch.of([], AS_OF), REFERENCE) == []


def test_batches_travel_between_processes() -> None:
    batch = ClaimBatch.of([CLEAN], AS_OF)
    assert pickle.loads(pickle.dumps(batch)).to_claims() == (CLEAN,)  # noqa: S301 - written here
