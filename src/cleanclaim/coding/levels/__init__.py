"""The level of a visit by decision making or time, with the words of the note that decide it."""

from cleanclaim.coding.levels.choosing import UnknownSettingError, choose_level, read_visit
from cleanclaim.coding.levels.values import Element, Level, Patient, Setting

__all__ = [
    "Element",
    "Level",
    "Patient",
    "Setting",
    "UnknownSettingError",
    "choose_level",
    "read_visit",
]
