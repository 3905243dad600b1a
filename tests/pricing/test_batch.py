"""A batch gives the prices that the services get one by one."""

from datetime import date

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim.pricing.batch import explain, price_columns
from cleanclaim.pricing.columns import Schedule, ServiceColumns
from cleanclaim.pricing.fees import Rows
from cleanclaim.pricing.physician import price_services
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.rows import LocalityIndices, RelativeValues
from cleanclaim.pricing.service import Anesthesia, Practitioner, Service, Setting
from cleanclaim.pricing.tables import MedicareTables
from pricing.schedules import rows_of

DAYS = (date(2025, 3, 3), date(2026, 3, 3))
CODES = [f"1000{n}" for n in range(8)]
SETTINGS = (
    Setting(indices=LocalityIndices("01112", "05", 1086, 1396, 421)),
    Setting(
        indices=LocalityIndices("10112", "00", 1000, 869, 575),
        conversion_factor=335_675,
        anesthesia=Anesthesia(1931, dict.fromkeys(CODES, 5), "test"),
    ),
)

values = st.builds(
    RelativeValues,
    code=st.sampled_from(CODES),
    modifier=st.sampled_from(["", "", "", "26", "TC", "53"]),
    status=st.sampled_from("AAAAAAAARTBCEINJX?"),
    work=st.integers(0, 3000),
    practice_non_facility=st.integers(0, 5000),
    practice_facility=st.integers(0, 5000),
    malpractice=st.integers(0, 300),
    component=st.sampled_from("0001123456"),
    global_days=st.sampled_from(["000", "010", "090", "XXX", "ZZZ"]),
    preoperative=st.just(10),
    intraoperative=st.sampled_from([70, 71, 100]),
    postoperative=st.just(20),
    multiple=st.sampled_from("0022234567"),
    bilateral=st.sampled_from("01239"),
    assistant=st.sampled_from("0129"),
    cosurgeon=st.sampled_from("0129"),
    team=st.sampled_from("0129"),
    endoscopic_base=st.sampled_from(["", "", "", CODES[0]]),
    cap_practice_non_facility=st.sampled_from([0, 0, 2000]),
    cap_practice_facility=st.sampled_from([0, 2000]),
    cap_malpractice=st.sampled_from([0, 100]),
    conversion_factor=st.just(323_465),
)
services = st.builds(
    Service,
    code=st.sampled_from([*CODES, "99999", f"{CODES[0]}1"]),
    on=st.sampled_from(DAYS),
    modifiers=st.lists(
        st.sampled_from(
            [
                *("26", "TC", "53", "50", "51", "52", "54", "55", "56", "59", "62", "66", "78"),
                *("80", "AS", "LT", "RT", "XE", "25", "AA", "QK", "500"),
            ]
        ),
        max_size=2,
    ).map(tuple),
    units=st.sampled_from([0, 1, 1, 1, 1, 2, 3, 7]),
    facility=st.booleans(),
    charge_cents=st.one_of(st.none(), st.integers(0, 500_000)),
    minutes=st.one_of(st.none(), st.integers(0, 300)),
    participating=st.sampled_from([True, True, False]),
    practitioner=st.sampled_from(Practitioner),
)


def assert_equal(given_services: list[Service], groups: list[int], rows: Rows) -> None:
    places = [group % 2 for group in groups]
    columns = ServiceColumns.of(given_services, groups, places)
    schedule = Schedule.of(rows, SETTINGS)
    batch = price_columns(columns, schedule)
    for group in set(groups):
        members = [place for place, each in enumerate(groups) if each == group]
        own = [given_services[place] for place in members]
        single = price_services(own, rows, SETTINGS[group % 2])
        assert [batch.at(place) for place in members] == [
            (price.cents, price.outcome) for price in single
        ]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(values, min_size=1, max_size=14),
    st.lists(st.tuples(services, st.integers(0, 3)), min_size=1, max_size=10),
)
def test_a_batch_prices_as_one_by_one(
    listed: list[RelativeValues], lines: list[tuple[Service, int]]
) -> None:
    assert_equal([each for each, _ in lines], [group for _, group in lines], rows_of(*listed))


def test_rates_that_nobody_knows_are_the_same_in_a_batch() -> None:
    row = RelativeValues(code="10000", work=100, conversion_factor=323_465, multiple="5")
    early = Service(code="10000", on=date(1991, 1, 1), participating=False, units=2)
    columns = ServiceColumns.of([early])
    batch = price_columns(columns, Schedule.of(rows_of(row), SETTINGS))
    assert batch.at(0) == (None, Outcome.NOT_PRICED)


def test_amounts_that_would_not_fit_are_priced_singly() -> None:
    rows = rows_of(
        RelativeValues(
            code="10000",
            practice_non_facility=99_999,
            conversion_factor=334_009,
            multiple="7",
            component="3",
        )
    )
    huge = Service(code="10000", on=DAYS[1], units=90_000)
    assert_equal([huge, huge], [0, 0], rows)


def test_an_empty_batch_and_an_empty_schedule_are_no_fault() -> None:
    assert len(price_columns(ServiceColumns.of([]), Schedule.of({}, SETTINGS))) == 0
    one = ServiceColumns.of([Service(code="10000", on=DAYS[0])])
    assert price_columns(one, Schedule.of({}, SETTINGS)).at(0) == (None, Outcome.NOT_LISTED)


def test_a_row_of_a_batch_is_explained_beside_its_day() -> None:
    row = RelativeValues(code="10000", work=1000, conversion_factor=323_465, multiple="2")
    second = msgspec.structs.replace(row, code="10001", work=2000)
    columns = ServiceColumns.of(
        [Service(code=code, on=DAYS[0]) for code in ("10000", "10001", "10000")], [1, 1, 2]
    )
    schedule = Schedule.of(rows_of(row, second), SETTINGS[:1])
    batch = price_columns(columns, schedule)
    told = [explain(columns, schedule, place) for place in range(3)]
    assert [each.cents for each in told] == batch.cents.tolist()
    assert [len(each.steps) for each in told] == [2, 1, 1]


@pytest.mark.corpus
def test_the_whole_schedule_is_priced_alike(official_tables: MedicareTables) -> None:
    on = date(2025, 10, 1)
    rows, setting = official_tables.physician(on, "01112-05")
    lines = [
        Service(code=code, on=on, modifiers=(modifier,) if modifier else (), facility=facility)
        for code, modifier in rows
        for facility in (False, True)
    ]
    schedule = official_tables.schedule(on, ["01112-05"])
    batch = price_columns(ServiceColumns.of(lines), schedule)
    single = [price_services([each], rows, setting)[0] for each in lines]
    assert [batch.at(place) for place in range(len(lines))] == [
        (price.cents, price.outcome) for price in single
    ]
    assert np.count_nonzero(batch.cents > 0) > 18_000
