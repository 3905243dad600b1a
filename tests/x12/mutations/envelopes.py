"""Type 1 around a transaction: counts, control numbers, forms and places of the envelope."""

from collections.abc import Iterator

import msgspec

from x12.mutations.annotated import Base
from x12.mutations.mutation import Envelope, Mutation, envelope, text_of


class _Spoiled(msgspec.Struct, frozen=True):
    """One edit of one envelope segment: where the finding stands counts from the ISA or the end."""

    field: str
    old: str
    new: str
    rule: str
    code: str
    at: str  # the segment that the finding is at: isa, gs, st, se, ge, iea


_EDITS = (
    _Spoiled("isa", "ISA*00*", "ISA*99*", "ISA", "TA1:010", "isa"),
    _Spoiled("isa", "*00*          *ZZ", "*77*          *ZZ", "ISA", "TA1:012", "isa"),
    _Spoiled("isa", "*ZZ*MAPLE", "*QQ*MAPLE", "ISA", "TA1:005", "isa"),
    _Spoiled("isa", "*ZZ*NORTH", "*QQ*NORTH", "ISA", "TA1:007", "isa"),
    _Spoiled("isa", "*260512*", "*261312*", "ISA", "TA1:014", "isa"),
    _Spoiled("isa", "*1200*", "*2500*", "ISA", "TA1:015", "isa"),
    _Spoiled("isa", "*00501*", "*ABCDE*", "ISA", "TA1:017", "isa"),
    _Spoiled("isa", "*000000101*", "*00000A101*", "ISA", "TA1:018", "isa"),
    _Spoiled("isa", "*0*T*", "*5*T*", "ISA", "TA1:019", "isa"),
    _Spoiled("isa", "*0*T*", "*0*Q*", "ISA", "TA1:020", "isa"),
    _Spoiled("isa", "MAPLEBILLING   *", "MAPLEBILLING*", "ISA", "TA1:006", "isa"),
    _Spoiled("iea", "*1*", "*2*", "IEA01", "TA1:021", "iea"),
    _Spoiled("iea", "*1*", "*X*", "IEA01", "TA1:021", "iea"),
    _Spoiled("iea", "000000101", "000000102", "IEA02", "TA1:001", "iea"),
    _Spoiled("iea", "IEA*1*000000101", "", "IEA_MISSING", "TA1:023", "isa"),
    _Spoiled("gs", "*20260512*", "*20261312*", "GS", "TA1:024", "gs"),
    _Spoiled("gs", "*1200*", "*2400*", "GS", "TA1:024", "gs"),
    _Spoiled("gs", "*101*X", "*1O1*X", "GS", "TA1:024", "gs"),
    _Spoiled("gs", "*101*X", "*101*Q", "GS", "TA1:024", "gs"),
    _Spoiled("gs", "*NORTHPAYER*", "*N*", "GS", "TA1:024", "gs"),
    _Spoiled("gs", "GS*", "GS*Q", "GS", "TA1:024", "gs"),
    _Spoiled("ge", "GE*1*", "GE*2*", "GE01", "AK9:5", "ge"),
    _Spoiled("ge", "GE*1*101", "GE*1*102", "GE02", "AK9:4", "ge"),
    _Spoiled("ge", "GE*1*101", "", "GE_MISSING", "AK9:3", "gs"),
    _Spoiled("se", "*0001", "*0002", "SE02", "IK5:3", "se"),
    _Spoiled("se", "SE*", "SE*9", "SE01", "IK5:4", "se"),
    _Spoiled("se", "SE*", "SE*-", "SE01", "IK5:4", "se"),
)
# GS06 and GE02, ISA13 and IEA02 must agree, so that a spoilt one breaks both.
_ALSO = {
    "*00000A101*": ("X12.1.IEA02",),
    "*1O1*X": ("X12.1.GE02",),
    "GS*Q": ("X12.1.GS01",),
}


def envelopes(base: Base) -> Iterator[Mutation]:
    """Give the mutations of the envelope of a base."""
    sound = envelope(base, len(base.lines))
    for edit in _EDITS:
        yield _edited(base, sound, edit)
    yield _wrong_group(base, sound)
    if base.transaction != "835":
        yield _wrong_guide(base, sound)
    yield _no_trailer(base, sound)
    yield from _repeated(base, sound)


def _edited(base: Base, sound: Envelope, edit: _Spoiled) -> Mutation:
    held = getattr(sound, edit.field)
    assert edit.old in held, edit
    around = msgspec.structs.replace(sound, **{edit.field: held.replace(edit.old, edit.new, 1)})
    return Mutation(
        f"{base.name}: {edit.field} {edit.old!r} as {edit.new!r}",
        base.name,
        1,
        text_of(base, base.body(), around),
        (f"X12.1.{edit.rule}",),
        (_place(base, edit.at),),
        (edit.code,),
        also=_ALSO.get(edit.new, ()),
    )


def _wrong_group(base: Base, sound: Envelope) -> Mutation:
    around = msgspec.structs.replace(sound, gs=sound.gs.replace(f"GS*{base.functional}", "GS*FA"))
    text = text_of(base, base.body(), around)
    name = f"{base.name}: of another functional group"
    return Mutation(name, base.name, 1, text, ("X12.1.GS01",), (2,), ("AK9:1",))


def _wrong_guide(base: Base, sound: Envelope) -> Mutation:
    around = msgspec.structs.replace(sound, st=sound.st.replace(base.version, "005010X999"))
    text = text_of(base, base.body(), around)
    name = f"{base.name}: ST03 of another guide"
    return Mutation(name, base.name, 1, text, ("X12.1.ST03",), (3,), ("IK5:I6",))


def _no_trailer(base: Base, sound: Envelope) -> Mutation:
    around = msgspec.structs.replace(sound, se="")
    text = text_of(base, base.body(), around)
    name = f"{base.name}: without SE"
    also = ("X12.2.SEGMENT_MISSING",)  # a guide requires its SE as well
    return Mutation(name, base.name, 1, text, ("X12.1.SE_MISSING",), (3,), ("IK5:2",), "", also)


def _repeated(base: Base, sound: Envelope) -> Iterator[Mutation]:
    """Give control numbers used twice at each of the three levels."""
    whole = text_of(base, base.body())
    lines = whole.splitlines(keepends=True)
    count = len(lines)
    transaction = lines[2:-2]
    twice = [*lines[:2], *transaction, *transaction, "GE*2*101~\n", lines[-1]]
    groups = [*lines[:-1], *lines[1:-1], "IEA*2*000000101~\n"]
    for name, text, rule, at, code in (
        ("ISA13", whole + whole, "ISA_REPEATED", count + 1, "TA1:025"),
        ("ST02", "".join(twice), "ST_REPEATED", count - 1, "IK5:23"),
        ("GS06", "".join(groups), "GS_REPEATED", count, "AK9:19"),
    ):
        yield Mutation(
            f"{base.name}: {name} used twice",
            base.name,
            1,
            text,
            (f"X12.1.{rule}",),
            (at,),
            (code,),
        )


def _place(base: Base, at: str) -> int:
    end = len(base.lines) + 3
    return {"isa": 1, "gs": 2, "st": 3, "se": end + 1, "ge": end + 2, "iea": end + 3}[at]
