"""The rows of official tables that prices are made of, in whole units of their last decimal."""

import msgspec


class RelativeValues(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the physician fee schedule: relative values and how they may be adjusted.

    Relative values and the shares of global surgery count hundredths, the conversion factor
    ten-thousandths of a dollar. ``modifier`` is empty, 26, TC or 53. The ``cap_`` values are
    those of the outpatient hospital, 0 where it sets no limit. Indicators are the letters and
    digits of the file.
    """

    code: str
    modifier: str = ""
    status: str = "A"
    work: int = 0
    practice_non_facility: int = 0
    practice_facility: int = 0
    malpractice: int = 0
    component: str = "0"
    global_days: str = "XXX"
    preoperative: int = 0
    intraoperative: int = 0
    postoperative: int = 0
    multiple: str = "0"
    bilateral: str = "0"
    assistant: str = "0"
    cosurgeon: str = "0"
    team: str = "0"
    endoscopic_base: str = ""
    imaging_family: str = "99"
    cap_practice_non_facility: int = 0
    cap_practice_facility: int = 0
    cap_malpractice: int = 0
    conversion_factor: int = 0

    def practice(self, *, facility: bool) -> int:
        """Give the practice expense of a setting, in hundredths."""
        return self.practice_facility if facility else self.practice_non_facility

    def cap_practice(self, *, facility: bool) -> int:
        """Give the practice expense of the outpatient limit, in hundredths."""
        return self.cap_practice_facility if facility else self.cap_practice_non_facility

    def total(self, *, facility: bool) -> int:
        """Give the relative values of a setting together, in hundredths."""
        return self.work + self.practice(facility=facility) + self.malpractice


class LocalityIndices(msgspec.Struct, frozen=True):
    """The practice cost indices of a locality, in thousandths (GPCI)."""

    carrier: str
    locality: str
    work: int
    practice: int
    malpractice: int

    @property
    def name(self) -> str:
        """Write the locality as carrier and number."""
        return f"{self.carrier}-{self.locality}"


class OutpatientRate(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the outpatient hospital's Addendum B.

    ``rate_cents`` is the national rate, ``copay_cents`` the national or minimum copayment,
    each None where the file has none.
    """

    code: str
    status: str
    rate_cents: int | None = None
    classification: str = ""
    copay_cents: int | None = None


class InpatientWeight(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the inpatient hospital's Table 5; weight in ten-thousandths, days in tenths."""

    drg: str
    weight: int
    geometric_days: int = 0
    arithmetic_days: int = 0
    post_acute: bool = False
    special_pay: bool = False


class LaboratoryFee(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the clinical laboratory fee schedule, national."""

    code: str
    modifier: str = ""
    cents: int | None = None


class EquipmentFee(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the DMEPOS fee schedule in one state; None where the file has no amount."""

    code: str
    modifiers: tuple[str, ...] = ()
    state: str
    category: str = ""
    non_rural_cents: int | None = None
    rural_cents: int | None = None


class DrugLimit(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the Part B drug payment limits, in thousandths of a dollar a unit of the code.

    ``coinsurance`` counts ten-thousandths.
    """

    code: str
    limit: int | None = None
    coinsurance: int | None = None
