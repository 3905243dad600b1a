"""What modifiers do to a physician's fee: sides, shares of the surgery, helpers, who gives it."""

from collections.abc import Callable

from cleanclaim.pricing.amounts import half_up
from cleanclaim.pricing.policy import rate
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.rows import RelativeValues
from cleanclaim.pricing.service import Practitioner, Service
from cleanclaim.pricing.worksheet import Worksheet

_FILE = "relative value file"
_MANUAL = "Medicare Claims Processing Manual ch. 12"
_ASSISTANTS = {"80", "81", "82", "AS"}
SIDES = {"50", "LT", "RT"}
_WITH_GLOBAL_PERIOD = {"010", "090"}


def adjust(sheet: Worksheet, values: RelativeValues, service: Service) -> None:
    """Apply what the modifiers of a service say, in the order of the manual."""
    for adjustment in _ADJUSTMENTS:
        adjustment(sheet, values, service)
        if sheet.stopped:
            return


def _by_report(sheet: Worksheet, values: RelativeValues, service: Service) -> None:
    """Reduced services and team surgery are priced by what the report says."""
    if "52" in service.modifiers:
        sheet.stop(Outcome.BY_REPORT, "reduced services (52) are priced by the report")
    elif "53" in service.modifiers and values.modifier != "53":
        sheet.stop(Outcome.BY_REPORT, "a discontinued procedure (53) without values of its own")
    elif "66" in service.modifiers:
        _team(sheet, values)
    elif "22" in service.modifiers:
        sheet.note("more work than usual (22): more may be paid by the report", _MANUAL)


def _team(sheet: Worksheet, values: RelativeValues) -> None:
    if values.team in {"1", "2"}:
        sheet.stop(Outcome.BY_REPORT, "team surgery (66) is priced by the report")
    else:
        sheet.stop(Outcome.NOT_PAYABLE, "team surgeons are not paid for this procedure")


def _bilateral(sheet: Worksheet, values: RelativeValues, service: Service) -> None:
    """Both sides on one line: by modifier 50 in one unit, or by two units without it."""
    if "50" not in service.modifiers:
        _two_units(sheet, values, service)
        return
    if service.units != 1:
        sheet.stop(Outcome.NEEDS_FACT, "modifier 50 means both sides in one unit")
        return
    match values.bilateral:
        case "1":
            sheet.take(rate("bilateral", service.on), "both sides (50)")
        case "3":
            sheet.take(rate("both sides", service.on), "both sides (50), each in full")
        case "0" | "2":
            sheet.note("both sides (50) are paid as one", _FILE)
        case _:
            sheet.stop(Outcome.MODIFIER, "modifier 50 does not apply to this code")


def _two_units(sheet: Worksheet, values: RelativeValues, service: Service) -> None:
    """Two units of what has two sides are both of them, as the relative value file says."""
    if not are_both_sides(values, service):
        return
    one = half_up(sheet.cents, 2)
    sheet.set(one, "two units are both sides: first one", _FILE)
    if values.bilateral == "1":
        sheet.take(rate("bilateral", service.on), "both sides (2 units)")


def are_both_sides(values: RelativeValues, service: Service) -> bool:
    """Tell whether a line without modifier 50 stands for both sides by its two units."""
    return (
        service.units == 2
        and values.bilateral in {"1", "2"}
        and SIDES.isdisjoint(service.modifiers)
    )


def _split_surgery(sheet: Worksheet, values: RelativeValues, service: Service) -> None:
    """Surgery shared by physicians (54, 55, 56) and a return to the operating room (78)."""
    wanted = sorted({"54", "55", "56", "78"}.intersection(service.modifiers))
    if not wanted or (wanted == ["78"] and values.global_days == "000"):
        return
    if values.global_days not in _WITH_GLOBAL_PERIOD or len(wanted) > 1:
        sheet.stop(Outcome.MODIFIER, f"modifier {wanted[0]} does not apply to this code here")
        return
    match wanted[0]:
        case "54":
            hundredths, what = values.preoperative + values.intraoperative, "surgical care only"
        case "55":
            hundredths, what = values.postoperative, "postoperative care only"
        case "78":
            hundredths, what = values.intraoperative, "return to the operating room"
        case _:
            # The surgeon's share with modifier 54 holds the care before.
            sheet.stop(Outcome.NOT_PAYABLE, "preoperative care (56) is paid with the surgery (54)")
            return
    told = f"{what} ({wanted[0]}): {hundredths} %"
    sheet.set(half_up(sheet.cents * hundredths, 100), told, _FILE)


def _cosurgeon(sheet: Worksheet, values: RelativeValues, service: Service) -> None:
    """Two surgeons of different specialties (62)."""
    if "62" not in service.modifiers:
        return
    match values.cosurgeon:
        case "1" | "2":
            sheet.take(rate("co-surgeon", service.on), "co-surgeon (62)")
            if values.cosurgeon == "1":
                sheet.note("the need for two surgeons must be documented", _FILE)
        case "0":
            sheet.stop(Outcome.NOT_PAYABLE, "co-surgeons are not paid for this procedure")
        case _:
            sheet.stop(Outcome.MODIFIER, "modifier 62 does not apply to this code")


def _assistant(sheet: Worksheet, values: RelativeValues, service: Service) -> None:
    """Assistants at surgery (80, 81, 82; AS for those who are not physicians)."""
    if _ASSISTANTS.isdisjoint(service.modifiers):
        return
    match values.assistant:
        case "0" | "2":
            name = "assistant, not a physician" if "AS" in service.modifiers else "assistant"
            sheet.take(rate(name, service.on), f"{name} at surgery")
            if values.assistant == "0":
                sheet.note("the need for an assistant must be documented", _FILE)
        case "1":
            sheet.stop(Outcome.NOT_PAYABLE, "the law pays no assistant at this procedure")
        case _:
            sheet.stop(Outcome.MODIFIER, "an assistant's modifier does not apply to this code")


def _practitioner(sheet: Worksheet, values: RelativeValues, service: Service) -> None:  # noqa: ARG001
    """Practitioners who are paid a share of the physician's fee; AS has it inside."""
    if service.practitioner is Practitioner.PHYSICIAN or "AS" in service.modifiers:
        return
    sheet.take(rate(service.practitioner.value, service.on))


_ADJUSTMENTS: tuple[Callable[[Worksheet, RelativeValues, Service], None], ...] = (
    _by_report,
    _bilateral,
    _split_surgery,
    _cosurgeon,
    _assistant,
    _practitioner,
)
