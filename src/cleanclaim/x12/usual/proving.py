"""Prove of many claims at once that the checks of their guide have nothing to find in them.

Each proof stands for the checks that are named with it: where it holds, none of them speaks.
Where it does not hold nothing is said; such a claim is read and asked in full.
"""

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np

from cleanclaim.x12.checks import CHECKS
from cleanclaim.x12.checks.claim_lookups import kind_of, needs_certificate
from cleanclaim.x12.checks.situations_coordination import TURNS
from cleanclaim.x12.checks.situations_references import CLIA
from cleanclaim.x12.checks.usual_claims import (
    ICD_10_FROM,
    UNUSUAL_KINDS,
    UNUSUAL_MODIFIERS,
    UNUSUAL_PLACES,
)
from cleanclaim.x12.usual.atoms import Flags, Integers, Words, mixed, word_of, words_of
from cleanclaim.x12.usual.facts import Facts
from cleanclaim.x12.usual.remembered import Remembered
from cleanclaim.x12.usual.stretch import Stretch
from cleanclaim.x12.usual.values import UNREAD, counts, one_day, period

_DIAGNOSES_MAX = 12
_POINTERS_MAX = 4
_CAS_TRIPLES = 6
_FULL_ZIP = 9
_ICD_10_FROM = (date.fromisoformat(ICD_10_FROM) - date(1970, 1, 1)).days
_KIND_FREE = Remembered(lambda procedure: kind_of(procedure) not in UNUSUAL_KINDS)
_CLIA = Remembered(lambda number: CLIA.fullmatch(number) is not None)
_CERTIFICATE_FREE = Remembered(lambda procedure: not needs_certificate(procedure))


def _plain(facts: Facts) -> Flags:
    """The claim is one that ``usual_claims`` passes, or one that another payer decided before."""
    first = np.isin(facts.turn, [word_of("P"), word_of("U")])
    told = facts.is_self | facts.stretch.with_patient
    alone = facts.count_by_claim(facts.stretch.claim_of(facts.others)) == 0
    undecided = facts.count_by_claim(facts.stretch.claim_of(facts.decisions)) == 0
    plain = _plain_head(facts) & _plain_lines(facts) & _charges_add_up(facts) & told
    answer: Flags = plain & ((first & alone & undecided) | facts.once(_coordinated))
    return answer


def _plain_head(facts: Facts) -> Flags:
    """CLM05 is an original claim from a plain place, and one plain list has the diagnoses."""
    head = facts.stretch.head
    plain = ~np.isin(facts.word(head, (5, 1)), words_of(sorted(UNUSUAL_PLACES)))
    plain &= facts.word(head, (5, 3)) == word_of("1")
    plain &= facts.stretch.has(head, (5, 3)) & ~facts.stretch.has(head, (5, 4))
    return plain & (facts.once(_listed) > 0)


def _listed(facts: Facts) -> Integers:
    """Count the diagnoses where they are one plain list of ICD-10 codes, 0 where they are not."""
    stretch = facts.stretch
    holders = stretch.rows("2300", "HI")
    only = facts.count_by_claim(stretch.claim_of(holders)) == 1
    holder = stretch.first_of_claims(holders)
    places = range(1, _DIAGNOSES_MAX + 1)
    codes = np.stack([facts.word(holder, (n, 2)) for n in places])
    names = np.stack([facts.word(holder, (n, 1)) for n in places])
    there = np.stack([stretch.has(holder, (n, 1)) for n in places])
    plain = np.isin(names, [word_of("ABK"), word_of("ABF")]) & (codes != 0)
    plain &= ~np.stack([stretch.has(holder, (n, 3)) for n in places])
    plain &= np.stack([facts.atoms.length[stretch.at(holder, (n, 2))] < 8 for n in places])
    counted = there.sum(axis=0)
    fine = only & (plain | ~there).all(axis=0) & _different(codes)
    fine &= ~stretch.has(holder, (_DIAGNOSES_MAX + 1, 1))
    return np.where(fine, counted, 0)


