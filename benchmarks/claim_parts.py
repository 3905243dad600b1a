"""What synthetic professional and institutional claims have in common: people, payers, levels."""

from collections.abc import Iterator

from benchmarks.envelopes import segment
from benchmarks.fiction import Fiction

_CLINICIANS = 10


class Levels:
    """Counts HL segments within one transaction and remembers the parents."""

    def __init__(self, fiction: Fiction) -> None:
        self.fiction = fiction
        self._count = 0
        self._biller = 0
        self._subscriber = 0
        self.clinicians: list[tuple[str, str, str, str]] = []
        self.fees: dict[str, int] = {}

    def _next(self) -> int:
        self._count += 1
        return self._count

    def biller(self) -> Iterator[str]:
        """Open a billing provider (2000A, 2010AA)."""
        self._biller = self._next()
        fiction = self.fiction
        self.clinicians = [(*fiction.name(), fiction.npi()) for _ in range(_CLINICIANS)]
        self.fees = {}
        city, state, zip_code = fiction.place()
        yield segment("HL", str(self._biller), "", "20", "1")
        yield segment("PRV", "BI", "PXC", fiction.dice.choice(("207Q00000X", "208D00000X")))
        name = f"{fiction.name()[0]} MEDICAL GROUP"
        yield segment("NM1", "85", "2", name, "", "", "", "", "XX", fiction.npi())
        yield segment("N3", fiction.street())
        yield segment("N4", city, state, zip_code)
        yield segment("REF", "EI", f"{fiction.dice.randrange(10**8, 10**9)}")

    def fee_cents(self, code: str) -> int:
        """Give what this billing provider charges for one unit of a service."""
        return self.fees.setdefault(code, self.fiction.charge_cents())

    def clinician(self, role: str) -> str:
        """Name one of the billing provider's clinicians."""
        last, first, middle, npi = self.fiction.dice.choice(self.clinicians)
        return segment("NM1", role, "1", last, first, middle, "", "", "XX", npi)

    def patient(self, responsibility: str, payer: tuple[str, str]) -> Iterator[str]:
        """Open a subscriber (2000B) and, for a fifth of them, a dependent (2000C)."""
        fiction = self.fiction
        self._subscriber = self._next()
        depends = fiction.dice.random() < 0.2
        last, first, middle = fiction.name()
        parent = str(self._biller)
        yield segment("HL", str(self._subscriber), parent, "22", "1" if depends else "0")
        relation = "" if depends else "18"
        filing = fiction.dice.choice(("CI", "CI", "BL", "HM", "12"))
        group = f"G{fiction.dice.randrange(10_000, 99_999)}"
        yield segment("SBR", responsibility, relation, group, "", "", "", "", "", filing)
        yield segment("NM1", "IL", "1", last, first, middle, "", "", "MI", fiction.member_id())
        if not depends:
            yield self._demographics()
        yield segment("NM1", "PR", "2", payer[0], "", "", "", "", "PI", payer[1])
        if depends:
            yield segment("HL", str(self._next()), str(self._subscriber), "23", "0")
            yield segment("PAT", fiction.dice.choice(("01", "19", "19", "19")))
            yield segment("NM1", "QC", "1", last, fiction.name()[1])
            yield self._demographics()

    def _demographics(self) -> str:
        fiction = self.fiction
        city, state, zip_code = fiction.place()
        sex = fiction.dice.choice("FM")
        return (
            segment("N3", fiction.street())
            + segment("N4", city, state, zip_code)
            + segment("DMG", "D8", fiction.birth(), sex)
        )


def header(reference: str) -> Iterator[str]:
    """Give BHT, submitter and receiver."""
    yield segment("BHT", "0019", "00", reference, "20261005", "1200", "CH")
    yield segment("NM1", "41", "2", "MAPLE BILLING", "", "", "", "", "46", "MAPLE01")
    yield segment("PER", "IC", "DANA FIELD", "TE", "5555550100")
    yield segment("NM1", "40", "2", "CLEARING HOUSE", "", "", "", "", "46", "CH0001")


def other_payer(fiction: Fiction, paid: str, payer: tuple[str, str]) -> Iterator[str]:
    """Give the payer that paid before this one (2320, 2330)."""
    last, first, middle = fiction.name()
    filing = fiction.dice.choice(("CI", "BL", "HM"))
    yield segment("SBR", "P", "18", "", "", "", "", "", "", filing)
    yield segment("AMT", "D", paid)
    yield segment("OI", "", "", "Y", "", "", "Y")
    yield segment("NM1", "IL", "1", last, first, middle, "", "", "MI", fiction.member_id())
    yield segment("NM1", "PR", "2", payer[0], "", "", "", "", "PI", payer[1])


def headings(numbers: range) -> str:
    """Name the batch of these claims (BHT03)."""
    return f"B{numbers.start:08d}"
