"""SNIP type 6: durable medical equipment, its certificates and its rental."""

from cleanclaim.kernel.findings import Severity
from cleanclaim.x12.checks.examples import but
from cleanclaim.x12.checks.registry import Broken, Scope, check
from cleanclaim.x12.checks.usual_claims import unusual_claim
from cleanclaim.x12.segments import Loop, Segment

_PROFESSIONAL = ("837P",)
_RENTED = ("SV1*HC:36415*50*UN*1***1~", "SV1*HC:E0570:RR*50*UN*1***1~")
_LAST_DATE = "DTP*472*RD8*20260102-20260103~"
_AT = "DTP*472*RD8"
_PRICED = f"***1~\n{_AT}"
_PRICES = "*DA*30*5*100*4~\n"
_BEGUN = "DTP*463*D8*20251201~"
_CERTIFIED = "DTP*461*D8*20251201~"


def _certificate(kind: str, *dates: str) -> tuple[tuple[str, str], ...]:
    """Change the sample's second line to equipment with a certificate and further dates."""
    service = ("***1~\nDTP*472*RD8", f"***1~\nCR3*{kind}*MO*12~\nDTP*472*RD8")
    return (_RENTED, service, (_LAST_DATE, "\n".join((_LAST_DATE, *dates))))


_WHOLE = but("837P", *_certificate("I", _BEGUN, _CERTIFIED))


@check(
    "X12.6.THERAPY_BEGAN",
    guides=_PROFESSIONAL,
    at="2400/CR3",
    code="STC:A6:525",
    source="837P, DTP*463 and CR3 (2400)",
    message="equipment is certified (CR3) but when the therapy began is missing (DTP*463)",
    failing=but("837P", *_certificate("I", _CERTIFIED)),
    passing=_WHOLE,
)
def certificate_has_a_beginning(_paper: Segment, line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Certified equipment says when the therapy began."""
    return () if line.find("DTP", "463") else (Broken("DTP"),)


@check(
    "X12.6.LAST_CERTIFIED",
    guides=_PROFESSIONAL,
    at="2400/CR3",
    code="STC:A6:580",
    severity=Severity.WARN,
    source="837P, DTP*461 and CR3 (2400)",
    message="equipment is certified (CR3) but when it last was is missing (DTP*461)",
    failing=but("837P", *_certificate("I", _BEGUN)),
    passing=_WHOLE,
)
def certificate_has_a_day(_paper: Segment, line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Certified equipment says when it was last certified."""
    return () if line.find("DTP", "461") else (Broken("DTP"),)


@check(
    "X12.6.RECERTIFIED",
    guides=_PROFESSIONAL,
    at="2400/CR3",
    code="STC:A6:529",
    source="837P, DTP*607 and CR301 (2400)",
    message="a certificate is renewed or revised (CR301) but when is missing (DTP*607)",
    failing=but("837P", *_certificate("R", _BEGUN, _CERTIFIED)),
    passing=but("837P", *_certificate("R", "DTP*607*D8*20260102~", _BEGUN, _CERTIFIED)),
)
def renewed_certificate_has_a_day(paper: Segment, line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """A certificate that is renewed or revised says when."""
    if paper.get(1) not in ("R", "S") or line.find("DTP", "607"):
        return ()
    return (Broken("DTP"),)


@check(
    "X12.6.FIRST_CERTIFICATE",
    guides=_PROFESSIONAL,
    at="2400/CR3",
    code="STC:A8:529",
    severity=Severity.WARN,
    source="837P, DTP*607 and CR301 (2400)",
    message="a first certificate (CR301) has a day of renewal (DTP*607)",
    failing=but("837P", *_certificate("I", "DTP*607*D8*20260102~", _BEGUN, _CERTIFIED)),
    passing=_WHOLE,
)
def first_certificate_is_not_renewed(
    paper: Segment, line: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """A first certificate was not renewed."""
    return (Broken("CR301"),) if paper.get(1) == "I" and line.find("DTP", "607") else ()


@check(
    "X12.6.CERTIFICATE_CONDITIONS",
    guides=_PROFESSIONAL,
    at="2400/CRC*09",
    code="STC:A6:335",
    severity=Severity.WARN,
    source="837P, CRC*09 and CR3 (2400)",
    message="conditions of equipment (CRC*09) stand without its certificate (CR3)",
    failing=but("837P", _RENTED, ("***1~\nDTP*472*RD8", "***1~\nCRC*09*Y*38~\nDTP*472*RD8")),
    passing=but(
        "837P",
        *_certificate("I", _BEGUN, _CERTIFIED),
        ("CR3*I*MO*12~", "CR3*I*MO*12~\nCRC*09*Y*38~"),
    ),
)
def conditions_have_a_certificate(
    _condition: Segment, line: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """Conditions of equipment stand beside its certificate."""
    return () if line.find("CR3") else (Broken("CRC01"),)


@check(
    "X12.6.RENTAL_PROCEDURE",
    guides=_PROFESSIONAL,
    at="2400/SV5",
    code="STC:A7:186",
    source="837P, SV501-2 and SV101-2",
    message="the equipment that is rented or bought (SV5) is not the one charged (SV1)",
    failing=but(
        "837P", _RENTED, ("***1~\nDTP*472*RD8", "***1~\nSV5*HC:E0571*DA*30*5*100*4~\nDTP*472*RD8")
    ),
    passing=but(
        "837P", _RENTED, ("***1~\nDTP*472*RD8", "***1~\nSV5*HC:E0570*DA*30*5*100*4~\nDTP*472*RD8")
    ),
)
def rented_is_charged(rental: Segment, line: Loop, _scope: Scope) -> tuple[Broken, ...]:
    """Rental and purchase price are of the equipment that the line charges."""
    service = line.find("SV1")
    if service is None or rental.get(1, 2) == service.get(1, 2):
        return ()
    return (Broken("SV501-02"),)


@check(
    "X12.6.RENTED_AND_BOUGHT",
    guides=_PROFESSIONAL,
    at="2400/SV1",
    applies=unusual_claim,
    code="STC:A7:453",
    severity=Severity.WARN,
    source="HCPCS level II, modifiers RR and NU",
    message="equipment is charged as rented (RR) and as bought new (NU) on one line",
    failing=but("837P", ("SV1*HC:36415*50*UN*1***1~", "SV1*HC:E0570:RR:NU*50*UN*1***1~")),
    passing=but("837P", _RENTED),
)
def equipment_is_rented_or_bought(
    service: Segment, _line: Loop, _scope: Scope
) -> tuple[Broken, ...]:
    """A line is for renting equipment or for buying it."""
    if service.get(1, 2)[:1] not in ("E", "K"):
        return ()
    both = {"RR", "NU"} <= set(service.components(1)[2:6])
    return (Broken("SV101"),) if both else ()
