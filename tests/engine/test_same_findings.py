"""The same claims have the same findings wherever they are judged."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest

from api.calling import Program, make_token
from app.desk import Desk, at
from cleanclaim import x12
from cleanclaim.app.claiming import reference_for, scrub_claim
from cleanclaim.app.documenting import CodedService
from cleanclaim.app.values import latest_claim
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.from_837 import read_claim
from cleanclaim.claims.model import Claim
from cleanclaim.codes.reference import bootstrapped
from cleanclaim.codes.store.library import Library
from cleanclaim.edits import scrub
from cleanclaim.edits.desks import lacking_by_family
from cleanclaim.edits.duplicates import Earlier
from cleanclaim.engine.choosing import choose_engine
from cleanclaim.engine.judging import judge
from cleanclaim.engine.planning import Plan
from cleanclaim.engine.shares import ReadClaim, Share, Terms, Told, ToldFinding
from cleanclaim.engine.telling import Telling
from cleanclaim.kernel.findings import Finding
from cleanclaim.store.tenancy import within
from conftest import Practice
from engine.claim_files import spoilt_text, write_library

ON = date(2026, 5, 6)
SHARE = 3
# How the claims may be shared out: a transaction each, two of them, all at once.
SHARES = (1, 6, 5_000)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_library(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("claims") / "spoilt.837"
    path.write_text(spoilt_text())
    return path


def lines(path: Path, library: Path, *, share: int = SHARE, engine: str = "local") -> list[str]:
    terms = Terms(ON, reference=str(library))
    telling = Telling(Plan(path, share), terms, choose_engine(engine, 2))
    told = [line for _, own in telling for line in own]
    return [line.decode() for line in (*told, *telling.of_file())]


def one_by_one(path: Path, library: Path) -> list[tuple[ToldFinding, ...]]:
    """Judge each claim in a batch of its own, after those before it in the file.

    So does a screen, which gives the patient's earlier claims.
    """
    reference, earlier = bootstrapped(library=Library(library)), Earlier()
    answers: list[tuple[ToldFinding, ...]] = []
    before: list[Claim] = []
    for unit in (event for event in x12.read(path) if isinstance(event, x12.Unit)):
        claim, unread = read_claim(unit)
        batch = ClaimBatch.of([claim], ON, earlier.repeated([claim]), before)
        before.append(claim)
        (found,) = scrub(batch, reference, tell_unchecked=False)
        read = (*(each.as_finding() for each in unit.findings), *unread)
        answers.append(tuple(map(ToldFinding.of, (*read, *found))))
    return answers


@pytest.mark.parametrize("share", SHARES)
def test_shares_of_any_size_find_what_single_claims_find(
    path: Path, library: Path, share: int
) -> None:
    *claims, file = [json.loads(line) for line in lines(path, library, share=share)]
    plain = [json.dumps(each["findings"]) for each in claims]
    assert plain == [
        json.dumps([_plain(finding) for finding in own]) for own in one_by_one(path, library)
    ]
    assert [each["claim"] for each in claims] == list(range(1, 11))
    assert (file["claim"], file["lines"]) == (0, 0)
    assert "X12.1.IEA01" in {finding["rule"] for finding in file["findings"]}


def _plain(finding: ToldFinding) -> dict[str, str]:
    return {name: str(getattr(finding, name)) for name in finding.__struct_fields__}


def test_the_file_has_something_wrong_of_every_sort(path: Path, library: Path) -> None:
    told = [json.loads(line) for line in lines(path, library)]
    rules = {finding["rule"]: each["claim"] for each in told for finding in each["findings"]}
    assert rules["CLAIM.REPEATED"] == 5
    assert {"X12.2.CODE", "DIAGNOSIS.HEADER"} <= set(rules)
    assert any(rule.startswith("BALANCE.") for rule in rules)
    assert any(each["price_cents"] for each in told)
    assert any(not each["findings"] or _harmless(each["findings"]) for each in told)


def _harmless(findings: list[dict[str, str]]) -> bool:
    return all(finding["severity"] == "info" for finding in findings)


def test_parts_of_a_transaction_find_the_same(
    path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = lines(path, library)
    monkeypatch.setattr("cleanclaim.engine.planning.CLAIMS_A_SHARE", 1)
    # One subscriber's two claims in a transaction stay together.
    assert len(list(Plan(path, 1))) == 9
    assert lines(path, library, share=1) == whole


def test_processes_find_the_same(path: Path, library: Path) -> None:
    assert lines(path, library, engine="processes") == lines(path, library)


# Clusters, through the command: what they warn of and open is theirs.


def command(path: Path, library: Path, engine: str, **settings: str) -> list[str]:
    words = ("scrub", str(path), "--json", "--on", str(ON), "--share", str(SHARE))
    answer = subprocess.run(
        [sys.executable, "-m", "cleanclaim", *words, "--engine", engine, "--workers", "2"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CLEANCLAIM_REFERENCE": str(library), **settings},
        timeout=900,
    )
    assert answer.returncode == 1, answer.stderr[-2000:]
    return answer.stdout.splitlines()


def need(package: str) -> None:
    if find_spec(package) is None:
        pytest.skip(f"{package} is not installed: uv sync --group engines")


def need_java() -> None:
    java = shutil.which("java")
    told = java and subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    words = told.stderr.split('"') if told else []
    if len(words) < 2 or int(words[1].split(".")[0]) < 17:
        pytest.skip("Spark needs Java 17 or newer, which is not here: apt-get install default-jre")


def test_spark_finds_the_same_on_a_cluster(path: Path, library: Path) -> None:
    need("pyspark")
    need_java()
    # Two workers in processes of their own, as on two machines.
    settings = {
        "CLEANCLAIM_SPARK_MASTER": "local-cluster[2,1,1024]",
        # Four Java machines that live for seconds: compiling well costs more than it gives.
        "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    assert command(path, library, "spark", **settings) == lines(path, library)


def test_ray_finds_the_same(path: Path, library: Path) -> None:
    need("ray")
    assert command(path, library, "ray") == lines(path, library)


def test_an_engine_that_is_not_installed_says_how_to_install_it(
    path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "cleanclaim.engine.ray", raising=False)
    with pytest.raises(Exception, match=r"needs (ray|pyarrow), which is not installed") as raised:
        lines(path, library, engine="ray")
    assert "cleanclaim[ray]" in str(raised.value)


# The web app


@pytest.fixture
def desk(practice: Practice) -> Desk:
    opened = Desk(practice.organization)
    opened.enroll()
    return opened


DIAGNOSES = {"one that is billable": "I10", "one that is not": "E11"}


@pytest.mark.parametrize("diagnosis", DIAGNOSES.values(), ids=list(DIAGNOSES))
def test_the_web_app_finds_the_same(desk: Desk, diagnosis: str) -> None:
    services = (CodedService("99213", (diagnosis,), charge_cents=20_000),)
    record = desk.assembled(desk.patient(), services)
    found = scrub_claim(**desk.who, at=at(), claim=record.pk)
    with within(desk.organization):
        told = told_of(latest_claim(record))
        content, reference = latest_claim(record), reference_for([record.payer])
    assert _told(found) == _told(told.findings)
    (lacking,) = lacking_by_family(ClaimBatch.of([content], as_of=ON), reference)
    assert set(lacking) - {"timely"} == set(told.not_checked) - {"timely"}
    assert ("DIAGNOSIS.HEADER" in {each.rule for each in found}) == (diagnosis == "E11")


def _told(findings: Iterable[Finding | ToldFinding]) -> set[tuple[str, ...]]:
    """Say what was found, but for the filing terms, which only the record knows."""
    return {
        (each.rule, each.severity, each.place, each.message, each.hint, each.source, each.release)
        for each in findings
        if not each.rule.startswith("TIMELY.")
    }


def told_of(claim: Claim) -> Told:
    answer = judge(Terms(at().date()), Share(0, "", claims=(ReadClaim(claim),)))
    return msgspec.json.decode(answer.claims[0].placed(1), type=Told)


# The REST API


@pytest.fixture
def program(practice: Practice, library: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setenv("CLEANCLAIM_REFERENCE", str(library))
    return Program(make_token(practice.organization))


def test_the_api_finds_the_same(program: Program, path: Path, library: Path) -> None:
    answer = program.post(f"/scrub?on={ON}", path.read_bytes(), key="")
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert answer.content.decode().splitlines() == lines(path, library)


def test_the_api_finds_the_same_on_a_claim_as_json(
    program: Program, path: Path, library: Path
) -> None:
    units = [event for event in x12.read(path) if isinstance(event, x12.Unit)]
    for unit in units[:4]:
        claim, _ = read_claim(unit)
        answer = program.post(f"/scrub/claim?on={ON}", msgspec.to_builtins(claim, enc_hook=str))
        judged = judge(Terms(ON, reference=str(library)), Share(0, "", claims=(ReadClaim(claim),)))
        assert answer.content == judged.claims[0].placed(1)
