"""The physician's fee before anything adjusts it: relative values, indices and factor."""

from collections.abc import Mapping

from cleanclaim.pricing.amounts import half_up
from cleanclaim.pricing.rows import LocalityIndices, RelativeValues
from cleanclaim.pricing.service import Setting

# A relative value in hundredths, an index in thousandths and a factor in ten-thousandths of a
# dollar make ten-millionths of a cent.
CENT = 10_000_000
Rows = Mapping[tuple[str, str], RelativeValues]


def fee_cents(values: RelativeValues, setting: Setting, *, facility: bool) -> int:
    """Give the fee of one unit, in cents, rounded once half up."""
    practice = values.practice(facility=facility)
    return _cents(
        values.work, practice, values.malpractice, setting.indices, factor(values, setting)
    )


def cap_cents(values: RelativeValues, setting: Setting, *, facility: bool) -> int | None:
    """Give what the outpatient hospital's payment limits the fee to, or None for no limit."""
    practice = values.cap_practice(facility=facility)
    if not practice and not values.cap_malpractice:
        return None
    return _cents(
        values.work, practice, values.cap_malpractice, setting.indices, factor(values, setting)
    )


def limited_cents(values: RelativeValues, setting: Setting, *, facility: bool) -> int:
    """Give the fee of one unit, no higher than the outpatient hospital's payment."""
    fee = fee_cents(values, setting, facility=facility)
    cap = cap_cents(values, setting, facility=facility)
    return fee if cap is None else min(fee, cap)


def with_practice_share_cents(
    values: RelativeValues, setting: Setting, ten_thousandths: int, *, facility: bool
) -> int:
    """Give the fee of one unit with only a share of its practice expense."""
    indices, practice = setting.indices, values.practice(facility=facility)
    scaled = (
        (values.work * indices.work + values.malpractice * indices.malpractice) * 10_000
        + practice * indices.practice * ten_thousandths
    ) * factor(values, setting)
    return half_up(scaled, CENT * 10_000)


def practice_weight(values: RelativeValues, setting: Setting, *, facility: bool) -> int:
    """Rank rows by what their practice expense is worth."""
    return values.practice(facility=facility) * setting.indices.practice * factor(values, setting)


def factor(values: RelativeValues, setting: Setting) -> int:
    """Give the conversion factor that holds for a row, in ten-thousandths of a dollar."""
    if setting.conversion_factor is None:
        return values.conversion_factor
    return setting.conversion_factor


def formula(values: RelativeValues, setting: Setting, *, facility: bool) -> str:
    """Write how the fee comes about, for people who check it."""
    indices = setting.indices
    parts = (
        (values.work, indices.work),
        (values.practice(facility=facility), indices.practice),
        (values.malpractice, indices.malpractice),
    )
    inside = " + ".join(f"{decimal(v, 2)} × {decimal(i, 3)}" for v, i in parts)
    place = "facility" if facility else "non-facility"
    return f"fee, {place}, {indices.name}: ({inside}) × {decimal(factor(values, setting), 4)}"


def decimal(value: int, places: int) -> str:
    """Write a whole number of small units with its decimals."""
    whole, rest = divmod(value, 10**places)
    return f"{whole}.{rest:0{places}d}"


def _cents(
    work: int, practice: int, malpractice: int, indices: LocalityIndices, factor: int
) -> int:
    weighted = work * indices.work + practice * indices.practice + malpractice * indices.malpractice
    return half_up(weighted * factor, CENT)
