"""Medicare's payment limits for Part B drugs; the limits hold what is paid on top of ASP."""

from collections.abc import Mapping

from cleanclaim.pricing.amounts import half_up
from cleanclaim.pricing.fees import decimal
from cleanclaim.pricing.price import Outcome, Price
from cleanclaim.pricing.rows import DrugLimit
from cleanclaim.pricing.service import Service
from cleanclaim.pricing.worksheet import Worksheet

_CHARGE = "42 U.S.C. 1395u(o)(1)"


def price_drug(service: Service, limits: Mapping[str, DrugLimit], source: str) -> Price:
    """Price units of a drug, given or thrown away (JW); rounded once half up to the cent."""
    sheet = Worksheet()
    row = limits.get(service.code)
    if row is None:
        sheet.stop(Outcome.NOT_LISTED, "the file of payment limits has no such code")
    elif row.limit is None:
        sheet.stop(Outcome.CONTRACTOR, "without a limit: the contractor sets the price")
    else:
        # Limits are in thousandths of a dollar, ten of which are a cent.
        told = f"{service.units} × payment limit ${decimal(row.limit, 3)}"
        sheet.set(half_up(row.limit * service.units, 10), told, source)
        sheet.limit(service.charge_cents, "no more than the charge:", _CHARGE)
    return sheet.price()
