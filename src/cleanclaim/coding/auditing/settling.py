"""Two codings of a visit made into one, by what a third person ruled."""

from collections.abc import Iterable

import msgspec

from cleanclaim.coding.auditing.agreement import Difference
from cleanclaim.coding.sheet import DIAGNOSES, CodedLine, Sheet


def settle(coded: Sheet, recoded: Sheet, granted: Iterable[Difference]) -> Sheet:
    """Give ``coded`` with those differences mended in which the other coding was found right."""
    sheet = coded
    for difference in granted:
        sheet = _mended(sheet, recoded, difference)
    return sheet


def _mended(sheet: Sheet, recoded: Sheet, difference: Difference) -> Sheet:
    code = difference.code
    if difference.kind == "order":
        first = difference.recoded
        rest = tuple(each for each in sheet.diagnoses if each != first)
        return msgspec.structs.replace(sheet, diagnoses=(first, *rest))
    if difference.kind == "instead":
        other = difference.recoded
        codes = tuple(other if each == code else each for each in sheet.diagnoses)
        return msgspec.structs.replace(sheet, diagnoses=codes)
    if difference.system == DIAGNOSES:
        kept = tuple(each for each in sheet.diagnoses if each != code)
        added = (code,) if difference.kind == "missing" else ()
        return msgspec.structs.replace(sheet, diagnoses=(*kept, *added))
    return msgspec.structs.replace(sheet, services=_services(sheet, recoded, difference))


def _services(sheet: Sheet, recoded: Sheet, difference: Difference) -> tuple[CodedLine, ...]:
    wanted = difference.recoded if difference.kind == "level" else difference.code
    theirs = next((x for x in recoded.services if x.code == wanted), None)
    match difference.kind:
        case "level":
            lines = (theirs if x.code == difference.code else x for x in sheet.services)
            return tuple(line for line in lines if line is not None)
        case "extra":
            return tuple(x for x in sheet.services if x.code != difference.code)
        case "missing":
            return (*sheet.services, theirs) if theirs else sheet.services
        case kind:
            return tuple(
                _taken_over(line, theirs, kind) if line.code == difference.code else line
                for line in sheet.services
            )


def _taken_over(line: CodedLine, theirs: CodedLine | None, kind: str) -> CodedLine:
    """Take over what was ruled on (the modifiers, or the units) and leave the rest."""
    if theirs is None:
        return line
    changes = {kind: getattr(theirs.entry, kind)}
    return msgspec.structs.replace(line, entry=msgspec.structs.replace(line.entry, **changes))
