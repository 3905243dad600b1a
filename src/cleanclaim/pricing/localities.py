"""Where a claim's services are given, as Medicare's fee schedule divides the country."""

from datetime import date
from pathlib import Path

from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.codes.tables.physician_fees import ZIP_LOCALITIES
from cleanclaim.pricing.tables import MedicareTables, TableMissingError, UnknownPlaceError


def localities_of(batch: ClaimBatch, tables: MedicareTables) -> list[str]:
    """Give the locality of each claim, as "10112-00"; "" where it is not known.

    The place is the facility that the claim names, the patient's home where it says so, else
    the address of who bills (CMS, Claims Processing Manual, ch. 1, 10.1.1). Claims of
    institutions and dentists have none: the physician fee schedule does not price them.
    """
    known: dict[tuple[Path | None, str], str] = {}
    places = zip(batch.service_zips.tolist(), batch.service_starts_on.tolist(), strict=True)
    return [_locality(tables, zip_code, on, known) if zip_code else "" for zip_code, on in places]


def _locality(
    tables: MedicareTables,
    zip_code: str,
    on: date | None,
    known: dict[tuple[Path | None, str], str],
) -> str:
    table = None if on is None else tables.library.in_force(ZIP_LOCALITIES, on)
    if table is None or on is None:
        return ""
    key = table.folder, zip_code
    if key not in known:
        try:
            known[key] = tables.locality_of_zip(zip_code, on)
        except (TableMissingError, UnknownPlaceError):
            known[key] = ""
    return known[key]
