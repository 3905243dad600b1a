"""The remit, its claims and its lines as frozen values, every amount in signed cents."""

import hashlib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.claims.model import Adjustment, Procedure
from cleanclaim.claims.parties import Identifier, PersonName
from cleanclaim.kernel.findings import Finding

REVERSAL = "22"
PREDETERMINATION = "25"


def digest_parts(parts: Iterable[object]) -> str:
    """Hash parts to 64 hexadecimal digits; the lengths keep ("a", "bc") from ("ab", "c")."""
    texts = [str(part).encode() for part in parts]
    return hashlib.sha256(b"".join([b"%d:%b" % (len(text), text) for text in texts])).hexdigest()


class RemitLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the payer did with one service (2110: SVC, DTM, CAS, REF, AMT, LQ).

    ``procedure`` is what was judged, ``submitted_procedure`` what we sent where it differs
    (SVC06). ``units_paid`` is 1 where SVC05 is silent. ``control_number`` is our line's
    (REF*6R), ``allowed_cents`` the payer's own word (AMT*B6), None if it says nothing.
    """

    procedure: Procedure
    charge_cents: int
    paid_cents: int
    units_paid: Decimal = Decimal(1)
    original_units: Decimal | None = None
    submitted_procedure: Procedure | None = None
    revenue_code: str = ""
    control_number: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    allowed_cents: int | None = None
    identifiers: tuple[Identifier, ...] = ()


class RemitClaim(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the payer did with one claim (2100: CLP and what follows it).

    ``ordinal`` counts the claims of the remit from 1. ``status`` is CLP02 (1 to 3 processed as
    primary to tertiary, 4 denied, 19 to 21 the same and forwarded, 22 reversal, 25
    predetermination). ``remarks`` are the RARCs of MOA and MIA. Names and numbers of people
    are kept for matching and never appear in messages.
    """

    ordinal: int
    patient_control_number: str
    status: str
    charge_cents: int
    paid_cents: int
    patient_responsibility_cents: int = 0
    filing_indicator: str = ""
    payer_claim_number: str = ""
    facility_code: str = ""
    frequency: str = ""
    drg: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    lines: tuple[RemitLine, ...] = ()
    remarks: tuple[str, ...] = ()
    patient_name: PersonName | None = None
    member_id: str = ""
    corrected_member_id: str = ""
    rendering_npi: str = ""
    crossover_carrier: str = ""
    crossover_identifier: str = ""
    corrected_payer: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    received_on: date | None = None
    coverage_ended_on: date | None = None
    covered_cents: int | None = None
    interest_cents: int | None = None
    discount_cents: int | None = None
    identifiers: tuple[Identifier, ...] = ()

    @property
    def is_reversal(self) -> bool:
        """Tell whether this takes back an earlier decision (CLP02 = 22)."""
        return self.status == REVERSAL

    @property
    def is_predetermination(self) -> bool:
        """Tell whether this only says what would be paid (CLP02 = 25)."""
        return self.status == PREDETERMINATION

    @property
    def every_adjustment(self) -> tuple[Adjustment, ...]:
        """Give the adjustments of the claim and of all its lines."""
        return self.adjustments + tuple(a for line in self.lines for a in line.adjustments)

    @property
    def first_service_on(self) -> date | None:
        """Give the first day of service that the payer names, on a line or on the claim."""
        days = [line.starts_on for line in self.lines if line.starts_on]
        return min(days, default=self.starts_on)


class ProviderAdjustment(msgspec.Struct, frozen=True, omit_defaults=True):
    """One pair of a PLB segment: money that belongs to no claim of this remit.

    ``cents`` keeps the file's sign: positive reduces the payment. ``reason`` is PLB03-1 (WO
    overpayment recovery, FB balance forward, L6 interest, ...), ``reference`` PLB03-2.
    """

    reason: str
    reference: str
    cents: int
    provider: str = ""
    fiscal_year_ends_on: date | None = None


class Remit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One payment and its explanation (one ST/SE of an 835).

    ``paid_cents`` is BPR02, ``credit_debit`` BPR03 (C or D), ``payment_method`` BPR04 (ACH,
    CHK, NON, ...), ``paid_on`` BPR16, ``trace_number`` TRN02, ``originating_company`` TRN03.
    ``digest`` is the hash of the content whatever the envelope; ``segments_declared`` is SE01,
    None if the end is missing. ``findings`` are those of reading this remit.
    """

    payer_name: str
    payer_identifier: str
    payee_name: str
    payee_npi: str
    payee_tin: str
    trace_number: str
    originating_company: str
    paid_cents: int
    credit_debit: str
    payment_method: str
    paid_on: date | None
    digest: str
    claims: tuple[RemitClaim, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    produced_on: date | None = None
    segments_declared: int | None = None
    segments_counted: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def key(self) -> str:
        """Identify the payment; TRN02 alone is no key, as payers repeat zeros in it."""
        return digest_parts(
            (
                "remit",
                self.payer_identifier,
                self.payee_npi or self.payee_tin,
                self.trace_number,
                self.paid_on or "",
                self.paid_cents,
                self.payment_method,
            )
        )

    def claim_event(self, claim: RemitClaim, key: str = "") -> str:
        """Identify the payer's decision on a claim in this remit; ``key`` is its key if at hand."""
        return digest_parts(
            (
                "claim event",
                key or self.key,
                claim.payer_claim_number,
                claim.patient_control_number,
                claim.status,
                claim.ordinal,
            )
        )

    def claim_twin(self, claim: RemitClaim) -> str:
        """Hash what a copy of this decision in another remit would share.

        Two remits with an equal value here probably hold one decision twice: hold the second
        for a person.
        """
        return digest_parts(
            (
                "claim twin",
                self.payer_identifier,
                claim.payer_claim_number,
                claim.patient_control_number,
                claim.status,
                claim.charge_cents,
                claim.paid_cents,
                claim.patient_responsibility_cents,
            )
        )
