"""Checks of SNIP types 3 to 7, each small, pure, with examples and the code it is answered by."""

from cleanclaim.x12.checks import (
    balances_835,
    balances_837,
    code_sets,
    enrolment,
    premium,
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
    enrolment,
    premium,
    situations_coordination,
    situations_dates,
    situations_references,
    situations_diagnoses,
    situations_institutional,
    situations_dental,
    situations_parties,
)

__all__ = ["CHECKS", "FAMILIES", "Broken", "Check", "Scope", "check"]
