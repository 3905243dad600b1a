"""The nightly look at held claims: only at those whose grounds changed since the last one."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Count, Max

from cleanclaim.app.past_claims import WITHOUT_SERVICE
from cleanclaim.app.reading.rules import active_rules
from cleanclaim.app.referencing import library_of
from cleanclaim.app.releasing import release_claim
from cleanclaim.app.work import UnitOfWork, unit_of_work
from cleanclaim.claims.workflow import ClaimState
from cleanclaim.edits.registry import EDITS
from cleanclaim.store.claims.models import ClaimRecord
from cleanclaim.store.enrollments.models import (
    Bar,
    PayerDemand,
    PayerProgram,
    Reassignment,
    Substitution,
)
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.examinations.models import Examination
from cleanclaim.store.providers.models import (
    ElementVerification,
    ElementVersion,
    FileAttestation,
    ScreeningJudgement,
)
from cleanclaim.store.tenants import TenantModel

# Our own choice: a claim is looked at once a week, even if nothing that we know of changed.
WEEK = timedelta(7)

_CREDENTIALING: tuple[type[TenantModel], ...] = (
    Bar,
    ElementVerification,
    ElementVersion,
    FileAttestation,
    PayerDemand,
    PayerProgram,
    Reassignment,
    ScreeningJudgement,
    Substitution,
)

# Everything of the organization's that a held claim is judged by, a line a claim. A row as text
# is all of its columns, those of a later day too.
_GROUNDS = """
SELECT c.id, md5(concat_ws('|',
  c.version_number, c.state, c.filing_due_on < %(today)s, c.service_on > %(today)s,
  (SELECT o::text FROM organizations_organization o WHERE o.id = c.organization_id),
  p::text, cov::text, pat::text,
  (SELECT r::text FROM credentialing_provider r
    WHERE r.organization_id = c.organization_id AND r.id = c.rendering_id),
  (SELECT l::text FROM encounters_encounter e JOIN credentialing_location l
    ON l.organization_id = e.organization_id AND l.id = e.location_id
    WHERE e.organization_id = c.organization_id AND e.id = c.encounter_id),
  (SELECT string_agg(part::text, ',' ORDER BY part.id) FROM credentialing_participation part
    WHERE part.organization_id = c.organization_id AND part.payer_id = c.payer_id),
  (SELECT max(v.id) FROM patients_verification v WHERE v.organization_id = c.organization_id
    AND v.coverage_id = c.coverage_id AND v.service_on = c.service_on),
  (SELECT string_agg(concat_ws(':', x.id, x.version_number, x.root_id,
      x.state = ANY (%(gone)s), x.submitted_at IS NULL), ',' ORDER BY x.id)
    FROM claims_claimrecord x
    WHERE x.organization_id = c.organization_id AND x.patient_id = c.patient_id),
  (SELECT count(*) FROM encounters_note n
    WHERE n.organization_id = c.organization_id AND n.encounter_id = c.encounter_id),
  (SELECT string_agg(concat_ws(':', h.id, h.overridden_for, h.cause_ends_on <= %(today)s), ','
      ORDER BY h.id)
    FROM claims_hold h WHERE h.organization_id = c.organization_id AND h.claim_id = c.id
    AND h.released_at IS NULL),
  (SELECT %(today)s WHERE EXISTS (SELECT FROM claims_claimfinding f
    WHERE f.organization_id = c.organization_id AND f.claim_id = c.id
    AND f.resolved_at IS NULL AND f.rule = ANY (%(dated)s)))
))
FROM claims_claimrecord c
JOIN credentialing_payer p ON p.organization_id = c.organization_id AND p.id = c.payer_id
JOIN patients_coverage cov ON cov.organization_id = c.organization_id AND cov.id = c.coverage_id
JOIN patients_patient pat ON pat.organization_id = c.organization_id AND pat.id = c.patient_id
WHERE c.organization_id = %(organization)s AND c.state = %(held)s
ORDER BY c.id
"""


def reexamine_changed(*, organization: int, actor: Actor, at: datetime) -> list[ClaimRecord]:
    """Look again at the held claims whose grounds changed, and give those that became ready.

    Grounds are the claim, its people and places, the payer's terms, participations, answers
    about coverage, the patient's other claims, tables, rules, credentialing, and the day where
    a finding depends on it. What is none of these is met within a week.
    """
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        found = read_grounds(work)
        return [
            record
            for claim in _changed(work, found)
            for record, causes in [
                release_claim(organization=organization, actor=actor, at=at, claim=claim)
            ]
            if not causes
        ]


def read_grounds(work: UnitOfWork) -> Mapping[int, str]:
    """Give a digest of what each held claim is judged by today."""
    everywhere = _read_shared_grounds(work)
    asked: Mapping[str, Any] = {
        "organization": work.organization,
        "today": work.today,
        "held": ClaimState.HELD.value,
        "gone": [state.value for state in WITHOUT_SERVICE],
        "dated": [*_dated_rules(), *(rule.rule for rule in active_rules(work.organization))],
    }
    with connection.cursor() as cursor:
        cursor.execute(_GROUNDS, asked)
        rows = cursor.fetchall()
    return {claim: hashlib.sha256((everywhere + own).encode()).hexdigest() for claim, own in rows}


def _read_shared_grounds(work: UnitOfWork) -> str:
    """Give a digest of what every claim is judged by: program, tables, rules, credentialing."""
    rules = [rule for rule in active_rules(work.organization) if rule.speaks_on(work.today)]
    releases = library_of(work.organization).releases()
    told = (version("cleanclaim"), releases, rules, _read_credentialing(work))
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def _read_credentialing(work: UnitOfWork) -> list[tuple[int, int | None]]:
    """Count what the gate asks beside participations; its rows are added to, never changed."""
    rows = (model.objects.of(work.organization) for model in _CREDENTIALING)
    asked = (each.aggregate(rows=Count("pk"), last=Max("pk")) for each in rows)
    return [(each["rows"], each["last"]) for each in asked]


def _dated_rules() -> list[str]:
    """Name the edits whose findings may change from one day to the next."""
    return [rule for rule, edit in EDITS.items() if "as_of" in edit.needs]


def _changed(work: UnitOfWork, found: Mapping[int, str]) -> list[int]:
    """Give the claims to look at, and keep on what grounds each is looked at."""
    rows = Examination.objects.of(work.organization).filter(claim__any_of=list(found))
    known = {
        claim: (grounds, examined_at.date())
        for claim, grounds, examined_at in rows.values_list("claim_id", "grounds", "examined_at")
    }
    due = [claim for claim in found if _is_due(known.get(claim), found[claim], work.today)]
    Examination.objects.bulk_create(
        [
            Examination(
                organization_id=work.organization,
                claim_id=claim,
                grounds=found[claim],
                examined_at=work.at,
            )
            for claim in due
        ],
        update_conflicts=True,
        unique_fields=["organization", "claim"],
        update_fields=["grounds", "examined_at"],
    )
    return due


def _is_due(known: tuple[str, date] | None, grounds: str, today: date) -> bool:
    if known is None:
        return True
    before, examined_on = known
    return before != grounds or today - examined_on >= WEEK
