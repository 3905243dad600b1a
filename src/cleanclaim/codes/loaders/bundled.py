"""The files that come with the program: ICD-10-CM from the package simple-icd-10-cm."""

from importlib.util import find_spec
from pathlib import Path

from cleanclaim.codes.icd10cm import CodeSetError


def bundled_files() -> list[Path]:
    """Give the tabular list and the list of codes of the package, without importing it."""
    spec = find_spec("simple_icd_10_cm")
    if spec is None or spec.origin is None:
        msg = "the package simple-icd-10-cm is not installed"
        raise CodeSetError(msg)
    folder = Path(spec.origin).parent / "data"
    return [*sorted(folder.glob("code-list-*.txt")), *sorted(folder.glob("*tabular*.xml"))]
