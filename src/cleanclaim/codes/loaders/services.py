"""Lists of services under rules of their own: telehealth, and tests of certified laboratories."""

from collections.abc import Iterable

from cleanclaim.codes.loaders.fields import records
from cleanclaim.codes.store.dating import Told, whole_year
from cleanclaim.codes.store.formats import Draft, reads_rows
from cleanclaim.codes.store.sheets import Header, Sheet
from cleanclaim.codes.tables.services import CERTIFIED_TESTS, TELEHEALTH


@reads_rows(
    {"code": "(?:hcpcs|cpt)?code", "audio": "canaudioonlyinteraction.*"},
    {"status": "status|permanentorprovisional"},
)
def telehealth_services(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read the yearly list of telehealth services, as CMS publishes it."""
    time = told.settle()
    rows = (tuple(row) for row in records(sheet, header, "code", "status", "audio"))
    name = f"{TELEHEALTH.title} {time or 'of an unknown year'}"
    yield Draft(TELEHEALTH, name, whole_year(time), rows)


@reads_rows(
    {"code": "hcpcscode", "modifier": "modifier", "certificate": "cliacertificate"},
    {"starts": "startson", "ends": "endson"},
)
def certified_tests(sheet: Sheet, header: Header, told: Told) -> Iterable[Draft]:
    """Read hcpcs_code, modifier, clia_certificate (W, P or C), starts_on, ends_on."""
    fields = ("code", "modifier", "certificate", "starts", "ends")
    rows = (tuple(row) for row in records(sheet, header, *fields))
    yield Draft(CERTIFIED_TESTS, CERTIFIED_TESTS.title, (told.effective, None), rows)
