"""Each edit's examples notice when its condition is turned around."""

from collections.abc import Callable, Mapping

import msgspec
import pytest

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Found
from cleanclaim.claims.model import Claim
from cleanclaim.codes.reference import Reference
from cleanclaim.edits import EDITS, Edit
from cleanclaim.edits.examples import AS_OF, REFERENCE

Check = Callable[[ClaimBatch, Reference], Found]
EVERY = pytest.mark.parametrize("each", EDITS.values(), ids=EDITS)


def examples_hold(each: Edit) -> tuple[bool, bool]:
    """Tell whether the failing example is found, and the passing one is not."""
    return _is_found(each, each.failing), not _is_found(each, each.passing)


def _is_found(each: Edit, example: Claim) -> bool:
    batch = ClaimBatch.of([*each.before, example], AS_OF)
    return len(batch) - 1 in each.check(batch, REFERENCE).claims


def inverted(check: Check) -> Check:
    """Report the claims that the check would leave alone, and none of those it finds."""

    def turned(batch: ClaimBatch, reference: Reference) -> Found:
        found = set(check(batch, reference).claims)
        left = tuple(index for index in range(len(batch)) if index not in found)
        facts: tuple[Mapping[str, object], ...] = ({},) * len(left)
        return Found(left, ("claim",) * len(left), facts)

    return turned


def silenced(_batch: ClaimBatch, _reference: Reference) -> Found:
    return NOTHING


@EVERY
def test_the_examples_hold(each: Edit) -> None:
    assert examples_hold(each) == (True, True)


@EVERY
def test_an_inverted_condition_is_noticed_by_both_examples(each: Edit) -> None:
    mutant = msgspec.structs.replace(each, check=inverted(each.check))
    assert examples_hold(mutant) == (False, False)


@EVERY
def test_a_check_that_finds_nothing_is_noticed(each: Edit) -> None:
    mutant = msgspec.structs.replace(each, check=silenced)
    assert examples_hold(mutant) == (False, True)


def test_an_inverted_check_turns_back_when_inverted_again() -> None:
    each = EDITS["BALANCE.LINES"]
    mutant = msgspec.structs.replace(each, check=inverted(inverted(each.check)))
    assert examples_hold(mutant) == (True, True)
