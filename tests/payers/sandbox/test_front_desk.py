"""The front desk gives the first reason to refuse a claim, and survives whatever is sent."""

from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanclaim import x12
from cleanclaim.claims.from_837 import read_claim
from cleanclaim.claims.model import Claim, Frequency
from cleanclaim.claims.parties import Provider
from cleanclaim.kernel.findings import Finding, Severity
from cleanclaim.payers import OutboundFile
from cleanclaim.payers.sandbox import PayerProfile, SandboxPayer, open_profile
from cleanclaim.payers.sandbox.front_desk import ACCEPTED, Status, examine
from cleanclaim.payers.sandbox.state import State
from payers.sandbox.practice import PROFILE, Asked, write_batch, write_question

CORPUS = Path(__file__).resolve().parents[3] / "../shared/corpus/x12"
SENT = datetime(2026, 3, 3, 9, 30)  # noqa: DTZ001 - the envelope has no time zone
OPEN = msgspec.structs.replace(PROFILE, admits_everyone=True, default_plan="gold", delay_days=0)


def read_claims(content: bytes) -> list[Claim]:
    units = [event for event in x12.read(content) if isinstance(event, x12.Unit)]
    return [read_claim(unit)[0] for unit in units if unit.loop.id == "2300"]


CLAIM = read_claims(write_batch(Asked()))[0]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, ACCEPTED),
        ({"billing": Provider(npi="1234567890")}, Status("A7", "562", "85")),
        ({"diagnoses": ()}, Status("A6", "255")),
        ({"frequency": Frequency.VOID}, Status("A6", "464")),
        (
            {"frequency": Frequency.REPLACEMENT, "payer_claim_number": "X"},
            Status("A7", "464"),
        ),
    ],
)
def test_each_refusal_names_what_is_wrong(changes: dict[str, object], status: Status) -> None:
    asked = msgspec.structs.replace(CLAIM, **changes)
    assert examine(asked, (), PROFILE, State(0)) == status


def test_a_claim_that_breaks_a_rule_is_refused_and_one_that_only_warns_is_not() -> None:
    broken = Finding("X12.3.CLM02", Severity.BLOCK, "2300", "does not balance")
    warned = msgspec.structs.replace(broken, severity=Severity.WARN)
    assert examine(CLAIM, (broken,), PROFILE, State(0)) == Status("A7", "21")
    assert examine(CLAIM, (warned,), PROFILE, State(0)).accepted


def test_an_unbalanced_claim_passes_the_999_and_is_refused_by_the_277ca() -> None:
    payer = SandboxPayer(PROFILE)
    content = write_batch(Asked()).replace(b"CLM*P1*150*", b"CLM*P1*151*")
    payer.send([OutboundFile("batch", content)], at=SENT)
    acknowledged, status = payer.receive(date(2026, 3, 3))
    assert b"IK5*A~" in acknowledged.content
    assert b"STC*A7:21*" in status.content
    assert payer.state.queue == []


def test_a_group_that_the_999_refuses_is_not_taken_in() -> None:
    payer = SandboxPayer(PROFILE)
    content = write_batch(Asked()).replace(b"GE*1*1~", b"GE*1*2~")
    payer.send([OutboundFile("batch", content)], at=SENT)
    (acknowledged,) = payer.receive(date(2026, 6, 1))
    assert b"AK9*R*" in acknowledged.content


NASTY = [b"", b"-1", b"0", b"\xc3\xa9x", b"9" * 20, b"1.005", b"20261399", b"Z" * 90, b"a:b",
         b"7", b"8", b"1^2", b"\xff", b" "]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_stands_in_an_element_gets_valid_answers(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from([write_batch(Asked()), write_question()]))
    segments = [part.split(b"*") for part in original.split(b"~")]
    place = data.draw(st.integers(0, len(segments) - 2))
    element = data.draw(st.integers(1, len(segments[place]) - 1))
    segments[place][element] = data.draw(st.sampled_from(NASTY))
    assert_answered(b"~".join(b"*".join(parts) for parts in segments), OPEN)


def assert_answered(content: bytes, profile: PayerProfile) -> None:
    payer = SandboxPayer(profile)
    payer.send([OutboundFile("batch", content)], at=SENT)
    files = payer.receive(date(2026, 6, 1))
    assert files[0].name.endswith(".999")
    assert all(x12.check(file.content).valid for file in files)


FOREIGN = bytes.maketrans(b"*:^~", b"|>}'")


@pytest.mark.parametrize("original", [write_batch(Asked()), write_question()])
def test_a_name_may_hold_what_is_a_delimiter_only_to_the_payer(original: bytes) -> None:
    foreign = original.translate(FOREIGN).replace(b"ROWAN", b"RO*W:N")
    assert_answered(foreign, OPEN)


@pytest.mark.parametrize("sender", [b"A", b"*", b"H-1/2"])
def test_any_sender_gets_its_answers(sender: bytes) -> None:
    foreign = write_batch(Asked()).translate(FOREIGN)
    padded = foreign.replace(b"|HILLTOP        |", b"|" + sender.ljust(15) + b"|")
    assert_answered(padded.replace(b"|HILLTOP|NL001|", b"|" + sender + b"|NL001|"), OPEN)


@pytest.mark.corpus
def test_files_of_other_software_get_valid_answers() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the third-party X12 files are not beside the repository")
    files = [path for kind in ("837P", "837I", "270") for path in CORPUS.glob(f"*/{kind}/*")]
    assert files
    for path in files:
        content = path.read_bytes()
        assert_answered(content, open_profile(read_claims(content), seed=1))
