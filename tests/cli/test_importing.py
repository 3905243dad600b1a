"""``cleanclaim import`` and ``cleanclaim feed``: a line a message, maps tried before set."""

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from cleanclaim.app.feeds import read_settings
from cleanclaim.cli import main
from cleanclaim.kernel.errors import CleanclaimError
from conftest import Practice
from fhir.test_reading import PATIENT
from hl7.feeds import MAP, charges, registration


def run(*words: str) -> Result:
    answer = CliRunner().invoke(main, words)
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer


@pytest.fixture
def ours(practice: Practice) -> tuple[str, str]:
    return "--organization", str(practice.organization)


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return str(path)


def test_each_message_is_a_line_and_the_status_tells_what_waits(
    ours: tuple[str, str], tmp_path: Path
) -> None:
    file = write(tmp_path, "feed.hl7", registration() + charges())
    told = run("import", file, *ours, "--json")
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.exit_code == 1
    assert [(line["place"], line["kind"], line["outcome"]) for line in lines] == [
        (1, "ADT^A04", "parked"),
        (2, "DFT^P03", "parked"),
    ]
    assert lines[1]["reasons"][0]["rule"] == "CHARGE.MAP"
    assert "Waverly" not in told.output
    assert "2 messages: 2 parked" in told.stderr
    again = run("import", file, *ours)
    assert again.exit_code == 0
    assert again.stdout.splitlines() == [
        "feed.hl7  1  ADT^A04  repeated",
        "feed.hl7  2  DFT^P03  repeated",
    ]


def test_a_file_without_a_message_is_told_and_the_others_imported(
    ours: tuple[str, str], tmp_path: Path
) -> None:
    good = write(tmp_path, "p.json", json.dumps(PATIENT))
    told = run("import", write(tmp_path, "x.txt", "a letter"), good, *ours)
    assert told.exit_code == 2
    assert "x.txt: the file holds no HL7 message" in told.stderr
    assert told.stdout == "p.json  1  Patient  imported\n"
    exported = run("feed", "export", "fhir", *ours).stdout
    assert json.loads(exported) == PATIENT


def test_a_map_is_tried_on_samples_and_set(ours: tuple[str, str], tmp_path: Path) -> None:
    sample = write(tmp_path, "dft.hl7", charges())
    blind = run("feed", "examine", sample)
    assert blind.exit_code == 1
    assert "code: no place, 0 filled, 0 in shape; could be FT1-7" in blind.stdout
    assert "missing: code, service_on" in blind.stdout
    settings = msgspec.json.encode({"charges": MAP}).decode()
    path = write(tmp_path, "feed.json", settings)
    fits = run("feed", "examine", sample, "--settings", path, "--json")
    assert (fits.exit_code, json.loads(fits.stdout)["fits"]) == (0, True)
    assert run("feed", "set", "CHART/RIVERBEND", path, *ours).exit_code == 0


@pytest.mark.parametrize("text", ['{"charges": {"code": "seventh"}}', '{"colour": "red"}', "7", ""])
def test_settings_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(CleanclaimError):
        read_settings(text.encode())
