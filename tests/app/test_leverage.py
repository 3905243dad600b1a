"""What a payer's claims show for a negotiation is counted from the books and nothing else."""

from datetime import date

from app.desk import VISIT, Desk, dollars, era
from cleanclaim.app.reading.leverage import Leverage, read_leverage
from cleanclaim.store.tenancy import within


def read(desk: Desk, since: date = date(2026, 1, 1), payer: int = 0) -> Leverage:
    with within(desk.organization):
        return read_leverage(desk.organization, desk.payers[payer].pk, since, date(2026, 12, 31))


def test_volume_denials_and_pace_are_counted(desk: Desk) -> None:
    assert read(desk).denied_per_thousand is None
    paid, denied, silent = (desk.submitted(desk.patient(f"Waverly{n}"), VISIT) for n in range(3))
    cents = dollars(20_000)
    desk.posted(era(f"CLP*{paid.control_number}*1*{cents}*120**12*ICN1~CAS*CO*45*80~", paid="120"))
    refused = f"CLP*{denied.control_number}*4*{cents}*0**12*ICN2~CAS*CO*50*{cents}~"
    desk.posted(era(refused, paid="0", trace="T2", control=2, on=date(2026, 5, 4)))
    told = read(desk)
    assert (told.claims, told.charge_cents, told.decided) == (3, 60_000, 2)
    assert (told.denied, told.denied_cents, told.denied_per_thousand) == (1, 20_000, 500)
    # Decided 14 and 24 days after they were sent on the day of service.
    assert told.half_days == 19
    assert (told.underpaid_lines, told.underpaid_cents) == (0, 0)
    assert desk.state(silent) == "submitted"
    assert read(desk, date(2026, 4, 11)).claims == 0
    assert read(desk, payer=1).claims == 0
