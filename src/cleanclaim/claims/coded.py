"""Codes on a claim: diagnoses and procedures."""

import msgspec


class Diagnosis(msgspec.Struct, frozen=True, omit_defaults=True):
    """A diagnosis as X12 writes it: code without the dot, with what it is to the claim.

    ``qualifier`` is ABK principal, ABF further, ABJ admitting, APR reason of a visit, ABN external
    cause; the same without A is ICD-9-CM. ``present_on_admission`` is Y, N, U (not documented)
    or W (cannot be told), of institutional claims.
    """

    code: str
    qualifier: str = "ABF"
    present_on_admission: str = ""

    @property
    def is_icd10(self) -> bool:
        """Tell whether the code is said to be of ICD-10-CM."""
        return self.qualifier.startswith("A")


class Procedure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A procedure code with its modifiers (SV101, SV202, SV301).

    ``qualifier`` HC is HCPCS including CPT, HP a HIPPS rate code, AD the dental code. Lines of
    institutional claims may have none: NO_PROCEDURE.
    """

    code: str
    modifiers: tuple[str, ...] = ()
    qualifier: str = "HC"
    description: str = ""


NO_PROCEDURE = Procedure("", qualifier="")
