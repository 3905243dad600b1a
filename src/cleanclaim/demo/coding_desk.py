"""Ten visits of the synthetic practice whose notes are signed and which nobody has coded yet."""

from datetime import date

import msgspec

from cleanclaim.app.documenting import document_encounter
from cleanclaim.app.verifying import verify_coverage
from cleanclaim.demo.setup import Practice, moment
from cleanclaim.store.patients.models import Coverage

SERVICE_ON = date(2026, 9, 22)
_GROWN_UP = date(1990, 1, 1)


class UncodedVisit(msgspec.Struct, frozen=True):
    """A visit's note, who saw the patient (by place), and the codes that the note supports."""

    note: str
    provider: int
    codes: tuple[str, ...]


UNCODED: tuple[UncodedVisit, ...] = (
    UncodedVisit(
        "Follow-up. Home readings average 134/82 on lisinopril, no cough.\n"
        "Assessment: essential hypertension, at goal.\n"
        "Plan: refill lisinopril, return in six months.",
        0,
        ("I10", "99213"),
    ),
    UncodedVisit(
        "Home glucose 210 to 260 for a month in spite of metformin. A1c drawn today.\n"
        "Assessment: type 2 diabetes with hyperglycemia; essential hypertension, stable.\n"
        "Plan: raise metformin, A1c result to be called.",
        1,
        ("E11.65", "I10", "99214", "36415"),
    ),
    UncodedVisit(
        "Sore throat and fever for two days; exudate on both tonsils. Rapid strep test positive.\n"
        "Assessment: streptococcal pharyngitis.\nPlan: amoxicillin for ten days.",
        5,
        ("J02.0", "99213-25", "87880"),
    ),
    UncodedVisit(
        "Burning with urination for three days, no flank pain. Dipstick positive for nitrite.\n"
        "Assessment: acute cystitis without hematuria.\nPlan: nitrofurantoin for five days.",
        0,
        ("N30.00", "99213", "81002"),
    ),
    UncodedVisit(
        "Right knee aches on stairs; crepitus, no effusion. The right knee was injected.\n"
        "Assessment: primary osteoarthritis of the right knee.\nPlan: ice, return as needed.",
        4,
        ("M17.11", "20610-RT"),
    ),
    UncodedVisit(
        "Wheeze twice a week, rescue inhaler weekly, no night waking.\n"
        "Assessment: mild persistent asthma, uncomplicated.\nPlan: start a steroid inhaler.",
        1,
        ("J45.30", "99214"),
    ),
    UncodedVisit(
        "Runny nose and cough for four days, lungs clear, no fever. Flu was ruled out.\n"
        "Assessment: acute upper respiratory infection.\nPlan: fluids and rest.",
        5,
        ("J06.9", "99212"),
    ),
    UncodedVisit(
        "Palpitations for a week, none today. Twelve-lead tracing read here: sinus rhythm.\n"
        "Assessment: palpitations, cause not yet known.\nPlan: return if they recur.",
        2,
        ("R00.2", "99213-25", "93000"),
    ),
    UncodedVisit(
        "Low back pain after gardening, better by half. Mother has osteoporosis.\n"
        "Assessment: low back pain.\nPlan: continue the exercises.",
        0,
        ("M54.50", "99212"),
    ),
    UncodedVisit(
        "Itchy eyes and sneezing each September. No wheeze.\n"
        "Assessment: seasonal allergic rhinitis.\nPlan: start a nasal steroid.",
        1,
        ("J30.2", "99213"),
    ),
)


def leave_uncoded(practice: Practice) -> list[int]:
    """Document ten visits of the last days and leave them to the coder; give their keys."""
    adults = [
        (patient, coverage)
        for (patient, rank), coverage in practice.coverages.items()
        if rank == 1 and practice.patients[patient].birth_on <= _GROWN_UP
    ]
    return [
        _document(practice, visit, *adults[-1 - number % len(adults)])
        for number, visit in enumerate(UNCODED)
    ]


def _document(practice: Practice, visit: UncodedVisit, patient: int, coverage: Coverage) -> int:
    told = {**practice.who, "at": moment(SERVICE_ON, 10)}
    verify_coverage(**told, coverage=coverage.pk, service_on=SERVICE_ON)
    encounter = document_encounter(
        **told,
        patient=practice.patients[patient].pk,
        provider=practice.providers[visit.provider],
        location=practice.locations["Riverbend Main"],
        service_on=SERVICE_ON,
        note=visit.note,
    )
    return encounter.pk
