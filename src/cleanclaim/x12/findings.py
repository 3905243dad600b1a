"""What can be wrong with an X12 text: the catalogue of rules and the findings they make."""

import msgspec

from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.x12.segments import Segment


class Rule(msgspec.Struct, frozen=True):
    """One thing that is checked: its SNIP type 1 to 7, how far it reaches, and its words.

    ``code`` is what an acknowledgement says, with its level: "TA1:021", "AK9:5", "IK5:4",
    "IK3:2", "IK4:7", or for a claim "STC:A7:400" with the category and status of a 277CA (and
    ":85", the entity, where one is meant); empty where an acknowledgement has no word for it.
    """

    id: str
    type: int
    severity: Severity
    code: str
    message: str
    hint: str = ""

    def coded(self, code: str) -> "Rule":
        """Give the rule with another acknowledgement code, where the place decides it."""
        return msgspec.structs.replace(self, code=code)


class X12Finding(msgspec.Struct, frozen=True):
    """One thing found wrong at one place, phrased without patient data.

    ``segment`` counts from 1 in the whole file, ``offset`` is the byte; ``element`` is like
    "CLM05-03" and empty where the whole segment is meant.
    """

    rule: str
    type: int
    severity: Severity
    segment: int
    offset: int
    loop: str
    element: str
    message: str
    hint: str = ""
    code: str = ""

    def as_finding(self) -> Finding:
        """Say it in the words of the kernel."""
        spot = "/".join(part for part in (self.loop, self.element) if part)
        place = f"{spot}, segment {self.segment}" if spot else f"segment {self.segment}"
        source = f"X12 005010, SNIP type {self.type}"
        return Finding(self.rule, self.severity, place, self.message, self.hint, source)


def found(
    rule: Rule, at: Segment | None, loop: str = "", element: str = "", /, **words: object
) -> X12Finding:
    """Make a finding of a rule at a segment; ``words`` fill the message."""
    name = at.id[:3] if at else ""
    words = {"segment": name, "loop": loop, "element": element} | words
    return X12Finding(
        rule=rule.id,
        type=rule.type,
        severity=rule.severity,
        segment=at.position if at else 0,
        offset=at.offset if at else 0,
        loop=loop,
        element=element or name,
        message=rule.message.format(**words),
        hint=rule.hint,
        code=rule.code,
    )
