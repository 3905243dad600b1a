"""Columns of procedures as lists of codes are asked: which list a code is of, and its words."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.model import ServiceLine
from cleanclaim.claims.service_columns import ServiceColumns

Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]
_HCPCS, _DENTAL = "HC", "D"


class ProcedureColumns(ServiceColumns):
    """What edits over lists of procedures ask of a batch; see ``ClaimBatch`` for the names."""

    @cached_property
    def line_first_character(self) -> Texts:
        """First characters of lines' HCPCS codes; "" for other lists and lines without a code."""
        first = self.line_code.astype("U1")
        return np.where(self.line_qualifier == _HCPCS, first, "")

    @cached_property
    def line_is_cpt(self) -> Flags:
        """Mark lines whose code is of CPT, the level of HCPCS whose codes begin with a digit."""
        first = self.line_first_character
        marks: Flags = (first >= "0") & (first <= "9")
        return marks

    @cached_property
    def line_is_level_two(self) -> Flags:
        """Mark lines whose code is of HCPCS Level II; codes of dentists are a list of their own."""
        first = self.line_first_character
        marks: Flags = (first > "9") & (first != _DENTAL)
        return marks

    @cached_property
    def line_is_described(self) -> Flags:
        """Mark lines that describe the service in words, or name the drug (SV101-7, NTE, LIN)."""
        marks = (_is_described(line) for claim in self.rows for line in claim.lines)
        return np.array(list(marks), np.bool_)


def _is_described(line: ServiceLine) -> bool:
    return bool(line.procedure.description or line.note or line.notes or line.drug)
