"""Checking an 837P of 1,000 claims: ours with types 1 to 3 and 5, pyx12 with types 1 and 2."""

import io
import logging
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from benchmarks.figures import Figure, best_of, cpu_clock
from cleanclaim import x12
from cleanclaim.claims.model import Claim, Diagnosis, Frequency, Procedure, ServiceLine
from cleanclaim.claims.parties import Address, Patient, Payer, PersonName, Provider, Sex, Subscriber
from cleanclaim.claims.to_837 import GUIDE, Receiver, Submitter, transaction

CLAIMS = 1000
_AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
_ADDRESS = Address("1 MAIN STREET", "SPRINGFIELD", "IL", "627010001")


def measure() -> list[Figure]:
    """Check the same file by both, in this process."""
    text = write_claims(CLAIMS)
    report = x12.check(text)
    if not report.valid:
        msg = f"the benchmark's own file is not clean: {report.findings[:3]}"
        raise RuntimeError(msg)
    ours = best_of(3, lambda: x12.check(text), cpu_clock)
    peer = best_of(1, lambda: _check_by_pyx12(text), cpu_clock)
    amount = f"{CLAIMS} claims, {text.count('~')} segments"
    return [
        Figure("x12 check of an 837P, types 1-3 and 5", "pyx12 4 (types 1-2)", ours, peer, amount)
    ]


def write_claims(count: int) -> str:
    """Write clean claims of fictional people as one transaction."""
    body = transaction(
        [_claim(number) for number in range(count)],
        submitter=Submitter("BENCH PRACTICE", "370000001", "BILLING OFFICE", "2175550100"),
        receiver=Receiver("BENCH PAYER", "BENCH01"),
        reference="000000001",
        created_at=_AT,
    )
    envelope = x12.Envelope(
        "370000001",
        "BENCH01",
        1,
        _AT,
        sender_qualifier="30",
        application_sender="370000001",
        application_receiver="BENCH01",
    )
    return x12.write(envelope, GUIDE, [body])


def _claim(number: int) -> Claim:
    name = PersonName("DOE", f"PAT{chr(65 + number % 26)}")
    born, day = date(1980, 1, 1 + number % 28), date(2026, 4, 1 + number % 28)
    lines = tuple(
        ServiceLine(n, Procedure(code), cents, Decimal(1), day, day, (1,), control_number=str(n))
        for n, (code, cents) in enumerate((("99213", 15800), ("36415", 1800), ("81002", 1400)), 1)
    )
    return Claim(
        patient_control_number=f"B{number:07d}",
        total_charge_cents=19000,
        place_of_service="11",
        frequency=Frequency.ORIGINAL,
        billing=Provider(
            "1234567893",
            "BENCH PRACTICE",
            taxonomy="207Q00000X",
            address=_ADDRESS,
            tax_id="370000001",
        ),
        payer=Payer("BENCH PAYER", "BENCH01"),
        subscriber=Subscriber(
            name, f"M{number:08d}", birth_on=born, sex=Sex.FEMALE, address=_ADDRESS
        ),
        patient=Patient(name, born, Sex.FEMALE, _ADDRESS),
        diagnoses=(Diagnosis("I10", "ABK"), Diagnosis("E119")),
        lines=lines,
        filing_indicator="CI",
    )


def _check_by_pyx12(text: str) -> None:
    import pyx12.params
    import pyx12.x12n_document

    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.837"
        path.write_text(text, encoding="latin-1")
        accepted = pyx12.x12n_document.x12n_document(
            pyx12.params.params(), str(path), io.StringIO(), None, None
        )
    if not accepted:
        msg = "pyx12 refuses the benchmark's file, so its time would not count"
        raise RuntimeError(msg)
