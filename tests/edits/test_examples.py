import pickle

import pytest

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.codes.reference import Reference
from cleanclaim.edits import EDITS, Edit, scrub
from cleanclaim.edits.examples import AS_OF, CLEAN, REFERENCE
from cleanclaim.kernel.findings import Severity

EVERY = pytest.mark.parametrize("each", EDITS.values(), ids=EDITS)


@EVERY
def test_the_edit_finds_its_failing_example(each: Edit) -> None:
    (findings,) = scrub(ClaimBatch.of([each.failing], AS_OF), REFERENCE)
    (finding, *_) = [finding for finding in findings if finding.rule == each.rule]
    assert finding.severity is each.severity
    assert finding.source == each.source
    assert "not checked" not in finding.message
    assert "{" not in finding.message + finding.hint


@EVERY
def test_the_edit_leaves_its_passing_example_alone(each: Edit) -> None:
    (findings,) = scrub(ClaimBatch.of([each.passing], AS_OF), REFERENCE)
    assert each.rule not in {finding.rule for finding in findings}


@EVERY
def test_the_edit_is_explained(each: Edit) -> None:
    assert each.documentation.strip()
    assert each.source
    assert each.hint
    assert each.family == each.check.__module__.rpartition(".")[2]


@EVERY
def test_no_message_tells_who_the_patient_is(each: Edit) -> None:
    (findings,) = scrub(ClaimBatch.of([each.failing], AS_OF), REFERENCE)
    text = " ".join(f"{f.place} {f.message} {f.hint}" for f in findings)
    for secret in ("Larkspur", "Ines", "N100200", "EX-1", "1980"):
        assert secret not in text


@EVERY
def test_what_an_edit_needs_and_lacks_is_told(each: Edit) -> None:
    (findings,) = scrub(ClaimBatch.of([CLEAN]), Reference())
    told = [f for f in findings if f.rule == each.rule and "not checked" in f.message]
    assert len(told) == bool(each.needs)
    assert all(finding.severity is Severity.INFO for finding in told)


def test_the_clean_example_is_clean() -> None:
    assert scrub(ClaimBatch.of([CLEAN], AS_OF), REFERENCE) == [()]


def test_one_batch_finds_what_single_claims_find() -> None:
    claims = [each.failing for each in EDITS.values()] + [CLEAN]
    together = scrub(ClaimBatch.of(claims, AS_OF), REFERENCE)
    alone = [scrub(ClaimBatch.of([claim], AS_OF), REFERENCE)[0] for claim in claims]
    assert together == alone


def test_an_empty_batch_has_no_findings() -> None:
    assert scrub(ClaimBatch.of([], AS_OF), REFERENCE) == []


def test_batches_travel_between_processes() -> None:
    batch = ClaimBatch.of([CLEAN], AS_OF)
    assert pickle.loads(pickle.dumps(batch)).to_claims() == (CLEAN,)  # noqa: S301 - written here
