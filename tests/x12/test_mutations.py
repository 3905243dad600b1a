"""Every single defect is found where it is, is answered by its code, and nothing else is.

The files are made by ``x12.mutations``: clean bases, each spoilt in one place, with what must be
found written down from knowledge of the guides rather than asked of our tables.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from cleanclaim import x12
from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.catalogue import guide_for
from cleanclaim.x12.findings import X12Finding
from x12.mutations.annotated import Base, base, names
from x12.mutations.content import content
from x12.mutations.envelopes import envelopes
from x12.mutations.mutation import Mutation, text_of
from x12.mutations.structural import structural
from x12.mutations.tricky import Tricky, tricky

AT = datetime(2026, 1, 13, 8, 30)  # noqa: DTZ001
ANSWERED_EVERY = 9  # an acknowledgement is made of each ninth mutation, all would take a minute


def all_of(held: Base) -> Iterator[Mutation]:
    yield from structural(held)
    yield from envelopes(held)
    yield from content(held)


def by_hand() -> list[Mutation]:
    return [each for name in names() for each in content(base(name))]


def among(rule: str, rules: tuple[str, ...]) -> bool:
    """Tell whether a rule is one of these; one that ends with a dot stands for a family."""
    return any(rule == each or (each[-1] == "." and rule.startswith(each)) for each in rules)


def coded(code: str, codes: tuple[str, ...]) -> bool:
    """Tell whether a code is one of these; one that ends with a colon stands for all from there."""
    return any(code == each or (each[-1] == ":" and code.startswith(each)) for each in codes)


def names_it(finding: X12Finding, mutation: Mutation) -> bool:
    return (
        among(finding.rule, mutation.rules)
        and finding.segment in mutation.segments
        and coded(finding.code, mutation.codes)
        and mutation.element in ("", finding.element)
    )


def related(finding: X12Finding, mutation: Mutation) -> bool:
    """Tell whether a finding comes of the defect: of its rule, or one that reads the spoilt."""
    higher = finding.type > 2 and finding.segment in mutation.segments
    return higher or among(finding.rule, (*mutation.rules, *mutation.also))


def verdict(mutation: Mutation) -> str:
    """Say what is wrong with what was found, "" where nothing is."""
    findings = x12.check(mutation.text).findings
    blocking = [each for each in findings if each.severity is Severity.BLOCK]
    naming = [each for each in findings if names_it(each, mutation)]
    told = ", ".join(
        f"{each.rule} {each.code} at {each.segment} {each.element}" for each in findings
    )
    if not naming:
        return f"not found; found are: {told}"
    if mutation.blocks and not any(each in blocking for each in naming):
        return f"found but does not block: {told}"
    strangers = [each for each in blocking if not related(each, mutation)]
    return f"unrelated: {told}" if strangers else ""


def known(name: str) -> None:
    held = base(name)
    if guide_for(held.version, held.transaction) is None:
        pytest.skip(f"no guide is at hand for {name}")


@pytest.mark.parametrize("name", names())
def test_the_base_files_are_clean(name: str) -> None:
    known(name)
    findings = x12.check(text_of(base(name), base(name).body())).findings
    assert [(each.rule, each.segment, each.element) for each in findings] == []


@pytest.mark.parametrize("name", names())
def test_every_structural_defect_is_found(name: str) -> None:
    known(name)
    mutations = list(structural(base(name)))
    assert mutations
    assert {each.name: told for each in mutations if (told := verdict(each))} == {}


@pytest.mark.parametrize("name", names())
def test_every_defect_of_the_envelope_is_found(name: str) -> None:
    known(name)
    assert {each.name: told for each in envelopes(base(name)) if (told := verdict(each))} == {}


@pytest.mark.parametrize(
    "mutation", [each for each in by_hand() if each.type <= 5], ids=lambda each: each.name
)
def test_every_defect_of_content_is_found(mutation: Mutation) -> None:
    known(mutation.base)
    assert verdict(mutation) == ""


def test_lines_of_service_and_companion_rules_are_counted(
    record_property: Callable[[str, object], None],
) -> None:
    """Types 6 and 7 are what we ship rules for: found of all is reported, none may disturb."""
    known("837P")
    tried = [each for each in by_hand() if each.type > 5]
    found = Counter(each.type for each in tried if not verdict(each))
    for kind, total in Counter(each.type for each in tried).items():
        record_property(f"found of type {kind}", f"{found[kind]} of {total}")
    assert not [each.name for each in tried if verdict(each).startswith("unrelated")]


@pytest.mark.parametrize("name", names())
def test_defects_are_answered_by_their_codes(name: str) -> None:
    known(name)
    tried = [each for each in list(all_of(base(name)))[::ANSWERED_EVERY] if each.type <= 2]
    wrong = {each.name: each.codes for each in tried if each.blocks and not answered(each)}
    assert tried
    assert wrong == {}


def answered(mutation: Mutation) -> bool:
    """Tell whether the TA1 or 999 refuses the file with a code and place of the mutation."""
    answer = x12.acknowledge(mutation.text, created_at=AT, control_number=1)
    segments = [each.split("*") for each in answer.split("~")]
    return any(
        told(segments, code, place - 2) for code in mutation.codes for place in mutation.segments
    )


def told(segments: list[list[str]], code: str, place: int) -> bool:
    """Tell whether a code stands in an answer, below or in the IK3 of its place."""
    level, _, value = code.partition(":")
    if level == "TA1":
        return any(each[0] == "TA1" and each[4:6] == ["R", value] for each in segments)
    if level in ("AK9", "IK5"):
        return any(each[0] == level and each[1] == "R" and value in each[2:] for each in segments)
    at = ""
    for each in segments:
        if each[0] == "IK3":
            at = each[2]
        if at == str(place) and each[0] == level and each[-1] == value:
            return True
    return False


def test_there_are_mutations_enough() -> None:
    counts = Counter(each.type for name in names() for each in all_of(base(name)))
    assert sum(counts.values()) >= 300
    assert set(counts) == set(range(1, 8))


@pytest.mark.parametrize("case", list(tricky()), ids=lambda each: each.name)
def test_what_is_odd_but_valid_is_accepted(case: Tricky) -> None:
    known(case.guide)
    findings = x12.check(case.source).findings
    blocking = [each for each in findings if each.severity is Severity.BLOCK]
    assert [(each.rule, each.segment, each.element) for each in blocking] == []
    assert "*R*" not in answers_of(case.source)


def answers_of(source: x12.Source) -> str:
    """Give the verdicts of an acknowledgement: TA1, IK5 and AK9."""
    answer = x12.acknowledge(source, created_at=AT, control_number=1)
    return "".join(f"{each}*" for each in answer.split("~") if each[:3] in ("TA1", "IK5", "AK9"))


def test_there_are_tricky_files_enough() -> None:
    assert len(list(tricky())) >= 30
