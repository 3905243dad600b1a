"""Remits read from 835 text: each ST/SE is one payment with its claims."""

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import msgspec

from cleanclaim import x12
from cleanclaim.claims.model import Procedure
from cleanclaim.claims.parties import Identifier, PersonName
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.remits.elements import (
    ElementReader,
    read_count,
    read_date,
    read_day,
    read_procedure,
)
from cleanclaim.remits.model import (
    ProviderAdjustment,
    Remit,
    RemitClaim,
    RemitLine,
    digest_parts,
)

GUIDE = "005010X221A1"
# What an acknowledgement would refuse an interchange, a group or a transaction for.
_ENVELOPE_CODES = ("TA1", "AK9", "IK5")
_NOTHING = x12.Segment("", ())


def read_remits(
    source: str | bytes | Path | BinaryIO,
) -> tuple[list[Remit], tuple[Finding, ...]]:
    """Read every remit of a file, and everything found wrong while reading.

    Each remit carries its own findings too, with those of the envelope around it, so that it
    can be judged alone. Of the X12 findings only those of the envelopes (counts, control
    numbers) hold a remit; a payer's grammar warns, and its money is judged by the gates.
    """
    reader = _FileReader()
    for event in x12.read(source):
        reader.take(event)
    return reader.remits, tuple(reader.findings)


class _FileReader:
    """Gathers the remits of a file and what the envelopes around them say."""

    def __init__(self) -> None:
        self.remits: list[Remit] = []
        self.findings: list[Finding] = []
        self._remit: _RemitReader | None = None
        self._group_start = 0
        self._interchange_start = 0

    def take(self, event: x12.Event) -> None:
        """Take one event of the file in."""
        match event:
            case x12.InterchangeStart():
                self._interchange_start = len(self.remits)
            case x12.GroupStart():
                self._group_start = len(self.remits)
            case x12.TransactionStart():
                self._remit = _RemitReader(event)
            case x12.Unit() if self._remit is not None:
                self._remit.add(event)
            case x12.TransactionEnd() if self._remit is not None:
                self._finish(self._remit, event)
                self._remit = None
            case x12.GroupEnd():
                self._blame(event.findings, self._group_start)
            case x12.InterchangeEnd():
                self._blame(event.findings, self._interchange_start)
            case x12.LooseFindings():
                self._blame(event.findings, len(self.remits))
            case _:
                pass

    def _finish(self, reader: "_RemitReader", end: x12.TransactionEnd) -> None:
        remit = reader.finish(end)
        if remit is not None:
            self.remits.append(remit)
            self.findings.extend(remit.findings)
        else:
            self.findings.extend(reader.findings)
            self.findings.append(_block("REMIT.GUIDE", "a transaction is no remittance"))

    def _blame(self, found: tuple[x12.X12Finding, ...], first: int) -> None:
        """Add what is wrong with an envelope to the file and to each remit inside it."""
        plain = tuple(_regrade(found))
        self.findings.extend(plain)
        for place in range(first, len(self.remits) if plain else first):
            remit = self.remits[place]
            self.remits[place] = msgspec.structs.replace(remit, findings=remit.findings + plain)


def _regrade(findings: tuple[x12.X12Finding, ...]) -> list[Finding]:
    """Turn X12 findings into the kernel's; those that no envelope refuses warn at most."""
    regraded = []
    for finding in findings:
        plain = finding.as_finding()
        if plain.severity is Severity.BLOCK and not finding.code.startswith(_ENVELOPE_CODES):
            plain = msgspec.structs.replace(plain, severity=Severity.WARN)
        regraded.append(plain)
    return regraded


def _block(rule: str, message: str, place: str = "file") -> Finding:
    return Finding(rule, Severity.BLOCK, place, message, source="835 guide 005010X221A1")


