"""Who is screened: a person or firm with every name it has had, read from CSV or JSON."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from cleanclaim.kernel.findings import Finding, Severity

RULE = "CRED.SUBJECT"
_COLUMNS = {"reference", "npi", "surname", "given", "birth_on", "state", "business", "former_names"}


class PersonName(msgspec.Struct, frozen=True):
    """A name a person has or had: the current one, one before marriage, one used at work."""

    surname: str
    given: str


class Subject(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person or firm to be looked up on the lists.

    ``reference`` is our own key of it, told in answers in place of the name. ``names`` and
    ``businesses`` hold former ones too, ``states`` those of address and licences.
    """

    reference: str
    npi: str = ""
    names: tuple[PersonName, ...] = ()
    businesses: tuple[str, ...] = ()
    birth_on: date | None = None
    states: tuple[str, ...] = ()
    postal_codes: tuple[str, ...] = ()

    @property
    def is_comparable(self) -> bool:
        """Tell whether there is a name to look up; an NPI alone finds next to nobody."""
        return any(each.surname.strip() for each in self.names) or any(
            each.strip() for each in self.businesses
        )


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _former(text: str) -> Iterable[PersonName]:
    """Read names as "SURNAME, GIVEN; SURNAME, GIVEN"."""
    for part in _split(text):
        surname, _, given = part.partition(",")
        yield PersonName(surname.strip(), given.strip())


def _subject(row: Mapping[str, str]) -> Subject:
    """Read a row of a CSV; a former surname without a given name keeps the present one."""
    given = row.get("given", "")
    names = [PersonName(row.get("surname", ""), given), *_former(row.get("former_names", ""))]
    born = row.get("birth_on", "").strip()
    return Subject(
        reference=row["reference"] or row["npi"],
        npi=row.get("npi", "").strip(),
        names=tuple(PersonName(e.surname, e.given or given) for e in names if e.surname),
        businesses=_split(row.get("business", "")),
        birth_on=date.fromisoformat(born) if born else None,
        states=_split(row.get("state", "")),
    )


def _refuse(message: str, place: str = "file") -> Finding:
    return Finding(rule=RULE, severity=Severity.BLOCK, place=place, message=message)


def _from_csv(text: str) -> tuple[tuple[Subject, ...], tuple[Finding, ...]]:
    rows = csv.DictReader(io.StringIO(text, newline=""), restval="")
    header = set(rows.fieldnames or ())
    if not {"reference", "npi"} <= header or not header <= _COLUMNS:
        wanted = ", ".join(sorted(_COLUMNS))
        return (), (_refuse(f"columns are: {wanted}; reference and npi must be there"),)
    subjects, findings = [], []
    for number, row in enumerate(rows, 2):
        if None in row:
            findings.append(_refuse("more fields than the header", f"line {number}"))
            continue
        try:
            subjects.append(_subject(row))
        except ValueError:
            findings.append(_refuse("birth_on is no day as 1970-12-31", f"line {number}"))
    return tuple(subjects), tuple(findings)


def read_subjects(content: bytes) -> tuple[tuple[Subject, ...], tuple[Finding, ...]]:
    """Read who is to be screened, from a JSON list of subjects or a CSV with a header.

    Give the subjects and the findings that forbid using them: two of one reference, a row that
    was not understood. A file without anybody is refused too.
    """
    text = content.decode("utf-8-sig", errors="replace")
    if text.lstrip().startswith("["):
        try:
            subjects = msgspec.json.decode(text, type=tuple[Subject, ...])
        except msgspec.MsgspecError:
            return (), (_refuse("the JSON is no list of subjects"),)
        findings: tuple[Finding, ...] = ()
    else:
        subjects, findings = _from_csv(text)
    if not subjects and not findings:
        findings = (_refuse("there is nobody to screen"),)
    if len({each.reference for each in subjects}) != len(subjects):
        findings = (*findings, _refuse("two rows have one reference"))
    return subjects, findings
