"""Which program, dated rules and numbers hold for a payer's enrollments."""

import msgspec

from cleanclaim.credentialing.enrollment.terms import (
    SHIPPED_RULES,
    SHIPPED_TERMS,
    Basis,
    EffectiveRule,
    EnrollmentTerm,
    Program,
    Term,
)
from cleanclaim.credentialing.verification.policies import Confidence
from cleanclaim.kernel.spans import Span
from cleanclaim.store.credentialing.models import Location, Payer, Provider
from cleanclaim.store.enrollments.models import PayerProgram, PayerRule

BASIS = "basis"


class Named(msgspec.Struct, frozen=True):
    """A record to choose from: its id, its number to others ("" for places), its name."""

    id: int
    number: str
    name: str


class Parties(msgspec.Struct, frozen=True):
    """Whom an application can be about."""

    providers: tuple[Named, ...]
    payers: tuple[Named, ...]
    locations: tuple[Named, ...]


def list_parties(organization: int) -> Parties:
    """List providers, payers and places of a practice by name."""
    providers = Provider.objects.of(organization).order_by("last_name", "first_name")
    payers = Payer.objects.of(organization).order_by("name")
    places = Location.objects.of(organization).order_by("name")
    return Parties(
        tuple(Named(row.pk, row.npi, str(row)) for row in providers),
        tuple(Named(row.pk, row.identifier, row.name) for row in payers),
        tuple(Named(row.pk, "", row.name) for row in places),
    )


def program_of(payer: Payer) -> Program | None:
    """Give a payer's program; None where nobody said."""
    rows = PayerProgram.objects.of(payer.organization_id).filter(payer=payer)
    found = rows.values_list("program", flat=True).first()
    return None if found is None else Program(found)


def rules_of(payer: Payer) -> tuple[EffectiveRule, ...]:
    """Give the rules of effective dates: those shipped and the payer's own."""
    program = program_of(payer) or Program.COMMERCIAL
    rows = PayerRule.objects.of(payer.organization_id).filter(payer=payer, term=BASIS)
    own = tuple(
        EffectiveRule(
            program,
            Basis(row.basis),
            Span(row.starts_on, row.ends_on),
            row.source,
            Confidence.OWN,
            str(payer.pk),
        )
        for row in rows
    )
    return (*SHIPPED_RULES, *own)


def terms_of(payer: Payer) -> tuple[EnrollmentTerm, ...]:
    """Give the numbers that hold for a payer: those shipped and its own."""
    program = program_of(payer) or Program.COMMERCIAL
    rows = PayerRule.objects.of(payer.organization_id).filter(payer=payer, value__isnull=False)
    own = tuple(
        EnrollmentTerm(
            program,
            Term(row.term),
            row.value or 0,
            Span(row.starts_on, row.ends_on),
            row.source,
            Confidence.OWN,
            str(payer.pk),
        )
        for row in rows
    )
    return (*SHIPPED_TERMS, *own)