class _RemitReader:
    """Collects one transaction: its claims as they stream by, then its head and trailer."""

    def __init__(self, start: x12.TransactionStart) -> None:
        self._start = start
        self._elements = ElementReader()
        self._claims: list[RemitClaim] = []
        self._findings: dict[Finding, None] = {}
        self._content = hashlib.sha256()

    def add(self, unit: x12.Unit) -> None:
        """Read one claim."""
        for segment in unit.loop.walk():
            self._content.update(segment.text(x12.Delimiters()).encode() + b"~")
        self._findings.update(dict.fromkeys(_regrade(unit.findings)))
        if self._start.guide == GUIDE and unit.loop.find("CLP") is not None:
            claim = read_claim(unit.loop, len(self._claims) + 1, self._elements)
            self._claims.append(claim)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Give what was found so far, each once."""
        return (*self._findings, *self._elements.findings)

    def finish(self, end: x12.TransactionEnd) -> Remit | None:
        """Make the remit; None if the transaction is of another kind."""
        self._findings.update(dict.fromkeys(_regrade(end.findings)))
        payment = end.header.find("BPR")
        if self._start.guide != GUIDE or payment is None:
            return None
        remit = self._make(end, payment)
        return msgspec.structs.replace(remit, findings=self.findings)

    def _make(self, end: x12.TransactionEnd, payment: x12.Segment) -> Remit:
        header, trailer = end.header, end.trailer
        trace = header.find("TRN") or _NOTHING
        payer = header.child("1000A") or x12.Loop("1000A")
        payee = header.child("1000B") or x12.Loop("1000B")
        declared = (trailer.find("SE") or _NOTHING).get(1)
        return Remit(
            payer_name=(payer.find("N1", "PR") or _NOTHING).get(2),
            payer_identifier=_payer_identifier(payer, trace, payment),
            payee_name=(payee.find("N1", "PE") or _NOTHING).get(2),
            payee_npi=_payee_number(payee, "XX", "HPI"),
            payee_tin=_payee_number(payee, "FI", "TJ"),
            trace_number=trace.get(2),
            originating_company=trace.get(3),
            paid_cents=self._elements.cents(payment, 2),
            credit_debit=payment.get(3),
            payment_method=payment.get(4),
            paid_on=self._elements.day(payment, 16),
            digest=self._digest(header, trailer),
            claims=tuple(self._claims),
            provider_adjustments=self._provider_adjustments(trailer),
            produced_on=read_date(header, "405"),
            segments_declared=read_count(declared),
            segments_counted=self._count(trailer),
        )

    def _count(self, trailer: x12.Loop) -> int:
        """Count the segments from ST to SE by their places in the file."""
        last = trailer.find("SE")
        return last.position - self._start.header.position + 1 if last is not None else 0

    def _digest(self, header: x12.Loop, trailer: x12.Loop) -> str:
        """Hash the content: envelopes, control numbers and delimiters do not count."""
        marks = x12.Delimiters()
        around = [
            segment.text(marks)
            for part in (header, trailer)
            for segment in part.walk()
            if segment.id not in {"ST", "SE"}
        ]
        return digest_parts(("remit content", *around, self._content.hexdigest()))

    def _provider_adjustments(self, trailer: x12.Loop) -> tuple[ProviderAdjustment, ...]:
        """Read the pairs of every PLB: a composite of reason and reference, then an amount."""
        found = []
        for segment in trailer.find_all("PLB"):
            for place in range(3, len(segment.elements) + 1, 2):
                if not (segment.get(place) or segment.get(place + 1)):
                    continue
                found.append(
                    ProviderAdjustment(
                        reason=segment.get(place, 1),
                        reference=segment.get(place, 2),
                        cents=self._elements.cents(segment, place + 1),
                        provider=segment.get(1),
                        fiscal_year_ends_on=read_day(segment.get(2)),
                    )
                )
        return tuple(found)


def _payer_identifier(payer: x12.Loop, trace: x12.Segment, payment: x12.Segment) -> str:
    """Choose the number that stays the same from one remit to the next.

    The national plan id (N104), else the payer's own (REF*2U), else the originating company
    (TRN03, BPR10).
    """
    name = payer.find("N1", "PR") or _NOTHING
    reference = payer.find("REF", "2U") or _NOTHING
    return name.get(4) or reference.get(2) or trace.get(3) or payment.get(10)


def _payee_number(payee: x12.Loop, name_qualifier: str, reference_qualifier: str) -> str:
    """Read the payee's NPI or TIN from its name (N103, N104) or its references (REF)."""
    name = payee.find("N1", "PE") or _NOTHING
    if name.get(3) == name_qualifier:
        return name.get(4)
    return (payee.find("REF", reference_qualifier) or _NOTHING).get(2)


