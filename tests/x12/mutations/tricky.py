"""Files that look odd and break no rule: none may be refused."""

from collections.abc import Iterator

import msgspec

from x12.mutations.annotated import base
from x12.mutations.mutation import text_of


class Tricky(msgspec.Struct, frozen=True):
    """A valid file, the guide that it needs, and what is odd about it."""

    name: str
    guide: str
    source: str | bytes


def plain(name: str, *changes: tuple[str, str]) -> str:
    """Give a base file with some texts put otherwise; ``~`` ends a segment in both."""
    whole = "~".join(base(name).body()) + "~"
    for old, new in changes:
        assert old in whole, f"{name} has no {old}"
        whole = whole.replace(old, new, 1)
    return text_of(base(name), whole.rstrip("~").split("~"))


def delimited(text: str, element: str, repetition: str, component: str, terminator: str) -> str:
    """Write a file of standard delimiters with others, without line breaks."""
    marks = str.maketrans({"*": element, "^": repetition, ":": component, "~": terminator})
    return text.replace("\n", "").translate(marks)


def tricky() -> Iterator[Tricky]:
    """Give every tricky file."""
    claim, advice = plain("837P"), plain("835")
    for name, source in (*_forms(claim, advice), *_several(claim, advice), *_envelopes(claim)):
        yield Tricky(name, "837P", source)
    for name, guide, changes in (*_CLAIMS, *_OTHERS):
        yield Tricky(f"{guide}: {name}", guide, plain(guide, *changes))


def _forms(claim: str, advice: str) -> Iterator[tuple[str, str | bytes]]:
    """Other line ends, delimiters, marks and white space."""
    bare = claim.replace("\n", "")
    yield "CR LF after each terminator", claim.replace("\n", "\r\n")
    yield "CR after each terminator", claim.replace("\n", "\r")
    yield "no line breaks at all", bare
    yield "blank lines between segments", claim.replace("\n", "\n\n\r\n")
    yield "blanks and tabs before each segment", claim.replace("\n", "\n  \t")
    yield "blank lines at the start", "\r\n\n" + claim
    yield "an end-of-file character at the end", claim + "\x1a"
    yield "zero bytes at the end", claim + "\x00\x00"
    yield "LF as terminator", delimited(claim, "*", "^", ":", "\n")
    yield "CR as terminator", delimited(claim, "*", "^", ":", "\r")
    yield "CR LF as terminator", delimited(advice, "*", "^", ":", "\r").replace("\r", "\r\n")
    yield "bars and angle brackets", delimited(claim, "|", "{", ">", "!")
    yield "the separators of ASCII", delimited(claim, "\x1d", "\x1f", "\x1e", "\x1c")
    yield "a backslash as terminator", delimited(claim, "+", "#", ";", "\\")
    yield "a quotation mark as terminator", delimited(advice, "+", "^", ":", "'")
    yield "a bell as component separator", delimited(advice, "*", "!", "\x07", "~")
    yield "a byte order mark", b"\xef\xbb\xbf" + claim.encode("ascii")
    yield "a byte order mark and CR LF", b"\xef\xbb\xbf" + claim.replace("\n", "\r\n").encode()
    yield "a decoded byte order mark", "\ufeff" + bare
    yield "names beyond ASCII", claim.replace("OAK*PETER", "PE\xd1A*JOS\xc9").encode("latin-1")
    yield "names in UTF-8", claim.replace("OAK*PETER", "PE\xd1A*JOS\xc9").encode("utf-8")


def _several(claim: str, advice: str) -> Iterator[tuple[str, str | bytes]]:
    """Several interchanges, groups and transactions in one file."""
    other = advice.replace("000000101", "000000102")
    yield "two interchanges of two delimiters", claim + delimited(other, "|", "^", ">", "\n")
    yield "an interchange on the line of the other", claim.replace("\n", "") + other
    yield "blank lines between interchanges", claim + "\r\n\r\n" + other
    lines = claim.splitlines(keepends=True)
    second = [each.replace("*0001", "*0002") for each in lines[2:-2]]
    two = [*lines[:-2], *second, "GE*2*101~\n", lines[-1]]
    yield "two transactions in a group", "".join(two)
    group = [each.replace("*101", "*102") for each in advice.splitlines(keepends=True)[1:-1]]
    yield "two groups of two guides", "".join([*lines[:-1], *group, "IEA*2*000000101~\n"])
    again = [each.replace("*101", "*103") for each in lines[1:-1]]
    yield "one ST02 in two groups", "".join([*lines[:-1], *again, "IEA*2*000000101~\n"])


