"""A denied amount is given up by a person with the right alone, and can be taken back."""

import secrets
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from app.denied import TODAY, case_of, refuse
from app.desk import ACTOR, at
from cleanclaim.app.booking import balance_of_kind
from cleanclaim.app.work import SYSTEM
from cleanclaim.app.writing_off import (
    NoReasonError,
    NotApproverError,
    NothingOwedError,
    RequestStateError,
    approve_write_off,
    ask_write_off,
    refuse_write_off,
    reverse_write_off,
)
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.denials.models import WriteOffRequest
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.ledger.models import Entry
from cleanclaim.store.organizations.models import Membership, Role, User
from cleanclaim.store.tenancy import within
from conftest import PASSWORD, Practice

if TYPE_CHECKING:
    from app.desk import Desk


def member(desk: "Desk", role: Role) -> Actor:
    """Let another person work here."""
    email = f"{secrets.token_hex(6)}@example.com"
    user = User.objects.create_user(email, "Bo Biller", PASSWORD)
    with within(desk.organization):
        Membership.objects.create(organization_id=desk.organization, user=user, role=role)
    return Actor("person", user.name, user.pk)


def asked(desk: "Desk", actor: Actor = ACTOR, number: int = 1) -> WriteOffRequest:
    case = case_of(desk, refuse(desk, number=number))
    return ask_write_off(
        organization=desk.organization,
        actor=actor,
        at=at(TODAY),
        case=case.pk,
        reason="too small to pursue",
    )


def given_up(desk: "Desk") -> int:
    with within(desk.organization):
        return balance_of_kind(AccountKind.WRITE_OFF, organization=desk.organization)


def test_asking_books_nothing_and_approving_books_reason_and_approver(
    desk: "Desk", practice: Practice
) -> None:
    biller = member(desk, Role.BILLER)
    owner = Actor("person", "Olive Owner", practice.user)
    request = asked(desk, biller)
    assert given_up(desk) == 0
    told: dict[str, Any] = {
        "organization": desk.organization,
        "at": at(TODAY),
        "request": request.pk,
    }
    for nobody in (biller, SYSTEM):
        with pytest.raises(NotApproverError):
            approve_write_off(**told, actor=nobody)
    assert given_up(desk) == 0
    approved = approve_write_off(**told, actor=owner)
    assert given_up(desk) == 20_000
    with within(desk.organization):
        entry = Entry.objects.of(desk.organization).get(transfer_id=approved.transfer)
    assert (entry.reason, entry.links["approver"]) == (
        "denial documentation",
        str(practice.user),
    )
    claim = desk.claim(request.case.claim_id)
    assert (case_of(desk, claim).denial.status, claim.state) == ("written_off", "closed")
    with pytest.raises(RequestStateError):
        approve_write_off(**told, actor=owner)


def test_a_write_off_is_taken_back_by_a_new_entry(desk: "Desk", practice: Practice) -> None:
    owner = Actor("person", "Olive Owner", practice.user)
    request = asked(desk, owner)
    told: dict[str, Any] = {
        "organization": desk.organization,
        "actor": owner,
        "request": request.pk,
    }
    approve_write_off(**told, at=at(TODAY))
    reverse_write_off(**told, at=at(date(2026, 5, 20)))
    assert given_up(desk) == 0
    claim = desk.claim(request.case.claim_id)
    case = case_of(desk, claim)
    assert (case.denial.status, case.stage) == ("open", "open")
    assert (desk.state(claim), desk.owes(claim)) == ("denied", 20_000)


def test_who_asked_does_not_approve_where_another_may(desk: "Desk", practice: Practice) -> None:
    second = member(desk, Role.OWNER)
    owner = Actor("person", "Olive Owner", practice.user)
    request = asked(desk, owner)
    told: dict[str, Any] = {
        "organization": desk.organization,
        "at": at(TODAY),
        "request": request.pk,
    }
    with pytest.raises(NotApproverError):
        approve_write_off(**told, actor=owner)
    refused = refuse_write_off(**told, actor=second)
    assert (refused.state, given_up(desk)) == ("refused", 0)


def test_nothing_is_given_up_without_a_reason_or_beyond_what_is_owed(desk: "Desk") -> None:
    case = case_of(desk, refuse(desk))
    told: dict[str, Any] = {**desk.who, "at": at(TODAY), "case": case.pk}
    with pytest.raises(NoReasonError):
        ask_write_off(**told, reason=" ")
    with pytest.raises(NothingOwedError):
        ask_write_off(**told, reason="all of it", cents=20_001)
