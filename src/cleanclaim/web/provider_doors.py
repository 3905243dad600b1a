"""The provider's door to their own file, which a link from the practice opens."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from cleanclaim.app.inviting_providers import PROVIDER, OwnFile, find_own_file
from cleanclaim.web.link_doors import LinkDoor

DOOR = LinkDoor("cleanclaim_own_file", "/my-file", "/my-file/closed", "own", find_own_file)


class ProviderRequest(HttpRequest):
    """A request of a provider: whose file, and the practice's moment."""

    own: OwnFile
    at: datetime


def acting_provider(request: ProviderRequest) -> dict[str, Any]:
    """Give what every use case is told: for whom, by whom, when."""
    return {"organization": request.own.organization, "actor": PROVIDER, "at": request.at}
