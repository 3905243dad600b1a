"""The simulated payer answers files with files, the same bytes for the same days and seed."""

from datetime import date, datetime
from hashlib import sha256

import msgspec
import pytest

from cleanclaim import x12
from cleanclaim.kernel.money import parse_cents
from cleanclaim.payers import InboundFile, OutboundFile, PayerConnection
from cleanclaim.payers.sandbox import (
    Bank,
    Contract,
    Fault,
    FaultRule,
    PayerProfile,
    SandboxPayer,
)
from payers.sandbox.practice import BILLING_NPI, PROFILE, Asked, write_batch, write_question

SENT = datetime(2026, 3, 3, 9, 30)  # noqa: DTZ001 - the envelope has no time zone
ANSWERED = date(2026, 3, 3)
DUE = date(2026, 3, 10)
LATER = date(2026, 6, 30)

Segments = list[list[str]]


def send(payer: SandboxPayer, content: bytes, at: datetime = SENT) -> None:
    (receipt,) = payer.send([OutboundFile("batch", content)], at=at)
    assert (receipt.sha256, receipt.received_at) == (sha256(content).hexdigest(), at)


def split(file: InboundFile) -> Segments:
    return [part.split("*") for part in file.content.decode().split("~") if part]


def kind(files: tuple[InboundFile, ...], ending: str) -> list[Segments]:
    return [split(file) for file in files if file.name.endswith(ending)]


def named(segments: Segments, name: str) -> Segments:
    return [each for each in segments if each[0] == name]


def with_faults(*rules: FaultRule, **changes: object) -> PayerProfile:
    return msgspec.structs.replace(PROFILE, faults=rules, **changes)


def assert_balanced(remit: Segments) -> int:
    """Check payment, claims and lines against their adjustments; give the payment in cents."""
    paid, left = 0, 0
    lines: list[int] = []
    for each in remit:
        if each[0] in {"CLP", "PLB"}:
            assert not lines or sum(lines) == left
        if each[0] == "CLP":
            left, lines = parse_cents(each[4]), []
            paid += left
        elif each[0] == "SVC":
            lines.append(parse_cents(each[3]))
        elif each[0] == "PLB":
            left, lines = 0, []
            paid -= sum(map(parse_cents, each[4::2]))
    assert paid == parse_cents(named(remit, "BPR")[0][2])
    return paid


def pay(*claims: Asked, profile: PayerProfile = PROFILE, on: date = DUE) -> list[Segments]:
    payer = SandboxPayer(profile)
    send(payer, write_batch(*claims))
    return kind(payer.receive(on), "835")


def accept(payer: SandboxPayer, *claims: Asked, control: int, at: datetime = SENT) -> list[str]:
    """Send the claims and give the payer's numbers for them out of its 277CA."""
    send(payer, write_batch(*claims, control=control), at)
    (status,) = kind(payer.receive(at.date()), "277")
    return [each[2] for each in named(status, "REF") if each[1] == "1K"]


def test_the_sandbox_is_a_connection() -> None:
    connection: PayerConnection = SandboxPayer(PROFILE)
    assert connection.receive(ANSWERED) == ()


