"""Every message of the third-party collection is read, and each feed's charges by its map."""

from pathlib import Path

import pytest

from cleanclaim.hl7.charge_maps import ChargeMap, examine_map
from cleanclaim.hl7.charges import read_services
from cleanclaim.hl7.messages import Message, read_message, split_messages
from cleanclaim.hl7.reading import read_arrival
from cleanclaim.kernel.arrivals import Happening

FOLDER = Path(__file__).resolve().parents[2] / "../shared/corpus/hl7v2"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="no collection beside the repository"),
]
# The index counts two fields that say MSH in one message (ADT04-23.hl7) as messages.
FIELDS_THAT_SAY_MSH = 2
EXCERPTS = "dft_excerpts"
MAPS = {
    "billing_gt1_in1": ChargeMap(
        code="FT1-7", service_on="FT1-4", units="FT1-11", amount="FT1-12", diagnoses="DG1-3"
    ),
    "cerner_synth_cdm": ChargeMap(
        code="FT1-8", service_on="FT1-5", units="FT1-11",
        codes={"8000010": "80053", "8000020": "85025", "8000099": "36415"},
    ),
    "iris_example_a": ChargeMap(
        code="FT1-25", service_on="FT1-4", units="FT1-10", modifiers="FT1-26"
    ),
    "meditech_ssh": ChargeMap(
        code="FT1-6", service_on="FT1-2", units="FT1-7", diagnoses="DG1-3", kind="FT1-4"
    ),
    "nodehl7_pr1": ChargeMap(rows="PR1", code="PR1-3", service_on="PR1-4", diagnoses="PR1-15"),
    "va_inpatient_clock": ChargeMap(carries_none="days of stays, no services"),
}  # fmt: skip
ROWS = {
    "billing_gt1_in1": 1,
    "cerner_synth_cdm": 3,
    "iris_example_a": 1,
    "meditech_ssh": 3,
    "nodehl7_pr1": 2,
    "va_inpatient_clock": 0,
}


def messages_of(path: Path) -> list[Message]:
    text = path.read_bytes().decode("utf-8", "replace")
    return [read_message(each) for each in split_messages(text)]


def test_every_message_is_read_and_means_something() -> None:
    wanted = len((FOLDER / "INDEX.tsv").read_text().splitlines())
    paths = [p for p in FOLDER.glob("*/*") if p.parent.name != EXCERPTS]
    told = [read_arrival(message) for path in paths for message in messages_of(path)]
    assert len(told) == wanted - FIELDS_THAT_SAY_MSH
    blocked = [findings for arrival, findings in told if findings]
    assert len(blocked) < 10
    assert sum(arrival.happening is Happening.REGISTERED for arrival, _ in told) > 150


@pytest.mark.parametrize("name", sorted(MAPS))
def test_each_feed_of_charges_loads_by_its_map_only(name: str) -> None:
    (message,) = messages_of(FOLDER / EXCERPTS / f"{name}.hl7")
    services, findings = read_services(message, None)
    assert (services, [each.rule for each in findings]) == ((), ["CHARGE.MAP"])
    services, findings = read_services(message, MAPS[name])
    assert (len(services), findings) == (ROWS[name], ())
    assert examine_map([message], MAPS[name]).missing == ()
