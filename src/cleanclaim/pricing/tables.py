"""Medicare's prices from the tables of the reference store that are in force on a day."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from cleanclaim.codes.store.arrays import Table
from cleanclaim.codes.store.columns import Array
from cleanclaim.codes.store.kinds import Kind, Row
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.fee_schedules import DRUGS, EQUIPMENT, LABORATORY, NUTRITION
from cleanclaim.codes.tables.fee_schedules import EquipmentFee as TableEquipmentFee
from cleanclaim.codes.tables.physician_fees import (
    ANESTHESIA_FACTORS,
    ANESTHESIA_UNITS,
    GEOGRAPHIC_INDEX,
    RELATIVE_VALUES,
    RELATIVE_VALUES_QUALIFYING,
    ZIP_LOCALITIES,
    AnesthesiaUnits,
    GeographicIndex,
    RelativeValue,
)
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.pricing.columns import LETTERS, NUMBERS, Integers, Schedule, packed
from cleanclaim.pricing.fees import Rows
from cleanclaim.pricing.physician import price_services
from cleanclaim.pricing.policy import conversion_factor
from cleanclaim.pricing.price import Outcome, Price, unpriced
from cleanclaim.pricing.rows import (
    DrugLimit,
    EquipmentFee,
    LaboratoryFee,
    LocalityIndices,
    RelativeValues,
)
from cleanclaim.pricing.service import Anesthesia, Service, Setting

# Codes of enteral and parenteral nutrition, which have a file of their own.
_NUTRITION = ("B4", "B5", "B9")
# What prices call a value, and what the table of relative values calls it.
_COLUMNS = {
    "work": "work",
    "practice_non_facility": "practice_nonfacility",
    "practice_facility": "practice_facility",
    "malpractice": "malpractice",
    "preoperative": "before_percent",
    "intraoperative": "during_percent",
    "postoperative": "after_percent",
    "cap_practice_non_facility": "cap_practice_nonfacility",
    "cap_practice_facility": "cap_practice_facility",
    "cap_malpractice": "cap_malpractice",
    "conversion_factor": "conversion_factor",
    "status": "status",
    "component": "professional_technical",
    "multiple": "multiple_procedure",
    "bilateral": "bilateral",
    "assistant": "assistant",
    "cosurgeon": "co_surgeon",
    "team": "team",
    "global_days": "global_days",
    "modifier": "modifier",
    "endoscopic_base": "endoscopic_base",
}


class TableMissingError(CleanclaimError):
    """A table that a price needs is not loaded for its day."""

    code = "pricing.table"


class UnknownPlaceError(CleanclaimError):
    """No locality has this number, or no ZIP code is this one."""

    code = "pricing.place"


class MedicareTables:
    """The tables of a library as prices need them; each is opened when it is first asked."""

    def __init__(self, library: Library, *, locality: str = "", qualifying: bool = False) -> None:
        self.library = library
        self.locality = locality
        self.qualifying = qualifying
        self._physician: dict[tuple[object, str], tuple[Rows, Setting]] = {}
        self._columns: dict[Path, Columns] = {}

    def locality_of_zip(self, zip_code: str, on: date) -> str:
        """Give the locality of a ZIP code of five digits, as "10112-00"."""
        row = self.table(ZIP_LOCALITIES, on).row(zip_code[:5])
        if row is None:
            msg = f"no locality is known for the ZIP code {zip_code[:5]}"
            raise UnknownPlaceError(msg)
        return f"{row.carrier}-{row.locality}"

    def state_of(self, locality: str, on: date) -> str:
        """Give the state of a locality."""
        return self._index_row(locality, on).state

    def missing_for_anesthesia(self, on: date) -> tuple[str, ...]:
        """Name the tables of anesthesia that are not loaded for a day."""
        missing = []
        if self.library.in_force(ANESTHESIA_FACTORS, on) is None:
            missing.append(_missing(ANESTHESIA_FACTORS, on))
        if self.library.in_force(ANESTHESIA_UNITS, on) is None:
            missing.append(_missing(ANESTHESIA_UNITS, on))
        return tuple(missing)

    def physician(self, on: date, locality: str = "") -> tuple[Rows, Setting]:
        """Give relative values and setting of a day in a locality.

        TableMissingError where a table is not loaded for the day or lacks the locality.
        """
        place = locality or self.locality
        key = on, place
        if key not in self._physician:
            table, factor = self._values(on)
            setting = self._setting(on, place, table.release.name, factor)
            self._physician[key] = TableRows(table), setting
        return self._physician[key]

    def prices(
        self, services: Sequence[Service], *, year: int | None, locality: str
    ) -> list[Price]:
        """Price services by the physician fee schedule, as contracts ask for it.

        A pinned year is asked for the same day of that year. Where a table is missing there
        is no price, and the reason names it.
        """
        prices: list[Price | None] = [None] * len(services)
        for day in {service.on for service in services}:
            places = [place for place, each in enumerate(services) if each.on == day]
            moved = [_moved(services[place], year) for place in places]
            try:
                rows, setting = self.physician(moved[0].on, locality)
                priced = price_services(moved, rows, setting)
            except TableMissingError as error:
                priced = [unpriced(Outcome.NEEDS_FACT, str(error)) for _ in moved]
            for place, price in zip(places, priced, strict=True):
                prices[place] = price
        return [price for price in prices if price is not None]

    def era(self, on: date) -> tuple[object, ...]:
        """Give what the schedule of a day depends on: days of one era have one schedule."""
        table, factor = self._values(on)
        others = (
            self.library.in_force(GEOGRAPHIC_INDEX, on),
            self.library.in_force(ANESTHESIA_FACTORS, on),
            self.library.in_force(ANESTHESIA_UNITS, on),
        )
        return table.folder, factor, *(other and other.folder for other in others)

    def schedule(self, on: date, localities: Sequence[str]) -> Schedule:
        """Give the schedule of a day as columns, with a setting for each locality."""
        table, factor = self._values(on)
        settings = [self._setting(on, each, table.release.name, factor) for each in localities]
        if table.folder not in self._columns:
            self._columns[table.folder] = _columns_of(table)
        return Schedule(*self._columns[table.folder], settings)

    # Other schedules

    def laboratory(self, code: str, on: date) -> tuple[dict[tuple[str, str], LaboratoryFee], str]:
        """Give the laboratory fees of a code, and the release that they are of."""
        table = self.table(LABORATORY, on)
        found = {}
        for modifier in ("", "QW"):
            row = table.row(code, modifier)
            if row is not None:
                fee = LaboratoryFee(code=code, modifier=modifier, cents=row.rate_cents)
                found[code, modifier] = fee
        return found, table.release.name

    def drug(self, code: str, on: date) -> tuple[dict[str, DrugLimit], str]:
        """Give the payment limit of a drug, and the release that it is of."""
        table = self.table(DRUGS, on)
        row = table.row(code)
        limits = {} if row is None else {code: DrugLimit(code=code, limit=row.limit_mills)}
        return limits, table.release.name

    def equipment(self, code: str, state: str, on: date) -> tuple[list[EquipmentFee], str]:
        """Give the equipment fees of a code in a state, and the release that they are of."""
        table = self.table(NUTRITION if code.startswith(_NUTRITION) else EQUIPMENT, on)
        codes = table.array("code")
        first, last = (
            int(np.searchsorted(codes, np.bytes_(code), side)) for side in ("left", "right")
        )
        rows = [table.at(index) for index in range(first, last)]
        return [_equipment_fee(row) for row in rows if row.state == state], table.release.name

    # Tables

    def table(self, kind: Kind[Row], on: date) -> Table[Row]:
        """Open the release of a kind that holds on a day."""
        table = self.library.in_force(kind, on)
        if table is None:
            raise TableMissingError(_missing(kind, on))
        return table

    def _index_row(self, locality: str, on: date) -> GeographicIndex:
        carrier, _, number = locality.partition("-")
        table = self.table(GEOGRAPHIC_INDEX, on)
        row = table.row(carrier, number)
        if row is None:
            msg = f"{table.release.name} have no locality {locality}: write it as 10112-00"
            raise UnknownPlaceError(msg)
        return row

    def _values(self, on: date) -> tuple[Table[RelativeValue], int | None]:
        """Open the relative values of a day, and say what factor holds instead of theirs.

        The two files of a year differ in the conversion factor only, so that one stands for
        the other where the factor of the year is known.
        """
        kinds = [RELATIVE_VALUES, RELATIVE_VALUES_QUALIFYING]
        wanted, other = reversed(kinds) if self.qualifying else kinds
        known = conversion_factor(on, qualifying=self.qualifying)
        if self.library.in_force(wanted, on) is None and known is not None:
            beside = self.library.in_force(other, on)
            if beside is not None:
                return beside, known.ten_thousandths
        return self.table(wanted, on), None

    def _setting(self, on: date, locality: str, release: str, factor: int | None) -> Setting:
        row = self._index_row(locality, on)
        return Setting(
            indices=LocalityIndices(
                row.carrier, row.locality, row.work, row.practice, row.malpractice
            ),
            conversion_factor=factor,
            anesthesia=self._anesthesia(on, row),
            source=release,
        )

    def _anesthesia(self, on: date, place: GeographicIndex) -> Anesthesia | None:
        factors = self.library.in_force(ANESTHESIA_FACTORS, on)
        units = self.library.in_force(ANESTHESIA_UNITS, on)
        if factors is None:
            return None
        row = factors.row(place.carrier, place.locality)
        cents = None if row is None else row.factor_cents
        return Anesthesia(cents, {} if units is None else _base_units(units), factors.release.name)


def _missing(kind: Kind[Row], on: date) -> str:
    return f"the table {kind.name} ({kind.title}) is not loaded for {on}"


def _base_units(table: Table[AnesthesiaUnits]) -> dict[str, int]:
    return dict(zip(table.texts("code"), table.array("units").tolist(), strict=True))


def _moved(service: Service, year: int | None) -> Service:
    """Move a service to the same day of a pinned year."""
    if year is None or year == service.on.year:
        return service
    day = 28 if (service.on.month, service.on.day) == (2, 29) else service.on.day
    return msgspec.structs.replace(service, on=date(year, service.on.month, day))


def _equipment_fee(row: TableEquipmentFee) -> EquipmentFee:
    return EquipmentFee(
        code=row.code,
        modifiers=tuple(each for each in (row.modifier, row.second_modifier) if each),
        state=row.state,
        category=row.category,
        non_rural_cents=row.fee_cents,
        rural_cents=row.rural_fee_cents,
    )


class TableRows(Mapping[tuple[str, str], RelativeValues]):
    """The rows of a table of relative values as prices need them, made when they are asked."""

    def __init__(self, table: Table[RelativeValue]) -> None:
        self.table = table
        self._made: dict[tuple[str, str], RelativeValues] = {}

    def __getitem__(self, key: tuple[str, str]) -> RelativeValues:
        made = self._made.get(key)
        if made is None:
            row = self.table.row(*key)
            if row is None:
                raise KeyError(key)
            made = self._made[key] = _relative_values(row)
        return made

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return zip(self.table.texts("code"), self.table.texts("modifier"), strict=True)

    def __len__(self) -> int:
        return len(self.table)


def _relative_values(row: RelativeValue) -> RelativeValues:
    values = {name: getattr(row, column) for name, column in _COLUMNS.items()}
    return RelativeValues(code=row.code, imaging_family=row.imaging_family, **values)


Columns = tuple[npt.NDArray[np.uint64], dict[str, Integers], dict[str, npt.NDArray[np.uint8]], Rows]


def _columns_of(table: Table[RelativeValue]) -> Columns:
    """Give a table as the columns of a schedule, without making its rows one by one."""
    keys = packed(table.array("code"), table.array("modifier"))
    order = np.argsort(keys, kind="stable")
    numbers = {
        name: np.append(table.array(_COLUMNS[name]).astype(np.int64)[order], 0) for name in NUMBERS
    }
    letters = {
        name: np.append(_letters(table, name)[order], 0).astype(np.uint8) for name in LETTERS
    }
    return keys[order], numbers, letters, TableRows(table)


def _letters(table: Table[RelativeValue], name: str) -> Array:
    """Give the character that tells an indicator, a blank where there is none."""
    codes = np.ascontiguousarray(table.array(_COLUMNS[name]))
    characters = codes.view(np.uint8).reshape(len(codes), codes.dtype.itemsize)
    column: Array = characters[:, 1 if name == "global_days" else 0]
    return np.where(column == 0, ord(" "), column)
