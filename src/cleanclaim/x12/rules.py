"""The catalogue: every rule that reading an X12 text can find broken, in its own words."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.findings import Rule

BLOCK, WARN, INFO = Severity.BLOCK, Severity.WARN, Severity.INFO


def _rule(
    rule_id: str, code: str, message: str, hint: str = "", severity: Severity = BLOCK
) -> Rule:
    """Make a rule whose SNIP type is the digit in its id."""
    return Rule(rule_id, int(rule_id.split(".")[1]), severity, code, message, hint)


NOT_X12 = _rule(
    "X12.1.NOT_X12",
    "TA1:022",
    "this text belongs to no interchange",
    "An interchange starts with ISA and ends with IEA.",
)
BAD_ISA = _rule("X12.1.ISA", "TA1:022", "{element} does not have the form that the standard fixes")
BAD_GS = _rule("X12.1.GS", "TA1:024", "{element} does not have the form that the standard fixes")
NO_IEA = _rule("X12.1.IEA_MISSING", "TA1:023", "the interchange has no IEA at its end")
IEA_COUNT = _rule(
    "X12.1.IEA01", "TA1:021", "IEA01 says {said} groups, the interchange holds {counted}"
)
IEA_CONTROL = _rule("X12.1.IEA02", "TA1:001", "IEA02 is not the control number of the ISA")
ISA_AGAIN = _rule(
    "X12.1.ISA_REPEATED", "TA1:025", "another interchange of this file has this control number"
)
MISPLACED_ENVELOPE = _rule(
    "X12.1.ENVELOPE", "TA1:022", "{segment} stands where no {segment} may be"
)
NO_GE = _rule("X12.1.GE_MISSING", "AK9:3", "the group has no GE at its end")
GE_COUNT = _rule("X12.1.GE01", "AK9:5", "GE01 says {said} transactions, the group holds {counted}")
GE_CONTROL = _rule("X12.1.GE02", "AK9:4", "GE02 is not the control number of the GS")
GS_AGAIN = _rule(
    "X12.1.GS_REPEATED", "AK9:19", "another group of this interchange has this control number"
)
NO_SE = _rule("X12.1.SE_MISSING", "IK5:2", "the transaction has no SE at its end")
SE_COUNT = _rule("X12.1.SE01", "IK5:4", "SE01 says {said} segments, the transaction has {counted}")
SE_CONTROL = _rule("X12.1.SE02", "IK5:3", "SE02 is not the control number of the ST")
ST_AGAIN = _rule(
    "X12.1.ST_REPEATED", "IK5:23", "another transaction of this group has this control number"
)
WRONG_GUIDE = _rule(
    "X12.1.ST03", "IK5:I6", "ST03 and GS08 do not name the same implementation guide"
)
WRONG_GROUP = _rule(
    "X12.1.GS01", "AK9:1", "GS01 is not the functional group that this guide belongs to"
)
UNKNOWN_GUIDE = _rule(
    "X12.1.GUIDE",
    "IK5:I6",
    "no guide is at hand for this transaction: its content was not checked",
    "Only the envelope, the counts and the control numbers were checked.",
)
OLDER_GUIDE = _rule(
    "X12.1.GUIDE_RELEASE", "", "read as {guide}, which this release of it became", severity=INFO
)
UNKNOWN_SEGMENT = _rule("X12.1.SEGMENT_UNKNOWN", "IK3:1", "the guide knows no segment {segment}")
UNEXPECTED_SEGMENT = _rule(
    "X12.1.SEGMENT_UNEXPECTED",
    "IK3:2",
    "{segment} with this qualifier may not stand here",
    "The segments up to the next one that fits were passed over.",
)
ORDER = _rule(
    "X12.1.SEGMENT_ORDER", "IK3:7", "{segment} comes too late: what follows it came first"
)
MISSING_SEGMENT = _rule("X12.2.SEGMENT_MISSING", "IK3:3", "loop {loop} needs the segment {segment}")
MISSING_LOOP = _rule("X12.2.LOOP_MISSING", "IK3:I7", "loop {outer} needs a loop {loop}")
SEGMENT_REPEATS = _rule(
    "X12.2.SEGMENT_REPEATS", "IK3:5", "{segment} comes more than {most} times in this loop"
)
LOOP_REPEATS = _rule("X12.2.LOOP_REPEATS", "IK3:4", "loop {loop} comes more than {most} times")
HL_NUMBER = _rule("X12.1.HL01", "IK4:7", "HL01 does not count the HL segments from 1")
HL_PARENT = _rule("X12.1.HL02", "IK4:7", "HL02 is not the HL01 of the level above")
HL_CHILDREN = _rule("X12.2.HL04", "IK4:7", "HL04 says {said} about levels below, which is not so")
TRAILING = _rule(
    "X12.1.TRAILING_SEPARATOR",
    "IK3:8",
    "the segment ends with empty elements or components, which should be left out",
    severity=WARN,
)
MISSING_ELEMENT = _rule("X12.2.ELEMENT_MISSING", "IK4:1", "{element} is required")
UNUSED_ELEMENT = _rule("X12.2.ELEMENT_UNUSED", "IK4:I10", "{element} is not used by this guide")
TOO_MANY_ELEMENTS = _rule("X12.1.ELEMENTS", "IK4:3", "the segment has more elements than X12 knows")
TOO_MANY_COMPONENTS = _rule("X12.1.COMPONENTS", "IK4:13", "{element} has too many components")
TOO_MANY_REPEATS = _rule(
    "X12.2.REPETITIONS", "IK4:12", "{element} is repeated more than {most} times"
)
TOO_SHORT = _rule("X12.1.SHORT", "IK4:4", "{element} has {length} characters, at least {bound}")
TOO_LONG = _rule("X12.1.LONG", "IK4:5", "{element} has {length} characters, at most {bound}")
BAD_CHARACTER = _rule("X12.1.CHARACTER", "IK4:6", "{element} holds characters its type forbids")
BAD_DATE = _rule("X12.1.DATE", "IK4:8", "{element} is no date in the form it must have")
BAD_TIME = _rule("X12.1.TIME", "IK4:9", "{element} is no time of day")
BAD_CODE = _rule(
    "X12.2.CODE", "IK4:7", "{element} is none of the codes that the guide allows: {codes}"
)
CONDITION = _rule("X12.1.SYNTAX", "IK4:2", "{element} must be given with {others}")
EXCLUSION = _rule("X12.1.SYNTAX_EXCLUSION", "IK4:10", "only one of {others} may be given")
