"""A log of decisions teaches the same, however often and in whatever order it is replayed."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.coding.knowledge import Knowledge
from cleanclaim.coding.learning import Decision, learn, stem_of
from cleanclaim.coding.lexicon.book import bundled_book
from cleanclaim.coding.suggesting import suggest
from coding.test_suggesting import ON

BOOK = bundled_book()
WORDING = "gamer's thumb"
LOG = st.lists(
    st.builds(
        Decision,
        words=st.sampled_from([WORDING, "Gamer\u2019s  thumb", "tired blood", "the", ""]),
        code=st.sampled_from(["M65.4", "D64.9", "S93.401A"]),
        accepted=st.booleans(),
    )
)


@given(log=LOG, order=st.randoms())
def test_replaying_gives_the_same(log: list[Decision], order: Random) -> None:
    mixed = list(log)
    order.shuffle(mixed)
    assert learn(log, BOOK) == learn(mixed, BOOK) == learn(iter(log), BOOK)


@given(log=LOG)
def test_nothing_is_counted_that_was_not_decided(log: list[Decision]) -> None:
    learned = learn(log, BOOK)
    counted = sum(each.accepted + each.rejected for each in learned.phrases)
    assert counted == sum(each.words not in {"the", ""} for each in log)


def test_an_accepted_wording_is_suggested_and_a_rejected_one_is_not(knowledge: Knowledge) -> None:
    text = "ASSESSMENT\n1. Gamer's thumb."
    accepted = [Decision(WORDING, "M65.4", accepted=True)] * 4
    rejected = [Decision(WORDING, "M65.4", accepted=False)] * 40
    for log, wanted in ((accepted, True), ([], False), (accepted + rejected, False)):
        taught = knowledge.with_terms(learn(log, BOOK).terms())
        codes = {each.code for each in suggest(text, on=ON, knowledge=taught).codes}
        assert ("M65.4" in codes) is wanted


def test_codes_are_learned_without_the_encounter() -> None:
    assert stem_of("S93.401A", BOOK) == "S93401"
    assert stem_of("M65.4", BOOK) == "M654"
