"""What kind of care a type of bill is for, and what its revenue codes are."""

from cleanclaim.claims.batch import ClaimBatch, Values
from cleanclaim.edits.listing import in_force, rows_of

INPATIENT = "inpatient"  # acute hospitals
LONG = "long"  # skilled nursing, swing beds, religious institutions
OUTPATIENT = "outpatient"


def cares(batch: ClaimBatch) -> Values:
    """Give the kind of care of every bill by the list bill_types; "" where it is unknown."""
    known = {row.words[0]: row.words[1] for row in rows_of("bill_types")}
    return batch.column([known.get(facility, "") for facility in batch.facility_type])


def is_revenue(kind: str, code: str) -> bool:
    """Tell whether a revenue code is of a kind (bed, leave, hcpcs) of the list revenue_codes."""
    for row in in_force("revenue_codes", None):
        first, _, last = row.words[1].partition("-")
        if row.words[0] == kind and first <= code <= (last or first):
            return True
    return False
