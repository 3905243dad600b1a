"""SNIP type 6: teeth have names, kinds and surfaces."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.segments import Loop, Segment

_DENTAL = ("837D",)
_PERMANENT = frozenset(map(str, range(1, 33)))
_PRIMARY = frozenset("ABCDEFGHIJKLMNOPQRST")
# Teeth beyond the usual ones: 51 to 82, and primary ones with an S.
_FURTHER = frozenset(map(str, range(51, 83))) | {f"{tooth}S" for tooth in _PRIMARY}
_FRONT = frozenset(map(str, (*range(6, 12), *range(22, 28)))) | frozenset("CDEFGHMNOPQR")
_AREAS = frozenset({"00", "01", "02", "10", "20", "30", "40"})


@check(
    "X12.6.TOOTH",
    guides=_DENTAL,
    at=("2400/TOO", "2300/DN2"),
    code="STC:A7:244",
    source="universal tooth designation (ISO 3950 in American use)",
    message="no tooth has this number or letter",
    failing=but("837D", ("TOO*JP*30~", "TOO*JP*33~")),
    passing=but("837D", ("TOO*JP*30~", "TOO*JP*T~")),
)
def tooth_has_a_name(tooth: Segment, _loop: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Teeth are numbered 1 to 32 and lettered A to T, further ones by 50 or S more."""
    place = 2 if tooth.id == "TOO" else 1
    name = tooth.get(place).lstrip("0").upper()
    if not name or name in _PERMANENT or name in _PRIMARY or name in _FURTHER:
        return ()
    return (Broken(f"{tooth.id}{place:02d}"),)


@check(
    "X12.6.TOOTH_SURFACE",
    guides=_DENTAL,
    at="2400/TOO",
    code="STC:A7:240",
    severity=Severity.WARN,
    source="universal tooth designation, surfaces",
    message="the surface is one of {kind} teeth and this is none",
    failing=but("837D", ("TOO*JP*12*M:O~", "TOO*JP*8*M:O~")),
    passing=but("837D", ("TOO*JP*12*M:O~", "TOO*JP*8*M:I~")),
)
def surface_is_of_the_tooth(tooth: Segment, _line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Front teeth have an edge (I), back teeth a chewing surface (O)."""
    surfaces = tooth.components(3)
    name = tooth.get(2).lstrip("0").upper()
    if not surfaces or name in _FURTHER:
        return ()
    wrong, kind = ("O", "back") if name in _FRONT else ("I", "front")
    if wrong not in surfaces:
        return ()
    return (Broken(f"TOO03-{surfaces.index(wrong) + 1:02d}", words={"kind": kind}),)


@check(
    "X12.6.SURFACE_TWICE",
    guides=_DENTAL,
    at="2400/TOO",
    code="STC:A7:240",
    severity=Severity.WARN,
    source="837D, TOO03",
    message="a surface of the tooth is told twice",
    failing=but("837D", ("TOO*JP*12*M:O~", "TOO*JP*12*M:M~")),
)
def surfaces_differ(tooth: Segment, _line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Each surface of a tooth is told once."""
    surfaces = [each for each in tooth.components(3) if each]
    return (Broken("TOO03"),) if len(surfaces) > len(set(surfaces)) else ()


@check(
    "X12.6.MOUTH_AREA",
    guides=_DENTAL,
    at="2400/SV3",
    code="STC:A7:245",
    source="837D, SV304",
    message="no area of the mouth has this code",
    failing=but("837D", ("200**10**1", "200**50**1")),
    passing=but("837D", ("200**10**1", "200**40**1")),
)
def area_has_a_code(service: Segment, _line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """The mouth, its two arches and its four quadrants have codes."""
    if not service.get(4):
        return ()
    return tuple(
        Broken(f"SV304-{number:02d}")
        for number, area in enumerate(service.components(4), 1)
        if area and area not in _AREAS
    )
