"""Reading the claims of other software: each with what is wrong with it, by its place in the file.

What is wrong with the envelope or the frame of a transaction makes the whole file unusable, as it
would at a payer; what is wrong with a claim, or with what stands above it, refuses that claim.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim import x12
from cleanclaim.app.documenting import CodedService
from cleanclaim.claims.from_837 import read_claim
from cleanclaim.claims.model import Claim, ServiceLine
from cleanclaim.claims.to_837 import GUIDE
from cleanclaim.kernel.findings import Finding, Severity, blocks

# Earlier days are those of specimens: the version came into force in 2012, and the rules by which
# remittances are posted begin in 2014.
_EARLIEST = date(2014, 1, 1)
_CODE_LENGTH = 5
_UNITS_BELOW = Decimal(10) ** 7
_SOURCE = "what the record of a visit can hold"


class SourceFile(msgspec.Struct, frozen=True):
    """A file as it was found: what to call it, and its bytes."""

    name: str
    content: bytes


class ReadClaim(msgspec.Struct, frozen=True):
    """One claim of a file; ``position`` counts from 1, ``findings`` hold those of its loops."""

    position: int
    claim: Claim
    findings: tuple[Finding, ...]

    @property
    def refusal(self) -> Finding | None:
        """Give the first finding for which the claim cannot be worked with."""
        return next((f for f in self.findings if f.severity is Severity.BLOCK), None)


class ReadFile(msgspec.Struct, frozen=True):
    """The claims of a file and what belongs to no claim; ``on`` is the day that the file is of.

    ``interchanges`` counts them: a file without any is no X12. ``malformed`` tells that the frame
    around the claims cannot be trusted.
    """

    name: str
    claims: tuple[ReadClaim, ...]
    findings: tuple[Finding, ...]
    on: date
    interchanges: int
    malformed: bool

    @property
    def usable(self) -> bool:
        """Tell whether the claims may be worked with."""
        return bool(self.claims) and not self.malformed


def read_file(file: SourceFile, today: date) -> ReadFile:
    """Read the professional claims of a file.

    Its day is the last one that it tells of, from 2014 up to ``today``: claims are judged from the
    day on which they were written, not from the day on which somebody tries them again.
    """
    claims: list[ReadClaim] = []
    found: list[x12.X12Finding] = []
    days: list[date] = []
    interchanges = 0
    for event in x12.read(file.content):
        match event:
            case x12.InterchangeStart():
                interchanges += 1
            case x12.Unit(guide=guide, loop=x12.Loop(id="2300")) if guide == GUIDE:
                claims.append(_read(len(claims) + 1, event))
                days += _days(event, claims[-1].claim)
            case x12.Unit(own_findings=own):
                found += own
            case (
                x12.TransactionEnd(findings=rest)
                | x12.GroupEnd(findings=rest)
                | x12.InterchangeEnd(findings=rest)
                | x12.LooseFindings(findings=rest)
            ):
                found += rest
            case x12.GroupStart() | x12.TransactionStart():
                pass
    findings = [finding.as_finding() for finding in found]
    if not claims and not blocks(findings):
        findings.append(_without_claims())
    on = max(_EARLIEST, max((day for day in days if day <= today), default=today))
    malformed = any(_breaks_frame(finding) for finding in found)
    told = tuple(dict.fromkeys(findings))
    return ReadFile(file.name, tuple(claims), told, on, interchanges, malformed)


def _breaks_frame(finding: x12.X12Finding) -> bool:
    """Tell whether an acknowledgement would refuse the interchange, group or set as a whole."""
    return finding.severity is Severity.BLOCK and finding.code[:3] in {"TA1", "AK9", "IK5"}


def _read(position: int, unit: x12.Unit) -> ReadClaim:
    claim, unread = read_claim(unit)
    x12_findings = (finding.as_finding() for finding in unit.findings)
    return ReadClaim(position, claim, (*x12_findings, *unread, *_not_recordable(claim)))


def _days(unit: x12.Unit, claim: Claim) -> Iterator[date]:
    """Give the day of writing (BHT04) and the last day of service."""
    opening = unit.ancestors[0].find("BHT") if unit.ancestors else None
    if opening is not None and len(opening.get(4)) == 8 and opening.get(4).isdigit():
        with suppress(ValueError):
            yield date.fromisoformat(opening.get(4))
    if claim.service_ends_on is not None:
        yield claim.service_ends_on


def _without_claims() -> Finding:
    return Finding(
        "CYCLE.CLAIMS",
        Severity.BLOCK,
        "file",
        "the file holds no professional claims",
        "give an 837P of version 005010X222",
        "cycle",
    )


def _not_recordable(claim: Claim) -> Iterator[Finding]:
    """Say what an account and a visit need and the claim does not tell, or tells at odd length."""
    if not claim.patient.name.last or claim.patient.birth_on is None:
        yield _unrecordable("patient", "an account needs the patient's name and date of birth")
    if not claim.subscriber.member_id:
        yield _unrecordable("subscriber", "a coverage needs a member identifier")
    if claim.service_starts_on is None:
        yield _unrecordable("claim", "a visit needs a date of service")
    for line in claim.lines:
        if problem := _odd(line):
            yield _unrecordable(f"line {line.number}", problem)


def _odd(line: ServiceLine) -> str:
    if line.charge_cents < 0:
        return "a charge cannot be less than nothing"
    if not 0 < len(line.procedure.code) <= _CODE_LENGTH:
        return "a procedure code has up to five characters"
    if line.units >= _UNITS_BELOW or line.units * 1000 % 1:
        return "units have up to seven digits and three decimals"
    return ""


def _unrecordable(place: str, message: str) -> Finding:
    hint = "correct it where the file was made"
    return Finding("CYCLE.RECORD", Severity.BLOCK, place, message, hint, _SOURCE)


def services_of(claim: Claim) -> Sequence[CodedService]:
    """Give the lines of a claim as a coder would record them."""
    return [
        CodedService(
            code=line.procedure.code,
            diagnoses=tuple(
                claim.diagnoses[pointer - 1].code
                for pointer in line.diagnosis_pointers
                if 0 < pointer <= len(claim.diagnoses)
            ),
            modifiers=line.procedure.modifiers,
            units=line.units,
            charge_cents=line.charge_cents,
        )
        for line in claim.lines
    ]
