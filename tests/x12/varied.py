"""Claims of several makes out of plain ones: what some claims tell and most do not."""

from collections.abc import Callable

_Make = Callable[[list[str]], list[str]]


def varied(text: str) -> str:
    """Give the text with every claim as one of some makes in turn; all remain clean."""
    head, *subscribers = _split(text.split("~"), "HL*")
    made = [head]
    for number, own in enumerate(subscribers):
        make = _MAKES[number % len(_MAKES)]
        made.append(make(own) if any(each.startswith("CLM*") for each in own) else own)
    return "~".join(_recounted([each for own in made for each in own]))


def _split(segments: list[str], start: str) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for each in segments:
        if each.startswith(start):
            runs.append([])
        runs[-1].append(each)
    return runs


def _recounted(segments: list[str]) -> list[str]:
    """Count the segments of transactions anew (SE01)."""
    told, start = [], 0
    for place, each in enumerate(segments):
        start = place if each.startswith("ST*") else start
        counted = f"SE*{place - start + 1}*{each.split('*')[-1]}"
        told.append(counted if each.startswith("SE*") else each)
    return told


def _behind(name: str, *more: str) -> _Make:
    """Put segments behind each of those that begin so."""

    def make(segments: list[str]) -> list[str]:
        return [
            told
            for each in segments
            for told in ([each, *more] if each.startswith(name) else [each])
        ]

    return make


def _elements(name: str, **changes: str) -> _Make:
    """Put other elements, named e9 for the ninth, into the segments that begin so."""

    def make(segments: list[str]) -> list[str]:
        return [_with(each, changes) if each.startswith(name) else each for each in segments]

    return make


def _with(segment: str, changes: dict[str, str]) -> str:
    elements = segment.split("*")
    for name, value in changes.items():
        place = int(name[1:])
        elements += [""] * (place + 1 - len(elements))
        elements[place] = value
    return "*".join(elements)


def _one_after_the_other(*makes: _Make) -> _Make:
    def make(segments: list[str]) -> list[str]:
        for each in makes:
            segments = each(segments)
        return segments

    return make


_CLINIC = (
    "NM1*77*2*RIVER CLINIC*****XX*1234567893",
    "N3*5 RIVER ROAD",
    "N4*SAN FRANCISCO*CA*941100000",
)
_PERSON = "NM1*82*1*HOLM*INA****XX*1245319599", "PRV*PE*PXC*207Q00000X"
_MAKES: tuple[_Make, ...] = (
    list,
    _elements("CLM*", e5="12:B:1"),
    _one_after_the_other(
        _elements("NM1*IL*", e5="LEE", e7="JR"), _elements("NM1*QC*", e5="LEE", e7="JR")
    ),
    _behind("CLM*", "REF*9F*R17", "REF*X4*12D3456789"),
    _one_after_the_other(_behind("PRV*PE*", *_CLINIC), _elements("SV1*", e1="HC:99213")),
    _one_after_the_other(
        _behind("CLM*", "DTP*439*D8*20260101"), _elements("CLM*", e11="AA:OA::OR")
    ),
    _behind("REF*6R*", "NTE*ADD*LONG VISIT"),
    _behind("REF*6R*", *_PERSON),
    _behind("PRV*PE*", "REF*0B*LIC77"),
    _elements("SBR*", e9="MC"),
    _elements("SV1*", e5="12"),
)
