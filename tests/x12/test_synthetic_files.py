"""The benchmarks' files are clean, varied, the same for the same seed; unequal work is refused."""

import io
import logging
import re
from datetime import date
from pathlib import Path

import pytest
from benchmarks.fiction import DIAGNOSES, SERVICES, npi
from benchmarks.x12_files import write_file
from benchmarks.x12_speed import UnequalWorkError, run, same_work
from benchmarks.x12_works import Outcome

from cleanclaim import x12
from cleanclaim.codes.icd10cm import bundled
from cleanclaim.kernel.identifiers import is_npi

KINDS = ("837P", "837I", "835")


@pytest.mark.parametrize("kind", KINDS)
def test_files_are_clean_and_hold_what_was_asked_for(kind: str, tmp_path: Path) -> None:
    path = write_file(kind, 300, tmp_path / "file")
    report = x12.check(path)
    assert report.findings == []
    (interchange,) = report.interchanges
    (group,) = interchange.groups
    assert sum(each.units for each in group.transactions) == 300
    assert len(group.transactions) == (20 if kind == "835" else 2)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_file(kind: str, tmp_path: Path) -> None:
    first = write_file(kind, 40, tmp_path / "first", seed=1).read_bytes()
    assert write_file(kind, 40, tmp_path / "second", seed=1).read_bytes() == first
    assert write_file(kind, 40, tmp_path / "third", seed=2).read_bytes() != first


@pytest.mark.parametrize("kind", KINDS)
def test_the_peer_accepts_the_files(kind: str, tmp_path: Path) -> None:
    document = pytest.importorskip("pyx12.x12n_document", reason="pyx12 is not installed")
    from pyx12.params import params

    path = write_file(kind, 40, tmp_path / "file")
    logging.disable(logging.CRITICAL)
    try:
        assert document.x12n_document(params(), str(path), io.StringIO(), None, None)
        spoilt = path.read_text().replace("*20261005*", "*20261305*", 1)
        path.write_text(spoilt)
        assert not document.x12n_document(params(), str(path), io.StringIO(), None, None)
    finally:
        logging.disable(logging.NOTSET)


def test_claims_vary_as_in_the_field(tmp_path: Path) -> None:
    claims = list(x12.claims(write_file("837P", 1000, tmp_path / "file")))
    dependents = sum(claim.relationship != "18" for claim in claims)
    coordinated = sum(bool(claim.other_payers) for claim in claims)
    assert 150 < dependents < 250
    assert 60 < coordinated < 140
    assert 2800 < sum(len(claim.lines) for claim in claims) < 3200
    assert len({claim.patient_control_number for claim in claims}) == 1000
    assert len({claim.subscriber and claim.subscriber.identifier for claim in claims}) > 990
    assert len({claim.patient and claim.patient.birth_on for claim in claims}) > 900
    assert len({claim.total_charge_cents for claim in claims}) > 800


def test_codes_are_many_and_in_force() -> None:
    codes = bundled()
    assert len(set(DIAGNOSES)) >= 200
    assert len(set(SERVICES)) >= 100
    for day in (date(2026, 4, 1), date(2026, 9, 30)):
        assert {codes.status(code, day) for code in DIAGNOSES} == {"valid"}
    assert all(is_npi(npi(number)) for number in range(0, 10**8, 9_999_991))


def test_unequal_work_is_no_figure() -> None:
    equal = Outcome(1, 1, 20, claims=10, is_accepted=True)
    same_work(equal, equal, 10)
    for other in (
        Outcome(1, 1, 20, claims=9, is_accepted=True),
        Outcome(1, 1, 20, claims=10, is_accepted=False),
    ):
        with pytest.raises(UnequalWorkError):
            same_work(other, equal, 10)
        with pytest.raises(UnequalWorkError):
            same_work(equal, other, 10)


@pytest.mark.parametrize(
    ("kind", "work", "before"),
    [("837P", "stream-837", r"CLM\*P00000003\*"), ("835", "stream-835", r"CLP\*P00000003\*\d\*")],
)
def test_a_file_out_of_balance_is_refused_by_the_work_itself(
    kind: str, work: str, before: str, tmp_path: Path
) -> None:
    path = write_file(kind, 20, tmp_path / "file")
    good = run(work, path)
    assert (good.claims, good.is_accepted) == (20, True)
    path.write_text(re.sub(f"({before})", r"\g<1>1", path.read_text(), count=1))
    spoilt = run(work, path)
    assert (spoilt.claims, spoilt.is_accepted) == (20, False)
