"""Edits of laboratories' certificates (CLIA): their number on the claim, and waived tests."""

import re
from collections.abc import Callable

import msgspec
import numpy as np

from cleanclaim.claims.batch import NOTHING, ClaimBatch, Days, Flags, Found, Integers
from cleanclaim.claims.model import Claim, ClaimKind
from cleanclaim.claims.service_columns import MODIFIER, PROCEDURE
from cleanclaim.codes.reference import Reference
from cleanclaim.codes.store.arrays import Indices, Table
from cleanclaim.codes.store.keys import join, pack
from cleanclaim.codes.tables.services import CERTIFIED_TESTS, CertifiedTest
from cleanclaim.edits.examples import changed
from cleanclaim.edits.fee_schedule import billed_to_medicare
from cleanclaim.edits.medicare import MEDICARE_PART_B
from cleanclaim.edits.registry import edit
from cleanclaim.kernel.findings import Severity

_OFFICE = (ClaimKind.PROFESSIONAL,)
_NUMBER = "14D0123456"
_READING, _WAIVED = "26", "QW"
_WAIVER = b"W"
_FORM = re.compile(r"\d{2}D\d{7}", re.ASCII)
_LAW = "42 CFR 493.1809; CMS, Claims Processing Manual, ch. 16, 70"


def _tested(*services: str, number: str = _NUMBER) -> Claim:
    return msgspec.structs.replace(billed_to_medicare(*services), clia_number=number)


@edit(
    "CLIA.FORM",
    family="clia",
    severity=Severity.BLOCK,
    source="CMS, form of CLIA numbers",
    message="the number of the laboratory's certificate has not its form",
    hint="two digits, the letter D and seven digits, as on the certificate",
    failing=changed(clia_number="14X0123456"),
    passing=changed(clia_number=_NUMBER),
    kinds=_OFFICE,
)
def certificates_have_their_form(batch: ClaimBatch, _reference: Reference) -> Found:
    """The number of a laboratory's certificate (CLIA) is two digits, D and seven digits."""
    numbers, of_claim = np.unique(batch.claim_clia, return_inverse=True)
    wrong = [bool(each) and not _FORM.fullmatch(each) for each in numbers.tolist()]
    return batch.claims(np.array(wrong, np.bool_)[of_claim])


def _lines_of_tests(
    batch: ClaimBatch,
    reference: Reference,
    wrong: Callable[["_Tests"], Flags],
    among: Flags,
) -> Found:
    """Report lines among some that are wrong by the tests that are certified on their day."""
    found, asked = NOTHING, np.flatnonzero(among)
    for table, which in reference.library.divide(CERTIFIED_TESTS, batch.line_starts_on[asked]):
        if table is not None:
            lines = asked[which]
            marks = np.zeros(len(among), np.bool_)
            marks[lines] = wrong(_Tests(table, batch.line_key[lines], batch.line_starts_on[lines]))
            found += batch.lines(marks, code=batch.line_code).by(table.release.name)
    return found


class _Tests(msgspec.Struct, frozen=True):
    """The tests of some lines in a release of the list."""

    table: Table[CertifiedTest]
    codes: Integers
    days: Days

    def rows(self, modifier: str) -> Indices:
        """Find the rows of the codes with a modifier; -1 where there is none."""
        packed = np.full(len(self.codes), pack([MODIFIER], [modifier]), np.int64)
        return self.table.find_packed(join([PROCEDURE, MODIFIER], [self.codes, packed]), self.days)

    def are_listed(self, modifier: str = "") -> Flags:
        """Mark codes that are listed with the modifier."""
        return self.rows(modifier) >= 0

    def are_waived(self, modifier: str = "") -> Flags:
        """Mark codes for which, with the modifier, a certificate of waiver will do."""
        rows = self.rows(modifier)
        marks: Flags = (rows >= 0) & (self.table.array("certificate")[rows] == _WAIVER)
        return marks


@edit(
    "CLIA.MISSING",
    family="clia",
    severity=Severity.BLOCK,
    source=_LAW,
    message="{code} is a laboratory test, and the laboratory's certificate number is missing",
    hint="tell the CLIA number of the laboratory that did it (REF*X4); its certificate must hold "
    "on the day and cover the test",
    failing=_tested("81002", number=""),
    passing=_tested("81002"),
    tables=(CERTIFIED_TESTS,),
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def laboratories_are_certified(batch: ClaimBatch, reference: Reference) -> Found:
    """A laboratory test names the laboratory's certificate; readings of it (26) need none."""
    named = (batch.claim_clia != "")[batch.line_claim] | batch.line_has_certificate
    return _lines_of_tests(
        batch,
        reference,
        lambda tests: tests.are_listed() | tests.are_listed(_WAIVED),
        ~named & ~batch.with_modifier(_READING),
    )


@edit(
    "CLIA.NOT_WAIVED",
    family="clia",
    severity=Severity.WARN,
    source="CMS, list of waived tests; Claims Processing Manual, ch. 16, 70.8",
    message="{code} has no waived form, which modifier QW says",
    hint="drop QW; the laboratory needs a certificate for the test",
    failing=_tested("80053-QW"),
    passing=_tested("81003-QW"),
    tables=(CERTIFIED_TESTS,),
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
)
def waived_tests_are_listed(batch: ClaimBatch, reference: Reference) -> Found:
    """Modifier QW stands only with tests that have a waived form."""
    return _lines_of_tests(
        batch,
        reference,
        lambda tests: tests.are_listed() & ~tests.are_listed(_WAIVED),
        batch.with_modifier(_WAIVED),
    )


@edit(
    "CLIA.WAIVED",
    family="clia",
    severity=Severity.INFO,
    source="CMS, list of waived tests; Claims Processing Manual, ch. 16, 70.8",
    message="{code} without QW says that the laboratory's certificate is more than one of waiver",
    hint="add QW where the waived form was used and the record names the test kit",
    failing=_tested("81003"),
    passing=_tested("81002"),
    tables=(CERTIFIED_TESTS,),
    kinds=_OFFICE,
    filing=(MEDICARE_PART_B,),
    enabled=False,
)
def waived_tests_say_so(batch: ClaimBatch, reference: Reference) -> Found:
    """A test that has a waived form is told with QW where the laboratory has but a waiver."""
    return _lines_of_tests(
        batch,
        reference,
        lambda tests: tests.are_waived(_WAIVED) & ~tests.are_waived(),
        ~batch.with_modifier(_WAIVED),
    )
