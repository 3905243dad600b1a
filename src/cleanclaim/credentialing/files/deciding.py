"""Whether a file may be decided: every element of it that the policy asks for, one by one."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from cleanclaim.credentialing.verification.policies import Body, PolicyTerm
from cleanclaim.credentialing.verification.readiness import (
    Element,
    ElementState,
    Readiness,
    Requirement,
    State,
    Verification,
    judge_file,
)

# Elements whose present age limits nobody confirmed: the policy's limit is not theirs.
OWN_LIMIT_ONLY = frozenset({Element.WORK_HISTORY, Element.ATTESTATION})
# Elements that have to be valid on the day and may have been looked up long before.
AGELESS = frozenset({Element.DEA, Element.EDUCATION})
# Elements asked for only of who has them.
IF_HELD = frozenset({Element.DEA, Element.BOARD})
# Elements of which each one in the file is looked up; the others are about the file as a whole.
BY_ITEM = frozenset({Element.LICENCE, Element.DEA, Element.EDUCATION, Element.BOARD})


class FileRules(msgspec.Struct, frozen=True):
    """What the practice decides files by.

    ``limits`` are its own limits in days; ``terms`` those of the body and its own.
    """

    body: Body
    terms: tuple[PolicyTerm, ...]
    limits: Mapping[Element, int] = {}


class Item(msgspec.Struct, frozen=True):
    """One thing of an element to be looked up, as it stands in the file; None is the whole file."""

    number: int | None
    verifications: tuple[Verification, ...]


class ItemState(msgspec.Struct, frozen=True):
    """How one thing stands on the committee's day."""

    number: int | None
    state: ElementState


class Standing(msgspec.Struct, frozen=True):
    """A file on the committee's day, thing by thing."""

    items: tuple[ItemState, ...]
    readiness: Readiness


def judge_items(
    rules: FileRules, items: Mapping[Element, Sequence[Item]], decided_on: date
) -> Standing:
    """Say of everything the policy asks for whether it may be decided on that day.

    Every licence, registration, degree and certificate of the file counts, not the best of them.
    What the policy asks for and the file has not at all is missing.
    """
    told: list[ItemState] = []
    for element in Element:
        held = tuple(items.get(element, ()))
        if not held and element in IF_HELD:
            continue
        told += [_judge(rules, element, each, decided_on) for each in held or (Item(None, ()),)]
    return Standing(tuple(told), Readiness(decided_on, tuple(each.state for each in told)))


def _judge(rules: FileRules, element: Element, item: Item, decided_on: date) -> ItemState:
    own = rules.limits.get(element)
    ages = element not in AGELESS
    if own is None and ages and element in OWN_LIMIT_ONLY and item.verifications:
        return ItemState(item.number, ElementState(element, State.LIMIT_UNKNOWN))
    readiness = judge_file(
        [Requirement(element, ages, own)],
        item.verifications,
        body=rules.body,
        terms=rules.terms,
        decided_on=decided_on,
    )
    return ItemState(item.number, readiness.elements[0])