def _different(columns: Words) -> Flags:
    """Mark columns in which nothing but 0 comes twice."""
    ordered = np.sort(columns, axis=0)
    again = (ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)
    different: Flags = ~again.any(axis=0)
    return different


def _plain_lines(facts: Facts) -> Flags:
    """All lines are counted, charge something usual once, and were served in bounds."""
    stretch = facts.stretch
    plain = _counted(facts) & _plain_services(facts) & _plain_procedures(facts)
    in_bounds = facts.all_of_claim(stretch.claim_of(facts.periods), _in_bounds(facts))
    whole = facts.count_by_claim(stretch.line_claim) > 0
    return whole & in_bounds & facts.all_of_claim(stretch.line_claim, plain) & _controlled(facts)


def _counted(facts: Facts) -> Flags:
    """Mark lines whose LX counts them, from one."""
    claims = facts.stretch.line_claim
    first = np.searchsorted(claims, claims)
    at = facts.stretch.at(facts.stretch.line_head, (1, 0))
    number, read = counts(facts.atoms, at)
    due = np.arange(facts.lines) - first + 1
    width = np.where(due < 10, 1, 2)
    marks: Flags = read & (number == due) & (facts.atoms.length[at] == width)
    return marks


def _plain_services(facts: Facts) -> Flags:
    """Mark lines of one SV1, in whole units, for different diagnoses of the claim."""
    stretch, rows = facts.stretch, facts.services
    served = stretch.line_of(stretch.rows("2400", "SV1"))
    plain = np.bincount(served, minlength=facts.lines) == 1
    plain &= stretch.has(rows, (7, 1)) & (facts.word(rows, (3, 0)) == word_of("UN"))
    units, read = counts(facts.atoms, stretch.at(rows, (4, 0)))
    plain &= read & (units > 0)
    listed = facts.once(_listed)[stretch.line_claim]
    pointed = np.zeros((_POINTERS_MAX, facts.lines), np.uint64)
    for place in range(1, _POINTERS_MAX + 1):
        pointer, read = counts(facts.atoms, stretch.at(rows, (7, place)))
        there = stretch.has(rows, (7, place))
        plain &= (read & (pointer > 0) & (pointer <= listed)) | (~there & (place > 1))
        pointed[place - 1] = np.where(there, pointer, 0).astype(np.uint64)
    answer: Flags = plain & ~stretch.has(rows, (7, _POINTERS_MAX + 1)) & _different(pointed)
    return answer


def _plain_procedures(facts: Facts) -> Flags:
    """Mark lines of whose procedure and modifiers nothing more is asked."""
    stretch, rows = facts.stretch, facts.services
    code = stretch.at(rows, (1, 2))
    plain = stretch.has(rows, (1, 2)) & _KIND_FREE.holding(facts.atoms, code)
    medicare = (facts.filing == word_of("MB"))[stretch.line_claim]
    plain &= ~medicare | _CERTIFICATE_FREE.holding(facts.atoms, code)
    unusual = words_of(sorted(UNUSUAL_MODIFIERS))
    for place in (3, 4, 5, 6):
        plain &= ~np.isin(facts.word(rows, (1, place)), unusual)
    return plain


def _in_bounds(facts: Facts) -> Flags:
    """Mark days of service after ICD-10 came and the patient was born."""
    born_on = facts.born_on(facts.birth)[facts.stretch.claim_of(facts.periods)]
    from_on = np.maximum(born_on, _ICD_10_FROM)
    first, last = facts.served
    bounded: Flags = (first >= from_on) & (first <= last) & (last != UNREAD)
    return bounded