def _envelopes(claim: str) -> Iterator[tuple[str, str | bytes]]:
    """Envelopes written otherwise."""
    answer = "TA1*000000044*260511*0900*A*000~\n"
    lines = claim.splitlines(keepends=True)
    yield "a TA1 and no group", lines[0] + answer + "IEA*0*000000101~\n"
    yield "a TA1 before the group", "".join([lines[0], answer, *lines[1:]])
    yield "an acknowledgement asked for", claim.replace("*0*T*", "*1*T*")
    yield "production", claim.replace("*0*T*", "*0*P*")
    yield "a time of seconds and hundredths", claim.replace("*1200*101*X", "*12005999*101*X")
    yield (
        "a group number of one digit",
        claim.replace("*1200*101*X", "*1200*1*X").replace("GE*1*101", "GE*1*1"),
    )
    yield "a transaction number of letters", claim.replace("*0001", "*A1B2C3D4E")
    yield "zeros before the count of segments", claim.replace("SE*", "SE*000")
    yield "another qualifier of the sender", claim.replace("*ZZ*MAPLE", "*30*MAPLE")
    yield "security information", claim.replace("*00*          *ZZ", "*01*SECRET    *ZZ")


_LINES = "".join(
    f"LX*{number}~SV1*HC:36415*1*UN*1***1~DTP*472*D8*20260504~" for number in range(2, 51)
)
_TEN_PAYERS = "".join(
    f"SBR*{turn}*18*******CI~OI***Y***Y~NM1*IL*1*POND*OTTO****MI*X9~"
    f"NM1*PR*2*PAYER {turn}*****PI*OP{turn}~"
    for turn in "ABCDEFGH"
)
_FIRST = "SBR*P*18*******CI~AMT*D*50~"
_JUDGED = "SVD*SP001*50*HC:99213**1~CAS*CO*45*20**253*10~DTP*573*D8*20260508~"
_SPLIT = (
    "SVD*SP001*20*HC:99213**1~CAS*CO*45*20~DTP*573*D8*20260508~"
    "SVD*SP001*30*HC:99213**1~CAS*CO*253*10~DTP*573*D8*20260509~"
)

