"""Medicare's physician fee schedule: the price of a service, and of all services of a day."""

from collections.abc import Iterable, Sequence

from cleanclaim.pricing.adjustments import adjust, are_both_sides
from cleanclaim.pricing.amounts import share
from cleanclaim.pricing.anesthesia import price_anesthesia
from cleanclaim.pricing.candidate import Candidate, Day
from cleanclaim.pricing.fees import Rows, cap_cents, fee_cents, formula, limited_cents
from cleanclaim.pricing.policy import UnknownRateError, rate
from cleanclaim.pricing.price import Outcome, Price, unpriced
from cleanclaim.pricing.reductions import reduce_day
from cleanclaim.pricing.rows import RelativeValues
from cleanclaim.pricing.service import Service, Setting
from cleanclaim.pricing.worksheet import Worksheet

# Modifiers that have rows of their own.
COMPONENTS = ("26", "TC", "53")
_PAYABLE = {"A", "R", "T"}
# What a status means where the schedule pays nothing for it (status code of the file).
STATUSES: dict[str, tuple[Outcome, str]] = {
    "B": (Outcome.BUNDLED, "always within the price of another service"),
    "C": (Outcome.CONTRACTOR, "the contractor sets the price"),
    "D": (Outcome.NOT_VALID, "the code has ended"),
    "E": (Outcome.OTHER_SCHEDULE, "outside this schedule by regulation"),
    "F": (Outcome.NOT_VALID, "the code has ended"),
    "G": (Outcome.NOT_VALID, "Medicare has another code for it"),
    "H": (Outcome.NOT_VALID, "the code has no such component any more"),
    "I": (Outcome.NOT_VALID, "Medicare has another code for it"),
    "M": (Outcome.REPORTING, "for reporting only"),
    "N": (Outcome.NOT_COVERED, "Medicare does not cover it"),
    "P": (Outcome.BUNDLED, "within the price of the service that it goes with"),
    "X": (Outcome.OTHER_SCHEDULE, "no physician's service by law; another schedule may pay"),
}


def price_service(service: Service, rows: Rows, setting: Setting) -> Price:
    """Price one service as if it were the only one of its day."""
    return price_day([service], rows, setting)[0]


def price_services(services: Sequence[Service], rows: Rows, setting: Setting) -> list[Price]:
    """Price what one provider did for one patient, day by day; the answers keep the order."""
    prices: dict[int, Price] = {}
    for day in {service.on for service in services}:
        places = [place for place, service in enumerate(services) if service.on == day]
        priced = price_day([services[place] for place in places], rows, setting)
        prices.update(zip(places, priced, strict=True))
    return [prices[place] for place in range(len(services))]


def price_day(services: Iterable[Service], rows: Rows, setting: Setting) -> list[Price]:
    """Price what one provider did for one patient on one day, in order."""
    candidates: list[Candidate] = []
    answers: list[Price | Candidate] = []
    for service in services:
        opened = _opened(service, rows, setting)
        answers.append(opened)
        if isinstance(opened, Candidate):
            candidates.append(opened)
    _bundle_injections(candidates)
    try:
        reduce_day(Day(candidates, rows, setting))
    except UnknownRateError as error:
        for each in candidates:
            each.sheet.stop(Outcome.NOT_PRICED, str(error))
    return [_closed(each) if isinstance(each, Candidate) else each for each in answers]


def limiting_charge_cents(service: Service, rows: Rows, setting: Setting) -> int | None:
    """Give the most that a provider who takes no part may charge for one unit, if priced."""
    values = _row(service, rows)
    if values is None or values.status not in _PAYABLE:
        return None
    fee = limited_cents(values, setting, facility=service.facility)
    return share(fee, rate("limiting charge", service.on).ten_thousandths)


def _row(service: Service, rows: Rows) -> RelativeValues | None:
    """Find the row of a code, of its component where a modifier names one."""
    for component in COMPONENTS:
        if component in service.modifiers:
            found = rows.get((service.code, component))
            if found is not None or component != "53":
                return found
    return rows.get((service.code, ""))


def _opened(service: Service, rows: Rows, setting: Setting) -> Price | Candidate:
    """Find the fee of a service and adjust it by its modifiers."""
    sheet = Worksheet()
    values = _row(service, rows)
    if values is None:
        _unlisted(sheet, service, rows)
        return sheet.price()
    try:
        fee = _fee(sheet, values, service, setting)
        if sheet.stopped is None and values.status in _PAYABLE:
            adjust(sheet, values, service)
    except UnknownRateError as error:
        return unpriced(Outcome.NOT_PRICED, str(error))
    opened = Candidate(service, values, fee, sheet)
    if are_both_sides(values, service):
        opened.procedures = 1
    return opened


def _unlisted(sheet: Worksheet, service: Service, rows: Rows) -> None:
    if (service.code, "") in rows:
        sheet.stop(Outcome.MODIFIER, "the code has no professional and technical component")
    else:
        sheet.stop(Outcome.NOT_LISTED, "the schedule has no such code")


def _fee(sheet: Worksheet, values: RelativeValues, service: Service, setting: Setting) -> int:
    """Put the fee of all units on the worksheet, no higher than outpatient; give that of one."""
    if values.status == "J":
        price_anesthesia(sheet, service, setting.anesthesia)
        return sheet.cents
    if values.status not in _PAYABLE:
        sheet.stop(*STATUSES.get(values.status, _UNKNOWN))
        return 0
    if not values.total(facility=service.facility):
        sheet.stop(Outcome.CONTRACTOR, "without relative values: the contractor sets the price")
        return 0
    if values.component == "5" and service.facility:
        sheet.stop(Outcome.NOT_PAYABLE, "a service of the physician's staff, in a facility")
        return 0
    return _listed_fee(sheet, values, service, setting)


_UNKNOWN = (Outcome.NOT_PRICED, "the status of the code is not known")


def _listed_fee(
    sheet: Worksheet, values: RelativeValues, service: Service, setting: Setting
) -> int:
    fee = fee_cents(values, setting, facility=service.facility)
    told = formula(values, setting, facility=service.facility)
    units = service.units
    sheet.set(fee * units, told if units == 1 else f"{units} units of {told}", setting.source)
    cap = cap_cents(values, setting, facility=service.facility)
    if cap is None or cap >= fee:
        return fee
    sheet.limit(cap * units, "no more than the outpatient hospital is paid:", setting.source)
    return cap


def _bundle_injections(candidates: list[Candidate]) -> None:
    """Pay injections (status T) only where nothing else of the schedule is paid that day."""
    paid = [each for each in candidates if each.open and each.values.status != "T"]
    for each in candidates:
        if paid and each.values.status == "T":
            each.sheet.stop(Outcome.BUNDLED, "paid only on a day without other paid services")


def _closed(candidate: Candidate) -> Price:
    """Take off what participation and the charge take off."""
    sheet, service = candidate.sheet, candidate.service
    try:
        if candidate.open and not service.participating:
            sheet.take(rate("non-participating", service.on))
    except UnknownRateError as error:
        sheet.stop(Outcome.NOT_PRICED, str(error))
    sheet.limit(service.charge_cents, "no more than the charge:", "42 U.S.C. 1395w-4(a)(1)")
    return sheet.price()
