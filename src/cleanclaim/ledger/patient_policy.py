"""A practice's own policy towards patients who owe: configuration, dated by whoever sets it."""

import msgspec

_WHOLE = 10_000


class AssistanceBand(msgspec.Struct, frozen=True):
    """Incomes up to a percentage of the poverty guideline, and their discount in 0.01 %."""

    up_to_percent: int
    discount_basis_points: int


class BillingPolicy(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a practice has decided; there is no default, for every number here is its own choice.

    ``second_person_cents`` is the amount from which giving money up or back needs a second person.
    """

    cycle_days: int
    minimum_balance_cents: int
    minimum_instalment_cents: int
    longest_plan_months: int
    grace_days: int
    prompt_pay_days: int
    prompt_pay_basis_points: int
    notices_before_bad_debt: int
    days_before_bad_debt: int
    link_hours: int
    second_person_cents: int
    assistance: tuple[AssistanceBand, ...] = ()

    def faults(self) -> tuple[str, ...]:
        """Name the fields that cannot mean what they say; none for a policy that can be kept."""
        numbers = {
            name: getattr(self, name) for name in self.__struct_fields__ if name != "assistance"
        }
        wrong = [name for name, value in numbers.items() if value < 0]
        positive = ("cycle_days", "longest_plan_months", "link_hours", "minimum_instalment_cents")
        wrong += [name for name in positive if numbers[name] == 0]
        wrong += ["prompt_pay_basis_points"] * (self.prompt_pay_basis_points > _WHOLE)
        limits = [band.up_to_percent for band in self.assistance]
        shares = [band.discount_basis_points for band in self.assistance]
        rising = limits == sorted(set(limits)) and all(limit > 0 for limit in limits)
        sound = rising and all(0 < share <= _WHOLE for share in shares)
        wrong += ["assistance"] * (not sound or shares != sorted(shares, reverse=True))
        return tuple(dict.fromkeys(wrong))


def take_share(cents: int, basis_points: int) -> int:
    """Give a share of an amount in cents, a broken cent dropped: no discount is rounded up."""
    return cents * basis_points // _WHOLE


def discount_for_income(policy: BillingPolicy, percent_of_poverty: int) -> int:
    """Give the discount in hundredths of 1 % for an income; 0 where no band takes it in."""
    for band in policy.assistance:
        if percent_of_poverty <= band.up_to_percent:
            return band.discount_basis_points
    return 0


def percent_of_poverty(income_cents: int, guideline_cents: int) -> int:
    """Give a yearly income in whole percent of a guideline, rounded up.

    Rounded up, so that an income one cent above a limit is above it.
    """
    if guideline_cents <= 0 or income_cents < 0:
        msg = "an income is not negative and a guideline is positive"
        raise ValueError(msg)
    return -(-income_cents * 100 // guideline_cents)