_CLAIMS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("ISA as a name", "837P", (("*ISAACSON*", "*ISA*"),)),
    ("ISA at the start of a note", "837P", (("SEEN FOR", "ISA GS ST SE GE IEA"),)),
    ("a name in small letters", "837P", (("*OAK*PETER*", "*van der oak*p. j.*"),)),
    ("every sign of the extended set", "837P", (("SEEN FOR", "!\"&'()+,-./;?=%@[]_{}\\|<>#$`"),)),
    ("a name of one letter", "837P", (("*ELM*GRACE*", "*E*G*"),)),
    ("twelve diagnoses", "837P", (("*ABF:I10*ABF:E785", "*ABF:I10" + "*ABF:E785" * 10),)),
    ("fifty lines", "837P", (("CLM*PT1002*80*", "CLM*PT1002*129*"), (_JUDGED, _JUDGED + _LINES))),
    ("four modifiers", "837P", (("HC:99214:25*", "HC:99214:25:59:76:77*"),)),
    ("a description of the service", "837P", (("HC:99214:25*", "HC:99214:25::::LONG VISIT*"),)),
    (
        "four diagnosis pointers",
        "837P",
        (("*ABF:E785", "*ABF:E785*ABF:E039"), ("1:2:3", "1:2:3:4")),
    ),
    ("amounts with cents and zeros", "837P", (("*165*", "*0165.00*"), ("*215*", "*215.0*"))),
    ("half a unit without a zero", "837P", (("*165*UN*1*", "*165*UN*.5*"),)),
    ("a unit with decimals", "837P", (("*165*UN*1*", "*165*UN*1.250*"),)),
    ("a charge of nothing", "837P", (("CLM*PT1001*215*", "CLM*PT1001*195*"), ("15*20*", "15*0*"))),
    ("leap day of 2024", "837P", (("D8*20260505~REF*6R", "D8*20240229~REF*6R"),)),
    ("a birth in 1908", "837P", (("19800229", "19080229"),)),
    ("an account number of 38", "837P", (("CLM*PT1001*", f"CLM*{'7' * 38}*"),)),
    ("ten fixed format texts", "837P", (("K3*FIXED FORMAT TEXT~", "K3*TEXT~" * 10),)),
    ("ten attachments", "837P", (("PWK*OZ*EL***AC*ATT1~", "PWK*OZ*EL***AC*ATT1~" * 10),)),
    (
        "two referring providers",
        "837P",
        (("*XX*1300203043~", "*XX*1300203043~NM1*P3*1*ASH*IDA****XX*1900809108~"),),
    ),
    ("three ways to reach the sender", "837P", (("*EX*12", "*EX*12*FX*5555550199"),)),
    (
        "an address in Canada",
        "837P",
        (("SPRINGFIELD*IL*62701~DMG*D8*19800229", "TORONTO*ON*M5V 2T6*CA~DMG*D8*19800229"),),
    ),
    (
        "an address abroad",
        "837P",
        (("SPRINGFIELD*IL*62701~DMG*D8*19800229", "LONDON**SW1A 1AA*GB~DMG*D8*19800229"),),
    ),
    (
        "a ZIP of nine for a patient",
        "837P",
        (("SPRINGFIELD*IL*62701~DMG*D8*19800229", "SPRINGFIELD*IL*627011234~DMG*D8*19800229"),),
    ),
    (
        "a corrected claim",
        "837P",
        (
            ("11:B:1*Y*A*Y*Y*P", "11:B:7*Y*A*Y*Y*P"),
            ("REF*G1*AUTH77~", "REF*G1*AUTH77~REF*F8*ICN7~"),
        ),
    ),
    (
        "references in another order",
        "837P",
        (("REF*G1*AUTH77~REF*EA*MR100~", "REF*EA*MR100~REF*G1*AUTH77~"),),
    ),
    (
        "dates in another order",
        "837P",
        (("DTP*431*D8*20260501~DTP*454*D8*20260503~", "DTP*454*D8*20260503~DTP*431*D8*20260501~"),),
    ),
    ("no middle name and no suffix", "837P", (("*RUTH*B**III*", "*RUTH****"),)),
    ("ten payers before", "837P", ((_FIRST, _TEN_PAYERS + _FIRST),)),
    (
        "a payer that judged the whole claim",
        "837P",
        (
            (_FIRST, "SBR*P*18*******CI~CAS*CO*45*30~AMT*D*50~"),
            (_JUDGED, ""),
            ("*PI*SP001~", "*PI*SP001~DTP*573*D8*20260508~"),
        ),
    ),
    ("a payer that split a line", "837P", ((_JUDGED, _SPLIT),)),
    (
        "a payer that paid nothing",
        "837P",
        (
            ("AMT*D*50", "AMT*D*0"),
            ("SVD*SP001*50*", "SVD*SP001*0*"),
            ("45*20**253*10", "45*80"),
        ),
    ),
    (
        "several accidents and their state",
        "837P",
        (("Y*Y*P~", "Y*Y*P*AA:OA::IL~DTP*439*D8*20260501~"),),
    ),
    (
        "a payer's address",
        "837P",
        (("*PI*NP001~CLM", "*PI*NP001~N3*5 PINE AVENUE~N4*CHICAGO*IL*60601~CLM"),),
    ),
    ("a whole month of service", "837P", (("20260505-20260505", "20251201-20260505"),)),
    (
        "twelve more diagnoses twice",
        "837I",
        (("*ABF:E785:::::::Y", "*ABF:E785:::::::Y" * 11 + "~HI*ABF:E039:::::::N"),),
    ),
    ("diagnoses exempt from presence", "837I", (("ABK:I214:::::::Y", "ABK:I214"),)),
    ("several value codes", "837I", (("BE:80:::4", "BE:80:::4*BE:A1:::1676.5*BE:81:::.5"),)),
    (
        "a stay of one day",
        "837I",
        (
            ("20260505-20260509", "20260506-20260506"),
            ("DT*20260505", "DT*20260506"),
            ("BH:11:D8:20260505", "BH:11:D8:20260506"),
        ),
    ),
    ("lines without a day", "837I", (("DTP*472*D8*20260506~", ""),)),
)

