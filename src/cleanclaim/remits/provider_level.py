"""What a provider-level adjustment (PLB) is about, as dated configuration in our own words."""

from collections.abc import Iterable
from datetime import date

import msgspec

from cleanclaim.kernel.spans import Span
from cleanclaim.remits.adjustment_reasons import AllocationKind

_SINCE = Span(date(2014, 1, 1))
_CONFIGURATION = "configuration of the practice; check it against the code list you license"
_K = AllocationKind


class ProviderReason(msgspec.Struct, frozen=True):
    """What one reason (PLB03-1) does on a day in ``span``, and whether a person is asked."""

    reason: str
    kind: AllocationKind
    label: str
    asks: bool = False
    span: Span = _SINCE
    source: str = _CONFIGURATION


def _rows(
    kind: AllocationKind, labels: dict[str, str], *, asks: bool = False
) -> list[ProviderReason]:
    return [ProviderReason(reason, kind, label, asks) for reason, label in labels.items()]


PROVIDER_REASONS: tuple[ProviderReason, ...] = (
    *_rows(_K.RECOUPMENT, {"WO": "overpayment taken back"}),
    *_rows(
        _K.RECOUPMENT,
        {"WU": "taken back for another debt", "B3": "allowance taken back"},
        asks=True,
    ),
    *_rows(_K.FORWARDING_BALANCE, {"FB": "balance carried forward"}),
    *_rows(_K.INTEREST, {"L6": "interest", "51": "interest penalty"}),
    *_rows(_K.CAPITATION, {"CT": "capitation", "CR": "capitation interest"}),
    *_rows(_K.PROVIDER_WITHHOLD, {"E3": "withheld", "IR": "withheld for taxes"}, asks=True),
    *_rows(
        _K.PROVIDER_OTHER,
        {
            "50": "late charge",
            "72": "refund that we sent, acknowledged",
            "90": "allowance for early payment",
            "AP": "advance",
            "B2": "rebate",
            "BN": "bonus",
            "CS": "adjustment",
            "IP": "incentive",
            "J1": "not reimbursable",
            "L3": "penalty",
            "LE": "levy",
            "LS": "lump sum",
            "OB": "offset for an affiliate",
            "PI": "periodic interim payment",
            "PL": "final settlement",
            "RA": "retroactive adjustment",
        },
        asks=True,
    ),
)


def find_reason(
    reason: str, on: date, rows: Iterable[ProviderReason] = PROVIDER_REASONS
) -> ProviderReason | None:
    """Find the row of a reason in force on the day; None where there is none."""
    return next((row for row in rows if row.reason == reason and on in row.span), None)
