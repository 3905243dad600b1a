"""Services and schedules as columns: what a batch of prices is computed from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.pricing.fees import Rows
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.rows import RelativeValues
from cleanclaim.pricing.service import Practitioner, Service, Setting

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.bytes_]
Days = npt.NDArray[np.datetime64]
NONE = -1
MODIFIERS_MAX = 4
OUTCOMES = tuple(Outcome)
PRACTITIONERS = tuple(Practitioner)
_EPOCH = date(1970, 1, 1).toordinal()


class ServiceColumns(msgspec.Struct, frozen=True, eq=False):
    """Services beside each other, a row each.

    ``group`` says which were given by one provider to one patient: those of a day are priced
    together. ``modifiers`` has four columns, empty where there are fewer. ``charge_cents`` and
    ``minutes`` are -1 where they are not given; ``setting`` counts the settings of the batch.
    """

    group: Integers
    code: Codes
    modifiers: Codes
    on: Days
    units: Integers
    facility: Flags
    charge_cents: Integers
    minutes: Integers
    participating: Flags
    practitioner: Integers
    setting: Integers

    @classmethod
    def of(
        cls,
        services: Sequence[Service],
        groups: Sequence[int] | None = None,
        settings: Sequence[int] | None = None,
    ) -> "ServiceColumns":
        """Put services beside each other; without groups each stands alone."""
        count = len(services)
        modifiers = np.zeros((count, MODIFIERS_MAX), "S2")
        for row, service in enumerate(services):
            given = [fitting(each, 2) for each in service.modifiers[:MODIFIERS_MAX]]
            modifiers[row, : len(given)] = given
        return cls(
            group=np.array(groups if groups is not None else range(count), np.int64),
            code=np.array([fitting(each.code, 5) for each in services], "S5"),
            modifiers=modifiers,
            on=np.array([each.on for each in services], "datetime64[D]"),
            units=np.array([each.units for each in services], np.int64),
            facility=np.array([each.facility for each in services], np.bool_),
            charge_cents=_or_none([each.charge_cents for each in services]),
            minutes=_or_none([each.minutes for each in services]),
            participating=np.array([each.participating for each in services], np.bool_),
            practitioner=np.array(
                [PRACTITIONERS.index(each.practitioner) for each in services], np.int64
            ),
            setting=np.array(settings if settings is not None else [0] * count, np.int64),
        )

    def __len__(self) -> int:
        return len(self.code)

    def take(self, rows: Integers, settings: Integers) -> "ServiceColumns":
        """Give some of the rows, in other settings."""
        columns = {name: getattr(self, name)[rows] for name in self.__struct_fields__}
        return ServiceColumns(**columns | {"setting": settings})

    def service(self, row: int) -> Service:
        """Give a row as the service that it is."""
        charge, minutes = int(self.charge_cents[row]), int(self.minutes[row])
        return Service(
            code=self.code[row].decode(),
            on=date.fromordinal(int(self.on[row].astype(np.int64)) + _EPOCH),
            modifiers=tuple(each.decode() for each in self.modifiers[row] if each),
            units=int(self.units[row]),
            facility=bool(self.facility[row]),
            charge_cents=None if charge == NONE else charge,
            minutes=None if minutes == NONE else minutes,
            participating=bool(self.participating[row]),
            practitioner=PRACTITIONERS[int(self.practitioner[row])],
        )


def fitting(code: str, width: int) -> str:
    """Give a code, or none where it would not fit: cut short it would be another one."""
    return code if len(code) <= width and code.isascii() else ""


def _or_none(values: Iterable[int | None]) -> Integers:
    return np.array([NONE if value is None else value for value in values], np.int64)


class Schedule:
    """The rows of a fee schedule as columns, sorted by packed code and modifier.

    ``numbers`` and ``letters`` hold a value more than there are rows: that of no row (-1).
    ``rows`` are the same rows one by one, for what is priced singly.
    """

    def __init__(
        self,
        keys: npt.NDArray[np.uint64],
        numbers: Mapping[str, Integers],
        letters: Mapping[str, npt.NDArray[np.uint8]],
        rows: Rows,
        settings: Sequence[Setting],
    ) -> None:
        self.keys = keys
        self.rows = rows
        self.settings = tuple(settings)
        self._numbers = numbers
        self._letters = letters
        self._indices = {
            name: np.array([getattr(each.indices, name) for each in settings], np.int64)
            for name in ("work", "practice", "malpractice")
        }
        self._factors = _or_none([each.conversion_factor for each in settings])

    @classmethod
    def of(cls, rows: Rows, settings: Sequence[Setting]) -> "Schedule":
        """Put rows beside each other."""
        listed = sorted(rows.values(), key=lambda row: (row.code, row.modifier))
        codes = np.array([row.code for row in listed], "S5")
        modifiers = np.array([row.modifier for row in listed], "S2")
        return cls(
            packed(codes, modifiers),
            {name: _numbers(listed, name) for name in NUMBERS},
            {name: _letters(listed, name) for name in LETTERS},
            rows,
            settings,
        )

    def find(self, keys: npt.NDArray[np.uint64]) -> Integers:
        """Find the row of each key, -1 where there is none."""
        if not len(self.keys):
            return np.full(len(keys), NONE, np.int64)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        found: Integers = np.where(self.keys[at] == keys, at, NONE).astype(np.int64)
        return found

    def number(self, name: str, row: Integers) -> Integers:
        """Give a number of each row; any number where there is no row."""
        return self._numbers[name][row]

    def letter(self, name: str, row: Integers) -> npt.NDArray[np.uint8]:
        """Give an indicator of each row as the code of its character."""
        return self._letters[name][row]

    def index(self, name: str, setting: Integers) -> Integers:
        """Give an index of each setting."""
        return self._indices[name][setting]

    def factor(self, row: Integers, setting: Integers) -> Integers:
        """Give the conversion factor that holds for a row in a setting."""
        own = self._factors[setting]
        factors: Integers = np.where(own == NONE, self.number("conversion_factor", row), own)
        return factors


NUMBERS = (
    "work",
    "practice_non_facility",
    "practice_facility",
    "malpractice",
    "preoperative",
    "intraoperative",
    "postoperative",
    "cap_practice_non_facility",
    "cap_practice_facility",
    "cap_malpractice",
    "conversion_factor",
)
# What is told by one character: the first, but of global days the middle one, as 000 and 010
# begin alike; the last two matter by whether there is one.
LETTERS = (
    "status",
    "component",
    "multiple",
    "bilateral",
    "assistant",
    "cosurgeon",
    "team",
    "global_days",
    "modifier",
    "endoscopic_base",
)


def _numbers(rows: Sequence[RelativeValues], name: str) -> Integers:
    # One more than there are rows: what "no row" (-1) gives.
    return np.array([*(getattr(row, name) for row in rows), 0], np.int64)


def _letters(rows: Sequence[RelativeValues], name: str) -> npt.NDArray[np.uint8]:
    return np.array([*(ord(_first(row, name)) for row in rows), 0], np.uint8)


def _first(row: RelativeValues, name: str) -> str:
    value: str = getattr(row, name)
    if name == "global_days":
        return value[1:2] or " "
    return value[:1] or " "


def packed(codes: Codes, modifiers: Codes) -> npt.NDArray[np.uint64]:
    """Pack code and modifier in a whole number that sorts as they do."""
    characters = np.zeros((len(codes), 8), np.uint8)
    characters[:, :5] = np.ascontiguousarray(codes.astype("S5")).view(np.uint8).reshape(-1, 5)
    characters[:, 5:7] = np.ascontiguousarray(modifiers.astype("S2")).view(np.uint8).reshape(-1, 2)
    return characters.view(">u8").ravel().astype(np.uint64)


class PriceColumns(msgspec.Struct, frozen=True, eq=False):
    """The prices of a batch: cents (-1 for none) and the place of the outcome in ``OUTCOMES``."""

    cents: Integers
    outcome: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.cents)

    def at(self, row: int) -> tuple[int | None, Outcome]:
        """Give the cents and the outcome of a row."""
        cents = int(self.cents[row])
        return (None if cents == NONE else cents), OUTCOMES[int(self.outcome[row])]
