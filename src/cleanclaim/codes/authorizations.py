"""What payers authorized beforehand: for whom, which services, how many, on which days."""

from decimal import Decimal

import msgspec

from cleanclaim.codes.patterns import matches
from cleanclaim.kernel.spans import Span


class AuthorizationSpan(msgspec.Struct, frozen=True, omit_defaults=True):
    """One authorization, as the payer's answer or letter (``source``) tells it.

    ``codes`` are as those of a PayerRequirement; none means every service. ``units`` None is
    without a limit; ``used`` are those of claims that are not at hand.
    """

    number: str
    payer_identifier: str
    member_id: str
    span: Span
    source: str
    codes: tuple[str, ...] = ()
    units: Decimal | None = None
    used: Decimal = Decimal(0)

    def covers(self, code: str) -> bool:
        """Tell whether the authorization is for a procedure code."""
        return not self.codes or matches(code, self.codes)
