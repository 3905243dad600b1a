"""The physician fee schedule gives the amounts that the government publishes, to the cent."""

from datetime import date

import pytest

from cleanclaim.pricing.physician import price_service
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.service import Service
from pricing.schedules import lines_of, official, relative_values, scaled, settings

pytestmark = pytest.mark.corpus
RELEASE = "rvu25d_2025oct"
ON = date(2025, 10, 1)
SOUTHERN_CALIFORNIA = "01182"


@pytest.mark.parametrize(
    ("parts", "amounts"),
    [
        (("fee_schedules_2025_2026", "PFREV4.txt"), 3052),
        (("pfs_payment_amount_2025c_sample", "PFREV25C.txt"), 218),
    ],
)
def test_every_published_amount_is_reproduced(parts: tuple[str, str], amounts: int) -> None:
    rows = relative_values(official(RELEASE, "PPRRVU2025_Oct.csv"))
    places = settings(official(RELEASE, "GPCI2025.csv"))
    compared, wrong = 0, []
    for line in lines_of(official(*parts)):
        if line[0].startswith("TRL"):
            continue
        for facility, published in ((False, line[5]), (True, line[6])):
            service = Service(
                code=line[3], on=ON, modifiers=(line[4],) if line[4] else (), facility=facility
            )
            price = price_service(service, rows, places[line[1], line[2]])
            compared += 1
            if price.cents != scaled(published, 2):
                wrong.append((line[1:5], facility, price.cents, published))
    assert wrong == []
    assert compared == amounts


def test_every_published_outpatient_limit_is_reproduced() -> None:
    """The file of limits holds the amounts after the limit, for every code that has one."""
    rows = relative_values(official(RELEASE, "PPRRVU2025_Oct.csv"))
    places = settings(official(RELEASE, "GPCI2025.csv"))
    compared, wrong = 0, []
    for line in lines_of(official(RELEASE, "OPPSCAP_Oct.csv")):
        if len(line) != 7 or line[2] != "A":
            continue
        # The file puts all of California under the carrier of its north.
        place = places.get((line[3], line[4])) or places[SOUTHERN_CALIFORNIA, line[4]]
        for facility, published in ((True, line[5]), (False, line[6])):
            service = Service(
                code=line[0], on=ON, modifiers=(line[1],) if line[1] else (), facility=facility
            )
            price = price_service(service, rows, place)
            compared += 1
            if price.cents != scaled(published, 2):
                wrong.append((line, facility, price.cents))
    assert wrong[:5] == []
    assert compared == 2 * 6670


def test_every_row_has_a_price_or_a_reason() -> None:
    rows = relative_values(official(RELEASE, "PPRRVU2025_Oct.csv"))
    setting = settings(official(RELEASE, "GPCI2025.csv"))["10112", "00"]
    assert len(rows) == 19_090
    for code, modifier in rows:
        modifiers = (modifier,) if modifier else ()
        price = price_service(Service(code=code, on=ON, modifiers=modifiers), rows, setting)
        priced = price.outcome is Outcome.PRICED
        assert (price.cents or 0) > 0 if priced else price.reason, (code, modifier)
        # Half a cent's worth of a price is none: every priced row has relative values.
        values = rows[code, modifier]
        assert priced is (values.status in "ART" and bool(values.total(facility=False)))
