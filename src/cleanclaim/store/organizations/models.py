"""Users, organizations and memberships."""

from enum import StrEnum

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Role(StrEnum):
    """What a member does in an organization; the rights of each are in ``app.rights``."""

    OWNER = "owner"
    BILLER = "biller"
    CODER = "coder"
    FRONT_DESK = "front_desk"
    CREDENTIALING = "credentialing"
    AUDITOR = "auditor"


class UserManager(BaseUserManager["User"]):
    """Makes users with a hashed password."""

    def create_user(self, email: str, name: str, password: str) -> "User":
        """Create a person who can sign in."""
        user = self.model(email=email.strip().lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in; what they may do stands in their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    objects = UserManager()

    def __str__(self) -> str:
        return self.name


class Organization(models.Model):
    """A practice or company whose books are its own; also its identity as billing provider."""

    name = models.CharField(max_length=120)
    npi = models.CharField(max_length=10)
    tax_id = models.CharField(max_length=9)
    taxonomy = models.CharField(max_length=10)
    address = models.JSONField()
    contact_name = models.CharField(max_length=60)
    contact_phone = models.CharField(max_length=20)
    # A synthetic practice lives on a calendar of its own; null is a real one, on the real day.
    synthetic_today = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """The last number given out of a series of the organization's own (accounts, claims)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=20)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "series"], name="one_counter")
        ]

    def __str__(self) -> str:
        return f"{self.series} at {self.last}"


class Membership(models.Model):
    """A person's role in an organization."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(r.value, r.value) for r in Role])
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_membership")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organization_id} as {self.role}"
