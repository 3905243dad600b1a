"""Screening finds every seeded hit, leaves every verdict to a person, and refuses a cut list."""

import random
from collections.abc import Callable
from datetime import date

import pytest

from cleanclaim.credentialing.screening.births import BirthLikeness, compare_births, transposed
from cleanclaim.credentialing.screening.entries import SAM, ExclusionList
from cleanclaim.credentialing.screening.likeness import find_like
from cleanclaim.credentialing.screening.matching import Level, Match, NameLikeness
from cleanclaim.credentialing.screening.names import (
    fold,
    jaro_winkler,
    sound,
    surname_forms,
)
from cleanclaim.credentialing.screening.reading import read_list
from cleanclaim.credentialing.screening.runs import (
    FederalStop,
    Judgement,
    Outcome,
    Payment,
    Standing,
    Verdict,
    compare_lists,
    find_stop,
    list_paid_since,
    screen,
    settle,
)
from cleanclaim.credentialing.screening.subjects import PersonName, Subject, read_subjects
from cleanclaim.kernel.identifiers import npi_from_stem
from credentialing.screening.fiction import HEADER, as_file, listed, person, some_row, surname

ON = date(2026, 11, 2)
NPI = npi_from_stem("123456789")
ANN = Subject(
    "ann", npi=NPI, names=(PersonName("Okafor", "Ann"),), birth_on=date(1970, 2, 3), states=("OH",)
)


def a_list(*rows: list[str]) -> ExclusionList:
    reading = read_list(as_file(rows), rows_min=1)
    assert reading.findings == ()
    assert reading.list is not None
    return reading.list


def ask(subject: Subject, **fields: str) -> Outcome:
    return screen(a_list(listed(**fields)), [subject], ON).outcomes[0]


def only(outcome: Outcome) -> Match:
    assert outcome.standing is Standing.TO_DECIDE
    (match,) = outcome.matches
    return match


Disguise = Callable[[random.Random, Subject], dict[str, str]]


def plain(_draw: random.Random, who: Subject) -> dict[str, str]:
    assert who.birth_on is not None
    name = who.names[0]
    return {
        "LASTNAME": name.surname.upper(),
        "FIRSTNAME": name.given.upper(),
        "DOB": who.birth_on.strftime("%Y%m%d"),
        "STATE": who.states[0],
    }


def maiden(draw: random.Random, who: Subject) -> dict[str, str]:
    return plain(draw, who) | {"LASTNAME": surname(draw)}


def transposed_birth(draw: random.Random, who: Subject) -> dict[str, str]:
    assert who.birth_on is not None
    other = draw.choice(sorted(transposed(who.birth_on)) or [who.birth_on])
    return plain(draw, who) | {"DOB": other.strftime("%Y%m%d")}


def hyphened(draw: random.Random, who: Subject) -> dict[str, str]:
    name = plain(draw, who)["LASTNAME"]
    return plain(draw, who) | {"LASTNAME": f"{name}-{surname(draw)}"}


def suffixed(draw: random.Random, who: Subject) -> dict[str, str]:
    suffix = draw.choice([" JR", ", SR", " III", " M.D."])
    return plain(draw, who) | {"LASTNAME": plain(draw, who)["LASTNAME"] + suffix}


def misspelled(draw: random.Random, who: Subject) -> dict[str, str]:
    name = plain(draw, who)["LASTNAME"]
    place = draw.randrange(1, len(name) - 1)
    return plain(draw, who) | {"LASTNAME": name[:place] + name[place + 1 :]}


def exchanged(draw: random.Random, who: Subject) -> dict[str, str]:
    told = plain(draw, who)
    return told | {"LASTNAME": told["FIRSTNAME"], "FIRSTNAME": told["LASTNAME"]}


def undated(draw: random.Random, who: Subject) -> dict[str, str]:
    return plain(draw, who) | {"DOB": "00000000", "STATE": "WY"}


def renamed(draw: random.Random, who: Subject) -> dict[str, str]:
    return {**listed_name(draw), "NPI": who.npi}


def listed_name(draw: random.Random) -> dict[str, str]:
    return {"LASTNAME": surname(draw), "FIRSTNAME": "ZOLTAN", "DOB": "19010101", "STATE": "WY"}


