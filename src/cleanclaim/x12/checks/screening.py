"""The quick look at a segment that nearly all pass: does any list not simply hold its codes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from cleanclaim.x12.segments import Segment

Holds = Callable[[str], bool]
# Enough for the addresses and places of a practice, little enough to cost no memory.
_ANSWERS_MAX = 4096


class Spot(NamedTuple):
    """An element (from 1, 0 for every one in turn) and a component of it (0 for none)."""

    element: int
    component: int

    def name(self, segment_id: str) -> str:
        """Name it as findings do: "CLM05-01"."""
        name = f"{segment_id}{self.element:02d}"
        return f"{name}-{self.component:02d}" if self.component else name


class Condition(NamedTuple):
    """A spot that must hold one of the texts, or none of them; "" stands for absent."""

    spot: Spot
    texts: frozenset[str]
    wanted: bool


class Row(NamedTuple):
    """Where codes stand in some guides, on what conditions, and a claim's status for them.

    ``loop`` is empty where the loop does not matter.
    """

    guides: tuple[str, ...]
    loop: str
    spots: tuple[Spot, ...]
    conditions: tuple[Condition, ...]
    status: str

    def concerns(self, guide: str) -> bool:
        """Tell whether the row speaks of this guide; "*" is every one."""
        return guide in self.guides or "*" in self.guides

    def suspects(self, segment: Segment, holds: Holds) -> list[tuple[Spot, str]]:
        """Give the spots, and the codes there, that the list does not simply hold."""
        found = []
        for spot in self._spots(segment):
            code = segment.get(*spot)
            if code and not holds(code) and self._meets(segment, spot.element):
                found.append((spot, code))
        return found

    def _spots(self, segment: Segment) -> Sequence[Spot]:
        if self.spots[0].element:
            return self.spots
        component = self.spots[0].component
        return [Spot(number + 1, component) for number in range(len(segment.elements))]

    def _meets(self, segment: Segment, turn: int) -> bool:
        return all(
            (segment.get(spot.element or turn, spot.component) in texts) is wanted
            for spot, texts, wanted in self.conditions
        )


class Screen(NamedTuple):
    """A look, true where something is to suspect, and the elements (from 1) that it may read.

    To read none of the others means that no other text there changes what it sees, and that an
    absent element is to it as an empty one. None stands for any element.
    """

    sees: "Look"
    reads: frozenset[int] | None = None


# A row together with the look into its list.
Told = tuple[Row, Holds]
Look = Callable[[Segment], bool]
_Named = dict[str, list[tuple[int, Holds]]]  # by the text that tells them, places from 0


class _Plan:
    """What to look at in the segments of one id, each place counted from 0.

    Four shapes make up nearly all rows: elements without a condition (``plain``), elements that
    the text of one other element calls a code (``named``, by the place of that element),
    components that another component of their element calls codes (``composed``, by the places
    of the element and of that component), and the second component of every element where the
    first says so (``every``). The ``rest`` is asked row by row.
    """

    def __init__(self, told: Sequence[Told]) -> None:
        self.plain: list[tuple[int, Holds]] = []
        self.named: dict[int, _Named] = {}
        self.composed: dict[tuple[int, int], _Named] = {}
        self.every: dict[str, Holds] = {}
        self.rest: list[Told] = []
        for row, holds in told:
            self._add(row, holds)

    def _add(self, row: Row, holds: Holds) -> None:
        elements = {spot.element for spot in row.spots}
        composite = any(spot.component for spot in row.spots)
        if not row.conditions and not composite:
            self.plain += [(spot.element - 1, holds) for spot in row.spots]
        elif len(row.conditions) != 1 or not row.conditions[0].wanted:
            self.rest.append((row, holds))
        elif row.spots == (Spot(0, 2),) and row.conditions[0].spot == Spot(0, 1):
            self.every |= dict.fromkeys(row.conditions[0].texts, holds)
        elif composite and elements == {row.conditions[0].spot.element}:
            naming, component = row.conditions[0].spot
            _name(self.composed.setdefault((naming - 1, component - 1), {}), row, holds)
        elif not composite and not row.conditions[0].spot.component:
            _name(self.named.setdefault(row.conditions[0].spot.element - 1, {}), row, holds)
        else:
            self.rest.append((row, holds))


def _name(into: _Named, row: Row, holds: Holds) -> None:
    """Note the places of a row under the texts of its condition."""
    places = [(spot.component or spot.element) - 1 for spot in row.spots]
    for text in row.conditions[0].texts:
        into.setdefault(text, []).extend((place, holds) for place in places)


def screen_of(told: Sequence[Told]) -> Screen:
    """Make one look for all rows of a segment: true where a row has something to suspect."""
    plan = _Plan(told)
    looks = [
        look
        for rows, look in (
            (plan.plain or plan.named, _quick_look(plan)),
            (plan.composed or plan.rest, _Remembered(plan).look),
            (plan.every, _look_at_every(plan.every)),
        )
        if rows
    ]
    return Screen(_either(looks), _read_by(row for row, _ in told))


def _either(looks: Sequence[Look]) -> Look:
    if len(looks) == 1:
        return looks[0]
    if len(looks) == 2:
        first, second = looks
        return lambda segment: first(segment) or second(segment)
    return lambda segment: any(look(segment) for look in looks)


def _read_by(rows: Iterable[Row]) -> frozenset[int] | None:
    """Give the elements that rows speak of, None where one takes every element in turn."""
    spots = [spot for row in rows for spot in (*row.spots, *(x.spot for x in row.conditions))]
    places = frozenset(spot.element for spot in spots)
    return None if 0 in places else places


def _quick_look(plan: _Plan) -> Look:
    """Look at whole elements, some by what another element calls them."""
    plain, named = tuple(plan.plain), tuple(plan.named.items())

    def look(segment: Segment) -> bool:
        elements = segment.elements
        count = len(elements)
        for place, holds in plain:
            if place < count and elements[place] and not holds(elements[place]):
                return True
        for naming, by_text in named:
            at = by_text.get(elements[naming] if naming < count else "")
            if at is not None and _suspect(elements, at):
                return True
        return False

    return look


class _Remembered:
    """A look at few elements that costs more, made once for each of the texts they hold."""

    def __init__(self, plan: _Plan) -> None:
        self._composed = tuple(plan.composed.items())
        self._rest = tuple(plan.rest)
        places = {place for (place, _), _ in self._composed}
        places |= {spot.element - 1 for row, _ in plan.rest for spot in row.spots}
        places |= {each.spot.element - 1 for row, _ in plan.rest for each in row.conditions}
        self._places = tuple(sorted(places))
        self._known: dict[tuple[str, ...], bool] = {}

    def look(self, segment: Segment) -> bool:
        """Tell whether a row has something to suspect."""
        elements = segment.elements
        count = len(elements)
        if self._places[0] < 0:  # a row that takes every element in turn
            return self._suspect(segment)
        told = [elements[place] if place < count else "" for place in self._places]
        key = (segment.delimiters.component, *told)
        answer = self._known.get(key)
        if answer is None:
            if len(self._known) >= _ANSWERS_MAX:
                self._known.clear()
            answer = self._known[key] = self._suspect(segment)
        return answer

    def _suspect(self, segment: Segment) -> bool:
        elements = segment.elements
        for (place, naming), by_text in self._composed:
            if place < len(elements) and elements[place]:
                parts = elements[place].split(segment.delimiters.component)
                at = by_text.get(parts[naming] if naming < len(parts) else "")
                if at is not None and _suspect(parts, at):
                    return True
        return any(row.suspects(segment, holds) for row, holds in self._rest)


def _look_at_every(every: Mapping[str, Holds]) -> Look:
    """Look at the second component of every element whose first one names its list."""
    clean: dict[str, set[str]] = {}  # by the mark between components

    def look(segment: Segment) -> bool:
        mark = segment.delimiters.component
        known = clean.setdefault(mark, set())
        for element in segment.elements:
            if element in known:
                continue
            parts = element.split(mark, 2)
            holds = every.get(parts[0])
            if holds is not None and len(parts) > 1 and parts[1] and not holds(parts[1]):
                return True
            if len(known) >= _ANSWERS_MAX:
                known.clear()
            known.add(element)
        return False

    return look


def _suspect(texts: Sequence[str], at: Sequence[tuple[int, Holds]]) -> bool:
    count = len(texts)
    for place, holds in at:  # noqa: SIM110 - a generator would cost twice as much
        if place < count and texts[place] and not holds(texts[place]):
            return True
    return False
