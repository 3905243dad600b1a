"""Every public 835 posts to the cent or is refused by a gate that names itself."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.desk import ACTOR, at
from cleanclaim.app.approving import record_payee_number
from cleanclaim.app.banking import import_statement
from cleanclaim.app.booking import balance_of_kind
from cleanclaim.app.connecting import keep_file
from cleanclaim.app.enrolling import PayerTerms, record_payer
from cleanclaim.app.posting import read_remittance_file
from cleanclaim.app.work import unit_of_work
from cleanclaim.demo.mirrored_claims import mirror_claims
from cleanclaim.kernel.findings import Severity
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.remits.bank_files import StatementLine
from cleanclaim.remits.from_835 import read_remits
from cleanclaim.remits.model import Remit
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.ledger.models import Posting
from cleanclaim.store.remits.models import RemitClaimRecord, RemitRecord
from cleanclaim.store.tenancy import within
from conftest import make_practice

FILES = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"
pytestmark = pytest.mark.corpus


def _public() -> list[Path]:
    return sorted(path for path in FILES.glob("*/835/*") if path.is_file())


class Receiver:
    """A practice whose claims are made from a file, so that it can be paid by it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.organization = make_practice().organization
        self.who: dict[str, Any] = {"organization": self.organization, "actor": ACTOR, "at": at()}
        self.remits, _ = read_remits(content)
        self.payers: dict[str, Payer] = {}
        for remit in self.remits:
            self._expect(remit)

    def _expect(self, remit: Remit) -> None:
        since: dict[str, Any] = {"starts_on": date(2000, 1, 1), "source": "the file"}
        for kind, number in (("NPI", remit.payee_npi), ("TIN", remit.payee_tin.replace("-", ""))):
            if number:
                record_payee_number(**self.who, kind=kind, number=number[:10], **since)
        identifier = remit.payer_identifier
        if identifier not in self.payers:
            terms = PayerTerms("A payer", identifier, "CI")
            self.payers[identifier] = record_payer(**self.who, terms=terms)
        mirror_claims(**self.who, payer=self.payers[identifier], remits=[remit])

    def read(self) -> list[Any]:
        with unit_of_work(**self.who) as work:
            file, _ = keep_file(
                work, None, direction="in", kind="835", name="public", content=self.content
            )
        return read_remittance_file(**self.who, file=file)

    def bank(self) -> int:
        with within(self.organization):
            return balance_of_kind(AccountKind.BANK, organization=self.organization)

    def postings(self) -> int:
        with within(self.organization):
            return Posting.objects.of(self.organization).count()

    def statement(self) -> list[StatementLine]:
        with within(self.organization):
            rows = list(RemitRecord.objects.of(self.organization).filter(status="posted"))
        return [
            StatementLine("0001", row.paid_on, row.paid_cents, row.trace_number)
            for row in rows
            if row.paid_cents
        ]


def test_every_public_remittance_reaches_the_bank_to_the_cent_or_is_refused(
    database: dict[str, str],
) -> None:
    files = _public()
    if not files:
        pytest.skip("the public files are not beside the repository")
    outcomes: Counter[str] = Counter()
    matched: Counter[str] = Counter()
    for path in files:
        receiver = Receiver(path.read_bytes())
        before = receiver.postings()
        results = receiver.read()
        posted = [r for r in results if r.outcome == "posted"]
        if not posted:
            assert receiver.postings() == before, path.name
        import_statement(**receiver.who, lines=receiver.statement())
        expected = sum(
            (-1 if remit.credit_debit == "D" else 1) * remit.paid_cents
            for remit, result in zip(receiver.remits, results, strict=True)
            if result.outcome == "posted"
        )
        assert receiver.bank() == expected, path.name
        for result in results:
            outcomes[result.outcome] += 1
            gates = [f.rule for f in result.findings if f.severity is Severity.BLOCK]
            assert (result.outcome == "quarantined") == bool(gates), (path.name, gates)
        if not results:
            outcomes["no remittance of this guide"] += 1
        with within(receiver.organization):
            rows = RemitClaimRecord.objects.of(receiver.organization)
            matched.update(rows.values_list("outcome", flat=True))
    assert outcomes["posted"] >= 10, outcomes
    assert outcomes["quarantined"] >= 1, outcomes
    assert matched["paid"] > matched["suspended"], matched


def test_a_cent_too_little_is_seen(database: dict[str, str]) -> None:
    """Negative control: the bank's line a cent off is no match and enters no deposit."""
    files = [path for path in _public() if path.name.endswith("__demo.835")]
    if not files:
        pytest.skip("the public files are not beside the repository")
    receiver = Receiver(files[0].read_bytes())
    receiver.read()
    lines = [
        StatementLine(line.account, line.posted_on, line.cents - 1, line.reference)
        for line in receiver.statement()
    ]
    assert lines
    assert import_statement(**receiver.who, lines=lines).matched == 0
    assert receiver.bank() == 0
