"""An application to a payer: its states, what belongs to it, what is missing, how long it takes."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

import msgspec

from cleanclaim.credentialing.enrollment.terms import Program
from cleanclaim.credentialing.verification.policies import Confidence


class ApplicationKind(StrEnum):
    """What is asked of the payer."""

    INITIAL = "initial"
    REASSIGNMENT = "reassignment"
    REVALIDATION = "revalidation"
    REACTIVATION = "reactivation"
    CHANGE = "change"
    CLAIMS_BY_EDI = "claims_by_edi"
    REMITTANCES_BY_EDI = "remittances_by_edi"
    PAYMENTS_BY_EFT = "payments_by_eft"


GRANTING = frozenset(
    {ApplicationKind.INITIAL, ApplicationKind.REASSIGNMENT, ApplicationKind.REACTIVATION}
)


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    FILED = "filed"
    RECEIVED = "received"
    QUESTIONED = "questioned"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_S = ApplicationState
NEXT: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    _S.DRAFT: frozenset({_S.FILED, _S.WITHDRAWN}),
    _S.FILED: frozenset({_S.RECEIVED, _S.QUESTIONED, _S.APPROVED, _S.REFUSED, _S.WITHDRAWN}),
    _S.RECEIVED: frozenset({_S.QUESTIONED, _S.APPROVED, _S.REFUSED, _S.WITHDRAWN}),
    _S.QUESTIONED: frozenset({_S.RECEIVED, _S.APPROVED, _S.REFUSED, _S.WITHDRAWN}),
    _S.APPROVED: frozenset(),
    _S.REFUSED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
PENDING = frozenset({_S.FILED, _S.RECEIVED, _S.QUESTIONED})
ENDED = frozenset({_S.APPROVED, _S.REFUSED, _S.WITHDRAWN})


def may_follow(state: ApplicationState, following: ApplicationState) -> bool:
    """Tell whether an application may go from one state to another."""
    return following in NEXT[state]


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that belongs to an application: a paper, a number, a signature."""

    key: str
    title: str
    required: bool = True


class Checklist(msgspec.Struct, frozen=True):
    """What an application of a kind to a program consists of; ``form`` is the program's name of it.

    A start that the practice changes for each application; ``confidence`` says how well it is
    known that the payer asks for this.
    """

    program: Program
    kind: ApplicationKind
    form: str
    items: tuple[Item, ...]
    source: str
    confidence: Confidence


_IDENTITY = (
    Item("npi", "NPI with its taxonomies as NPPES has them"),
    Item("licence", "State licence in force"),
    Item("malpractice", "Certificate of malpractice cover in force"),
)
_LINK = Item("reassignment", "Reassignment of benefits to the practice, signed")
_TAX = Item("tax", "Proof of the tax number (IRS letter or W-9)")
_SIGNED = Item("signature", "Certification signed by the provider")
_ATTESTED = Item("attestation", "CAQH profile attested, this payer authorized")
_OWN = "our own start of a list; change it to what the payer asks"

CHECKLISTS = (
    Checklist(
        Program.MEDICARE,
        ApplicationKind.INITIAL,
        "855I",
        (*_IDENTITY[:2], _LINK, _TAX, _SIGNED),
        _OWN,
        Confidence.OWN,
    ),
    Checklist(
        Program.MEDICARE,
        ApplicationKind.REVALIDATION,
        "855I",
        (*_IDENTITY[:2], _SIGNED),
        _OWN,
        Confidence.OWN,
    ),
    Checklist(
        Program.MEDICAID,
        ApplicationKind.INITIAL,
        "state application",
        (*_IDENTITY[:2], _TAX, _SIGNED),
        _OWN,
        Confidence.OWN,
    ),
    Checklist(
        Program.COMMERCIAL,
        ApplicationKind.INITIAL,
        "participation request",
        (*_IDENTITY, _ATTESTED, _TAX),
        _OWN,
        Confidence.OWN,
    ),
)
_PLAIN = (_TAX, _SIGNED)


def find_checklist(
    program: Program, kind: ApplicationKind, checklists: Iterable[Checklist] = CHECKLISTS
) -> Checklist:
    """Give the start of a checklist; where none is known, the least that every form has."""
    for each in checklists:
        if each.program is program and each.kind is kind:
            return each
    return Checklist(program, kind, "", _PLAIN, _OWN, Confidence.OWN)


def find_missing(items: Iterable[Item], given: Iterable[str]) -> tuple[Item, ...]:
    """Give the required items that are not at hand."""
    held = frozenset(given)
    return tuple(item for item in items if item.required and item.key not in held)


class Turnaround(msgspec.Struct, frozen=True):
    """How long decisions took, in days from filing: of how many cases, half of them, nine tenths.

    ``learned`` is False while there are fewer own cases than ``CASES_MIN``: then nothing is
    forecast from them.
    """

    cases: int
    half_days: int | None = None
    most_days: int | None = None
    source: str = ""

    @property
    def learned(self) -> bool:
        """Tell whether there are cases enough to forecast from."""
        return self.cases >= CASES_MIN

    def expected_on(self, filed_on: date) -> date | None:
        """Give the day by which half are decided; None where too little is known."""
        if not self.learned or self.half_days is None:
            return None
        return filed_on + timedelta(self.half_days)


# Our own caution: below this a median of one payer's cases says little.
CASES_MIN = 20


def learn_turnaround(days: Iterable[int]) -> Turnaround:
    """Learn from the days that own decided cases of a payer took."""
    held = sorted(days)
    if not held:
        return Turnaround(0, source="no own case is decided yet")
    most = held[min(len(held) - 1, -(-len(held) * 9 // 10) - 1)]
    source = f"{len(held)} own decided cases of this payer"
    return Turnaround(len(held), round(median(held)), most, source)


def follow_up_on(asked_on: date, every_days: int) -> date:
    """Give the next day to ask the payer about an application."""
    return asked_on + timedelta(every_days)
