"""Which loop names which provider, in the three kinds of claims."""

from collections.abc import Mapping

import msgspec

from cleanclaim.claims.model import ClaimKind


class Role(msgspec.Struct, frozen=True):
    """A provider of a claim or line: its field, loop, code (NM101) and specialty (PRV01)."""

    field: str
    loop: str
    code: str
    specialty: str = ""


CLAIM_ROLES: Mapping[ClaimKind, tuple[Role, ...]] = {
    ClaimKind.PROFESSIONAL: (
        Role("referring", "2310A", "DN"),
        Role("primary_care", "2310A", "P3"),
        Role("rendering", "2310B", "82", "PE"),
        Role("facility", "2310C", "77"),
        Role("supervising", "2310D", "DQ"),
    ),
    ClaimKind.INSTITUTIONAL: (
        Role("attending", "2310A", "71", "AT"),
        Role("operating", "2310B", "72"),
        Role("other_operating", "2310C", "ZZ"),
        Role("rendering", "2310D", "82"),
        Role("facility", "2310E", "77"),
        Role("referring", "2310F", "DN"),
    ),
    ClaimKind.DENTAL: (
        Role("referring", "2310A", "DN", "RF"),
        Role("primary_care", "2310A", "P3", "RF"),
        Role("rendering", "2310B", "82", "PE"),
        Role("facility", "2310C", "77"),
        Role("assistant", "2310D", "DD", "AS"),
        Role("supervising", "2310E", "DQ"),
    ),
}

LINE_ROLES: Mapping[ClaimKind, tuple[Role, ...]] = {
    ClaimKind.PROFESSIONAL: (
        Role("rendering", "2420A", "82", "PE"),
        Role("purchased_from", "2420B", "QB"),
        Role("facility", "2420C", "77"),
        Role("supervising", "2420D", "DQ"),
        Role("ordering", "2420E", "DK"),
        Role("referring", "2420F", "DN"),
        Role("primary_care", "2420F", "P3"),
    ),
    ClaimKind.INSTITUTIONAL: (
        Role("operating", "2420A", "72"),
        Role("other_operating", "2420B", "ZZ"),
        Role("rendering", "2420C", "82"),
        Role("referring", "2420D", "DN"),
    ),
    ClaimKind.DENTAL: (
        Role("rendering", "2420A", "82", "PE"),
        Role("assistant", "2420B", "DD", "AS"),
        Role("supervising", "2420C", "DQ"),
        Role("facility", "2420D", "77"),
    ),
}

# Loops of 2320 that hold another payer's numbers of a provider, by the provider's code.
OTHER_PAYER_ROLES: Mapping[ClaimKind, Mapping[str, str]] = {
    ClaimKind.PROFESSIONAL: {
        "DN": "2330C",
        "P3": "2330C",
        "82": "2330D",
        "77": "2330E",
        "DQ": "2330F",
        "85": "2330G",
    },
    ClaimKind.INSTITUTIONAL: {
        "71": "2330C",
        "72": "2330D",
        "ZZ": "2330E",
        "77": "2330F",
        "82": "2330G",
        "DN": "2330H",
        "85": "2330I",
    },
    ClaimKind.DENTAL: {
        "DN": "2330C",
        "P3": "2330C",
        "82": "2330D",
        "DQ": "2330E",
        "85": "2330F",
        "77": "2330G",
        "DD": "2330H",
    },
}

# Where a transport began and ended (NM101 PW and 45), of the claim and of a line.
TRANSPORT_LOOPS = {"2300": ("2310E", "2310F"), "2400": ("2420G", "2420H")}