def test_a_clean_claim_is_acknowledged_accepted_and_paid_when_due() -> None:
    payer = SandboxPayer(PROFILE)
    send(payer, write_batch(Asked()))
    first = payer.receive(ANSWERED)
    assert [file.name[-3:] for file in first] == ["999", "277"]
    assert named(split(first[0]), "IK5") == [["IK5", "A"]]
    assert [each[1] for each in named(split(first[1]), "STC")] == ["A1:19:PR", "A2:20"]
    assert payer.receive(date(2026, 3, 9)) == ()
    (remit,) = kind(payer.receive(DUE), "835")
    number = named(remit, "CLP")[0][7]
    assert ["REF", "1K", number] in split(first[1])
    assert named(remit, "CLP") == [["CLP", "P1", "1", "150", "24", "76", "12", number, "11", "1"]]
    assert named(remit, "CAS") == [
        ["CAS", "CO", "45", "50"],
        ["CAS", "PR", "1", "50", "", "2", "6", "", "3", "20"],
    ]
    assert assert_balanced(remit) == 2400
    assert payer.receive(LATER) == ()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (Asked(payer="OTHER"), "A3:116"),
        (Asked(member="X999"), "A3:33:IL"),
        (Asked(frequency="7", replaces="NOBODYS"), "A7:464"),
    ],
)
def test_the_front_desk_refuses_with_a_reason_and_pays_nothing(asked: Asked, status: str) -> None:
    payer = SandboxPayer(PROFILE)
    send(payer, write_batch(asked))
    (answer,) = kind(payer.receive(ANSWERED), "277")
    assert named(answer, "STC")[1][1:5] == [status, "20260303", "U", "150"]
    assert payer.receive(LATER) == ()


def test_a_billing_provider_nobody_knows_is_refused() -> None:
    payer = SandboxPayer(msgspec.structs.replace(PROFILE, known_billing=("1234567893",)))
    send(payer, write_batch(Asked()))
    (answer,) = kind(payer.receive(ANSWERED), "277")
    assert named(answer, "STC")[1][1] == "A3:25:85"


def test_a_transaction_that_the_999_refuses_goes_no_further() -> None:
    payer = SandboxPayer(PROFILE)
    send(payer, write_batch(Asked()).replace(b"BHT*0019*00*B1*20260303*0900*CH~", b""))
    files = payer.receive(ANSWERED)
    assert [file.name[-3:] for file in files] == ["999"]
    assert named(split(files[0]), "IK5")[0][1] == "R"
    assert payer.receive(LATER) == ()


def test_remittances_pass_the_checks_and_their_numbers_rise() -> None:
    payer = SandboxPayer(msgspec.structs.replace(PROFILE, bank=Bank("011000015", "1"),
                                                 payee_bank=Bank("011000015", "2")))  # fmt: skip
    lines = (("99213", "150"), ("20610", "333"))
    numbers, traces = [], []
    for control, day in enumerate((3, 12), 1):
        at = SENT.replace(day=day)
        send(
            payer,
            write_batch(Asked(f"P{control}", lines, f"2026030{control}"), control=control),
            at,
        )
        for file in payer.receive(date(2026, 3, day + 8)):
            report = x12.check(file.content)
            assert report.valid, report.findings
            numbers.append(int(split(file)[0][13]))
            traces += [each[2] for each in named(split(file), "TRN") if each[1] == "1"]
    assert len(numbers) == 6
    assert numbers == sorted(set(numbers))
    assert len(traces) == len(set(traces))


def test_same_seed_same_days_same_bytes_even_when_resumed_at_every_step() -> None:
    rules = (FaultRule(Fault.RECOUP, percent=50), FaultRule(Fault.LATE, percent=30))
    profile = with_faults(*rules, delay_spread_days=9)
    claims = [Asked(f"P{n}", (("99213", "150"), ("20610", f"{n}00"))) for n in range(1, 9)]
    content = write_batch(*claims)
    steady, resumed = SandboxPayer(profile, seed=5), SandboxPayer(profile, seed=5)
    other = SandboxPayer(profile, seed=6)
    for payer in (steady, resumed, other):
        send(payer, content)
    seen = []
    for day in (ANSWERED, DUE, date(2026, 3, 20), date(2026, 4, 20), LATER):
        resumed = SandboxPayer.resume(profile, resumed.state.dump())
        files = steady.receive(day)
        assert files == resumed.receive(day)
        seen.append(files == other.receive(day))
    assert not all(seen)