_PAID = "BPR*I*236.5*C*ACH*CCP*01*071000013*DA*123456*1123456789**01*071000039*DA*987654*20260520"
_OTHERS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("by check", "835", ((_PAID, "BPR*I*236.5*C*CHK************20260520"),)),
    (
        "nothing paid in sum",
        "835",
        (
            (_PAID, "BPR*H*0*C*NON************20260520"),
            ("WO:ICN7*30", "WO:ICN7*266.5"),
        ),
    ),
    (
        "amounts with all their zeros",
        "835",
        (("*236.5*", "*0236.50*"), ("*25*12*ICN1", "*25.00*12*ICN1")),
    ),
    (
        "an adjustment of half a dollar",
        "835",
        (("CO*45*25~CAS*PR*3*25", "CO*45*24.5~CAS*PR*3*25.5"),),
    ),
    (
        "six provider adjustments",
        "835",
        (("*L6:ICN1*-6.5", "*L6:ICN1*-6.5*72:A*1*72:B*-1*CS:C*2.25*CS:D*-2.25"),),
    ),
    ("a provider adjustment without a name", "835", (("WO:ICN7*30", "72*30"),)),
    (
        "a claim without a patient's share",
        "835",
        (("*150*25*12*ICN1", "*150**12*ICN1"), ("CAS*PR*3*25", "CAS*CO*97*25")),
    ),
    (
        "a service of another code than billed",
        "835",
        (("SVC*HC:36415*20*15**1", "SVC*HC:36415*20*15**1*HC:36416*1"),),
    ),
    (
        "a capitated claim",
        "835",
        (("CLP*PT1009*4*60*0**12", "CLP*PT1009*1*60*0**HM"), ("CO*29*60", "CO*24*60")),
    ),
    ("many service types asked", "270", (("EQ*98^30", "EQ*98^30^1^33^35^47^86^88^AL^MH^UC"),)),
    ("a question by name and birth alone", "270", (("*RUTH*B***MI*M0001", "*RUTH"),)),
    ("many service types covered", "271", (("EB*1*IND*30*", "EB*1*IND*30^1^33^35^47^86^98^UC*"),)),
    ("a share as a decimal", "271", (("EB*B**98***27*25*", "EB*A**98***27**.2"),)),
    (
        "three reasons of a status",
        "277",
        (
            (
                "F1:65*20260512**215*150*20260510**20260510*CHK9",
                "F1:65*20260512**215*150*20260510**20260510*CHK9*F1:107*F1:104",
            ),
        ),
    ),
    ("a status of a whole day", "277", (("RD8*20260505-20260506", "D8*20260505"),)),
    (
        "a question without a line",
        "276",
        (("SVC*HC:99214:25*165*****1~REF*FJ*LN1~DTP*472*D8*20260505~", ""),),
    ),
    (
        "a coverage that ends",
        "834",
        (
            (
                "HD*030**DEN*PLAN2*EMP~DTP*348*D8*20260501",
                "HD*024**DEN*PLAN2*EMP~DTP*349*D8*20251231",
            ),
        ),
    ),
    (
        "four more coverages",
        "834",
        (
            (
                "HD*030**DEN*PLAN2*EMP~DTP*348*D8*20260501~",
                "HD*030**DEN*PLAN2*EMP~DTP*348*D8*20260501~"
                + "".join(
                    f"HD*030**{line}*P*EMP~DTP*348*D8*20260501~"
                    for line in ("VIS", "PDG", "LTD", "AG")
                ),
            ),
        ),
    ),
    ("no day of the question", "278-request", (("HSD*DY*4~", ""),)),
    ("a refusal", "278-response", (("HCR*A6*AUTH78*0V", "HCR*A3**0V"),)),
)
