"""Several services of a day: who is paid in full, and what the others are lowered to."""

from cleanclaim.pricing.adjustments import SIDES
from cleanclaim.pricing.amounts import half_up, share
from cleanclaim.pricing.candidate import Candidate, Day
from cleanclaim.pricing.components import reduce_components
from cleanclaim.pricing.fees import limited_cents, practice_weight, with_practice_share_cents
from cleanclaim.pricing.policy import Rate, rate
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.worksheet import percent

_FILE = "relative value file"
_RANKED = ("2", "3")
# Beyond it, payment is by report, and never less.
_PROCEDURES_MAX = 5


def reduce_day(day: Day) -> None:
    """Apply each rule for several services to those that it is about."""
    pairs = _pair_sides(day)
    _reduce_procedures(day, pairs)
    _reduce_therapy(day)
    reduce_components(day)


# Both sides on two lines


def _pair_sides(day: Day) -> list[tuple[Candidate, Candidate]]:
    """Price a code that stands on one line for the left and on one for the right."""
    pairs = []
    rights = list(day.candidates)
    for left in day.candidates:
        right = next((each for each in rights if _is_pair(left, each)), None)
        if right is not None:
            _price_pair(left, right)
            rights.remove(right)
            pairs.append((left, right))
    return pairs


def _is_pair(left: Candidate, right: Candidate) -> bool:
    return (
        left.open
        and right.open
        and left.service.code == right.service.code
        and left.values.modifier == right.values.modifier
        and SIDES & set(left.service.modifiers) == {"LT"}
        and SIDES & set(right.service.modifiers) == {"RT"}
        and left.service.units == right.service.units == 1
        and left.values.bilateral in {"0", "1", "2"}
    )


def _price_pair(left: Candidate, right: Candidate) -> None:
    """Pay both sides together as modifier 50 would, up to the charges of both."""
    on = left.service.on
    whole = left.sheet.cents
    second = rate("second side", on)
    wanted = share(whole, second.ten_thousandths) if left.values.bilateral == "1" else 0
    first = min(whole, _charge(left, whole))
    rest = min(whole + wanted - first, _charge(right, whole))
    told = f"other side of the line with LT: {'half' if wanted else 'paid as one'}"
    right.sheet.set(rest, told, second.source)


def _charge(candidate: Candidate, otherwise: int) -> int:
    charge = candidate.service.charge_cents
    return otherwise if charge is None else charge


# Surgery and endoscopy


class _Procedure:
    """What is ranked as one: a line, both sides of a code, or a family of endoscopies."""

    def __init__(self, members: list[Candidate]) -> None:
        self.members = members
        self.cents = sum(member.sheet.cents for member in members)
        # Units of a line are procedures each; what has several members is one.
        self.times = members[0].procedures if len(members) == 1 else 1

    @property
    def unit_cents(self) -> int:
        """Rank by one unit."""
        return half_up(self.cents, self.times)


def _reduce_procedures(day: Day, pairs: list[tuple[Candidate, Candidate]]) -> None:
    procedures = _procedures(day, pairs)
    ranked = sorted(procedures, key=lambda each: -each.unit_cents)
    done = 0
    for procedure in ranked:
        alone = len(ranked) == 1 and procedure.times == 1
        marked = any("51" in member.service.modifiers for member in procedure.members)
        in_full = not done and not (alone and marked)
        _reduce_procedure(procedure, in_full=in_full)
        done += procedure.times
        if done > _PROCEDURES_MAX:
            procedure.members[0].sheet.note(
                f"beyond {_PROCEDURES_MAX} procedures: more may be paid by report", _FILE
            )


def _reduce_procedure(procedure: _Procedure, *, in_full: bool) -> None:
    """Lower a procedure to half, its first unit not where it ranks first."""
    full_units = 1 if in_full else 0
    if procedure.times == full_units:
        return
    for member in procedure.members:
        lowered = rate("multiple procedure", member.service.on)
        _lower_units(member, lowered, full_units, procedure.times)


def _lower_units(member: Candidate, lowered: Rate, full_units: int, times: int) -> None:
    full = half_up(member.sheet.cents * full_units, times)
    cents = full + share(member.sheet.cents - full, lowered.ten_thousandths)
    member.sheet.set(cents, "multiple procedures of the day: half", lowered.source)


def _procedures(day: Day, pairs: list[tuple[Candidate, Candidate]]) -> list[_Procedure]:
    """Put together what ranks as one; families of endoscopies are priced on the way."""
    left_over = {id(each): each for each in day.with_indicator(*_RANKED)}
    procedures = []
    for base in sorted({each.values.endoscopic_base for each in left_over.values()} - {""}):
        family = [each for each in left_over.values() if _belongs(each, base)]
        for member in family:
            del left_over[id(member)]
        _price_family(day, family, base)
        procedures.append(_Procedure([member for member in family if member.open]))
    for pair in pairs:
        if all(id(member) in left_over for member in pair):
            procedures.append(_Procedure(list(pair)))
            for member in pair:
                del left_over[id(member)]
    return procedures + [_Procedure([each]) for each in left_over.values()]


def _belongs(candidate: Candidate, base: str) -> bool:
    return base in {candidate.values.endoscopic_base, candidate.service.code}


def _price_family(day: Day, family: list[Candidate], base: str) -> None:
    """Pay the highest endoscopy in full, of the others what they are above their base."""
    if len(family) < 2:
        return
    family.sort(key=lambda each: (each.service.code == base, -each.sheet.cents))
    for member in family[1:]:
        values = day.rows.get((base, ""))
        if member.service.code == base:
            member.sheet.stop(Outcome.BUNDLED, "the base is within the other endoscopy")
        elif values is None:
            member.sheet.stop(Outcome.NEEDS_FACT, "the base of the endoscopy is not in the table")
        else:
            base_cents = limited_cents(values, day.setting, facility=member.service.facility)
            above = max(0, member.sheet.cents - _as_adjusted(member, base_cents))
            member.sheet.set(above, f"endoscopy beside a higher one: above {base} only", _FILE)


def _as_adjusted(member: Candidate, cents: int) -> int:
    """Bring an amount of one unit to the units and the adjustments of a service."""
    return half_up(cents * member.sheet.cents, member.fee_cents) if member.fee_cents else 0


# Therapy


def _reduce_therapy(day: Day) -> None:
    """Halve the practice expense of every unit but the one where it is highest."""
    lines = day.with_indicator("5")
    lines.sort(
        key=lambda each: -practice_weight(each.values, day.setting, facility=each.service.facility)
    )
    for rank, line in enumerate(lines):
        lowered = rate("therapy practice expense", line.service.on)
        units = line.procedures - (rank == 0)
        reduced = with_practice_share_cents(
            line.values, day.setting, lowered.ten_thousandths, facility=line.service.facility
        )
        off = half_up((line.fee_cents - reduced) * units * line.sheet.cents, line.whole_cents)
        if off:
            kept = percent(lowered.ten_thousandths)
            told = f"therapy: {kept} of the practice expense for {units} more units"
            line.sheet.set(line.sheet.cents - off, told, lowered.source)
