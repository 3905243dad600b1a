"""Files as other software writes them, about people who do not exist."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec

from cleanclaim import x12
from cleanclaim.claims.model import Claim
from cleanclaim.claims.parties import Patient, PersonName, Subscriber
from cleanclaim.claims.to_837 import GUIDE, Receiver, Submitter, transaction
from cleanclaim.edits.examples import CLEAN

AT = datetime(2026, 5, 6, 9, tzinfo=UTC)
NAMES = ("Quillfeather", "Wrenbury", "Yarborough", "Zimmerstein")
change = msgspec.structs.replace


def claim(number: int = 0, **fields: object) -> Claim:
    """Make the number-th claim: of another patient each, on another day."""
    day = date(2026, 4, 1 + number % 28)
    name = PersonName(NAMES[number % len(NAMES)], f"Peony{number}")
    insured = Subscriber(
        name,
        f"N{100200 + number}",
        birth_on=CLEAN.patient.birth_on,
        sex=CLEAN.patient.sex,
        address=CLEAN.patient.address,
    )
    made = change(
        CLEAN,
        patient_control_number=f"OTHER{number}",
        subscriber=insured,
        patient=Patient(name, insured.birth_on, insured.sex, insured.address),
        lines=tuple(change(line, starts_on=day, ends_on=day) for line in CLEAN.lines),
    )
    return change(made, **fields)


def text_of(*groups: Iterable[Claim]) -> str:
    """Write an 837P with one transaction a group of claims."""
    bodies = [
        transaction(
            list(claims),
            submitter=Submitter("OTHER SOFTWARE", "370000009", "OFFICE", "2175550100"),
            receiver=Receiver("PAYER", "PAY01"),
            reference=f"{number}",
            created_at=AT,
        )
        for number, claims in enumerate(groups, 1)
    ]
    return x12.write(x12.Envelope("370000009", "PAY01", 1, AT), GUIDE, bodies)
