"""Synthetic remittances (835), balanced by line, claim and payment."""

from collections.abc import Iterator
from functools import partial

from benchmarks.envelopes import dollars, interchange, segment, shares, written
from benchmarks.fiction import Fiction

GUIDE = "005010X221A1"
_TRANSACTIONS = 20


def remittance(claims: int, seed: int) -> Iterator[str]:
    """Give the text of remits for so many claims, piece by piece."""
    bodies = [
        partial(_body, numbers, seed, place)
        for place, numbers in enumerate(shares(claims, _TRANSACTIONS))
    ]
    return interchange(GUIDE, "HP", "835", bodies)


def _body(numbers: range, seed: int, place: int) -> Iterator[str]:
    """Give one payment: its claims are made first, since the total stands before them."""
    fiction = Fiction(seed + numbers.start)
    payee = fiction.npi()
    made = [_Claim(number, fiction) for number in numbers]
    withheld = fiction.dice.randrange(1_000, 90_000) if place % 4 == 0 else 0
    paid = sum(claim.paid_cents for claim in made) - withheld
    yield from _head(fiction, payee, paid, place)
    yield segment("LX", "1")
    for claim in made:
        yield claim.text
    if withheld:
        interest = withheld // 10
        reference = f"WO:R{fiction.dice.randrange(10**6)}"
        pairs = (reference, dollars(withheld + interest), "L6", dollars(-interest))
        yield segment("PLB", payee, "20261231", *pairs)


def _head(fiction: Fiction, payee: str, paid: int, place: int) -> Iterator[str]:
    payer, payer_id = fiction.payer()
    trace = f"T{fiction.dice.randrange(10**9, 10**10)}"
    bank = ("CCP", "01", "071000013", "DA", "123456789", "1371234567", "")
    account = ("01", "071000013", "DA", f"{fiction.dice.randrange(10**9)}", "20261005")
    if paid > 0:
        yield segment("BPR", "I", dollars(paid), "C", "ACH", *bank, *account)
    else:
        yield segment("BPR", "H", "0", "C", "NON", *[""] * 11, "20261005")
    yield segment("TRN", "1", trace, "1371234567")
    yield segment("REF", "EV", f"R{place:04d}")
    yield segment("DTM", "405", "20261003")
    city, state, zip_code = fiction.place()
    yield segment("N1", "PR", payer, "XV", payer_id)
    yield segment("N3", fiction.street())
    yield segment("N4", city, state, zip_code)
    yield segment("PER", "BL", "HELP DESK", "TE", "5555550101")
    yield segment("N1", "PE", "MAPLE CLINIC", "XX", payee)
    yield segment("REF", "TJ", "371234567")


class _Claim:
    """What the payer did with one claim; a tenth are denied, a tenth lose a share as a whole."""

    def __init__(self, number: int, fiction: Fiction) -> None:
        dice = fiction.dice
        self._number = f"P{number:08d}"
        self._day = written(fiction.service_day())
        denied = dice.random() < 0.1
        lines = [
            self._line(place, code, fiction, denied=denied)
            for place, code in enumerate(fiction.services(dice.randint(1, 5)), 1)
        ]
        charged, owed, before = (sum(line[place] for line in lines) for place in (1, 2, 3))
        sequestered = before * 2 // 100 if dice.random() < 0.1 else 0
        self.paid_cents = before - sequestered
        status = "4" if denied else "1"
        amounts = (dollars(charged), dollars(self.paid_cents), dollars(owed) if owed else "")
        control = f"E{dice.randrange(10**11, 10**12)}"
        kind = dice.choice(("12", "HM", "16", "14"))
        last, first, middle = fiction.name()
        patient = ("QC", "1", last, first, middle, "", "", "MI", fiction.member_id())
        doctor = ("82", "1", fiction.name()[0], fiction.name()[1], "", "", "", "XX", fiction.npi())
        self.text = (
            segment("CLP", self._number, status, *amounts, kind, control, "11", "1")
            + (segment("CAS", "CO", "253", dollars(sequestered)) if sequestered else "")
            + segment("NM1", *patient)
            + segment("NM1", *doctor)
            + segment("DTM", "050", "20260925")
            + "".join(line[0] for line in lines)
        )

    def _line(
        self, place: int, code: str, fiction: Fiction, *, denied: bool
    ) -> tuple[str, int, int, int]:
        """Give a line's text, charge, what the patient owes, what is paid."""
        dice = fiction.dice
        units = dice.choice((1, 1, 1, 2, 3))
        cents = fiction.charge_cents() * units
        adjustments, owed = _denial(cents) if denied else _reductions(cents, fiction)
        paid = cents - sum(amount for _, _, amount in adjustments)
        amounts = (dollars(cents), dollars(paid))
        text = (
            segment("SVC", f"HC:{code}", *amounts, "", str(units))
            + segment("DTM", "472", self._day)
            + "".join(segment("CAS", group, why, dollars(much)) for group, why, much in adjustments)
            + segment("REF", "6R", f"{self._number}L{place}")
            + (
                segment("LQ", "HE", "N130")
                if denied
                else segment("AMT", "B6", dollars(paid + owed))
            )
        )
        return text, cents, owed, paid


_Adjustments = list[tuple[str, str, int]]


def _denial(cents: int) -> tuple[_Adjustments, int]:
    return [("CO", "96", cents)], 0


def _reductions(cents: int, fiction: Fiction) -> tuple[_Adjustments, int]:
    dice = fiction.dice
    contractual = cents * dice.randrange(10, 60) // 100
    owed = (cents - contractual) * dice.randrange(5, 30) // 100
    reason = dice.choice(("1", "2", "3"))
    found = [("CO", "45", contractual), ("PR", reason, owed)]
    return [each for each in found if each[2]], owed
