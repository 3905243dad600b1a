"""What is priced: one service as a line of a claim tells it, and who gives it where."""

from datetime import date
from enum import StrEnum

import msgspec

from cleanclaim.pricing.rows import LocalityIndices


class Practitioner(StrEnum):
    """Whose services are paid at which share of the physician's fee."""

    PHYSICIAN = "physician"
    NON_PHYSICIAN = "non-physician practitioner"  # nurse practitioner, physician assistant, CNS
    SOCIAL_WORKER = "clinical social worker"


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A line to be priced.

    ``units`` are whole; ``minutes`` are those of anesthesia; ``charge_cents`` is the charge of
    the line, None where the price shall not be limited by it. ``participating`` is whether the
    provider takes part in the payer's program.
    """

    code: str
    on: date
    modifiers: tuple[str, ...] = ()
    units: int = 1
    facility: bool = False
    charge_cents: int | None = None
    minutes: int | None = None
    participating: bool = True
    practitioner: Practitioner = Practitioner.PHYSICIAN

    def __post_init__(self) -> None:
        """Refuse amounts below nothing: a credit is no service."""
        if self.units < 0 or (self.charge_cents or 0) < 0 or (self.minutes or 0) < 0:
            msg = "units, minutes and charge of a service cannot be negative"
            raise ValueError(msg)


class Anesthesia(msgspec.Struct, frozen=True):
    """What anesthesia is paid by in a locality.

    The factor is in cents a unit, None where it is not known; base units are by code.
    """

    factor_cents: int | None
    base_units: dict[str, int]
    source: str


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """Where a schedule is applied: the indices of the locality, and the conversion factor.

    ``conversion_factor`` (ten-thousandths of a dollar) goes before that of the rows, where a
    clinician's differs from that of the file.
    """

    indices: LocalityIndices
    conversion_factor: int | None = None
    anesthesia: Anesthesia | None = None
    source: str = "physician fee schedule"