def test_checks_are_written_on_their_weekday_only() -> None:
    payer = SandboxPayer(msgspec.structs.replace(PROFILE, check_weekday=4))
    send(payer, write_batch(Asked()))
    assert kind(payer.receive(date(2026, 3, 12)), "835") == []
    (remit,) = kind(payer.receive(LATER), "835")
    assert named(remit, "BPR")[0][16] == "20260313"


def test_a_replacement_is_reversed_and_corrected_in_one_remittance() -> None:
    payer = SandboxPayer(PROFILE)
    (number,) = accept(payer, Asked(), control=1)
    payer.receive(DUE)
    better = Asked("P1B", (("99213", "150"), ("20610", "400")), frequency="7", replaces=number)
    accept(payer, better, control=2, at=SENT.replace(day=12))
    (remit,) = kind(payer.receive(date(2026, 3, 30)), "835")
    reversal, correction = named(remit, "CLP")
    assert reversal[1:8] == ["P1", "22", "-150", "-24", "", "12", number]
    assert correction[1:3] == ["P1B", "1"]
    assert ["REF", "F8", number] in remit
    assert assert_balanced(remit) == parse_cents(correction[4]) - 2400


def test_a_void_below_zero_is_forwarded_and_recovered_from_the_next_payment() -> None:
    payer = SandboxPayer(PROFILE)
    (number,) = accept(payer, Asked(), control=1)
    (paid,) = kind(payer.receive(DUE), "835")
    void = Asked(frequency="8", replaces=number)
    accept(payer, void, control=2, at=SENT.replace(day=12))
    (forwarded,) = kind(payer.receive(date(2026, 3, 20)), "835")
    trace = named(forwarded, "TRN")[0][2]
    assert named(forwarded, "BPR")[0][1:5] == ["H", "0", "C", "NON"]
    assert named(forwarded, "PLB") == [["PLB", BILLING_NPI, "20261231", f"FB:{trace}", "-24"]]
    accept(payer, Asked("P2", (("20610", "600"),)), control=3, at=SENT.replace(day=22))
    (recovered,) = kind(payer.receive(LATER), "835")
    assert named(recovered, "PLB")[0][3:] == [f"FB:{trace}", "24"]
    payments = [assert_balanced(remit) for remit in (paid, forwarded, recovered)]
    (alone,) = pay(Asked("P2", (("20610", "600"),)))
    assert sum(payments) == assert_balanced(alone)


def test_a_recoupment_conserves_money_over_its_three_remittances() -> None:
    payer = SandboxPayer(with_faults(FaultRule(Fault.RECOUP, ("P1",))))
    (number,) = accept(payer, Asked(), control=1)
    (paid,) = kind(payer.receive(DUE), "835")
    (announced,) = kind(payer.receive(date(2026, 3, 20)), "835")
    assert [each[2] for each in named(announced, "CLP")] == ["22", "1"]
    assert named(announced, "PLB")[0][3:] == [f"WO:{number}", "-6"]
    accept(payer, Asked("P2", (("20610", "600"),)), control=2, at=SENT.replace(month=4))
    (taken,) = kind(payer.receive(LATER), "835")
    assert named(taken, "PLB")[0][3:] == [f"WO:{number}", "6"]
    payments = [assert_balanced(remit) for remit in (paid, announced, taken)]
    assert payments[:2] == [2400, 0]
    claims = [parse_cents(c[4]) for r in (paid, announced, taken) for c in named(r, "CLP")]
    assert sum(payments) == sum(claims)


def test_late_and_interest() -> None:
    late = with_faults(FaultRule(Fault.LATE, ("P1",)))
    assert pay(Asked(), profile=late) == []
    interest = with_faults(FaultRule(Fault.INTEREST, ("P1",)), late_days=73)
    (remit,) = pay(Asked(), profile=interest, on=date(2026, 5, 22))
    assert named(remit, "PLB")[0][4] == "-.58"
    assert assert_balanced(remit) == 2458


