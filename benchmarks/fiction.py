"""Fictional people, providers, payers and code numbers, dealt out by a seeded random source."""

from datetime import date, timedelta
from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Complete ICD-10-CM codes in force from April to September 2026, of every-day care.
DIAGNOSES = _words(
    "I10 I119 I2510 I480 I4811 I4819 I4891 I5022 I5032 I509 I639 I739 I8390 I872 I951 E039 E049 "
    "E1042 E109 E1121 E1122 E1140 E1142 E1151 E1165 E1169 E119 E559 E6601 E669 E7800 E781 "
    "E782 E785 E860 E876 E871 D509 D500 D631 D649 D696 D72829 F1010 F1020 F17210 F319 F320 F321 "
    "F329 F3341 F331 F339 F411 F419 F4310 F4323 F5101 F902 G20A1 G2581 G309 G40909 G43009 G43709 "
    "G43909 G4733 G4700 G5600 G5601 G5602 G629 G8929 G894 H2513 H25811 H3530 H353130 H35371 "
    "H401131 H409 H524 H5213 H52223 H6121 H6123 H6590 H6691 H9190 H9319 J0190 J020 J029 "
    "J0390 J069 J101 J111 J189 J209 J301 J302 J309 J310 J329 J441 J449 J4520 J4530 J45909 J45901 "
    "J9601 K0889 K219 K2970 K30 K529 K5730 K580 K589 K5900 K5909 K625 K635 K649 K7581 K760 "
    "K8020 L0390 L209 L219 L259 L309 L400 L409 L570 L700 L719 L723 L738 L821 L84 L853 L989 M1009 "
    "M109 M1611 M1612 M170 M1711 M1712 M179 M1990 M25511 M25512 M25551 M25561 M25562 M2041 M4316 "
    "M4712 M47812 M47816 M47817 M4802 M48061 M5116 M5126 M5127 M5412 M5416 M5417 M5431 M5432 "
    "M542 M6281 M722 M7501 M7551 M7582 M7711 M797 M810 M8580 N182 N1830 N1831 "
    "N1832 N184 N189 N200 N3000 N3010 N390 N393 N3281 N401 N400 N529 R001 R002 R0600 R0602 R0609 "
    "R0789 R079 R0981 R109 R1011 R1013 R1030 R1084 R112 R1310 R140 R197 R200 R21 R262 R2689 R279 "
    "R311 R319 R3129 R350 R519 R42 R531 R5383 R55 R600 R609 R634 R635 R7301 R7303 R739 R7989 "
    "R911 R918 R931 R942 R9431 S161XXA S233XXA S300XXA S335XXA S39012A S63501A S93401A S8001XA "
    "Z0000 Z0001 Z01818 Z09 Z1211 Z1231 Z131 Z136 Z139 Z23 Z713 Z7182 Z7901 Z7902 Z794 "
    "Z7982 Z79899 Z800 Z803 Z8546 Z87891 Z8673 Z9049 Z951 Z955 Z96641 Z96651"
)

# HCPCS and CPT numbers with a place where they are done in an office.
SERVICES = _words(
    "99202 99203 99204 99205 99212 99213 99214 99215 99385 99386 99395 99396 99397 99406 99407 "
    "99417 99490 99495 99496 G0438 G0439 G0442 G0444 G2211 36415 36416 80048 80050 80051 80053 "
    "80061 80069 80076 81000 81001 81002 81003 81025 82043 82044 82270 82306 82465 82550 82565 "
    "82570 82607 82670 82728 82746 82947 82948 82950 83036 83540 83550 83615 83655 83690 83721 "
    "83735 83880 84075 84100 84132 84134 84153 84165 84403 84436 84439 84443 84450 84460 84478 "
    "84480 84484 84520 84550 85007 85014 85018 85025 85027 85379 85610 85651 85652 85730 86003 "
    "86038 86140 86141 86200 86308 86376 86430 86431 86580 86592 86696 86703 86706 86708 86780 "
    "86803 87040 87070 87077 87081 87086 87088 87110 87186 87210 87340 87389 87426 87430 87491 "
    "87502 87591 87651 87804 87880 88142 88175 88305 90460 90471 90472 90473 90474 90791 "
    "90832 90834 90837 92002 92004 92012 92014 92015 92083 92134 92250 92551 92552 92557 92567 "
    "93000 93005 93010 93306 93880 93970 94010 94060 94640 94664 94760 95004 95115 95117 95165 "
    "95810 95811 95886 95910 96110 96127 96160 96372 97010 97012 97014 97016 97032 97035 97110 "
    "97112 97116 97124 97140 97161 97162 97530 97535 98940 98941 99000 10060 11042 11055 11056 "
    "11102 11200 11300 11719 11720 11721 17000 17003 17110 20550 20552 20553 20600 20605 20610 "
    "69210 69209 71045 71046 72040 72100 73030 73130 73560 73562 73610 73630 76642 76700 76705"
)

DRGS = ("065", "190", "193", "247", "280", "291", "309", "312", "378", "392", "470", "603", "690")
# (revenue code, HCPCS) of what an outpatient department bills.
OUTPATIENT = (
    ("0300", "85025"),
    ("0301", "80053"),
    ("0305", "85610"),
    ("0307", "81001"),
    ("0320", "71046"),
    ("0324", "71045"),
    ("0402", "76700"),
    ("0420", "97110"),
    ("0450", "99283"),
    ("0450", "99284"),
    ("0460", "94010"),
    ("0510", "G0463"),
    ("0636", "90471"),
    ("0730", "93005"),
    ("0480", "93306"),
)
# Revenue codes that an inpatient bill has beside the room.
INPATIENT = ("0250", "0258", "0270", "0300", "0305", "0320", "0370", "0410", "0420", "0730")

