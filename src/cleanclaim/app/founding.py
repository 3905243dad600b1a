"""Founding an organization: its record, its owner's membership, the first link of its chain."""

from datetime import date, datetime

import msgspec
from django.db import connection, transaction

from cleanclaim.app.work import unit_of_work
from cleanclaim.claims.parties import Address
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.events.models import ChainHead
from cleanclaim.store.organizations.models import Membership, Organization, Role, User
from cleanclaim.store.tenancy import within


def found_organization(
    *,
    owner: User,
    name: str,
    npi: str,
    tax_id: str,
    taxonomy: str,
    address: Address,
    contact: tuple[str, str],
    at: datetime,
    synthetic_today: date | None = None,
) -> Organization:
    """Create an organization with its owner; ``contact`` is the billing office's name and phone."""
    with transaction.atomic():
        number = _next_number()
        with within(number):
            organization = Organization.objects.create(
                id=number,
                name=name,
                npi=npi,
                tax_id=tax_id,
                taxonomy=taxonomy,
                address=msgspec.to_builtins(address),
                contact_name=contact[0],
                contact_phone=contact[1],
                synthetic_today=synthetic_today,
            )
            ChainHead.objects.create(organization=organization)
            actor = Actor("person", owner.name, owner.pk)
            with unit_of_work(organization=number, actor=actor, at=at) as work:
                _join(organization, owner, Role.OWNER)
                work.tell("organization.founded", ("organization", number))
    return organization


def add_member(
    *, organization: Organization, actor: Actor, at: datetime, user: User, role: Role
) -> Membership:
    """Let a person work for the organization in a role."""
    with unit_of_work(organization=organization.pk, actor=actor, at=at) as work:
        membership = _join(organization, user, role)
        work.tell("member.added", ("membership", membership.pk), user=user.pk, role=role.value)
    return membership


def _join(organization: Organization, user: User, role: Role) -> Membership:
    return Membership.objects.create(organization=organization, user=user, role=role.value)


def _next_number() -> int:
    """Draw the id first: the row policy admits a new organization only under its own id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('organizations_organization', 'id'))")
        row = cursor.fetchone()
    return int(row[0]) if row else 0
