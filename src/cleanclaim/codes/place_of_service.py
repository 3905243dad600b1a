"""The CMS place of service code set."""

from datetime import date

import msgspec

from cleanclaim.kernel.spans import Span

# Names as CMS publishes them (public domain), "Place of Service Code Set", as read in 2026.
# Codes have been added over the years and none in this list was withdrawn, so that a claim of
# an earlier year is not judged by it beyond the existence of the code.
RELEASE = "CMS place of service codes, read 2026"
NAMES = {
    "01": "Pharmacy",
    "02": "Telehealth Provided Other than in Patient's Home",
    "03": "School",
    "04": "Homeless Shelter",
    "05": "Indian Health Service Free-standing Facility",
    "06": "Indian Health Service Provider-based Facility",
    "07": "Tribal 638 Free-standing Facility",
    "08": "Tribal 638 Provider-based Facility",
    "09": "Prison/Correctional Facility",
    "10": "Telehealth Provided in Patient's Home",
    "11": "Office",
    "12": "Home",
    "13": "Assisted Living Facility",
    "14": "Group Home",
    "15": "Mobile Unit",
    "16": "Temporary Lodging",
    "17": "Walk-in Retail Health Clinic",
    "18": "Place of Employment/Worksite",
    "19": "Off Campus-Outpatient Hospital",
    "20": "Urgent Care Facility",
    "21": "Inpatient Hospital",
    "22": "On Campus-Outpatient Hospital",
    "23": "Emergency Room-Hospital",
    "24": "Ambulatory Surgical Center",
    "25": "Birthing Center",
    "26": "Military Treatment Facility",
    "27": "Outreach Site/Street",
    "31": "Skilled Nursing Facility",
    "32": "Nursing Facility",
    "33": "Custodial Care Facility",
    "34": "Hospice",
    "41": "Ambulance-Land",
    "42": "Ambulance-Air or Water",
    "49": "Independent Clinic",
    "50": "Federally Qualified Health Center",
    "51": "Inpatient Psychiatric Facility",
    "52": "Psychiatric Facility-Partial Hospitalization",
    "53": "Community Mental Health Center",
    "54": "Intermediate Care Facility/Individuals with Intellectual Disabilities",
    "55": "Residential Substance Abuse Treatment Facility",
    "56": "Psychiatric Residential Treatment Center",
    "57": "Non-residential Substance Abuse Treatment Facility",
    "58": "Non-residential Opioid Treatment Facility",
    "60": "Mass Immunization Center",
    "61": "Comprehensive Inpatient Rehabilitation Facility",
    "62": "Comprehensive Outpatient Rehabilitation Facility",
    "65": "End-Stage Renal Disease Treatment Facility",
    "66": "Programs of All-Inclusive Care for the Elderly (PACE) Center",
    "71": "State or Local Public Health Clinic",
    "72": "Rural Health",
    "81": "Independent Laboratory",
    "99": "Other Place of Service",
}


def is_place_of_service(code: str) -> bool:
    """Tell whether CMS has assigned the code."""
    return code in NAMES


class Facility(msgspec.Struct, frozen=True):
    """A place where the facility's practice expense is paid, and on which days."""

    code: str
    span: Span


# A telehealth visit at the patient's home (10) is paid as in an office.
FACILITY_SOURCE = "Medicare Claims Processing Manual ch. 26 §10.5"
FACILITIES: tuple[Facility, ...] = (
    Facility("02", Span(date(2024, 1, 1))),
    *(
        Facility(code, Span(date(2016, 1, 1)))
        for code in "19 21 22 23 24 26 31 34 41 42 51 52 53 56 61".split()  # noqa: SIM905
    ),
)


def is_facility(place_of_service: str, on: date) -> bool:
    """Tell whether a place of service is paid at the facility's rate on a day."""
    return any(each.code == place_of_service and on in each.span for each in FACILITIES)