def _controlled(facts: Facts) -> Flags:
    """Mark claims whose line control numbers (REF*6R) differ."""
    stretch = facts.stretch
    rows = stretch.rows("2400", "REF", "6R")
    claims = stretch.claim_of(rows)
    keys = mixed([claims.astype(np.uint64), facts.atoms.hashed(stretch.at(rows, (2, 0)))])
    order = np.argsort(keys, kind="stable")
    again = np.zeros(len(rows), np.bool_)
    again[order[1:]] = keys[order[1:]] == keys[order[:-1]]
    return facts.all_of_claim(claims, ~again)


def _charges_add_up(facts: Facts) -> Flags:
    """Mark claims of which no line charges less than nothing, and whose lines make CLM02."""
    cents, read = facts.charge_cents
    said, told = facts.cents(facts.stretch.head, (2, 0))
    summed = facts.sum_by(facts.claims, facts.stretch.line_claim, cents)
    fine = facts.all_of_claim(facts.stretch.line_claim, read & (cents >= 0))
    answer: Flags = fine & told & (said == summed)
    return answer


def _coordinated(facts: Facts) -> Flags:
    """Mark claims that one payer before this one decided, line by line, in sums that add up."""
    one = facts.count_by_claim(facts.stretch.claim_of(facts.others)) == 1
    here, there = _place_in_turn(facts.turn), _place_in_turn(facts.word(facts.other, (1, 0)))
    before = (there >= 0) & (there < here)
    judged = facts.count_by_claim(facts.stretch.claim_of(facts.decisions)) > 0
    answer: Flags = one & before & judged & _lines_account(facts) & _payer_accounts(facts)
    return answer


def _place_in_turn(words: Words) -> Integers:
    places = np.full(len(words), -1, np.int64)
    for place, turn in enumerate(TURNS):
        places[words == word_of(turn)] = place
    return places


def _adjusted(facts: Facts, loop_id: str) -> tuple[Integers, Integers, Flags]:
    """Give the CAS of loops of an id, their sums in cents, and which could be read."""
    rows = facts.stretch.rows(loop_id, "CAS")
    cents, read = np.zeros(len(rows), np.int64), np.ones(len(rows), np.bool_)
    for triple in range(_CAS_TRIPLES):
        more, told = facts.cents(rows, (3 + 3 * triple, 0))
        cents += more
        read &= told
    return rows, cents, read


def _lines_account(facts: Facts) -> Flags:
    """Mark claims whose lines were each decided once, by the other payer, for their charge."""
    stretch, rows = facts.stretch, facts.decisions
    lines = stretch.line_of(rows)
    paid, read = facts.cents(rows, (2, 0))
    adjusted, cents, told = _adjusted(facts, "2430")
    summed = facts.sum_by(facts.lines, lines, paid)
    summed += facts.sum_by(facts.lines, stretch.line_of(adjusted), cents)
    fine = (np.bincount(lines, minlength=facts.lines) == 0) | (summed == facts.charge_cents[0])
    fine &= np.bincount(lines, minlength=facts.lines) <= 1
    payer = _payer(facts)[stretch.claim_of(rows)]
    named = (facts.atoms.hashed(stretch.at(rows, (1, 0))) == payer) & (payer != 0)
    named &= read & ~facts.given(rows, (6, 0)) & _decided_in_time(facts)[stretch.claim_of(rows)]
    marks = facts.all_of_claim(stretch.line_claim, fine)
    marks &= facts.all_of_claim(stretch.claim_of(rows), named)
    return marks & facts.all_of_claim(stretch.claim_of(adjusted), told)


def _decided_in_time(facts: Facts) -> Flags:
    """Mark claims of which nothing was decided before the first service."""
    rows = facts.stretch.rows("2430", "DTP", "573")
    claims = facts.stretch.claim_of(rows)
    decided_on = one_day(facts.atoms, facts.stretch.at(rows, (3, 0)))
    return facts.all_of_claim(claims, decided_on >= facts.first_served_on[claims])


