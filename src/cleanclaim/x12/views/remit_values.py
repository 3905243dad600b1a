"""A remittance as plain values: the payment, what was decided on each claim and each line."""

from datetime import date
from decimal import Decimal

import msgspec

from cleanclaim.x12.views.adjudication import Adjustment, InpatientAdvice, OutpatientAdvice
from cleanclaim.x12.views.elements import Amount, Dated, Identifier, Procedure, Quantity
from cleanclaim.x12.views.parties import Contact, Party, in_role, numbered

_REVERSAL = "22"


class BankAccount(msgspec.Struct, frozen=True, gc=False):
    """One end of a transfer (BPR06 to BPR09, BPR12 to BPR15)."""

    bank_qualifier: str = ""
    bank: str = ""
    account_qualifier: str = ""
    account: str = ""


class Payment(msgspec.Struct, frozen=True, gc=False):
    """One payment (ST to SE of an 835): how much, how, from whom to whom.

    ``paid_cents`` is BPR02, ``credit_debit`` BPR03, ``payment_method`` BPR04 (ACH, CHK, NON,
    ...), ``paid_on`` BPR16, ``trace_number`` TRN02, ``originating_company`` TRN03.
    """

    guide: str
    control_number: str
    handling: str
    paid_cents: int | None
    credit_debit: str
    payment_method: str
    paid_on: date | None
    trace_number: str
    originating_company: str
    payer: Party | None
    payee: Party | None
    produced_on: date | None = None
    payment_format: str = ""
    sender_account: BankAccount = BankAccount()
    receiver_account: BankAccount = BankAccount()
    currency: str = ""
    identifiers: tuple[Identifier, ...] = ()

    @property
    def payee_npi(self) -> str:
        """Give the payee's NPI (N1*PE with XX, else REF*HPI)."""
        if self.payee is None:
            return ""
        return self.payee.npi or numbered(self.payee.identifiers, "HPI")

    @property
    def payee_tin(self) -> str:
        """Give the payee's tax number (N1*PE with FI, else REF*TJ)."""
        if self.payee is None:
            return ""
        named = self.payee.identifier if self.payee.qualifier == "FI" else ""
        return named or numbered(self.payee.identifiers, "TJ")


class ProviderSummary(msgspec.Struct, frozen=True, gc=False):
    """A group of claims (2000: LX, TS3): whose, of what kind, how many, for how much."""

    number: str = ""
    provider: str = ""
    facility_code: str = ""
    fiscal_year_ends_on: date | None = None
    claim_count: Decimal | None = None
    charge_cents: int | None = None


class RemitLine(msgspec.Struct, frozen=True, gc=False):
    """What the payer did with one service (2110).

    ``procedure`` is what was judged, ``submitted_procedure`` what we sent where it differs
    (SVC06). ``control_number`` is our line's (REF*6R), ``identifiers`` the other REFs,
    ``allowed_cents`` is AMT*B6, ``amounts`` the other AMTs, ``remarks`` are remark codes (LQ).
    None is an amount that is absent or unreadable.
    """

    procedure: Procedure | None
    charge_cents: int | None
    paid_cents: int | None
    revenue_code: str
    units_paid: Decimal | None
    starts_on: date | None
    ends_on: date | None
    adjustments: tuple[Adjustment, ...]
    control_number: str
    allowed_cents: int | None
    amounts: tuple[Amount, ...] = ()
    remarks: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    submitted_procedure: Procedure | None = None
    original_units: Decimal | None = None
    quantities: tuple[Quantity, ...] = ()


