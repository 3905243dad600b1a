"""Columns of claims that were told at sight, taken from the index of their text."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.service_columns import MODIFIERS_MAX
from cleanclaim.claims.sight_payments import SightPayments
from cleanclaim.x12.usual.atoms import word_of
from cleanclaim.x12.usual.values import as_days, counts, numbers, one_day, period

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Values = npt.NDArray[np.object_]
Texts = npt.NDArray[np.str_]

_DIAGNOSES_MAX, _POINTERS_MAX = 12, 4


class SightColumns(SightPayments):
    """The columns of a ClaimBatch, by the same names, of the claims of some runs only."""

    # Claims

    @cached_property
    def total_charge_cents(self) -> Integers:
        """CLM02."""
        return self._cents(self._head, (2, 0))

    @cached_property
    def claim_place(self) -> Texts:
        """CLM05-1."""
        return self._texts(self._head, (5, 1))

    @cached_property
    def frequency(self) -> Values:
        """CLM05-3."""
        return self.values(self._head, (5, 3))

    @cached_property
    def _insured(self) -> Integers:
        return self._of_subscriber("2000B", "SBR")

    @cached_property
    def claim_filing(self) -> Texts:
        """SBR09."""
        return self._texts(self._insured, (9, 0))

    @cached_property
    def relationship(self) -> Values:
        """PAT01 of a patient, else SBR02."""
        told = self.values(self._insured, (2, 0))
        told[told == ""] = "18"
        own = self._text.of_patients(self._text.rows("2000C", "PAT"))[self._claims]
        return np.where(self._text.with_patient[self._claims], self.values(own, (1, 0)), told)

    @cached_property
    def claim_responsibility(self) -> Texts:
        """SBR01."""
        return self._texts(self._insured, (1, 0))

    @cached_property
    def claim_insurance_type(self) -> Texts:
        """SBR05."""
        return self._texts(self._insured, (5, 0))

    @cached_property
    def claim_causes(self) -> Texts:
        """CLM11-1 to -3."""
        told = [self._texts(self._head, (11, part)) for part in (1, 2, 3)]
        if not any(each.any() for each in told):
            return np.zeros(len(self), "U1")
        rows = zip(*(each.tolist() for each in told), strict=True)
        return np.array([" ".join(filter(None, row)) for row in rows], "U")

    def _number_of_claim(self, qualifier: str) -> Texts:
        rows = self._text.first_of_claims(self._text.rows("2300", "REF", qualifier))
        return self._texts(rows[self._claims], (2, 0))

    @cached_property
    def claim_clia(self) -> Texts:
        """REF*X4 in 2300."""
        return self._number_of_claim("X4")

    @cached_property
    def claim_authorization(self) -> Texts:
        """REF*G1 in 2300."""
        return self._number_of_claim("G1")

    @cached_property
    def claim_referral(self) -> Texts:
        """REF*9F in 2300."""
        return self._number_of_claim("9F")

    @cached_property
    def claim_payer_identifier(self) -> Texts:
        """NM109 in 2010BB."""
        return self._texts(self._of_subscriber("2010BB", "NM1"), (9, 0))

    @cached_property
    def claim_payer_named(self) -> Values:
        """NM109, else NM103 in 2010BB."""
        payer = self._of_subscriber("2010BB", "NM1")
        number = self.values(payer, (9, 0))
        return np.where(number == "", self.values(payer, (3, 0)), number)

    @cached_property
    def claim_member(self) -> Texts:
        """NM109 in 2010BA."""
        return self._texts(self._of_subscriber("2010BA", "NM1"), (9, 0))

    @cached_property
    def patient_name(self) -> Integers:
        """NM1 of the patient."""
        return self._of_patient("2010CA", "NM1")

    @cached_property
    def _is_person(self) -> Flags:
        """Mark patients told as persons; an insured organization has no name of a person."""
        kind = self._atoms.word(self._text.at(self.patient_name, (2, 0)))
        answer: Flags = self._text.with_patient[self._claims] | np.isin(kind, [word_of("1"), 0])
        return answer

    @cached_property
    def patient_last_name(self) -> Values:
        """NM103 of the patient."""
        names = self.values(self.patient_name, (3, 0))
        return np.where(self._is_person, names, "")

    @cached_property
    def patient_first_name(self) -> Values:
        """NM104 of the patient."""
        names = self.values(self.patient_name, (4, 0))
        return np.where(self._is_person, names, "")

    @cached_property
    def patient_further_names(self) -> Values:
        """NM105 and NM107 of the patient."""
        middle, suffix = (self._texts(self.patient_name, (place, 0)) for place in (5, 7))
        told = np.full(len(self), "^", np.object_)
        for row in np.flatnonzero(self._is_person & ((middle != "") | (suffix != ""))).tolist():
            told[row] = "^".join((middle[row], suffix[row]))
        return told

    @cached_property
    def _birth(self) -> Integers:
        return self._of_patient("2010CA", "DMG")

    @cached_property
    def born_on(self) -> Days:
        """DMG02 of the patient."""
        return as_days(one_day(self._atoms, self._text.at(self._birth, (2, 0))))

    @cached_property
    def sex(self) -> Texts:
        """DMG03 of the patient."""
        return self._texts(self._birth, (3, 0))

    @cached_property
    def _facts(self) -> Integers:
        return self._of_patient("2000C", "PAT")

    @cached_property
    def patient_died_on(self) -> Days:
        """PAT06."""
        return as_days(one_day(self._atoms, self._text.at(self._facts, (6, 0))))

    @cached_property
    def patient_is_pregnant(self) -> Flags:
        """PAT09."""
        marks: Flags = self._atoms.word(self._text.at(self._facts, (9, 0))) == word_of("Y")
        return marks

    @cached_property
    def patient_has_address(self) -> Flags:
        """N3 and N4 of the patient."""
        street, city = self._of_patient("2010CA", "N3"), self._of_patient("2010CA", "N4")
        country = self._atoms.word(self._text.at(city, (4, 0)))
        abroad = ~np.isin(country, [word_of("US"), 0])
        placed = self._given(city, (2, 0)) & self._given(city, (3, 0))
        return self._given(street, (1, 0)) & self._given(city, (1, 0)) & (abroad | placed)

    @cached_property
    def patient_is_told_apart(self) -> Flags:
        """Claims with a loop of the patient's own."""
        answer: Flags = self._text.with_patient[self._claims]
        return answer

    def zip_of_patient(self) -> tuple[Texts, Flags]:
        """N403 of the patient, and whether an address is told at all."""
        street, city = self._of_patient("2010CA", "N3"), self._of_patient("2010CA", "N4")
        return self._texts(city, (3, 0)), (street >= 0) | (city >= 0)

    def zip_of_facility(self) -> tuple[Texts, Flags]:
        """N403 in 2310C, and whether there is an address."""
        street, city = (
            self._text.first_of_claims(self._text.rows("2310C", name))[self._claims]
            for name in ("N3", "N4")
        )
        return self._texts(city, (3, 0)), (street >= 0) | (city >= 0)

    @cached_property
    def has_rendering(self) -> Flags:
        """2310B."""
        answer: Flags = (
            self._text.first_of_claims(self._text.rows("2310B", "NM1"))[self._claims] >= 0
        )
        return answer

    # Lines

    @cached_property
    def line_claim(self) -> Integers:
        """The claim of each line."""
        return self._of_claim[self._text.line_claim[self._lines]]

    @cached_property
    def line_number(self) -> Integers:
        """LX01."""
        return counts(self._atoms, self._text.at(self._text.line_head[self._lines], (1, 0)))[0]

    @cached_property
    def _services(self) -> Integers:
        return self._text.first_of_lines(self._text.rows("2400", "SV1"))[self._lines]

    @cached_property
    def charge_cents(self) -> Integers:
        """SV102."""
        return self._cents(self._services, (2, 0))

    @cached_property
    def line_unit_basis(self) -> Texts:
        """SV103."""
        return self._texts(self._services, (3, 0))

    @cached_property
    def line_thousandths(self) -> Integers:
        """SV104."""
        return numbers(self._atoms, self._text.at(self._services, (4, 0))).scaled_up(3)

    @cached_property
    def line_own_place(self) -> Texts:
        """SV105."""
        return self._texts(self._services, (5, 0))

    @cached_property
    def line_qualifier(self) -> Values:
        """SV101-1."""
        return self.values(self._services, (1, 1))

    @cached_property
    def line_code(self) -> Values:
        """SV101-2."""
        return self.values(self._services, (1, 2))

    @cached_property
    def line_description(self) -> Values:
        """SV101-7."""
        return self.values(self._services, (1, 7))

    @cached_property
    def line_has_drug(self) -> Flags:
        """2410."""
        return self._text.first_of_lines(self._text.rows("2410", "LIN"))[self._lines] >= 0

    @cached_property
    def line_is_described(self) -> Flags:
        """SV101-7, NTE in 2400, LIN in 2410."""
        noted = self._text.first_of_lines(self._text.rows("2400", "NTE"))[self._lines] >= 0
        return noted | self.line_has_drug | self._given(self._services, (1, 7))

    @cached_property
    def _modifiers(self) -> list[Texts]:
        """SV101-3 to -6, those that are told moved to the front."""
        return [self._texts(self._services, (1, place)) for place in (3, 4, 5, 6)]

    @cached_property
    def line_modifier_lists(self) -> Values:
        """SV101-3 to -6, as tuples."""
        lists = np.empty(len(self._lines), np.object_)
        lists[:] = [()] * len(lists)
        some = np.flatnonzero(np.logical_or.reduce([each != "" for each in self._modifiers]))
        told = zip(*(each[some].tolist() for each in self._modifiers), strict=True)
        for row, modifiers in zip(some.tolist(), told, strict=True):
            lists[row] = tuple(each for each in modifiers if each)
        return lists

    @cached_property
    def line_modifiers(self) -> Texts:
        """SV101-3 to -6, four a line in their order."""
        told = np.stack([each.astype("U2") for each in self._modifiers], axis=1)
        # Those that are told stand in front; few lines leave a place out before one.
        gap = (told[:, :-1] == "") & (told[:, 1:] != "")
        for row in np.flatnonzero(gap.any(axis=1)).tolist():
            modifiers = [each for each in told[row].tolist() if each]
            told[row] = (modifiers + [""] * MODIFIERS_MAX)[:MODIFIERS_MAX]
        return told

    @cached_property
    def _served(self) -> tuple[Days, Days]:
        rows = self._text.first_of_lines(self._text.rows("2400", "DTP", "472"))[self._lines]
        at = self._text.at(rows, (3, 0))
        several = self._atoms.word(self._text.at(rows, (2, 0))) == word_of("RD8")
        single, (first, last) = one_day(self._atoms, at), period(self._atoms, at)
        starts, ends = np.where(several, first, single), np.where(several, last, single)
        return as_days(starts), as_days(ends)

    @cached_property
    def line_starts_on(self) -> Days:
        """DTP*472, the first day."""
        return self._served[0]

    @cached_property
    def line_ends_on(self) -> Days:
        """DTP*472, the last day."""
        return self._served[1]

    @cached_property
    def service_starts_on(self) -> Days:
        """The first of the days of a claim's lines; none is absent in what is usual."""
        first = np.searchsorted(self.line_claim, np.arange(len(self)))
        days: Days = np.minimum.reduceat(self.line_starts_on, first)
        return days

    @cached_property
    def line_has_rendering(self) -> Flags:
        """2420A."""
        return self._text.first_of_lines(self._text.rows("2420A", "NM1"))[self._lines] >= 0

    # Diagnoses and pointers

    @cached_property
    def _listed(self) -> tuple[Integers, Integers, Integers]:
        """Give, of all diagnoses in order, claim, HI and element."""
        holders = self._text.first_of_claims(self._text.rows("2300", "HI"))[self._claims]
        places = np.arange(1, _DIAGNOSES_MAX + 1)
        there = np.stack([self._text.has(holders, (int(n), 1)) for n in places], axis=1)
        claims, elements = np.nonzero(there)
        return claims, holders[claims], elements + 1

    def _of_diagnoses(self, component: int) -> Values:
        """Give a component of all diagnoses in order."""
        _, holders, elements = self._listed
        at = np.full(len(holders), self._atoms.absent(), np.int64)
        for element in range(1, _DIAGNOSES_MAX + 1):
            rows = elements == element
            at[rows] = self._text.at(holders[rows], (element, component))
        return self._atoms.values(at)

    @cached_property
    def diagnosis_claim(self) -> Integers:
        """The claim of each diagnosis."""
        return self._listed[0]

    @cached_property
    def diagnosis_place(self) -> Values:
        """Where diagnoses stand."""
        names = np.array([f"diagnosis {n}" for n in range(_DIAGNOSES_MAX + 1)], np.object_)
        places: Values = names[self._listed[2]]
        return places

    @cached_property
    def diagnosis_is_listed(self) -> Flags:
        """All are listed ones."""
        return np.ones(len(self.diagnosis_claim), np.bool_)

    @cached_property
    def diagnosis_is_icd10(self) -> Flags:
        """All are of ICD-10, for others are not usual."""
        return np.array([text.startswith("A") for text in self._of_diagnoses(1)], np.bool_)

    @cached_property
    def diagnosis_present(self) -> Values:
        """Professional claims do not tell what was present on admission."""
        return self._of_diagnoses(9)

    @cached_property
    def diagnosis_code(self) -> Values:
        """Codes of diagnoses."""
        return self._of_diagnoses(2)

    @cached_property
    def _pointed(self) -> tuple[Integers, Integers]:
        there, told = [], []
        for place in range(1, _POINTERS_MAX + 1):
            at = self._text.at(self._services, (7, place))
            there.append(self._atoms.length[at] > 0)
            told.append(counts(self._atoms, at)[0])
        lines, places = np.nonzero(np.stack(there, axis=1))
        return lines, np.stack(told, axis=1)[lines, places]

    @cached_property
    def pointer_line(self) -> Integers:
        """The line of each pointer."""
        return self._pointed[0]

    @cached_property
    def pointer(self) -> Integers:
        """SV107."""
        return self._pointed[1]