def _payer(facts: Facts) -> Words:
    """Give a number for the other payer (NM109, 2330B), 0 where it has none."""
    name = facts.stretch.first_of_claims(facts.stretch.rows("2330B", "NM1"))
    return facts.atoms.hashed(facts.stretch.at(name, (9, 0)))


def _payer_accounts(facts: Facts) -> Flags:
    """Mark claims on which AMT*D of the other payer is what it paid on the lines."""
    stretch = facts.stretch
    rows = stretch.rows("2320", "AMT", "D")
    amount = stretch.first_of_claims(rows)
    said, told = facts.cents(amount, (2, 0))
    paid, _ = facts.cents(facts.decisions, (2, 0))
    adjusted, cents, read = _adjusted(facts, "2320")
    summed = facts.sum_by(facts.claims, stretch.claim_of(facts.decisions), paid)
    summed -= facts.sum_by(facts.claims, stretch.claim_of(adjusted), cents)
    once = facts.count_by_claim(stretch.claim_of(rows)) == 1
    once &= facts.all_of_claim(stretch.claim_of(adjusted), read)
    answer: Flags = once & told & (said == summed)
    return answer


def _alone_or_coordinated(facts: Facts) -> Flags:
    """What is asked of other payers is answered where there is one that decided the lines."""
    return facts.once(_coordinated)


def _subscriber_told(facts: Facts) -> Flags:
    """A subscriber who is the patient has DMG, N3 and N4."""
    stretch = facts.stretch
    told = facts.subscriber_birth >= 0
    for name in ("N3", "N4"):
        told &= stretch.of_subscribers(stretch.rows("2010BA", name)) >= 0
    return told | ~facts.is_self


def _member_numbered(facts: Facts) -> Flags:
    return facts.given(facts.member, (9, 0))


def _medicare_explained(facts: Facts) -> Flags:
    first = np.isin(facts.turn, [word_of("P"), word_of("U")])
    medicare = np.isin(facts.filing, [word_of("MA"), word_of("MB")])
    return ~medicare | first | facts.given(facts.insured, (5, 0))


def _not_medicare(facts: Facts) -> Flags:
    """The payer is not Medicare, to which the bundled companion rules apply."""
    return ~np.isin(facts.filing, [word_of("MA"), word_of("MB")])


def _patient_apart(facts: Facts) -> Flags:
    return ~(facts.stretch.with_patient & facts.is_self)


def _periods_forward(facts: Facts) -> Flags:
    """No period ends before it begins."""
    rows = facts.stretch.rows("2300,2330B,2400,2430", "DTP")
    rows = rows[facts.word(rows, (2, 0)) == word_of("RD8")]
    first, last = period(facts.atoms, facts.stretch.at(rows, (3, 0)))
    return facts.all_of_claim(facts.stretch.claim_of(rows), (first <= last) & (last != UNREAD))


def _onset_before(facts: Facts) -> Flags:
    """What is treated began before the last service."""
    rows = facts.stretch.rows("2300", "DTP", "431", "453", "484")
    claims = facts.stretch.claim_of(rows)
    began_on = one_day(facts.atoms, facts.stretch.at(rows, (3, 0)))
    return facts.all_of_claim(claims, began_on <= facts.first_served_on[claims])


def _full_zip(facts: Facts) -> Flags:
    """Facilities have ZIP codes of nine digits."""
    rows = facts.stretch.rows("2310C,2310E,2420C,2420D", "N4")
    full = facts.atoms.length[facts.stretch.at(rows, (3, 0))] == _FULL_ZIP
    return facts.all_of_claim(facts.stretch.claim_of(rows), full)


def _one_name(facts: Facts) -> Flags:
    """Organizations have no name of a person."""
    rows = facts.stretch.rows("2310B,2330A,2420A", "NM1")
    group = facts.word(rows, (2, 0)) == word_of("2")
    named = facts.given(rows, (4, 0)) | facts.given(rows, (5, 0)) | facts.given(rows, (7, 0))
    one = facts.all_of_claim(facts.stretch.claim_of(rows), ~(group & named))
    member = facts.member
    whole = facts.given(member, (4, 0)) | facts.given(member, (5, 0)) | facts.given(member, (7, 0))
    answer: Flags = one & ~((facts.word(member, (2, 0)) == word_of("2")) & whole)
    return answer


