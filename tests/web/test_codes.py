"""The encoder and the page of reference tables, on a small library of the test's own."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client

from cleanclaim.codes.store.arrays import fill
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.store.release import Release, SourceFile
from cleanclaim.codes.tables.diagnoses import ICD10CM
from cleanclaim.demo.sample_tables import write_samples
from cleanclaim.store.organizations.models import Membership, Organization, Role
from cleanclaim.store.places import sample_folder
from cleanclaim.store.tenancy import within
from conftest import Practice
from web.conftest import SignIn

LOADED = datetime(2026, 5, 1, tzinfo=UTC)
DAY = date(2026, 5, 4)
CODES = (
    ("M17", False, "knee wear", "Knee wear"),
    ("M1711", True, "knee wear right", "Knee wear, right side"),
    ("M1712", True, "knee wear left", "Knee wear, left side"),
    ("S83", True, "knee strain", "Knee strain"),
)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a folder of reference tables with one small table of codes."""
    monkeypatch.setenv("CLEANCLAIM_REFERENCE", str(tmp_path))
    release = Release(
        kind=ICD10CM.name,
        name="ICD-10-CM of the test",
        starts_on=date(2026, 4, 1),
        ends_on=date(2026, 9, 30),
        dating=ICD10CM.dating.value,
        files=(SourceFile("codes.txt", "0" * 64, len(CODES)),),
        rows=len(CODES),
        licence=ICD10CM.licence.value,
        loaded_at=LOADED,
    )
    Library(tmp_path).add(ICD10CM, fill(ICD10CM, CODES), release)
    return tmp_path


@pytest.fixture
def client(practice: Practice, sign_in: SignIn, library: Path) -> Client:
    return sign_in(practice)


def _text(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200, page
    return answer.content.decode()


def test_codes_are_found_by_words_and_by_how_they_begin(client: Client) -> None:
    text = _text(client, "/codes?q=left+knee&on=2026-05-04")
    assert text.index("M17.12") < text.index("S83")
    begun = _text(client, "/codes?q=m17.1&on=2026-05-04")
    assert "M17.11" in begun
    assert "S83" not in begun
    assert "No code fits." in _text(client, "/codes?q=elbow")
    assert "Type what you look for." in _text(client, "/codes")


def test_a_code_that_does_not_hold_on_the_day_says_so(client: Client) -> None:
    assert "not on this day" in _text(client, "/codes?q=S83&on=2027-01-01")
    assert "not on this day" not in _text(client, "/codes?q=S83&on=2026-05-04")


def test_a_code_shows_its_release_and_whether_it_is_billable(client: Client) -> None:
    text = _text(client, "/codes/icd10cm/M17.11?on=2026-05-04")
    assert "Knee wear, right side" in text
    assert "ICD-10-CM of the test" in text
    assert "billable" in text
    assert client.get("/codes/icd10cm/Z99.9").status_code == 404
    assert client.get("/codes/nothing/M17.11").status_code == 404


def test_what_is_typed_is_shown_as_text(client: Client) -> None:
    text = _text(client, "/codes?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E&on=%3Cb%3E")
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_sample_tables_serve_synthetic_organizations_and_nobody_else(
    practice: Practice, client: Client
) -> None:
    write_samples(sample_folder(), LOADED)
    page = "/codes/service/20610?on=2026-05-04&locality=06102-99"
    assert client.get(page).status_code == 404
    assert "20610" not in _text(client, "/codes?q=20610&on=2026-05-04").split('id="hits"')[1]
    with within(practice.organization):
        Organization.objects.filter(pk=practice.organization).update(synthetic_today=DAY)
    assert "known by its number only" in _text(client, "/codes?q=20610&on=2026-05-04")
    text = _text(client, page)
    assert "NCCI pairs, practitioner" in text
    assert "with one that the note supports" in text
    assert "sample, NCCI unit limits, practitioners" in text
    # (0.79 × 1.000 + 1.04 × 0.912 + 0.13 × 1.190) × 33.4009
    assert "$63.23" in text
    assert "Not loaded for this day: NCCI procedure pairs, outpatient hospitals" in text


def test_a_locality_that_there_is_not_gets_no_price(practice: Practice, client: Client) -> None:
    write_samples(sample_folder(), LOADED)
    with within(practice.organization):
        Organization.objects.filter(pk=practice.organization).update(synthetic_today=DAY)
    text = _text(client, "/codes/service/20610?on=2026-05-04&locality=99999-99")
    assert 'id="priced" role="status"></div>' in text


def test_the_page_of_tables_tells_what_is_loaded_and_what_lacks(client: Client) -> None:
    text = _text(client, "/reference")
    assert "ICD-10-CM of the test" in text
    assert "codes.txt" in text
    physician = text.split('<th scope="row">Physician</th>')[1].split("</tr>")[0]
    assert "no price" in physician
    assert "Physician fee schedule, relative values" in physician
    absent = text.split('id="absent"')[1]
    assert "NCCI unit limits, practitioners" in absent
    assert "words need a licence: AMA" in absent


def test_every_family_that_asks_a_table_is_on_the_page(client: Client) -> None:
    from cleanclaim.edits import EDITS
    from cleanclaim.web.templating import show_sentence, show_words

    asking = {each.family for each in EDITS.values() if each.tables}
    text = _text(client, "/reference").split('id="prices"')[0]
    missing = [f for f in asking if f">{show_sentence(show_words(f))}</th>" not in text]
    assert missing == []


@pytest.mark.parametrize(("role", "opens"), [(Role.FRONT_DESK, 200), (Role.AUDITOR, 200)])
def test_codes_are_open_to_everybody_who_works_with_them(
    practice: Practice, client: Client, role: Role, opens: int
) -> None:
    with within(practice.organization):
        Membership.objects.filter(organization=practice.organization).update(role=role)
    for page in ("/codes", "/codes/icd10cm/M17.11", "/reference"):
        assert client.get(page).status_code == opens, page