DISGUISES: tuple[Disguise, ...] = (
    *(plain, maiden, transposed_birth, hyphened, suffixed, misspelled, exchanged, undated),
    *(renamed,),
)


def test_each_of_a_thousand_seeded_hits_is_found_and_none_is_cleared() -> None:
    draw = random.Random(41)  # noqa: S311 - fiction, not secrets
    people = [person(draw, number) for number in range(2_000)]
    hits = people[:1_000]
    seeded = [
        listed(**DISGUISES[number % len(DISGUISES)](draw, who)) for number, who in enumerate(hits)
    ]
    rows = [*seeded, *(some_row(draw) for _ in range(8_000))]
    draw.shuffle(rows)
    exclusions = a_list(*rows)
    owner = {entry.id: entry for entry in exclusions.entries}
    wanted = [a_list(row).entries[0].id for row in seeded]
    outcomes = {each.reference: each for each in screen(exclusions, people, ON).outcomes}
    missed = [
        DISGUISES[number % len(DISGUISES)].__name__
        for number, (who, entry) in enumerate(zip(hits, wanted, strict=True))
        if entry not in {match.entry_id for match in outcomes[who.reference].matches}
    ]
    assert missed == []
    assert set(wanted) <= set(owner)
    assert all(outcomes[who.reference].standing is Standing.TO_DECIDE for who in hits)
    # The other way about: not everybody is a hit.
    strangers = [outcomes[who.reference].standing for who in people[1_000:]]
    assert strangers.count(Standing.NO_MATCH) > 800


def test_an_alias_on_file_is_looked_up_as_the_name_is() -> None:
    former = msgspec_replace(ANN, PersonName("O'Brien", "Ann"))
    fields = {"LASTNAME": "OBRIEN", "FIRSTNAME": "ANN", "DOB": "19700203"}
    assert only(ask(former, **fields)).level is Level.STRONG
    assert only(ask(ANN, **fields)).level is Level.POSSIBLE


def msgspec_replace(who: Subject, name: PersonName) -> Subject:
    return Subject(who.reference, who.npi, (*who.names, name), (), who.birth_on, who.states)


@pytest.mark.parametrize(
    ("fields", "level", "name"),
    [
        ({"NPI": NPI, "LASTNAME": "ELSE"}, Level.CONFIRMED_PENDING, NameLikeness.NONE),
        (
            {"LASTNAME": "OKAFOR", "FIRSTNAME": "ANN", "DOB": "19700203"},
            Level.STRONG,
            NameLikeness.EQUAL,
        ),
        ({"LASTNAME": "OKAFOR", "FIRSTNAME": "ANN"}, Level.POSSIBLE, NameLikeness.EQUAL),
        (
            {"LASTNAME": "OKAFOR", "FIRSTNAME": "ANN", "DOB": "19551231"},
            Level.POSSIBLE,
            NameLikeness.EQUAL,
        ),
        ({"LASTNAME": "OKAFER", "FIRSTNAME": "A"}, Level.POSSIBLE, NameLikeness.LIKE),
    ],
)
def test_the_ladder(fields: dict[str, str], level: Level, name: NameLikeness) -> None:
    match = only(ask(ANN, **fields))
    assert (match.level, match.name) == (level, name)
    assert match.excluded_on == date(2020, 1, 15)


@pytest.mark.parametrize(
    "fields",
    [
        {"LASTNAME": "PETROV", "FIRSTNAME": "IVAN", "DOB": "19700203"},
        {"LASTNAME": "OKAFOR", "FIRSTNAME": "ZOLTAN", "DOB": "19551231"},
        {"NPI": "1234567890", "LASTNAME": "PETROV", "FIRSTNAME": "IVAN"},
    ],
)
def test_what_has_too_little_in_common_is_no_match(fields: dict[str, str]) -> None:
    assert ask(ANN, **fields).standing is Standing.NO_MATCH


def test_a_firm_is_found_by_its_name_without_its_legal_form() -> None:
    firm = Subject("firm", businesses=("Blue Heron Care, Inc.",), postal_codes=("43004-1234",))
    strong = only(ask(firm, BUSNAME="THE BLUE HERON CARE LLC", ZIP="43004"))
    assert (strong.level, strong.business) == (Level.STRONG, True)
    assert only(ask(firm, BUSNAME="BLUE HERON CARE", ZIP="10001")).level is Level.POSSIBLE
    assert ask(firm, BUSNAME="RED FOX DENTAL").standing is Standing.NO_MATCH


