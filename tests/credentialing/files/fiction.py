"""A whole file of a provider who does not exist."""

from datetime import date

import msgspec

from cleanclaim.credentialing.files.elements import (
    Board,
    Cover,
    CoverBasis,
    Dea,
    Disclosure,
    Education,
    FileElement,
    Identity,
    Licence,
    PracticeLocation,
    Question,
    Reference,
    Taxonomy,
    Training,
    Work,
)
from cleanclaim.credentialing.files.entries import Entry, HeldDocument
from cleanclaim.kernel.identifiers import npi_from_stem

NPI = npi_from_stem("145600001")
DEA_NUMBER = "BA1234563"
ON = date(2026, 4, 10)


def day(text: str) -> date:
    return date.fromisoformat(text)


LICENCE = Licence("IL", "036-100200", day("2027-07-31"), day("2018-08-01"))
DEA = Dea(DEA_NUMBER, "IL", ("2", "2N", "3", "3N", "4", "5"), day("2028-03-31"), day("2025-03-01"))
COVER = Cover(
    carrier="Prairie Mutual",
    policy="PM-77",
    basis=CoverBasis.CLAIMS_MADE,
    each_cents=100_000_000,
    aggregate_cents=300_000_000,
    starts_on=day("2026-01-01"),
    ends_on=day("2026-12-31"),
    retroactive_on=day("2019-07-01"),
)
WHOLE: tuple[FileElement, ...] = (
    Identity(
        NPI, "Ames", "Rowan", birth_on=day("1985-02-28"), email="rowan@example.com", caqh="10000001"
    ),
    Taxonomy("207Q00000X", is_primary=True),
    Education("Prairie College", "MD", completed_on=day("2014-05-31")),
    Training(
        "Lakeside Hospital", "residency", "family medicine", day("2014-07-01"), day("2017-06-30")
    ),
    Work("Lakeside Clinic", day("2017-07-01"), day("2022-12-31")),
    Work("Main Street Practice", day("2023-02-01")),
    Board("Board of Family Medicine", "family medicine", day("2017-07-01"), day("2027-12-31")),
    LICENCE,
    DEA,
    COVER,
    PracticeLocation("Main", "1 Main Street", "Springfield", "IL", "62701", "123456789"),
    Reference("Kim Tamsin", "colleague"),
    *(Disclosure(question, answer=False) for question in Question),
)
DOCUMENTS = tuple(
    HeldDocument(kind, "a" * 64) for kind in ("licence", "cover", "cv", "w9", "dea", "board")
)


def entries(*elements: FileElement) -> list[Entry]:
    return [Entry(number, element) for number, element in enumerate(elements or WHOLE, 1)]


def changed(kind: type[FileElement], **fields: object) -> list[Entry]:
    """Give the whole file with the elements of one type changed."""
    return entries(
        *(
            msgspec.structs.replace(each, **fields) if isinstance(each, kind) else each
            for each in WHOLE
        )
    )
