"""Checks of SNIP types 3 to 7, each small, pure, with examples and the code it is answered by."""

from cleanclaim.x12.checks import (
    balances_835,
    balances_837,
    code_sets,
    companions,
    enrolment,
    payment_835,
    premium,
    services_anesthesia,
    services_clinic,
    services_dental,
    services_equipment,
    services_institutional,
    services_laboratory,
    services_transport,
    situations_835,
    situations_coordination,
    situations_dates,
    situations_dental,
    situations_diagnoses,
    situations_institutional,
    situations_parties,
    situations_references,
)
from cleanclaim.x12.checks.registry import CHECKS, Broken, Check, Scope, check

FAMILIES = (
    balances_835,
    balances_837,
    code_sets,
    companions,
    enrolment,
    payment_835,
    premium,
    services_anesthesia,
    services_clinic,
    services_dental,
    services_equipment,
    services_institutional,
    services_laboratory,
    services_transport,
    situations_835,
    situations_coordination,
    situations_dates,
    situations_dental,
    situations_diagnoses,
    situations_institutional,
    situations_parties,
    situations_references,
)

__all__ = ["CHECKS", "FAMILIES", "Broken", "Check", "Scope", "check"]