def test_who_has_no_name_on_file_was_not_screened() -> None:
    assert ask(Subject("x", npi=NPI), LASTNAME="A").standing is Standing.NOT_SCREENED


# The list


def test_a_whole_list_is_read_with_its_repeats() -> None:
    twin = listed(LASTNAME="OKAFOR", FIRSTNAME="ANN", DOB="19700203")
    other = listed(LASTNAME="OKAFOR", FIRSTNAME="ANN", DOB="19700204")
    exclusions = a_list(twin, twin, other)
    assert (exclusions.rows, exclusions.repeats, len(exclusions.entries)) == (3, 1, 2)


def test_a_list_cut_off_anywhere_is_refused() -> None:
    draw = random.Random(3)  # noqa: S311 - fiction, not secrets
    whole = as_file([some_row(draw) for _ in range(60)])
    assert read_list(whole, rows_min=60).list is not None
    for length in range(len(whole) - 1, 0, -7):
        reading = read_list(whole[:length], rows_min=60)
        assert reading.list is None, length
        assert reading.findings
    # Without a floor of one's own, the list's usual size counts.
    assert read_list(whole).list is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        as_file([]),
        as_file([["A"] * 18], header=["X"] * 18),
        as_file([listed(LASTNAME="A")[:-1]]),
        as_file([listed(LASTNAME="A", EXCLDATE="20261350")]),
        as_file([listed(STATE="OH")]),
        as_file([listed(LASTNAME="A")], header=HEADER[::-1]),
    ],
)
def test_a_list_that_is_not_understood_is_refused(content: bytes) -> None:
    reading = read_list(content, rows_min=1)
    assert reading.list is None
    assert reading.findings


def test_a_sam_extract_is_recognized_by_its_columns() -> None:
    columns = ["Classification", *SAM.columns.values()]
    row = dict.fromkeys(columns, "") | {"Last": "OKAFOR", "First": "ANN", "NPI": NPI}
    row |= {"Active Date": "01/15/2020", "Termination Date": "Indefinite"}
    reading = read_list(as_file([list(row.values())], header=columns), rows_min=1)
    assert reading.list is not None
    (entry,) = reading.list.entries
    assert (entry.excluded_on, entry.ends_on, entry.npi) == (date(2020, 1, 15), None, NPI)


def test_versions_of_a_list_are_compared_by_whole_rows() -> None:
    one, two = listed(LASTNAME="OKAFOR"), listed(LASTNAME="PETROV")
    change = compare_lists(a_list(one), a_list(two))
    assert change.added == {a_list(two).entries[0].id}
    assert change.vanished == {a_list(one).entries[0].id}


# People decide


def judged(match: Match, verdict: Verdict, reason: str = "looked up by SSN") -> Judgement:
    return Judgement("ann", match.entry_id, verdict, ON, "coordinator", reason)


def test_only_a_person_with_a_reason_clears_and_confirms() -> None:
    outcome = ask(ANN, NPI=NPI, LASTNAME="OKAFOR", FIRSTNAME="ANN")
    match = only(outcome)
    assert outcome.stops_until_decided
    assert settle(outcome, []).standing is Standing.TO_DECIDE
    assert settle(outcome, [judged(match, Verdict.OTHER, "")]).standing is Standing.TO_DECIDE
    assert settle(outcome, [judged(match, Verdict.OTHER)]).standing is Standing.CLEARED
    assert find_stop(outcome, [judged(match, Verdict.OTHER)]) is None
    both = [judged(match, Verdict.OTHER), judged(match, Verdict.SAME)]
    assert settle(outcome, both).standing is Standing.CONFIRMED
    assert find_stop(outcome, both) == FederalStop("ann", date(2020, 1, 15))


def test_a_match_left_open_keeps_the_subject_open() -> None:
    rows = (listed(LASTNAME="OKAFOR", FIRSTNAME="ANN", STATE=state) for state in ("OH", "TX"))
    outcome = screen(a_list(*rows), [ANN], ON).outcomes[0]
    assert len(outcome.matches) == 2
    cleared = [judged(outcome.matches[0], Verdict.OTHER)]
    assert settle(outcome, cleared).standing is Standing.TO_DECIDE


