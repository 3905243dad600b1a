"""The synthetic practice: its places, its people, its fees, and the visits it is used to."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from cleanclaim.app.documenting import CodedService
from cleanclaim.claims.parties import Address, PersonName
from cleanclaim.kernel.identifiers import npi_from_stem

NAME = "Riverbend Family Medicine"
NPI = npi_from_stem("198765432")
TAX_ID = "370000001"
TAXONOMY = "261QP2300X"
ADDRESS = Address("100 Levee Street", "Riverbend", "IL", "621001200")
CONTACT = ("Billing Office", "2175550120")

LOCATIONS: Mapping[str, Address] = {
    "Riverbend Main": ADDRESS,
    "Oak Hill": Address("22 Summit Drive", "Oak Hill", "IL", "621101400"),
    "Harbor Clinic": Address("7 Dock Road", "Harbor", "IL", "621201500"),
}
# Family medicine, internal medicine, pediatrics, orthopedics, nurse practitioner, therapy.
PROVIDERS: tuple[tuple[PersonName, str], ...] = (
    (PersonName("Ames", "Rowan"), "207Q00000X"),
    (PersonName("Bellamy", "Iris"), "207Q00000X"),
    (PersonName("Castle", "Theo"), "207R00000X"),
    (PersonName("Dunmore", "Leila"), "208000000X"),
    (PersonName("Everly", "Marcus"), "207X00000X"),
    (PersonName("Finch", "Nadine"), "363LF0000X"),
    (PersonName("Grove", "Simon"), "225100000X"),
    (PersonName("Newcomb", "Avery"), "207Q00000X"),
)
NEWCOMER = 7  # whose enrollment with Blue Prairie becomes effective later

FEES: Mapping[str, int] = {
    "99202": 14_500,
    "99203": 21_500,
    "99212": 9_800,
    "99213": 15_800,
    "99214": 22_900,
    "99215": 31_000,
    "99393": 19_500,
    "93000": 5_200,
    "36415": 1_800,
    "81002": 1_400,
    "87880": 4_200,
    "20610": 18_700,
    "97110": 7_600,
    "90471": 4_100,
    "G0439": 24_000,
}


class Template(msgspec.Struct, frozen=True):
    """A kind of visit: its note, what was done and why, and who does such visits (by place)."""

    note: str
    services: tuple[CodedService, ...]
    providers: tuple[int, ...]
    weight: int = 1


def _did(code: str, *diagnoses: str, units: int = 1, modifiers: str = "") -> CodedService:
    return CodedService(code, diagnoses, tuple(modifiers.split()), Decimal(units))


_FAMILY = (0, 1, 2, 5, 7)

TEMPLATES: tuple[Template, ...] = (
    Template(
        "Follow-up of high blood pressure. Home readings average 138/84. Tolerates lisinopril. "
        "Assessment: essential hypertension, at goal. Plan: continue, recheck in three months.",
        (_did("99213", "I10"),),
        _FAMILY,
        6,
    ),
    Template(
        "Type 2 diabetes with high blood sugars for a month, high blood pressure. A1c drawn. "
        "Assessment: type 2 diabetes with hyperglycemia; hypertension. Plan: raise metformin.",
        (_did("99214", "E1165", "I10"), _did("36415", "E1165")),
        _FAMILY,
        5,
    ),
    Template(
        "Sore throat and fever for two days. Rapid strep test negative. "
        "Assessment: acute pharyngitis. Plan: supportive care.",
        (_did("99213", "J029", modifiers="25"), _did("87880", "J029")),
        (0, 1, 3, 5, 7),
        5,
    ),
    Template(
        "New patient with palpitations. Twelve-lead tracing read here: sinus rhythm. "
        "Assessment: palpitations. Plan: return if they recur.",
        (_did("99203", "R002", modifiers="25"), _did("93000", "R002")),
        (0, 1, 2, 7),
        3,
    ),
    Template(
        "Burning with urination for three days. Dipstick positive. "
        "Assessment: acute cystitis without blood. Plan: nitrofurantoin for five days.",
        (_did("99213", "N3000"), _did("81002", "N3000")),
        _FAMILY,
        3,
    ),
    Template(
        "Right knee pain when climbing stairs. Crepitus, no effusion. Injected the right knee. "
        "Assessment: primary osteoarthritis of the right knee.",
        (_did("99213", "M1711", modifiers="25"), _did("20610", "M1711", modifiers="RT")),
        (4,),
        3,
    ),
    Template(
        "Therapeutic exercise for low back pain, thirty minutes, with progress. "
        "Assessment: low back pain. Plan: twice weekly.",
        (_did("97110", "M5450", units=2, modifiers="GP"),),
        (6,),
        2,
    ),
    Template(
        "Cough and runny nose for four days, lungs clear. "
        "Assessment: upper respiratory infection. Plan: fluids, rest.",
        (_did("99212", "J069"),),
        (0, 1, 3, 5, 7),
        3,
    ),
    Template(
        "Asthma without flare, uses rescue inhaler weekly; seasonal rhinitis. "
        "Assessment: mild persistent asthma, uncomplicated. Plan: add steroid inhaler.",
        (_did("99214", "J4530", "J302"),),
        (0, 1, 2, 3),
        2,
    ),
)
KNEE = CodedService("20610", ("M1711",))  # as first sent: without the side
KNEE_NOTE = TEMPLATES[5].note
# As first coded: the visit without its modifier, and a draw counted five times.
UNBUNDLED = (
    _did("99213", "M1711"),
    _did("20610", "M1711", modifiers="RT"),
    _did("36415", "M1711", units=5),
)
