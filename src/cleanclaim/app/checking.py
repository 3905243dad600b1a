"""Checking claims and files that are not records: the edits and the guides, and nothing kept."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

from cleanclaim import x12
from cleanclaim.claims.model import Claim
from cleanclaim.edits import EditSet
from cleanclaim.edits.set_files import find_edit_set
from cleanclaim.engine.choosing import choose_engine
from cleanclaim.engine.judging import judge
from cleanclaim.engine.planning import Plan
from cleanclaim.engine.shares import ReadClaim, Share, Terms
from cleanclaim.engine.telling import Telling
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.places import payer_sets_folder, reference_folder


class NotX12Error(CleanclaimError):
    """A file holds no X12 interchange."""

    code = "x12.none"

    def __init__(self) -> None:
        super().__init__("there is no X12 interchange in this")


def judging_terms(on: date, payer_set: str = "") -> Terms:
    """Give the terms on which ``cleanclaim scrub`` judges: the same tables, the same sets."""
    chosen = find_edit_set(payer_set, payer_sets_folder()) if payer_set else EditSet()
    return Terms(on, chosen, str(reference_folder()))


def scrub_file(content: bytes, terms: Terms) -> Iterator[bytes]:
    """Judge the claims of an 837 and give a line of JSON a claim, then one of the file's faults.

    The lines are those of ``cleanclaim scrub --json``. Raises NotX12Error.
    """
    # The engine reads claims by their place in a file; this one has no name and ends with us.
    with NamedTemporaryFile(prefix="cleanclaim-") as file:
        file.write(content)
        file.flush()
        telling = Telling(Plan(Path(file.name)), terms, choose_engine("local"))
        for _, lines in telling:
            yield from lines
        if not telling.plan.interchanges:
            raise NotX12Error
        yield from telling.of_file()


def scrub_value(claim: Claim, terms: Terms) -> bytes:
    """Judge one claim and give its JSON, as the first of a file."""
    answer = judge(terms, Share(0, "", claims=(ReadClaim(claim),)))
    return answer.claims[0].placed(1)


def check_content(content: bytes) -> x12.Report:
    """Say everything that is wrong with X12 text, and where. Raises NotX12Error."""
    report = x12.check(content)
    if not report.interchanges:
        raise NotX12Error
    return report
