"""Typed views: what a transaction says as plain named values instead of positions.

The modules are read when first asked for, so that checking a file does not wait for them.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from cleanclaim.x12.events import TransactionEnd, Unit
from cleanclaim.x12.tokens import Source

if TYPE_CHECKING:
    from cleanclaim.x12.views.authorization import Authorization
    from cleanclaim.x12.views.claim_values import Claim
    from cleanclaim.x12.views.eligibility import EligibilityAnswer, EligibilityQuestion
    from cleanclaim.x12.views.members import MemberChange
    from cleanclaim.x12.views.premiums import Premium
    from cleanclaim.x12.views.remit_values import Remit, Settlement
    from cleanclaim.x12.views.status import ClaimStatus

    View: TypeAlias = (
        Claim
        | Remit
        | EligibilityQuestion
        | EligibilityAnswer
        | ClaimStatus
        | Authorization
        | MemberChange
        | Premium
    )

_HOME = "cleanclaim.x12.views"
# Which function of which module reads a unit of a guide.
_VIEWS = {
    "837P": ("claim_view", "view_claim"),
    "837I": ("claim_view", "view_claim"),
    "837D": ("claim_view", "view_claim"),
    "835": ("remit_view", "view_remit"),
    "270": ("eligibility", "view_question"),
    "271": ("eligibility", "view_answer"),
    "276": ("status", "view_status"),
    "277": ("status", "view_status"),
    "277CA": ("status", "view_status"),
    "278-request": ("authorization", "view_authorization"),
    "278-response": ("authorization", "view_authorization"),
    "834": ("members", "view_member"),
    "820": ("premiums", "view_premium"),
}


def view(unit: Unit) -> "View | None":
    """Give what a unit says as a plain value; None for guides whose units say nothing by name.

    Nothing in the data raises: amounts and days that cannot be read are None.
    """
    named = _VIEWS.get(unit.short)
    if named is None:
        return None
    read: Callable[[Unit], View] = getattr(import_module(f"{_HOME}.{named[0]}"), named[1])
    return read(unit)


def view_settlement(end: TransactionEnd, guide: str) -> "Settlement":
    """Give the payment of an 835 at its end, with the adjustments that belong to no claim.

    ``guide`` is as the group stated it (GS08).
    """
    from cleanclaim.x12.views import remit_view

    return remit_view.view_settlement(end, guide)


def claims(source: Source) -> "Iterator[Claim]":
    """Give every claim (837) of a source one at a time, as fast as text can be read.

    Nothing is checked and nothing in the data raises; memory stays flat whatever the size. The
    people around a claim are read when first asked for; ``claim.read()`` reads them at once.
    """
    from cleanclaim.x12.views import claim_stream

    return claim_stream.claims(source)


def remits(source: Source) -> "Iterator[Remit]":
    """Give every claim payment (835) of a source one at a time; see ``claims``."""
    from cleanclaim.x12.views import remit_stream

    return remit_stream.remits(source)


def settlements(source: Source) -> "Iterator[Settlement]":
    """Give every payment (835) of a source with the adjustments that belong to no claim."""
    from cleanclaim.x12.views import remit_stream

    return remit_stream.settlements(source)
