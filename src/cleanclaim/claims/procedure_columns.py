"""Columns of procedures as lists of codes are asked: which list a code is of, and its words."""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from cleanclaim.claims.model import Claim, ServiceLine

Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]
_HCPCS, _DENTAL = "HC", "D"


class ProcedureColumns:
    """What edits over lists of procedures ask of a batch; see ``ClaimBatch`` for the names."""

    rows: tuple[Claim, ...]

    @cached_property
    def _hcpcs_codes(self) -> Texts:
        """HCPCS codes of lines; "" for those of other lists and for lines without one."""
        told = (line.procedure for claim in self.rows for line in claim.lines)
        return np.array([x.code if x.qualifier == _HCPCS else "" for x in told], "U")

    @cached_property
    def line_is_cpt(self) -> Flags:
        """Mark lines whose code is of CPT, the level of HCPCS whose codes begin with a digit."""
        return _begin_with_digit(self._hcpcs_codes)

    @cached_property
    def line_is_level_two(self) -> Flags:
        """Mark lines whose code is of HCPCS Level II; codes of dentists are a list of their own."""
        first = self._hcpcs_codes.astype("U1")
        marks: Flags = (first != "") & ~self.line_is_cpt & (first != _DENTAL)
        return marks

    @cached_property
    def line_is_described(self) -> Flags:
        """Mark lines that describe the service in words, or name the drug (SV101-7, NTE, LIN)."""
        marks = (_is_described(line) for claim in self.rows for line in claim.lines)
        return np.array(list(marks), np.bool_)


def _begin_with_digit(codes: Texts) -> Flags:
    marks: Flags = np.char.isdigit(codes.astype("U1"))
    return marks


def _is_described(line: ServiceLine) -> bool:
    return bool(line.procedure.description or line.note or line.notes or line.drug)
