"""Examples of the rules of types 1 and 2: what breaks each, and what comes near and does not."""

from collections.abc import Mapping

import msgspec

from cleanclaim.x12 import rules
from cleanclaim.x12.checks.examples import CLEAN, Example, but
from cleanclaim.x12.findings import Rule

_ISA = (
    "ISA*00*          *00*          *ZZ*MAPLEBILLING   *ZZ*NORTHPAYER     "
    "*260105*1200*^*00501*{0}*0*T*:~\nIEA*0*{0}~\n"
)
_GS = "GS*HC*MAPLEBILLING*NORTHPAYER*20260105*1200*{0}*X*005010X222A1~\nGE*0*{0}~\n"
_BHT = "BHT*0019*00*B-1*20260105*1200*CH~\n"
_RECEIVER = "NM1*40*2*NORTH PAYER*****46*NP001~\n"
_HI = "HI*ABK:E119*ABF:I10~\n"
_REF = "REF*G1*AUTH1~\n"
_IEA = "IEA*1*000000101~\n"
_GE = "GE*1*101~\n"
_N4 = "N4*SPRINGFIELD*IL*627010000"


class Pair(msgspec.Struct, frozen=True):
    """A text that breaks a rule, and one that does not."""

    failing: Example
    passing: Example


def _pair(*failing: tuple[str, str], near: tuple[tuple[str, str], ...] = ()) -> Pair:
    return Pair(but("837P", *failing), but("837P", *near) if near else CLEAN["837P"])


_EXAMPLES: list[tuple[Rule, Pair]] = [
    (rules.NOT_X12, _pair(("ISA*00*", "noise ISA*00*"), near=(("ISA*00*", "\n ISA*00*"),))),
    (rules.BAD_ISA, _pair(("*T*:~", "*Q*:~"), near=(("*T*:~", "*P*:~"),))),
    (rules.BAD_GS, _pair(("*X*005010X222A1", "*Q*005010X222A1"))),
    (rules.NO_IEA, _pair((_IEA, ""))),
    (rules.IEA_COUNT, _pair(("IEA*1*", "IEA*2*"), near=(("IEA*1*", "IEA*01*"),))),
    (rules.IEA_CONTROL, _pair(("IEA*1*000000101", "IEA*1*000000102"))),
    (
        rules.ISA_AGAIN,
        _pair(
            (_IEA, _IEA + _ISA.format("000000101")),
            near=((_IEA, _IEA + _ISA.format("000000102")),),
        ),
    ),
    (rules.MISPLACED_ENVELOPE, _pair((_GE, _GE + _GE))),
    (rules.NO_GE, _pair((_GE, ""))),
    (rules.GE_COUNT, _pair(("GE*1*", "GE*2*"), near=(("GE*1*", "GE*01*"),))),
    (rules.GE_CONTROL, _pair(("GE*1*101", "GE*1*102"))),
    (
        rules.GS_AGAIN,
        _pair(
            (_GE, _GE + _GS.format("101")),
            ("IEA*1*", "IEA*2*"),
            near=((_GE, _GE + _GS.format("102")), ("IEA*1*", "IEA*2*")),
        ),
    ),
    (rules.NO_SE, _pair(("~\nSE*", "~\nZZZ*"))),
    (
        rules.SE_COUNT,
        Pair(Example("837P", (("~\nSE*", "~\nSE*9"),), recounts=False), CLEAN["837P"]),
    ),
    (rules.SE_CONTROL, _pair(("*0001~\nGE*", "*0002~\nGE*"))),
    (rules.ST_AGAIN, _pair((_GE, f"ST*837*0001*005010X222A1~\nSE*2*0001~\n{_GE}"))),
    (rules.WRONG_GUIDE, _pair(("ST*837*0001*005010X222A1", "ST*837*0001*005010X223A2"))),
    (rules.WRONG_GROUP, _pair(("GS*HC*", "GS*HP*"))),
    (rules.UNKNOWN_GUIDE, _pair(("*X*005010X222A1", "*X*005010X999"))),
    (rules.OLDER_GUIDE, _pair(("*X*005010X222A1", "*X*005010X222"))),
    (rules.UNKNOWN_SEGMENT, _pair((_REF, f"{_REF}ZZZ*1~\n"))),
    (rules.UNEXPECTED_SEGMENT, _pair(("REF*G1*", "REF*QQ*"), near=(("REF*G1*", "REF*9F*"),))),
    (rules.ORDER, _pair((_REF, ""), (_HI, _HI + _REF))),
    (rules.MISSING_SEGMENT, _pair((_BHT, ""), near=((_REF, ""),))),
    (rules.MISSING_LOOP, _pair((_RECEIVER, ""))),
    (rules.SEGMENT_REPEATS, _pair((_BHT, _BHT + _BHT))),
    (rules.LOOP_REPEATS, _pair((_RECEIVER, _RECEIVER + _RECEIVER))),
    (rules.HL_NUMBER, _pair(("HL*2*1*22", "HL*7*1*22"))),
    (rules.HL_PARENT, _pair(("HL*2*1*22", "HL*2*9*22"))),
    (rules.HL_CHILDREN, _pair(("HL*2*1*22*0", "HL*2*1*22*1"))),
    (rules.TRAILING, _pair(("REF*G1*AUTH1~", "REF*G1*AUTH1**~"))),
    (rules.MISSING_ELEMENT, _pair(("REF*G1*AUTH1", "REF*G1"))),
    (rules.UNUSED_ELEMENT, _pair(("REF*G1*AUTH1", "REF*G1*AUTH1*X"))),
    (rules.TOO_MANY_ELEMENTS, _pair(("REF*G1*AUTH1", "REF*G1*AUTH1***X"))),
    (rules.TOO_MANY_COMPONENTS, _pair(("*11:B:1*", "*11:B:1:1*"))),
    (rules.TOO_MANY_REPEATS, _pair(("REF*G1*AUTH1", "REF*G1*AUTH1^AUTH2"))),
    (rules.TOO_SHORT, _pair(("*IL*62701~", "*IL*62~"))),
    (
        rules.TOO_LONG,
        _pair(("CLM*C-1*", f"CLM*{'C' * 39}*"), near=(("CLM*C-1*", f"CLM*{'C' * 38}*"),)),
    ),
    (rules.BAD_CHARACTER, _pair(("CLM*C-1*150*", "CLM*C-1*1x0*"))),
    (rules.BAD_DATE, _pair(("19800229", "19810229"), near=(("19800229", "19840229"),))),
    (rules.BAD_TIME, _pair(("*1200*CH~", "*2400*CH~"), near=(("*1200*CH~", "*2359*CH~"),))),
    (rules.BAD_CODE, _pair(("*Y*A*Y*Y~", "*Y*Q*Y*Y~"), near=(("*Y*A*Y*Y~", "*Y*C*Y*Y~"),))),
    (
        rules.CONDITION,
        _pair(
            ("*TE*5555550100~", "*TE*5555550100*EX~"),
            near=(("*TE*5555550100~", "*EM*A@B.EXAMPLE~"),),
        ),
    ),
    (rules.EXCLUSION, _pair((_N4, f"{_N4}*CA***QC"))),
]
RULE_EXAMPLES: Mapping[str, Pair] = {rule.id: pair for rule, pair in _EXAMPLES}
