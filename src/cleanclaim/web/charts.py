"""Small charts as plain SVG shapes: where each point lies, drawn by a template, read by a table."""

from collections.abc import Sequence

import msgspec

WIDTH = 160
HEIGHT = 44
_EDGE = 5


class Point(msgspec.Struct, frozen=True):
    """One point of a line, in the units of the drawing."""

    x: float
    y: float


class Line(msgspec.Struct, frozen=True):
    """A line of values: runs of points without a gap, and the height of the aim where there is one.

    ``runs`` empty means that nothing is known.
    """

    runs: tuple[tuple[Point, ...], ...]
    aim: float | None
    width: int = WIDTH
    height: int = HEIGHT

    def path(self, run: tuple[Point, ...]) -> str:
        """Write a run as the points of a polyline."""
        return " ".join(f"{point.x},{point.y}" for point in run)


def draw_line(values: Sequence[float | None], aim: float | None = None) -> Line:
    """Lay values out from left to right; what is not known is a gap, never a zero.

    The aim belongs to the scale, so that its height can be compared.
    """
    known = [value for value in (*values, aim) if value is not None]
    if not any(value is not None for value in values):
        return Line((), None)
    low, high = min(known), max(known)

    def height(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - _EDGE - share * (HEIGHT - 2 * _EDGE), 1)

    step = (WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    runs: list[list[Point]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(Point(round(_EDGE + place * step, 1), height(value)))
    return Line(tuple(tuple(run) for run in runs if run), None if aim is None else height(aim))
