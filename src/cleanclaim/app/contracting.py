"""Contracts as documents give them: recorded for their days, read before they are kept."""

from datetime import date, datetime, timedelta

import msgspec

from cleanclaim.app.access import access
from cleanclaim.app.work import unit_of_work
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.pricing.contract_terms import Contract
from cleanclaim.pricing.contract_text import Problem, read_contract
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.followup.models import ContractRecord


class UnusableContractError(CleanclaimError):
    """The terms cannot be read; ``problems`` say where and what to do."""

    code = "contract.unusable"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems[:3]))


class ContractSourceMissingError(CleanclaimError):
    """A contract needs the name of its document and who says so."""

    code = "contract.source"

    def __init__(self) -> None:
        super().__init__("name the document and where it is kept")


def record_contract(
    *,
    organization: int,
    actor: Actor,
    at: datetime,
    payer: int,
    terms: str | bytes,
    document: str,
    source: str,
    starts_on: date,
    ends_on: date | None = None,
) -> ContractRecord:
    """Record a payer's terms (JSON as the pricing reference describes it) for a span of days.

    The terms before, where they had no end, end the day before. Raises UnusableContractError
    or ContractSourceMissingError.
    """
    contract, problems = read_contract(terms)
    if contract is None:
        raise UnusableContractError(problems)
    if not (document.strip() and source.strip()):
        raise ContractSourceMissingError
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        who = access(Payer, payer, organization=organization)
        rows = ContractRecord.objects.of(organization).filter(payer=who, ends_on=None)
        rows.filter(starts_on__lt=starts_on).update(ends_on=starts_on - timedelta(1))
        record, _ = ContractRecord.objects.update_or_create(
            organization_id=organization,
            payer=who,
            starts_on=starts_on,
            defaults={
                "document": document.strip()[:120],
                "content": msgspec.to_builtins(contract),
                "source": source.strip()[:200],
                "ends_on": ends_on,
                "recorded_at": at,
            },
        )
        work.tell("contract.recorded", ("contract", record.pk), payer=who.pk)
    return record


def contracts_of(payer: Payer) -> list[ContractRecord]:
    """Give a payer's contracts, the latest first."""
    rows = ContractRecord.objects.of(payer.organization_id).filter(payer=payer)
    return list(rows.order_by("-starts_on"))


def contract_on(contracts: list[ContractRecord], on: date) -> ContractRecord | None:
    """Give the contract whose days hold a day of service."""
    held = (c for c in contracts if c.starts_on <= on and (c.ends_on is None or on <= c.ends_on))
    return next(held, None)


def terms_of(record: ContractRecord) -> Contract:
    """Read a record's terms."""
    return msgspec.convert(record.content, Contract, strict=False)
