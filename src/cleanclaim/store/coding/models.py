"""Notes' versions, coding sessions and their log, queries, credentials, audits and lessons."""

from django.conf import settings
from django.db import models

from cleanclaim.store.encounters.models import Encounter, Note
from cleanclaim.store.tenants import TenantKey, TenantModel


class NoteVersion(TenantModel):
    """Where a signed text came from and which place it has among those of its visit.

    ``kind`` is original or addendum; ``source_kind`` written, text, fhir, hl7 or ccda.
    ``sha256`` is of the text in UTF-8: the same text of the same visit is kept once.
    """

    note = TenantKey(Note)
    encounter = TenantKey(Encounter)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10)
    amends = TenantKey(Note, null=True)
    source_kind = models.CharField(max_length=10)
    source_system = models.CharField(max_length=80, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "encounter", "number"], name="note_version"
            ),
            models.UniqueConstraint(
                fields=["organization", "encounter", "sha256"], name="note_text_once"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}, {self.kind}"


class NoteDraft(TenantModel):
    """A text that nobody has signed yet: nothing is coded from it. ``note`` is what it became."""

    encounter = TenantKey(Encounter)
    text = models.TextField()
    author = models.CharField(max_length=120)
    source_kind = models.CharField(max_length=10)
    source_system = models.CharField(max_length=80, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    received_at = models.DateTimeField()
    note = TenantKey(Note, null=True)

    def __str__(self) -> str:
        return f"draft {self.pk}"


class SuggestionSet(TenantModel):
    """What was suggested for the notes of a visit, exactly as it was shown.

    ``kind`` is codes or level; ``content`` the JSON of ``code suggest`` or ``code level``;
    ``asked`` what was asked beside the note; ``sha256`` of the text that the offsets count in.
    """

    encounter = TenantKey(Encounter)
    kind = models.CharField(max_length=6)
    sha256 = models.CharField(max_length=64)
    asked = models.JSONField(default=dict)
    content = models.JSONField()
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "encounter"], name="suggested_for")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.made_by}"


class CodingSession(TenantModel):
    """One person's coding of one visit; ``turn`` is first, second or audit:N (N: the audit).

    ``state`` is wanted (nobody has taken it), open or final. What was coded is told by the
    decisions alone.
    """

    encounter = TenantKey(Encounter)
    turn = models.CharField(max_length=24)
    coder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=8)
    sha256 = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "encounter", "turn"], name="coding_turn"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "coder", "finished_at"], name="coded_by"),
        ]

    def __str__(self) -> str:
        return f"{self.turn} coding {self.pk}"


class CodingDecision(TenantModel):
    """One decision of a coder, in order: the log from which codes and learning are replayed.

    ``action``: accept, replace, reject, enter, remove, edit, first. ``code`` is what the decision
    is about, ``replaced`` the suggestion that it stands for. ``suggestion`` is what was shown
    (probability, evidence, reason), ``content`` the modifiers, units and diagnoses of a service.
    """

    session = TenantKey(CodingSession)
    number = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=8)
    system = models.CharField(max_length=10)
    code = models.CharField(max_length=10)
    replaced = models.CharField(max_length=10, blank=True)
    suggestion = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "session", "number"], name="decision_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.code}"


class DocumentationQuery(TenantModel):
    """A question to the author of a note, with the places in the note that raise it.

    ``state``: asked, answered, closed (answered and the addendum is there), withdrawn.
    ``agreed`` is null until answered; false where the author could not determine it.
    """

    encounter = TenantKey(Encounter)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    author = models.CharField(max_length=120)
    concept = models.CharField(max_length=120)
    axis = models.CharField(max_length=30)
    question = models.CharField(max_length=400)
    options = models.JSONField()
    indicators = models.JSONField()
    state = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=200, blank=True)
    agreed = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    addendum = TenantKey(Note, null=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "state"], name="queries_by_state")]

    def __str__(self) -> str:
        return f"query {self.pk}"


class CoderCredential(TenantModel):
    """A coder's credential (CPC, CCS, CRC, …) in a span; hours are those of continuing education.

    ``ce_hours_tenths`` is what renewal asks for, as the ``source`` says.
    """

    coder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=12)
    specialty = models.CharField(max_length=10, blank=True)
    starts_on = models.DateField()
    expires_on = models.DateField()
    ce_hours_tenths = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "coder", "name", "starts_on"], name="credential_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ContinuingEducation(TenantModel):
    """Hours that count for a credential."""

    credential = TenantKey(CoderCredential)
    title = models.CharField(max_length=120)
    hours_tenths = models.PositiveSmallIntegerField()
    earned_on = models.DateField()
    source = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.hours_tenths} tenths of an hour"


class CodingAudit(TenantModel):
    """A sample of finished codings to be coded again blindly, and how its size was found.

    ``kind`` is random or risk; proportions are in ten-thousandths; ``seed`` makes the draw
    repeatable. ``coder`` null: of everybody.
    """

    kind = models.CharField(max_length=6)
    coder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    population = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    confidence = models.PositiveIntegerField()
    margin = models.PositiveIntegerField()
    expected = models.PositiveIntegerField()
    seed = models.CharField(max_length=64)
    starts_on = models.DateField()
    ends_on = models.DateField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"audit {self.pk}"


class AuditItem(TenantModel):
    """One coding of a sample: the session that is audited and the blind one beside it."""

    audit = TenantKey(CodingAudit)
    session = TenantKey(CodingSession)
    recode = TenantKey(CodingSession)
    why = models.CharField(max_length=120)
    compared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "audit", "session"], name="audited")
        ]

    def __str__(self) -> str:
        return f"item {self.pk}"


class CodingDifference(TenantModel):
    """One thing that two blind codings of a visit do not share.

    ``kind``: missing, extra, level, instead, modifiers, units, order.
    ``direction``: over, under or level, of
    ``session`` against ``other``; ``cents`` is its charge less the other's. ``ruling`` is ""
    until somebody decides: session, other or both.
    """

    session = TenantKey(CodingSession)
    other = TenantKey(CodingSession)
    audit = TenantKey(CodingAudit, null=True)
    kind = models.CharField(max_length=10)
    system = models.CharField(max_length=10)
    code = models.CharField(max_length=10)
    coded = models.CharField(max_length=60, blank=True)
    recoded = models.CharField(max_length=60, blank=True)
    direction = models.CharField(max_length=6)
    cents = models.BigIntegerField(null=True)
    ruling = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    ruled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "session", "other", "kind", "system", "code"],
                name="difference_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Lesson(TenantModel):
    """What a coder learns from a difference: the passage, the choice, and a test later.

    ``options`` are codes; ``answer`` is the one that the audit found. ``state``: open, read,
    passed.
    """

    difference = TenantKey(CodingDifference)
    coder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    passage = models.TextField(blank=True)
    text = models.CharField(max_length=400)
    options = models.JSONField()
    answer = models.CharField(max_length=60)
    state = models.CharField(max_length=6)
    opened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    test_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "difference"], name="one_lesson")
        ]

    def __str__(self) -> str:
        return f"lesson {self.pk}"


class LessonTry(TenantModel):
    """One answer to a lesson's test."""

    lesson = TenantKey(Lesson)
    chosen = models.CharField(max_length=60)
    is_right = models.BooleanField()
    tried_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.chosen