def test_a_stop_lists_what_federal_payers_paid_since() -> None:
    stop = FederalStop("ann", date(2024, 2, 29))
    paid = [
        Payment("c1", "MEDICARE", "ann", date(2024, 2, 28), 1_000),
        Payment("c2", "MEDICARE", "ann", date(2024, 2, 29), 2_000),
        Payment("c3", "ACME", "ann", date(2024, 3, 1), 4_000),
        Payment("c4", "MEDICAID", "ann", date(2024, 3, 1), 8_000),
        Payment("c5", "MEDICARE", "bob", date(2024, 3, 1), 16_000),
    ]
    found = list_paid_since(stop, paid, {"MEDICARE", "MEDICAID"})
    assert [each.claim for each in found] == ["c2", "c4"]
    assert FederalStop("ann", None).forbids(date(1999, 1, 1))


# Names and dates


def test_names_are_folded() -> None:
    assert fold("Núñez-O’Brien") == "NUNEZ OBRIEN"
    assert fold("Łukasz Sørensen") == "LUKASZ SORENSEN"
    assert surname_forms("Garcia-Lopez Jr.") == {"GARCIALOPEZ", "GARCIA", "LOPEZ"}
    assert surname_forms("de la Cruz") == {"DELACRUZ", "CRUZ"}


@pytest.mark.parametrize(
    ("left", "right", "likeness"),
    [
        ("MARTHA", "MARHTA", 0.961),
        ("DWAYNE", "DUANE", 0.840),
        ("DIXON", "DICKSONX", 0.813),
        ("A", "B", 0.0),
    ],
)
def test_likeness_is_winklers(left: str, right: str, likeness: float) -> None:
    assert round(jaro_winkler(left, right), 3) == likeness


@pytest.mark.parametrize(
    ("word", "code"),
    [("WASHINGTON", "W252"), ("LEE", "L000"), ("TYMCZAK", "T522"), ("PFISTER", "P236")],
)
def test_sounds_are_those_of_the_national_archives(word: str, code: str) -> None:
    assert sound(word) == code


def test_like_words_are_all_found_and_no_others() -> None:
    draw = random.Random(5)  # noqa: S311 - fiction, not secrets
    left, right = ({surname(draw) for _ in range(300)} for _ in range(2))
    found = find_like(left, right, 0.92)
    told = {(a, b) for a, others in found.items() for b in others}
    assert told == {(a, b) for a in left for b in right if jaro_winkler(a, b) >= 0.92}
    assert len(told) > len(left & right)


def test_birth_dates_are_alike_by_one_slip() -> None:
    born = date(1984, 2, 29)
    assert compare_births(born, born) is BirthLikeness.EQUAL
    assert compare_births(born, date(1948, 2, 29)) is BirthLikeness.LIKE
    assert compare_births(date(1984, 3, 12), date(1984, 12, 3)) is BirthLikeness.LIKE
    assert compare_births(born, date(1985, 2, 28)) is BirthLikeness.DIFFERS
    assert compare_births(born, None) is BirthLikeness.UNKNOWN


def test_subjects_are_read_from_csv_and_json() -> None:
    csv = (
        "reference,npi,surname,given,birth_on,state,former_names\n"
        'a,,Okafor,Ann,1970-02-03,OH;TX,"Obi;Eze,Anna"\n'
    )
    ((subject,), findings) = read_subjects(csv.encode())
    assert findings == ()
    assert subject.names == tuple(
        PersonName(*each) for each in (("Okafor", "Ann"), ("Obi", "Ann"), ("Eze", "Anna"))
    )
    assert subject.states == ("OH", "TX")
    json = b'[{"reference": "a", "names": [{"surname": "Okafor", "given": "Ann"}]}]'
    assert read_subjects(json)[1] == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "reference,npi\n",
        "npi,name\n1,2\n",
        "[{}]",
        "reference,npi,birth_on\na,1,1970-13-01\n",
        "reference,npi\na,1\na,2\n",
        "reference,npi\na,1,2\n",
    ],
)
def test_subjects_that_are_not_understood_are_refused(text: str) -> None:
    assert read_subjects(text.encode())[1]