def _line_rendering_apart(facts: Facts) -> Flags:
    """Who rendered a line is told where it is not who rendered the claim."""
    rows = facts.stretch.rows("2420A", "NM1")
    claims = facts.stretch.claim_of(rows)
    number = facts.atoms.hashed(facts.stretch.at(rows, (9, 0)))
    return facts.all_of_claim(claims, (number == 0) | (number != facts.rendering[claims]))


def _certified(facts: Facts) -> Flags:
    """Numbers of certified laboratories have their form."""
    rows = facts.stretch.rows("2300,2400", "REF", "X4", "F4")
    formed = _CLIA.holding(facts.atoms, facts.stretch.at(rows, (2, 0)))
    return facts.all_of_claim(facts.stretch.claim_of(rows), formed)


def _never(facts: Facts) -> Flags:
    """What depends on the header is asked where that is at hand (see ``reading``)."""
    return np.ones(facts.claims, np.bool_)


_PROOFS: tuple[tuple[Callable[[Facts], Flags], tuple[str, ...]], ...] = (
    (_plain, ("X12.6.ANESTHESIA_SURGERY",)),
    (
        _alone_or_coordinated,
        (
            "X12.4.PAYER_TURN",
            "X12.4.LATER_PAYER_PAID",
            "X12.4.LINE_PAYER",
            "X12.4.OTHER_PAYER_TWICE",
            "X12.4.PAYMENT_DATE",
            "X12.4.PAYMENT_DATE_EARLY",
            "X12.4.PAYMENT_AMOUNT",
            "X12.3.2320_AMT_D",
            "X12.3.2320_CAS",
        ),
    ),
    (_subscriber_told, ("X12.4.SUBSCRIBER_BIRTH", "X12.4.SUBSCRIBER_ADDRESS")),
    (_member_numbered, ("X12.4.MEMBER_ID",)),
    (_medicare_explained, ("X12.4.MEDICARE_SECONDARY",)),
    (_not_medicare, tuple(rule for rule in CHECKS if rule.startswith("X12.7.MEDICARE_"))),
    (_patient_apart, ("X12.4.PATIENT_LEVEL",)),
    (_onset_before, ("X12.4.ONSET_LATE",)),
    (_periods_forward, ("X12.4.PERIOD",)),
    (_line_rendering_apart, ("X12.4.LINE_RENDERING",)),
    (_certified, ("X12.4.CLIA_NUMBER",)),
    (_full_zip, ("X12.4.FULL_ZIP",)),
    (_one_name, ("X12.4.ORGANIZATION_NAME",)),
    (
        _never,
        (
            "X12.4.BIRTH_FUTURE",
            "X12.4.BILLING_NUMBER",
            "X12.4.CLAIM_AGAIN",
            "X12.4.RENDERING_IS_BILLING",
            "X12.4.FACILITY_IS_BILLING",
        ),
    ),
)
GATED = 1
PROOF_OF: Mapping[str, int] = {
    rule: 1 << place for place, (_, rules) in enumerate(_PROOFS) for rule in rules
}


def proved(stretch: Stretch, facts: Facts) -> Flags:
    """Mark the groups of a stretch of which all proofs that they need hold."""
    fine = stretch.usual.copy()
    for place, (proof, _) in enumerate(_PROOFS):
        needed = (stretch.asked >> place & 1) == 1
        if (needed & fine).any():
            broken = stretch.claim_group[~proof(facts)]
            failed = np.zeros(len(fine), np.bool_)
            failed[broken] = True
            fine &= ~(needed & failed)
    return fine
