"""A provider's file through the use cases, for tests of credentialing."""

from datetime import date, timedelta
from typing import Any

from app.desk import Desk, at
from cleanclaim.app.file_policies import PolicyChoice, choose_policy
from cleanclaim.app.onboarding import Newcomer, onboard_provider
from cleanclaim.app.provider_files import attest_file, keep_document, record_element
from cleanclaim.app.screening_providers import Screened, screen_providers
from cleanclaim.app.verifying_providers import Looked, verify_element
from cleanclaim.credentialing.files.elements import Education, FileElement, Licence
from cleanclaim.credentialing.verification.policies import Body
from cleanclaim.credentialing.verification.readiness import Element, Result
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.providers.models import ElementVerification, ElementVersion

TODAY = date(2026, 4, 10)
CHAIR = Actor("person", "Cora Coordinator", 7)
HEAD = (
    "LASTNAME,FIRSTNAME,MIDNAME,BUSNAME,GENERAL,SPECIALTY,UPIN,NPI,DOB,ADDRESS,CITY,STATE,ZIP,"
    "EXCLTYPE,EXCLDATE,REINDATE,WAIVERDATE,WVRSTATE\n"
)


def leie(*rows: str) -> bytes:
    """Write a list of excluded people as it is published; one of no interest is always there."""
    other = (
        "NOBODY,NEVER,,,PHYSICIAN,,,0000000000,19500101,1 ROAD,TOWN,TX,75001,1128a1,20200101,"
        "00000000,00000000,"
    )
    return (HEAD + "".join(f"{row}\n" for row in (other, *rows))).encode()


def listed(
    npi: str = "0000000000", born: str = "19850228", on: str = "20260301", last: str = "AMES"
) -> str:
    """Write one entry of it."""
    return (
        f"{last},ROWAN,,,PHYSICIAN,,,{npi},{born},2 ROAD,SPRINGFIELD,IL,62701,1128a1,{on},"
        "00000000,00000000,"
    )


class FileDesk:
    """The file of the desk's provider, who bills there already."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.organization = desk.organization
        self.provider = desk.provider.pk

    def on(self, day: date = TODAY) -> dict[str, Any]:
        """Give who acts and when."""
        return {"organization": self.organization, "actor": CHAIR, "at": at(day)}

    def onboard(self, day: date = TODAY) -> None:
        """Open the file."""
        npi = self.desk.provider.npi
        born = date(1985, 2, 28)
        newcomer = Newcomer(npi, "Ames", "Rowan", "207Q00000X", born, "rowan@example.com")
        onboard_provider(**self.on(day), newcomer=newcomer)

    def add(
        self, element: FileElement, number: int | None = None, day: date = TODAY
    ) -> ElementVersion:
        """Record an element."""
        return record_element(
            **self.on(day), provider=self.provider, element=element, number=number
        )

    def evidence(self, text: str = "seen at the board", day: date = TODAY) -> int:
        """Keep a page that was seen."""
        kept = keep_document(
            **self.on(day),
            provider=self.provider,
            kind="evidence",
            name="page",
            media="text/plain",
            content=text.encode(),
        )
        return kept.pk

    def look(
        self,
        element: Element,
        number: int | None = None,
        day: date = TODAY,
        result: Result = Result.VERIFIED,
        **changes: Any,  # noqa: ANN401 - as Looked takes them
    ) -> ElementVerification:
        """Look an element up at its source on a day."""
        evidence = self.evidence(f"{element} {number} {day} {result}", day)
        fields = {"source": "primary source", "method": "web", "evidence": evidence, **changes}
        looked = Looked(element=element, number=number, verified_on=day, result=result, **fields)
        return verify_element(**self.on(day), provider=self.provider, looked=looked)

    def licence(self, ends_on: date, number: int | None = None, day: date = TODAY) -> int:
        """Record a licence until a day and give its number in the file."""
        found = Licence("IL", "036-100200", ends_on, date(2018, 8, 1))
        return self.add(found, number, day).number

    def licensed(self, ends_on: date, number: int | None = None, day: date = TODAY) -> int:
        """Record a licence and verify it."""
        number = self.licence(ends_on, number, day)
        self.look(Element.LICENCE, number, day)
        return number

    def policy(self, day: date = TODAY, **own: int) -> None:
        """Choose the plan's policy, with limits of our own where nobody confirmed any."""
        choice = PolicyChoice(
            Body.NCQA_ACCREDITATION,
            "policy 12 of the practice",
            day - timedelta(400),
            {Element.WORK_HISTORY: 365, Element.ATTESTATION: 180},
            own,
        )
        choose_policy(**self.on(day), choice=choice)

    def screen(self, *rows: str, day: date = TODAY) -> Screened:
        """Look everybody up on a list with these entries."""
        return screen_providers(**self.on(day), content=leie(*rows), rows_min=1)

    def ready(self, day: date = TODAY, ends_on: date = date(2027, 7, 31)) -> int:
        """Make a whole file that may be decided; give the licence's number."""
        self.onboard(day)
        self.policy(day)
        number = self.licensed(ends_on, day=day)
        degree = self.add(
            Education("Prairie College", "MD", completed_on=date(2014, 5, 31)), day=day
        )
        self.look(Element.EDUCATION, degree.number, day)
        for element in (Element.WORK_HISTORY, Element.MALPRACTICE_HISTORY, Element.SANCTIONS):
            self.look(element, day=day)
        self.screen(day=day)
        attest_file(**self.on(day), provider=self.provider, signature="Rowan Ames", way="paper")
        return number
