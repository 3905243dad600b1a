"""Files of claims with something wrong of every sort, and tables to judge them by."""

from pathlib import Path

import msgspec

from cleanclaim.claims.model import Claim, Procedure
from cleanclaim.claims.parties import Address
from cleanclaim.codes.store.arrays import fill
from cleanclaim.codes.store.library import Library
from cleanclaim.edits.example_library import TABLES
from cli.other_software import claim, text_of
from pricing.libraries import small_library

change = msgspec.structs.replace
# Of the small library's schedule: in California, where it has prices.
SOMEWHERE = Address("1 Main Street", "San Francisco", "CA", "941100000")


def local_claim(number: int = 0, **fields: object) -> Claim:
    """Make a claim whose services are given where prices are known."""
    made = claim(number)
    visit = made.lines[:1]
    billing = change(made.billing, address=SOMEWHERE)
    one = change(made, billing=billing, lines=visit, total_charge_cents=visit[0].charge_cents)
    return change(one, **fields)


def spoilt_text() -> str:
    """Write claims of three transactions: not billable, unbalanced, twice, broken, and clean.

    Two services of one patient's day, of which NCCI has one within the other, are claims apart.
    """
    again = local_claim(0, patient_control_number="OTHER90")
    groups = (
        [local_claim(0), local_claim(1), _service(50, "11042")],
        [local_claim(3), again, local_claim(4)],
        [local_claim(5), local_claim(6), _service(51, "97597"), local_claim(7)],
    )
    text = text_of(*groups).replace("IEA*1*", "IEA*2*")
    text = _spoilt(text, "OTHER1", "HI*ABK:E119*", "HI*ABK:E11*")
    text = _spoilt(text, "OTHER4", "*11:B:1*Y*", "*11:B:1*Q*")
    return _spoilt(text, "OTHER6", "*125*", "*124*")


def _service(number: int, code: str) -> Claim:
    """Make a claim of the first patient's day with another service."""
    made = local_claim(0, patient_control_number=f"OTHER{number}")
    (line,) = made.lines
    return change(made, lines=(change(line, procedure=Procedure(code)),))


def _spoilt(text: str, claim_number: str, right: str, wrong: str) -> str:
    """Spoil the first such place behind the start of a claim."""
    before, start, behind = text.partition(f"CLM*{claim_number}*")
    assert right in f"*{behind}"
    return before + start + f"*{behind}".replace(right, wrong, 1)[1:]


def write_library(folder: Path) -> Path:
    """Write the tables of the edits' examples, and some prices, as a folder of releases."""
    small_library(folder)
    library = Library(folder)
    for held in TABLES:
        arrays = fill(held.kind, map(msgspec.structs.astuple, held.rows))
        library.add(held.kind, arrays, held.release(arrays))
    return folder
