"""What every tenant model shares: its organization, and keys that stay inside it."""

from typing import Any, Self, TypeVar

from django.db import models

from cleanclaim.store import lookups  # noqa: F401 - importing it registers the look-up

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row_co]):
    """Rows of one organization; the row policy refuses what this filter forgets."""

    def of(self, organization: int) -> Self:
        """Keep the organization's own rows."""
        return self.filter(organization_id=organization)


class TenantKey(models.ForeignKey[Any, Any]):
    """A key to another tenant model; the guard makes it a key on organization and id."""

    def __init__(self, to: Any, **options: Any) -> None:  # noqa: ANN401 - Django's own signature
        options.setdefault("on_delete", models.PROTECT)
        options.setdefault("db_constraint", False)
        options.setdefault("related_name", "+")
        super().__init__(to, **options)


class TenantModel(models.Model):
    """A record of one organization."""

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True