_LAST = _words(
    "ABBOTT ALDER ASHFORD BARLOW BECKETT BIRCH BRAMBLE BRIAR BROOKE CALDER CARROW CEDAR CLOVER "
    "COBB CROFT DALE DARROW DENHAM DOVE ELDER ELMORE FALLOW FENN FERN FIELD FINCH FLINT FORGE "
    "GARNER GLADE GORSE GRAFTON HALE HARLOW HAWTHORN HAZEL HEATH HOLLIS ISAAC IVERSON JUNIPER "
    "KEATS KESTREL LARK LARCH LINDEN LOWELL MARLOW MEADOWS MERCER MILLER MOSS NETTLE NORWOOD OAKES "
    "OSPREY PARRISH PINE POND QUILL RAVEN REED RIDLEY ROWAN RUSHTON SAGE SEDGE SORREL STONE STROUD "
    "TANNER TEAL THISTLE THORNE TILLER VALE WADE WARREN WELLS WHEELER WILLOW WINSLOW WREN YARROW"
)
_FIRST = _words(
    "ADA ALMA AMOS ANNA ARLO BEA BEN CARA CLEM CORA DANA DEAN DORA EDITH ELI EMIL ESME EVA FAY "
    "FINN FLORA GIL GRETA HUGO IDA INES IRA IVY JACK JANE JOEL JUDE KARL KIT LARS LENA LEO LILA "
    "LOIS LUCY MAE MAX MIA MILO MIRA NED NELL NINA NOEL NORA OLGA OTIS OTTO PAUL PIA QUIN RAY "
    "REX RITA ROSA ROY RUTH SAM SARA SETH TESS THEO TOM UNA URI VERA VIC WADE WALT WILL ZARA ZOE"
)
_STREETS = ("OAK LANE", "ELM STREET", "LAKE ROAD", "PINE AVENUE", "MILL COURT", "HIGH STREET")
_PLACES = (
    ("SPRINGFIELD", "IL", "62701"),
    ("CHICAGO", "IL", "60601"),
    ("COLUMBUS", "OH", "43004"),
    ("MADISON", "WI", "53703"),
    ("AUSTIN", "TX", "78701"),
    ("DENVER", "CO", "80202"),
    ("SALEM", "OR", "97301"),
    ("ALBANY", "NY", "12207"),
)
_PAYERS = (
    "NORTH",
    "SOUTH",
    "EAST",
    "WEST",
    "RIVER",
    "SUMMIT",
    "PRAIRIE",
    "HARBOR",
    "VALLEY",
    "MESA",
)
_FIRST_SERVICE = date(2026, 4, 1)
_SERVICE_DAYS = 150
_LUHN_PREFIX_SUM = 24  # what the prefix 80840 adds to the check sum of an NPI


def npi(number: int) -> str:
    """Make a valid NPI of nine digits that begin with 1."""
    nine = f"1{number % 100_000_000:08d}"
    total = _LUHN_PREFIX_SUM
    for place, digit in enumerate(reversed(nine)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return f"{nine}{-total % 10}"


class Fiction:
    """Deals out one value after the other; the same seed deals the same."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311 - fiction needs no secrets

    def name(self) -> tuple[str, str, str]:
        """Give last, first and, for some, middle name."""
        middle = chr(65 + self.dice.randrange(26)) if self.dice.random() < 0.3 else ""
        return self.dice.choice(_LAST), self.dice.choice(_FIRST), middle

    def street(self) -> str:
        """Give a house number and a street."""
        return f"{self.dice.randrange(1, 9999)} {self.dice.choice(_STREETS)}"

    def place(self) -> tuple[str, str, str]:
        """Give city, state and nine digits of ZIP code."""
        city, state, zip_code = self.dice.choice(_PLACES)
        return city, state, f"{zip_code}{self.dice.randrange(1, 9999):04d}"

    def birth(self) -> str:
        """Give a birth date of the last ninety years."""
        return _written(date(1936, 1, 1) + timedelta(days=self.dice.randrange(32_800)))

    def service_day(self) -> date:
        """Give a day from April to August 2026."""
        return _FIRST_SERVICE + timedelta(days=self.dice.randrange(_SERVICE_DAYS))

    def diagnoses(self, most: int) -> list[str]:
        """Give one to ``most`` different diagnoses."""
        return self.dice.sample(DIAGNOSES, self.dice.randint(1, most))

    def services(self, count: int) -> list[str]:
        """Give so many different services."""
        return self.dice.sample(SERVICES, count)

    def charge_cents(self) -> int:
        """Give a charge for one unit: most fees are whole dollars."""
        step = 100 if self.dice.random() < 0.7 else 5
        return self.dice.randrange(500, 60_000, step)

    def payer(self) -> tuple[str, str]:
        """Give a payer's name and identifier."""
        number = self.dice.randrange(len(_PAYERS))
        return f"{_PAYERS[number]} HEALTH PLAN", f"{_PAYERS[number][:2]}{number:03d}"

    def member_id(self) -> str:
        """Give a member's number."""
        return f"W{self.dice.randrange(10**8, 10**9)}"

    def npi(self) -> str:
        """Give an NPI."""
        return npi(self.dice.randrange(10**8))


def _written(day: date) -> str:
    return day.strftime("%Y%m%d")
