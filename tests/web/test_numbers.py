"""The numbers on screen: each with its formula and n, followed to its claims, at a steady price."""

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from app.denied import RECEIVED_ON, live_on, refuse
from cleanclaim.insight.kpis import KPIS
from cleanclaim.store.organizations.models import Membership, Role
from cleanclaim.store.tenancy import within
from cleanclaim.web.charts import HEIGHT, draw_line
from conftest import REPOSITORY, Practice
from web.conftest import SignIn

if TYPE_CHECKING:
    from app.desk import Desk

# One question a figure, a few for what stands beside them, and who is asking.
QUERIES_MOST = len(KPIS) + 25


def _queries(client: Client, where: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(where).status_code == 200
    return len(asked)


def test_the_page_costs_the_same_for_more_claims(
    desk: "Desk", practice: Practice, sign_in: SignIn
) -> None:
    refuse(desk, number=1)
    live_on(desk)
    client = sign_in(practice)
    client.get("/numbers")
    pages = ("/numbers", "/numbers/charge-lag", "/numbers/denials-overturned")
    before = [_queries(client, where) for where in pages]
    refuse(desk, number=2)
    refuse(desk, number=3)
    assert [_queries(client, where) for where in pages] == before
    assert before[0] <= QUERIES_MOST


def test_a_figure_is_followed_to_its_claims_and_its_file(
    desk: "Desk", practice: Practice, sign_in: SignIn
) -> None:
    claim = refuse(desk)
    live_on(desk)
    client = sign_in(practice)
    page = client.get("/numbers").content.decode()
    for kpi in KPIS.values():
        assert f"/numbers/{kpi.id}?" in page
    assert page.count("n = ") > 10
    assert "Refused1" not in page
    figure = client.get("/numbers/initial-denial?month=2026-04").content.decode()
    assert "100.0 %" in figure
    assert f"/claims/{claim.pk}" in figure
    assert f"Claim {claim.control_number}" in figure
    # The aim of 5 % is missed, and a word says so beside the colour.
    assert "not reached" in figure
    answer = client.get("/numbers/initial-denial-dollars?csv=1")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["claim"], row["refused"]) for row in rows] == [(claim.control_number, "200.00")]
    whole = client.get(f"/numbers?csv=1&as_of={RECEIVED_ON}").content.decode()
    assert whole.count("\r\n") == 1 + 7 * len(KPIS)
    assert client.get("/numbers/profit").status_code == 404
    for odd in ("as_of=x", "as_of=0001-01-01", "month=2026-13", "after=-1", "as_of=9999-12-31"):
        assert client.get(f"/numbers/days-in-ar?{odd}").status_code == 200, odd


def test_an_empty_practice_says_no_data_and_names_what_is_unknown(
    practice: Practice, sign_in: SignIn
) -> None:
    page = sign_in(practice).get("/numbers").content.decode()
    assert page.count('<p class="value none">') == len(
        [kpi for kpi in KPIS.values() if kpi.group != "stages"]
    )
    assert page.count("<strong>No data.</strong>") == 4
    assert "What the revenue cycle costs" in page
    assert "<polyline" not in page
    assert not re.search(r'class="value">', page)


@pytest.mark.parametrize("role", [Role.CODER, Role.FRONT_DESK, Role.CREDENTIALING])
def test_who_may_not_read_the_books_sees_no_numbers(
    practice: Practice, sign_in: SignIn, role: Role
) -> None:
    client = sign_in(practice)
    with within(practice.organization):
        Membership.objects.filter(user_id=practice.user).update(role=role.value)
    for where in ("/numbers", "/numbers/clean-claim", "/numbers?csv=1"):
        assert client.get(where).status_code == 403


def test_a_line_leaves_gaps_and_rises_with_its_values() -> None:
    line = draw_line([None, 0.2, 0.4, None, 0.1, 0.1], aim=0.5)
    assert [len(run) for run in line.runs] == [2, 2]
    (first, second), (third, fourth) = line.runs
    assert second.y < first.y < third.y == fourth.y <= HEIGHT
    assert line.aim is not None
    assert line.aim < second.y
    assert draw_line([None, None], aim=1.0).runs == ()
    assert draw_line([3.0]).runs[0][0].y == HEIGHT / 2


def test_the_reference_tells_every_figure() -> None:
    text = (REPOSITORY / "docs" / "reference" / "kpis.md").read_text(encoding="utf-8")
    for kpi in KPIS.values():
        assert f"| {kpi.name} (`{kpi.id}`) | {kpi.formula} | {kpi.scope}" in text, kpi.id
        assert not kpi.missing or kpi.missing in text
