"""The patient's way in: a link for one use, something only they know, a short session."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import msgspec

from cleanclaim.app.access import access_patient
from cleanclaim.app.setting_terms import need_policy
from cleanclaim.app.work import unit_of_work
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.patients.models import Patient
from cleanclaim.store.statements.models import PortalLink, PortalSession
from cleanclaim.store.tenancy import within

PATIENT = Actor("patient", "Patient through the portal")
# Our own limits, as for members: five tries a link, 15 idle minutes, an hour in all.
FAILURES_MAX = 5
IDLE_LIMIT = timedelta(minutes=15)
SESSION_LIMIT = timedelta(hours=1)


class Admission(msgspec.Struct, frozen=True):
    """What came of an attempt: the session's token, or why there is none."""

    token: str = ""
    refused: str = ""


class Visitor(msgspec.Struct, frozen=True):
    """A patient in the portal."""

    organization: int
    patient: int
    session: int


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _split(token: str) -> tuple[int, str]:
    """Give the organization and the secret of a token; (0, "") for what is none."""
    number, _, secret = token.partition(".")
    sound = number.isascii() and number.isdecimal() and len(number) < 19 and secret
    return (int(number), secret) if sound and len(secret) <= 64 else (0, "")


def make_link(*, organization: int, actor: Actor, at: datetime, patient: int) -> str:
    """Make a link's token for one use and give it; only its hash is kept. Raises NoPolicyError.

    A new link makes the earlier unused ones of the patient worthless.
    """
    secret = secrets.token_urlsafe(32)
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        access_patient(patient, organization=organization)
        _, policy = need_policy(organization, as_of=work.today)
        rows = PortalLink.objects.of(organization).filter(patient_id=patient, used_at=None)
        rows.filter(expires_at__gt=at).update(expires_at=at)
        link = PortalLink.objects.create(
            organization_id=organization,
            patient_id=patient,
            secret_hash=_digest(secret),
            made_at=at,
            expires_at=at + timedelta(hours=policy.link_hours),
        )
        work.tell("portal.link_made", ("portal_link", link.pk), patient=patient)
    return f"{organization}.{secret}"


def link_works(token: str, *, at: datetime) -> bool:
    """Tell whether a link can still be used, without using it: mail programs look at links too."""
    organization, secret = _split(token)
    if not organization:
        return False
    with within(organization):
        link = _find_link(organization, secret, lock=False)
        return link is not None and _is_open(link, at)


def _find_link(organization: int, secret: str, *, lock: bool) -> PortalLink | None:
    rows = PortalLink.objects.of(organization).filter(secret_hash=_digest(secret))
    if lock:
        rows = rows.select_for_update()
    return rows.first()


def _is_open(link: PortalLink, at: datetime) -> bool:
    return (
        link.used_at is None
        and link.failures < FAILURES_MAX
        and link.made_at <= at < (link.expires_at)
    )


def admit(token: str, answer: str, *, at: datetime) -> Admission:
    """Open a session for who holds a link and knows the patient's birth date or ZIP code.

    One answer for every failure. The fifth wrong one closes the link for good.
    """
    organization, secret = _split(token)
    refused = Admission(refused="no_entry")
    if not organization:
        return refused
    with unit_of_work(organization=organization, actor=PATIENT, at=at) as work:
        link = _find_link(organization, secret, lock=True)
        if link is None or not _is_open(link, at):
            return refused
        person = access_patient(link.patient_id, organization=organization)
        record = ("portal_link", link.pk)
        if not _knows(person, answer):
            link.failures += 1
            link.save(update_fields=["failures"])
            work.tell("portal.refused", record, patient=link.patient_id, failures=link.failures)
            return refused
        link.used_at = at
        link.save(update_fields=["used_at"])
        session_secret = secrets.token_urlsafe(32)
        PortalSession.objects.create(
            organization_id=organization,
            link=link,
            patient=person,
            secret_hash=_digest(session_secret),
            began_at=at,
            seen_at=at,
        )
        work.tell("portal.entered", record, patient=link.patient_id)
    return Admission(token=f"{organization}.{session_secret}")


def _knows(person: Patient, answer: str) -> bool:
    """Compare what was typed with birth date (any usual order of an ISO or US date) and ZIP."""
    digits = "".join(letter for letter in answer if letter.isascii() and letter.isdecimal())
    born, code = person.birth_on, str(person.address.get("postal_code", ""))[:5]
    right = [f"{born:%Y%m%d}", f"{born:%m%d%Y}", *([code] if len(code) == 5 else [])]
    # Every one is compared, so that the time taken does not tell which of them was near.
    found = [hmac.compare_digest(digits.encode(), known.encode()) for known in right]
    return any(found)


def find_visitor(token: str, *, at: datetime) -> Visitor | None:
    """Give who a session belongs to and note that they are there; None for an ended one.

    Runs inside the organization's transaction of ``token`` (see ``organization_of``).
    """
    organization, secret = _split(token)
    rows = PortalSession.objects.of(organization).filter(secret_hash=_digest(secret))
    session = rows.first() if organization else None
    if session is None or session.ended_at is not None:
        return None
    idle, age = at - session.seen_at, at - session.began_at
    if idle >= IDLE_LIMIT or age >= SESSION_LIMIT or age < timedelta(0):
        return None
    rows.update(seen_at=at)
    return Visitor(organization, session.patient_id, session.pk)


def organization_of(token: str) -> int:
    """Give the organization that a token names, 0 for what is no token."""
    return _split(token)[0]


def end_session(visitor: Visitor, *, at: datetime) -> None:
    """End a patient's session at once."""
    with unit_of_work(organization=visitor.organization, actor=PATIENT, at=at) as work:
        rows = PortalSession.objects.of(visitor.organization).filter(pk=visitor.session)
        rows.update(ended_at=at)
        work.tell("portal.left", ("portal_session", visitor.session), patient=visitor.patient)