def test_silence_is_neither_status_nor_payment_and_its_neighbour_is_paid() -> None:
    payer = SandboxPayer(with_faults(FaultRule(Fault.SILENT, ("P1",))))
    send(payer, write_batch(Asked(), Asked("P2")))
    files = payer.receive(LATER)
    traces = [each[2] for each in named(kind(files, "277")[0], "TRN")]
    assert "P2" in traces
    assert "P1" not in traces
    assert [each[1] for each in named(kind(files, "835")[0], "CLP")] == ["P2"]


def test_a_duplicate_file_has_the_same_bytes_under_another_name() -> None:
    payer = SandboxPayer(with_faults(FaultRule(Fault.DUPLICATE_FILE, ("P1",))))
    send(payer, write_batch(Asked()))
    (first,) = [file for file in payer.receive(DUE) if file.name.endswith("835")]
    (again,) = payer.receive(date(2026, 3, 11))
    assert again.content == first.content
    assert again.name != first.name


def test_an_unbalanced_remittance_is_a_dollar_off_and_fails_the_checks() -> None:
    payer = SandboxPayer(with_faults(FaultRule(Fault.UNBALANCED, ("P1",))))
    send(payer, write_batch(Asked()))
    (file,) = [file for file in payer.receive(DUE) if file.name.endswith("835")]
    assert named(split(file), "CLP")[0][4] == "25"
    assert not x12.check(file.content).valid


def test_a_wrong_claim_number_is_nobodys() -> None:
    (remit,) = pay(Asked("P123"), profile=with_faults(FaultRule(Fault.WRONG_NUMBER, ("P123",))))
    assert named(remit, "CLP")[0][1] == "321P"


def test_a_share_of_faults_falls_by_the_seed() -> None:
    profile = with_faults(FaultRule(Fault.SILENT, percent=50))
    payer = SandboxPayer(profile, seed=3)
    send(payer, write_batch(*[Asked(f"P{n}") for n in range(40)]))
    assert 5 < len(payer.state.queue) < 35


def test_a_denied_claim_makes_a_remittance_without_payment() -> None:
    profile = msgspec.structs.replace(PROFILE, contract=Contract())
    (remit,) = pay(Asked(), profile=profile)
    assert named(remit, "CLP")[0][2:6] == ["4", "150", "0", "150"]
    assert named(remit, "BPR")[0][4] == "NON"


def ask(payer: SandboxPayer, question: bytes) -> Segments:
    send(payer, question, SENT.replace(month=4))
    (answer,) = [file for file in payer.receive(date(2026, 4, 3)) if file.name.endswith("271")]
    assert x12.check(answer.content).valid, x12.check(answer.content).findings
    return split(answer)


def test_a_member_is_active_with_what_remains_of_the_year() -> None:
    payer = SandboxPayer(PROFILE)
    fresh = ask(payer, write_question())
    assert ["EB", "1", "", "30", "", "GOLD"] in fresh
    assert ["EB", "C", "IND", "30", "", "", "29", "50"] in fresh
    assert ["TRN", "2", "T77", "9990000003"] in fresh
    send(payer, write_batch(Asked()))
    payer.receive(DUE)
    after = ask(payer, write_question())
    assert ["EB", "C", "IND", "30", "", "", "29", "0"] in after
    assert ["EB", "G", "IND", "30", "", "", "29", "924"] in after


def test_outside_the_plan_the_member_is_inactive() -> None:
    answer = ask(SandboxPayer(PROFILE), write_question(day="20270101"))
    assert named(answer, "EB") == [["EB", "6", "", "30", "", "GOLD"]]


@pytest.mark.parametrize(
    ("question", "reason"),
    [(write_question("X999"), "75"), (write_question(born="19800518"), "71")],
)
def test_an_unknown_member_is_neither_active_nor_inactive(question: bytes, reason: str) -> None:
    answer = ask(SandboxPayer(PROFILE), question)
    assert named(answer, "EB") == []
    assert named(answer, "AAA") == [["AAA", "N", "", reason, "C"]]
