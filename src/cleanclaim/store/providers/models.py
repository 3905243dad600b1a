"""A provider's file as it grew: elements, documents, verifications, decisions, screening."""

from django.db import models

from cleanclaim.store.credentialing.models import Provider
from cleanclaim.store.tenants import TenantKey, TenantModel


class ElementVersion(TenantModel):
    """One version of one element of a provider's file; the highest version is how it reads now.

    ``number`` names the element inside the file, ``content`` is a ``credentialing.files``
    element. ``withdrawn`` takes the element out of the file, with a reason. ``author`` is
    "provider" for what came by the provider's own page.
    """

    provider = TenantKey(Provider)
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    content = models.JSONField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    withdrawn = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    author = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "provider", "number", "version"], name="element_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}.{self.version}"


class ProviderDocument(TenantModel):
    """A version of a document of the file, whole; ``ends_on`` null where it does not expire."""

    provider = TenantKey(Provider)
    kind = models.CharField(max_length=20)
    element = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    media = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    ends_on = models.DateField(null=True)
    author = models.CharField(max_length=120)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "provider", "kind", "element", "version"],
                name="document_version",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} document {self.pk}"


class ElementVerification(TenantModel):
    """An element looked up at its source. ``number`` null: it is about the file as a whole.

    ``version`` is the version of the element that was verified: a later one is verified anew.
    """

    provider = TenantKey(Provider)
    element = models.CharField(max_length=24)
    number = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=120)
    method = models.CharField(max_length=40)
    verified_on = models.DateField()
    result = models.CharField(max_length=12)
    valid_until = models.DateField(null=True)
    evidence = TenantKey(ProviderDocument, null=True)
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    verifier = models.CharField(max_length=120)
    delegate = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "provider"], name="element_verified")]

    def __str__(self) -> str:
        return f"{self.element} on {self.verified_on}"


class FileAttestation(TenantModel):
    """The provider's word that the file is true, signed, for the file as its digest has it."""

    provider = TenantKey(Provider)
    attested_on = models.DateField()
    signature = models.CharField(max_length=120)
    file_sha256 = models.CharField(max_length=64)
    way = models.CharField(max_length=12)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"attestation {self.pk}"


class FilePolicy(TenantModel):
    """The policy the practice decides files by, from a day on, with its own limits.

    ``body`` is a ``verification.policies.Body``; ``limits`` maps elements to days of its own.
    """

    body = models.CharField(max_length=24)
    limits = models.JSONField(default=dict)
    optional = models.JSONField(default=list)
    own_terms = models.JSONField(default=dict)
    source = models.CharField(max_length=200)
    starts_on = models.DateField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.body} from {self.starts_on}"


class CommitteeMeeting(TenantModel):
    """A meeting of the committee; its minutes are written once, when it was held."""

    meets_on = models.DateField()
    chair = models.CharField(max_length=120, blank=True)
    present = models.JSONField(default=list)
    minutes = models.TextField(blank=True)
    held_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "meets_on"], name="meeting_day")
        ]

    def __str__(self) -> str:
        return f"committee of {self.meets_on}"


class AgendaItem(TenantModel):
    """A provider on a committee's agenda, and what was decided.

    ``kind``: initial, recredentialing, provisional, delegated. ``decision``: "" while open, then
    approved, denied or deferred. ``ready`` is how the file stood when it was decided.
    """

    meeting = TenantKey(CommitteeMeeting)
    provider = TenantKey(Provider)
    kind = models.CharField(max_length=20)
    decision = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    ready = models.JSONField(default=dict)
    decided_on = models.DateField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    ends_on = models.DateField(null=True)
    notice_due_on = models.DateField(null=True)
    notice_sent_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "meeting", "provider"], name="agenda_once"
            )
        ]
        indexes = [models.Index(fields=["organization", "provider"], name="agenda_provider")]

    def __str__(self) -> str:
        return f"agenda item {self.pk}"


class ScreeningRun(TenantModel):
    """One screening against one file: its digest, its rows, how the outcomes came out."""

    list = models.CharField(max_length=20)
    list_sha256 = models.CharField(max_length=64)
    list_rows = models.PositiveIntegerField()
    list_entries = models.PositiveIntegerField()
    screened_on = models.DateField()
    counts = models.JSONField()
    actor = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "screened_on"], name="run_day")]

    def __str__(self) -> str:
        return f"{self.list} of {self.screened_on}"


class ScreeningOutcome(TenantModel):
    """What a run found for one provider; ``matches`` holds no name and no birth date."""

    run = TenantKey(ScreeningRun)
    provider = TenantKey(Provider)
    standing = models.CharField(max_length=14)
    matches = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "run", "provider"], name="outcome_once")
        ]
        indexes = [models.Index(fields=["organization", "provider"], name="outcome_of")]

    def __str__(self) -> str:
        return f"{self.standing} in run {self.run_id}"


class ScreeningJudgement(TenantModel):
    """A person's decision on one entry of a list for one provider; the latest counts."""

    provider = TenantKey(Provider)
    entry = models.CharField(max_length=20)
    verdict = models.CharField(max_length=8)
    excluded_on = models.DateField(null=True)
    decided_on = models.DateField()
    decided_by = models.CharField(max_length=120)
    reason = models.CharField(max_length=400)
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "provider"], name="judgement_of")]

    def __str__(self) -> str:
        return f"{self.verdict} on {self.decided_on}"


class ProviderLink(TenantModel):
    """A link for one use that opens a provider's own page; only its digest is kept."""

    provider = TenantKey(Provider)
    secret_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "secret_hash"], name="provider_link_secret"
            )
        ]

    def __str__(self) -> str:
        return f"provider link {self.pk}"


class ProviderSession(TenantModel):
    """What a link opened: a short session of the provider, by its digest."""

    link = TenantKey(ProviderLink)
    provider = TenantKey(Provider)
    secret_hash = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "secret_hash"], name="provider_session_secret"
            )
        ]

    def __str__(self) -> str:
        return f"provider session {self.pk}"
