"""Synthetic remittances (835), balanced by line, claim and payment."""

from collections.abc import Iterator
from functools import partial

from benchmarks.envelopes import dollars, interchange, segment, shares, written
from benchmarks.fiction import Fiction

GUIDE = "005010X221A1"
_TRANSACTIONS = 20
_CLINICIANS = 10


def remittance(claims: int, seed: int) -> Iterator[str]:
    """Give the text of remits for so many claims, piece by piece."""
    contract = _Contract(Fiction(seed))
    bodies = [
        partial(_body, numbers, contract, place)
        for place, numbers in enumerate(shares(claims, _TRANSACTIONS))
    ]
    return interchange(GUIDE, "HP", "835", bodies)


def _body(numbers: range, contract: "_Contract", place: int) -> Iterator[str]:
    """Give one payment: its claims are made first, since the total stands before them."""
    fiction = contract.fiction
    payee = fiction.npi()
    made = [_Claim(number, contract) for number in numbers]
    withheld = fiction.dice.randrange(1_000, 90_000) if place % 4 == 0 else 0
    paid = sum(claim.paid_cents for claim in made) - withheld
    yield from _head(contract, payee, paid, place)
    yield segment("LX", "1")
    for claim in made:
        yield claim.text
    if withheld:
        interest = withheld // 10
        reference = f"WO:R{fiction.dice.randrange(10**6)}"
        pairs = (reference, dollars(withheld + interest), "L6", dollars(-interest))
        yield segment("PLB", payee, "20261231", *pairs)


def _head(contract: "_Contract", payee: str, paid: int, place: int) -> Iterator[str]:
    fiction = contract.fiction
    payer, payer_id = contract.payer
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


class _Contract:
    """A payer and what it allows for what its practices charge: one a file, as payers send them."""

    def __init__(self, fiction: Fiction) -> None:
        self.fiction = fiction
        self.payer = fiction.payer()
        self.clinicians = [
            ("82", "1", *fiction.name(), "", "", "XX", fiction.npi()) for _ in range(_CLINICIANS)
        ]
        self._fees: dict[str, tuple[int, int]] = {}

    def fees_cents(self, code: str) -> tuple[int, int]:
        """Give charge and allowed amount of one unit."""
        if code not in self._fees:
            charge = self.fiction.charge_cents()
            self._fees[code] = charge, charge * self.fiction.dice.randrange(40, 90) // 100
        return self._fees[code]


class _Line:
    """What the payer did with one service."""

    def __init__(self, code: str, contract: _Contract, *, is_denied: bool) -> None:
        dice = contract.fiction.dice
        self.code = code
        self.units = dice.choice((1, 1, 1, 2, 3))
        charge, allowed = contract.fees_cents(code)
        self.cents = charge * self.units
        self.owed = 0 if is_denied else allowed * self.units * dice.choice((0, 10, 20, 20)) // 100
        self.paid = 0 if is_denied else allowed * self.units - self.owed
        written_off = self.cents - self.owed - self.paid
        reductions = (
            ("CO", "96" if is_denied else "45", written_off),
            ("PR", dice.choice("123"), self.owed),
        )
        self.reductions = [each for each in reductions if each[2]]
        self.is_denied = is_denied

    def text(self, day: str, control_number: str) -> str:
        """Write the line (2110)."""
        said = (
            segment("LQ", "HE", "N130")
            if self.is_denied
            else segment("AMT", "B6", dollars(self.paid + self.owed))
        )
        amounts = (dollars(self.cents), dollars(self.paid))
        return (
            segment("SVC", f"HC:{self.code}", *amounts, "", str(self.units))
            + segment("DTM", "472", day)
            + "".join(segment("CAS", *reasons, dollars(much)) for *reasons, much in self.reductions)
            + segment("REF", "6R", control_number)
            + said
        )


class _Claim:
    """What the payer did with one claim; a tenth are denied, a tenth lose a share as a whole."""

    def __init__(self, number: int, contract: _Contract) -> None:
        fiction = contract.fiction
        dice = fiction.dice
        is_denied = dice.random() < 0.1
        codes = fiction.services(dice.randint(1, 5))
        lines = [_Line(code, contract, is_denied=is_denied) for code in codes]
        before = sum(line.paid for line in lines)
        sequestered = before * 2 // 100 if dice.random() < 0.1 else 0
        self.paid_cents = before - sequestered
        name, day = f"P{number:08d}", written(fiction.service_day())
        owed = sum(line.owed for line in lines)
        last, first, middle = fiction.name()
        patient = ("QC", "1", last, first, middle, "", "", "MI", fiction.member_id())
        doctor = dice.choice(contract.clinicians)
        self.text = (
            segment(
                *("CLP", name, "4" if is_denied else "1"),
                *(dollars(sum(line.cents for line in lines)), dollars(self.paid_cents)),
                *(dollars(owed) if owed else "", dice.choice(("12", "HM", "16", "14"))),
                *(f"E{dice.randrange(10**11, 10**12)}", "11", "1"),
            )
            + (segment("CAS", "CO", "253", dollars(sequestered)) if sequestered else "")
            + segment("NM1", *patient)
            + segment("NM1", *doctor)
            + segment("DTM", "050", "20260925")
            + "".join(line.text(day, f"{name}L{place}") for place, line in enumerate(lines, 1))
        )
