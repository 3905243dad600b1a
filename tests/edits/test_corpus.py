from datetime import date
from pathlib import Path

import pytest

from cleanclaim import x12
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.from_837 import read_claim
from cleanclaim.codes.reference import bootstrapped
from cleanclaim.edits import EDITS, scrub

CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"


@pytest.mark.corpus
def test_claims_of_other_software_are_scrubbed_without_raising() -> None:
    if not CORPUS.exists():
        pytest.skip("the corpus of third-party files is not beside the repository")
    claims = [
        read_claim(event)[0]
        for path in sorted(CORPUS.rglob("*"))
        if path.is_file() and b"005010X222" in path.read_bytes()
        for event in x12.read(path)
        if isinstance(event, x12.Unit) and event.guide == "005010X222A1"
    ]
    findings = scrub(ClaimBatch.of(claims, date(2026, 6, 1)), bootstrapped())
    assert len(findings) == len(claims) > 20
    assert {finding.rule for own in findings for finding in own} <= set(EDITS)