def _name_segment(loop: x12.Loop, *qualifiers: str) -> x12.Segment:
    for qualifier in qualifiers:
        segment = loop.find("NM1", qualifier)
        if segment is not None:
            return segment
    return _NOTHING


def _read_name(segment: x12.Segment) -> PersonName | None:
    """Read a person's name (NM103 to NM107); None where there is none."""
    last, first, middle = segment.get(3), segment.get(4), segment.get(5)
    return PersonName(last, first, middle, segment.get(7)) if last or first else None


def _identifiers(loop: x12.Loop) -> tuple[Identifier, ...]:
    return tuple(Identifier(ref.get(1), ref.get(2)) for ref in loop.find_all("REF"))


def read_claim(loop: x12.Loop, ordinal: int, elements: ElementReader) -> RemitClaim:
    """Read one claim (2100) with its lines; amounts that are none go to the reader's findings."""
    head = loop.find("CLP") or _NOTHING
    patient = _name_segment(loop, "QC")
    insured = _name_segment(loop, "IL", "QC")
    carrier = _name_segment(loop, "TT")
    return RemitClaim(
        ordinal=ordinal,
        patient_control_number=head.get(1),
        status=head.get(2),
        charge_cents=elements.cents(head, 3),
        paid_cents=elements.cents(head, 4),
        patient_responsibility_cents=elements.optional_cents(head, 5) or 0,
        filing_indicator=head.get(6),
        payer_claim_number=head.get(7),
        facility_code=head.get(8),
        frequency=head.get(9),
        drg=head.get(11),
        adjustments=elements.adjustments(loop.find_all("CAS")),
        lines=tuple(read_line(line, elements) for line in loop.children("2110")),
        remarks=_claim_remarks(loop),
        patient_name=_read_name(patient),
        member_id=insured.get(9) or patient.get(9),
        corrected_member_id=_name_segment(loop, "74").get(9),
        rendering_npi=_name_segment(loop, "82").get(9),
        crossover_carrier=carrier.get(3),
        crossover_identifier=carrier.get(9),
        corrected_payer=_name_segment(loop, "PR").get(3),
        starts_on=read_date(loop, "232"),
        ends_on=read_date(loop, "233"),
        received_on=read_date(loop, "050"),
        coverage_ended_on=read_date(loop, "036"),
        covered_cents=elements.optional_cents(loop.find("AMT", "AU"), 2),
        interest_cents=elements.optional_cents(loop.find("AMT", "I"), 2),
        discount_cents=elements.optional_cents(loop.find("AMT", "D8"), 2),
        identifiers=_identifiers(loop),
    )


def _claim_remarks(loop: x12.Loop) -> tuple[str, ...]:
    """Gather the remark codes of a claim (MOA03 to 07; MIA05, MIA20 to 23)."""
    places = {"MOA": (3, 4, 5, 6, 7), "MIA": (5, 20, 21, 22, 23)}
    return tuple(
        segment.get(place)
        for segment_id, elements in places.items()
        for segment in loop.find_all(segment_id)
        for place in elements
        if segment.get(place)
    )


def read_line(loop: x12.Loop, elements: ElementReader) -> RemitLine:
    """Read one service (2110); units are 1 where the payer gives none."""
    head = loop.find("SVC") or _NOTHING
    procedure = read_procedure(head, 1) or Procedure("", qualifier="")
    units_paid = elements.quantity(head, 5)
    starts_on = read_date(loop, "472", "150")
    return RemitLine(
        procedure=procedure,
        charge_cents=elements.cents(head, 2),
        paid_cents=elements.cents(head, 3),
        units_paid=Decimal(1) if units_paid is None else units_paid,
        original_units=elements.quantity(head, 7),
        submitted_procedure=read_procedure(head, 6),
        revenue_code=head.get(4) or (procedure.code if procedure.qualifier == "NU" else ""),
        control_number=(loop.find("REF", "6R") or _NOTHING).get(2),
        starts_on=starts_on,
        ends_on=read_date(loop, "151") or starts_on,
        adjustments=elements.adjustments(loop.find_all("CAS")),
        remarks=tuple(code.get(2) for code in loop.find_all("LQ", "HE") if code.get(2)),
        allowed_cents=elements.optional_cents(loop.find("AMT", "B6"), 2),
        identifiers=_identifiers(loop),
    )
