"""What only dental claims tell: teeth, appliances and courses of orthodontics."""

from decimal import Decimal

import msgspec


class Orthodontics(msgspec.Struct, frozen=True, omit_defaults=True):
    """A course of treatment in months, and how many of them remain (DN1)."""

    treatment_months: Decimal | None = None
    remaining_months: Decimal | None = None
    indicator: str = ""
    description: str = ""


class ToothStatus(msgspec.Struct, frozen=True):
    """A tooth that is missing (M), to be extracted (E) or impacted (I) (DN2)."""

    tooth: str
    status: str


class Dental(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a dental claim tells as a whole; a predetermination asks before it is done (CLM19)."""

    predetermination: bool = False
    orthodontics: Orthodontics | None = None
    teeth: tuple[ToothStatus, ...] = ()


class Tooth(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tooth that was treated, and its surfaces (TOO)."""

    code: str
    surfaces: tuple[str, ...] = ()


class DentalService(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where in the mouth it was done (SV304, TOO), and if an appliance is new (SV305: I or R)."""

    cavities: tuple[str, ...] = ()
    prosthesis: str = ""
    teeth: tuple[Tooth, ...] = ()
