"""The gate passes only what a participation in force allows, and says why not otherwise."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanclaim.credentialing.gate import Decision, GateReason, GateResult, gate
from cleanclaim.credentialing.participation import Credential, CredentialKind
from cleanclaim.credentialing.participation.grants import (
    Combination,
    Enrollment,
    GrantIndex,
    Grants,
)
from cleanclaim.kernel.findings import Severity
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.kernel.spans import Span

ANN, BOB = npi_from_stem("123456789"), npi_from_stem("198765432")
GROUP, OTHER_GROUP = npi_from_stem("155555555"), npi_from_stem("166666666")
YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))
ON = date(2026, 6, 15)


def row(span: Span | None = YEAR, **changes: object) -> Enrollment:
    fields: dict[str, object] = {
        "provider_npi": ANN,
        "payer": "ACME",
        "span": span,
        "billing": (GROUP, "123456780"),
        "product": "PPO",
        "location": "main",
    }
    return Enrollment(**{**fields, **changes})  # type: ignore[arg-type]


ASKED = Combination(ANN, GROUP, "ACME", "PPO", "main")


def ask(
    *rows: Enrollment,
    on: date | None = ON,
    credentials: tuple[Credential, ...] = (),
    **changes: str,
) -> GateResult:
    index = GrantIndex(Grants(rows, credentials))
    return gate(msgspec.structs.replace(ASKED, **changes), on, index)


def test_a_participation_in_force_lets_the_claim_leave() -> None:
    result = ask(row())
    assert (result.decision, result.reason) == (Decision.PASS, GateReason.IN_FORCE)
    assert result.enrollment == row()
    assert result.as_finding().severity is Severity.INFO


@pytest.mark.parametrize("on", [YEAR.starts_on, YEAR.ends_on])
def test_first_and_last_day_are_in_force(on: date) -> None:
    assert ask(row(), on=on).decision is Decision.PASS


@pytest.mark.parametrize(
    ("held", "decision", "reason"),
    [
        ((), Decision.UNKNOWN, GateReason.PAYER_UNKNOWN),
        ((row(payer="OTHER"),), Decision.UNKNOWN, GateReason.PAYER_UNKNOWN),
        ((row(provider_npi=BOB),), Decision.HOLD, GateReason.NOT_ON_FILE),
        ((row(billing=(OTHER_GROUP,)),), Decision.HOLD, GateReason.WRONG_BILLING),
        ((row(product="HMO"),), Decision.HOLD, GateReason.WRONG_PRODUCT),
        ((row(location="annex"),), Decision.HOLD, GateReason.WRONG_LOCATION),
        ((row(taxonomy="207Q00000X"),), Decision.HOLD, GateReason.WRONG_TAXONOMY),
        ((row(None),), Decision.HOLD, GateReason.PENDING),
        ((row(Span(date(2025, 1, 1), date(2026, 6, 14))),), Decision.HOLD, GateReason.ENDED),
        ((row(Span(date(2026, 6, 16))),), Decision.HOLD, GateReason.NOT_YET_EFFECTIVE),
    ],
)
def test_anything_less_is_held(
    held: tuple[Enrollment, ...], decision: Decision, reason: GateReason
) -> None:
    result = ask(*held)
    assert (result.decision, result.reason) == (decision, reason)
    assert result.as_finding().severity is Severity.BLOCK
    assert ANN not in result.message


def test_the_effective_date_to_come_is_told() -> None:
    later, sooner = row(Span(date(2026, 9, 1))), row(Span(date(2026, 8, 1)))
    result = ask(later, sooner)
    assert result.until == date(2026, 8, 1)
    assert "2026-08-01" in result.message


def test_an_ended_participation_that_starts_again_waits_for_the_new_date() -> None:
    result = ask(row(Span(date(2025, 1, 1), date(2025, 12, 31))), row(Span(date(2026, 7, 1))))
    assert (result.reason, result.until) == (
        GateReason.NOT_YET_EFFECTIVE,
        date(2026, 7, 1),
    )


def test_retroactive_days_reach_back_and_no_further() -> None:
    medicare = row(Span(date(2026, 7, 1)), retroactive_days=30)
    assert ask(medicare, on=date(2026, 6, 1)).reason is GateReason.RETROACTIVE
    assert ask(medicare, on=date(2026, 5, 31)).reason is GateReason.NOT_YET_EFFECTIVE


def test_empty_means_every_product_location_and_billing_provider() -> None:
    assert ask(row(product="", location="", billing=())).decision is Decision.PASS


def test_the_tax_number_serves_where_enrollments_are_kept_by_it() -> None:
    assert ask(row(), billing_npi="123456780").decision is Decision.PASS


def test_billing_out_of_network_is_a_decision_and_yields_to_a_contract() -> None:
    outside = row(in_network=False)
    assert ask(outside).decision is Decision.OUT_OF_NETWORK
    assert ask(outside).leaves
    assert ask(outside, row()).reason is GateReason.IN_FORCE


def test_without_a_day_or_a_provider_nothing_is_known() -> None:
    assert ask(row(), on=None).reason is GateReason.SERVICE_DATE_MISSING
    assert ask(row(), rendering_npi="").decision is Decision.UNKNOWN


def test_a_licence_expired_on_the_day_holds_and_a_renewal_frees() -> None:
    old = Credential(ANN, CredentialKind.LICENCE, Span(date(2024, 1, 1), date(2026, 6, 14)))
    new = Credential(ANN, CredentialKind.LICENCE, Span(date(2026, 6, 15)))
    board = Credential(ANN, CredentialKind.BOARD, Span(date(2020, 1, 1), date(2025, 1, 1)))
    held = ask(row(), credentials=(old, board))
    assert (held.decision, held.reason) == (Decision.HOLD, GateReason.LICENCE_EXPIRED)
    free = ask(row(), credentials=(old, new, board))
    assert (free.decision, free.lapsed) == (Decision.PASS, (CredentialKind.BOARD,))
    of_another = ask(row(), credentials=(Credential(BOB, old.kind, old.span),))
    assert of_another.decision is Decision.PASS


days = st.dates(date(2025, 6, 1), date(2027, 6, 1))


@st.composite
def rows(draw: st.DrawFn) -> Enrollment:
    start = draw(days)
    length = draw(st.none() | st.integers(0, 400))
    span = Span(start, None if length is None else start + timedelta(length))
    return row(
        draw(st.none() | st.just(span)),
        provider_npi=draw(st.sampled_from([ANN, BOB])),
        billing=draw(st.sampled_from([(), (GROUP,), (OTHER_GROUP,)])),
        product=draw(st.sampled_from(["", "PPO", "HMO"])),
        location=draw(st.sampled_from(["", "main", "annex"])),
        payer=draw(st.sampled_from(["ACME", "OTHER"])),
    )


@given(st.lists(rows(), max_size=5), days)
def test_nothing_passes_without_a_row_in_force_and_nothing_with_one_is_held(
    held: list[Enrollment], on: date
) -> None:
    fits = any(
        r.payer == "ACME"
        and r.provider_npi == ANN
        and r.billing in {(), (GROUP,)}
        and r.product in {"", "PPO"}
        and r.location in {"", "main"}
        and r.span is not None
        and r.span.starts_on <= on
        and (r.span.ends_on is None or on <= r.span.ends_on)
        for r in held
    )
    assert (ask(*held, on=on).decision is Decision.PASS) == fits