class Remit(msgspec.Struct, frozen=True, gc=False):
    """What the payer did with one claim (2100: CLP and what follows it), and its payment.

    ``status`` is CLP02 (1 to 3 processed as primary to tertiary, 4 denied, 22 reversal, ...),
    ``facility_code`` and ``frequency`` are CLP08 and CLP09, ``parties`` all NM1. ``dates`` are
    all DTM of the claim, ``remarks`` the remark codes of MOA and MIA.
    """

    payment: Payment
    group: ProviderSummary
    patient_control_number: str
    status: str
    charge_cents: int | None
    paid_cents: int | None
    patient_responsibility_cents: int | None
    filing_indicator: str
    payer_claim_number: str
    facility_code: str
    frequency: str
    adjustments: tuple[Adjustment, ...]
    parties: tuple[Party, ...]
    dates: tuple[Dated, ...]
    lines: tuple[RemitLine, ...]
    identifiers: tuple[Identifier, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    contacts: tuple[Contact, ...] = ()
    patient_status: str = ""
    drg: str = ""
    drg_weight: Decimal | None = None
    discharge_fraction: Decimal | None = None
    outpatient_advice: OutpatientAdvice | None = None
    inpatient_advice: InpatientAdvice | None = None

    @property
    def is_reversal(self) -> bool:
        """Tell whether this takes back an earlier decision (CLP02 = 22)."""
        return self.status == _REVERSAL

    @property
    def every_adjustment(self) -> tuple[Adjustment, ...]:
        """Give the adjustments of the claim and of all its lines."""
        return self.adjustments + tuple(a for line in self.lines for a in line.adjustments)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Give the remark codes of the whole claim (MOA, MIA)."""
        advice = (self.outpatient_advice, self.inpatient_advice)
        return tuple(code for each in advice if each is not None for code in each.remarks)

    @property
    def patient(self) -> Party | None:
        """Give the patient (NM1*QC)."""
        return in_role(self.parties, "QC")

    @property
    def insured(self) -> Party | None:
        """Give the insured: named (NM1*IL), else the patient."""
        return in_role(self.parties, "IL") or self.patient

    @property
    def corrected_insured(self) -> Party | None:
        """Give the insured as the payer knows them (NM1*74)."""
        return in_role(self.parties, "74")

    @property
    def rendering(self) -> Party | None:
        """Give who rendered the services (NM1*82)."""
        return in_role(self.parties, "82")

    @property
    def crossover_carrier(self) -> Party | None:
        """Give whom the payer sent the claim on to (NM1*TT)."""
        return in_role(self.parties, "TT")

    @property
    def corrected_payer(self) -> Party | None:
        """Give the payer who should come first (NM1*PR)."""
        return in_role(self.parties, "PR")

    @property
    def other_insured(self) -> Party | None:
        """Give the insured of another policy (NM1*GB)."""
        return in_role(self.parties, "GB")

    @property
    def starts_on(self) -> date | None:
        """Give the first day of the statement (DTM*232)."""
        return self._day("232")

    @property
    def ends_on(self) -> date | None:
        """Give the last day of the statement (DTM*233)."""
        return self._day("233")

    @property
    def received_on(self) -> date | None:
        """Give the day on which the payer received the claim (DTM*050)."""
        return self._day("050")

    @property
    def coverage_ended_on(self) -> date | None:
        """Give the day on which the coverage ended (DTM*036)."""
        return self._day("036")

    @property
    def first_service_on(self) -> date | None:
        """Give the first day of service that the payer names, on a line or on the claim."""
        days = [line.starts_on for line in self.lines if line.starts_on]
        return min(days, default=self.starts_on)

    @property
    def covered_cents(self) -> int | None:
        """Give what is covered (AMT*AU)."""
        return self._cents("AU")

    @property
    def interest_cents(self) -> int | None:
        """Give the interest paid (AMT*I)."""
        return self._cents("I")

    @property
    def discount_cents(self) -> int | None:
        """Give the prompt payment discount (AMT*D8)."""
        return self._cents("D8")

    def _day(self, qualifier: str) -> date | None:
        return next((each.starts_on for each in self.dates if each.qualifier == qualifier), None)

    def _cents(self, qualifier: str) -> int | None:
        return next((each.cents for each in self.amounts if each.qualifier == qualifier), None)


class ProviderAdjustment(msgspec.Struct, frozen=True, gc=False):
    """One pair of a PLB: money that belongs to no claim of this payment.

    ``cents`` keeps the file's sign: positive reduces the payment. ``reason`` is PLB03-1,
    ``reference`` PLB03-2.
    """

    reason: str
    reference: str
    cents: int | None
    provider: str = ""
    fiscal_year_ends_on: date | None = None


class Settlement(msgspec.Struct, frozen=True, gc=False):
    """A payment at its end: with the adjustments that belong to no claim (PLB)."""

    payment: Payment
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
