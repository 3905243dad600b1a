"""A provider comes by a link for one use; a member's pages of credentialing need their right."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from app.credentialed import CHAIR, FileDesk
from app.desk import Desk
from cleanclaim.app.founding import add_member
from cleanclaim.app.inviting_providers import make_provider_link
from cleanclaim.app.provider_files import FileError, last_attestation, read_entries
from cleanclaim.store.organizations.models import Organization, Role, User
from cleanclaim.store.providers.models import ElementVersion
from cleanclaim.store.tenancy import within
from conftest import PASSWORD, Practice
from web.conftest import SignIn


@pytest.fixture
def file(desk: Desk) -> FileDesk:
    opened = FileDesk(desk)
    opened.onboard()
    return opened


def link(file: FileDesk, at: datetime | None = None) -> str:
    return make_provider_link(
        organization=file.organization,
        actor=CHAIR,
        at=at or datetime.now(UTC),
        provider=file.provider,
    )


def enter(token: str, answer: str = "02/28/1985") -> tuple[Client, int]:
    client = Client(HTTP_HOST="127.0.0.1")
    answered = client.post(f"/my-file/enter/{token}", {"answer": answer})
    return client, answered.status_code


def test_a_link_opens_once_to_who_knows_the_birth_date(file: FileDesk) -> None:
    token = link(file)
    assert Client(HTTP_HOST="127.0.0.1").get(f"/my-file/enter/{token}").status_code == 200
    assert enter(token, "02/28/1986")[1] == 422
    client, status = enter(token)
    assert status == 302
    assert b"Your file is" in client.get("/my-file").content
    assert enter(token)[1] == 422
    client.post("/my-file/leave")
    assert client.get("/my-file").headers["Location"] == "/my-file/closed"


def test_five_wrong_answers_three_days_and_a_newer_link_close_a_link(file: FileDesk) -> None:
    token = link(file)
    for _ in range(5):
        assert enter(token, "01/01/1980")[1] == 422
    assert enter(token)[1] == 422
    assert enter(link(file, datetime.now(UTC) - timedelta(days=3)))[1] == 422
    older, newer = link(file), link(file)
    assert enter(older)[1] == 422
    assert enter(newer)[1] == 302
    assert enter("1.nonsense")[1] == 422
    assert enter("nonsense")[1] == 302  # to the page that says the visit has ended


def test_without_a_birth_date_there_is_no_link(desk: Desk) -> None:
    with pytest.raises(FileError, match="birth"):
        link(FileDesk(desk))


def test_what_a_provider_tells_is_a_version_with_them_as_author(file: FileDesk) -> None:
    client, _ = enter(link(file))
    told = {"kind": "licence", "state": "IL", "ends_on": "2028-07-31"}
    answer = client.post("/my-file/elements", told)
    assert answer.headers["Location"].endswith("said=refused")  # a licence without its number
    work = {"kind": "work", "employer": "Lakeside Clinic", "starts_on": "2019-01-01"}
    assert client.post("/my-file/elements", work).headers["Location"].endswith("said=kept")
    who = {"kind": "identity", "npi": "1003000126", "surname": "Other", "given": "Name"}
    assert client.post("/my-file/elements", who).headers["Location"].endswith("said=refused")
    paper = SimpleUploadedFile("cv.pdf", b"%PDF-1.7", "application/pdf")
    kept = client.post("/my-file/documents", {"kind": "cv", "file": paper})
    assert kept.headers["Location"].endswith("said=document")
    page = SimpleUploadedFile("cv.html", b"<script>", "text/html")
    refused = client.post("/my-file/documents", {"kind": "cv", "file": page})
    assert refused.headers["Location"].endswith("said=refused")
    with within(file.organization):
        row = ElementVersion.objects.of(file.organization).get(kind="work")
        assert len(read_entries(file.organization, file.provider)) == 3
    assert row.author == "Provider on the own page"


def test_a_number_of_digits_is_the_registrations_and_not_the_elements(file: FileDesk) -> None:
    client, _ = enter(link(file))
    told = {"kind": "licence", "state": "IL", "ends_on": "2028-07-31"}
    for entry, number in (("", "1"), ("3", "2")):
        form = {**told, "number": number, "entry": entry}
        assert client.post("/my-file/elements", form).headers["Location"].endswith("said=kept")
    with within(file.organization):
        entries = read_entries(file.organization, file.provider)
    assert [(each.number, each.version) for each in entries] == [(1, 1), (2, 1), (3, 2)]


def test_the_signature_is_the_name_of_the_file(file: FileDesk) -> None:
    client, _ = enter(link(file))
    for form, said in (
        ({"signature": "Rowan Ames"}, "refused"),  # without agreeing
        ({"agree": "1", "signature": "Nell Waverly"}, "signature"),
        ({"agree": "1", "signature": "Rowan Ames"}, "attested"),
    ):
        answer = client.post("/my-file/attestation", form)
        assert answer.headers["Location"] == f"/my-file?said={said}"
    with within(file.organization):
        attested = last_attestation(file.organization, file.provider)
    assert attested is not None
    assert (attested.way, len(attested.file_sha256)) == ("online", 64)


def test_a_providers_session_opens_nothing_else_and_a_members_not_this(
    file: FileDesk, practice: Practice, sign_in: SignIn
) -> None:
    client, _ = enter(link(file))
    for place in ("/", "/patients", f"/providers/{file.provider}", "/portal"):
        assert client.get(place).status_code == 302
    assert sign_in(practice).get("/my-file").headers["Location"] == "/my-file/closed"


def _signed_in(file: FileDesk, role: Role) -> Client:
    email = f"{role.value}-{file.organization}@example.com"
    user = User.objects.create_user(email, "Lee Ortega", PASSWORD)
    with within(file.organization):
        organization = Organization.objects.get(pk=file.organization)
        add_member(
            organization=organization, actor=CHAIR, at=datetime.now(UTC), user=user, role=role
        )
    client = Client(HTTP_HOST="127.0.0.1")
    client.post("/sign-in", {"email": email, "password": PASSWORD})
    return client


def test_who_may_read_may_not_write(file: FileDesk) -> None:
    biller, desk = _signed_in(file, Role.BILLER), _signed_in(file, Role.FRONT_DESK)
    place = f"/providers/{file.provider}"
    assert biller.get(place).status_code == 200
    assert b"Verify at the source" not in biller.get(place).content
    for path in ("elements", "verify", "withdraw", "match", "link", "attestation"):
        assert biller.post(f"{place}/{path}", {}).status_code == 403
    for page in ("/providers", place, "/committee", "/screening", f"{place}/export"):
        assert desk.get(page).status_code == 403
    assert _signed_in(file, Role.CREDENTIALING).get(place).status_code == 200


def test_a_document_is_downloaded_and_never_run(
    file: FileDesk, practice: Practice, sign_in: SignIn
) -> None:
    document = file.evidence()
    client = sign_in(practice)
    answer = client.get(f"/providers/{file.provider}/documents/{document}")
    assert answer.content == b"seen at the board"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/providers/{file.provider + 1}/documents/{document}").status_code == 404


def test_a_file_is_exported_and_taken_over_by_the_page(
    file: FileDesk, practice: Practice, sign_in: SignIn
) -> None:
    client = sign_in(practice)
    file.licence(date(2027, 7, 31))
    text = client.get(f"/providers/{file.provider}/export").content
    for content, said in ((text, b"0 elements taken over, 3 known"), (b"{}", b"Nothing was taken")):
        upload = SimpleUploadedFile("file.json", content, "application/json")
        client.post(f"/providers/{file.provider}/import", {"file": upload})
        assert said in client.get(f"/providers/{file.provider}").content
