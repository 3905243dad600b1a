"""Finding one record of an organization, or saying that there is none."""

from typing import Any

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.tenants import TenantModel


class RecordNotFoundError(CleanclaimError):
    """The organization has no such record."""

    code = "record.not_found"

    def __init__(self) -> None:
        super().__init__("there is no such record")


def find_record(model: type[TenantModel], organization: int, key: int, *related: str) -> Any:  # noqa: ANN401 - the row is of the model given
    """Give the organization's row with this id; RecordNotFoundError where it has none."""
    rows = model.objects.of(organization).select_related(*related)
    found = rows.filter(pk=key).first()
    if found is None:
        raise RecordNotFoundError
    return found
