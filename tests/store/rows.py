"""A row of every tenant table, made from what the models themselves say."""

from datetime import UTC, date, datetime
from itertools import count

from django.apps import apps
from django.db import models

from cleanclaim.app.booking import book
from cleanclaim.ledger.entries import Occasion, Owed, record_charge
from cleanclaim.store.organizations.models import User
from cleanclaim.store.tenancy import within

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
_numbers = count(1)


def tenant_models() -> list[type[models.Model]]:
    """Give every model that belongs to organizations, targets of keys before their users."""
    return [m for m in apps.get_models() if any(f.name == "organization" for f in m._meta.fields)]


def tenant_keys(model: type[models.Model]) -> list[models.ForeignKey[object, object]]:
    """Give the keys of a model to other tenant models."""
    targets = tenant_models()
    return [
        field
        for field in model._meta.fields
        if isinstance(field, models.ForeignKey) and field.related_model in targets
    ]


def fill(organization: int) -> dict[type[models.Model], int]:
    """Write at least one row to every tenant table of an organization; give an id of each."""
    made: dict[type[models.Model], int] = {}
    with within(organization):
        charge = record_charge(
            Occasion(("fill", next(_numbers)), AT.date()), 100, owed=Owed("1", "1")
        )
        book([charge], organization=organization, at=AT)
        for model in tenant_models():
            known = model._default_manager.filter(organization_id=organization).first()
            made[model] = (known or _make(model, organization, made)).pk
    return made


def _make(
    model: type[models.Model], organization: int, made: dict[type[models.Model], int]
) -> models.Model:
    values: dict[str, object] = {"organization_id": organization}
    for field in model._meta.fields:
        if isinstance(field, models.ForeignKey):
            if field.related_model in made:
                values[field.attname] = made[field.related_model]
            elif field.related_model is User and not field.null:
                values[field.attname] = User.objects.order_by("pk").values_list("pk", flat=True)[0]
        elif not field.primary_key and not field.has_default():
            values[field.attname] = _value(field)
    return model._default_manager.create(**values)


def _value(field: "models.Field[object, object]") -> object:
    """Give some value of the field's kind; texts are new each time, for keys may be unique."""
    if isinstance(field, models.DateTimeField):
        return AT
    if isinstance(field, models.DateField):
        return date(2026, 3, 2)
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.BinaryField):
        return b"x"
    if isinstance(field, models.CharField | models.TextField):
        return f"{next(_numbers):x}"[-(field.max_length or 10) :]
    return 1
