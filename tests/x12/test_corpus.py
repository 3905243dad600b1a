"""What our engine says of third-party files agrees with what their sources say, or is explained.

The manifest beside the files says what each source expects of its file. ``corpus_reasons.tsv``
explains every blocking finding on a file that its source holds valid: file, rule, element ("*"
where one reason holds for all places at which the rule is broken) and how the file violates the
guide. What is not listed fails, and so does a reason whose finding is gone.
"""

import csv
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cleanclaim import x12
from cleanclaim.kernel.findings import Severity

pytestmark = pytest.mark.corpus

CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"
REASONS = Path(__file__).parent / "corpus_reasons.tsv"
SECONDS_MAX = 2.0
# Fewer would mean that the files were not there to be asked about.
VALID_MIN, INVALID_MIN, ALL_MIN = 90, 40, 250

# Releases before 5010 have no guide here. That stands for itself: what nobody could check is not
# accepted (IK5 I6), and nothing but the envelope may be found besides.
NO_GUIDE = ("X12.1.GUIDE", "ST")
NOTHING_WRONG = "nothing is wrong"

# Where a source's test expects a fault that is not one of the content of an old release: the
# findings as rule@segment, and what the fault is. Files of old releases that are not listed are
# faulty in their content only, so that the absent guide is all that can be said.
FAULTS = """
albmarin__badX12/270/errors__unknown_segment_error.edi | X12.1.ENVELOPE@3 X12.1.SEGMENT_UNEXPECTED@8 X12.1.SE01@15 | levels before the ST, and so a provider with none above
albmarin__badX12/835/errors__error_validation.edi | X12.1.GS01@2 X12.1.GS@2 X12.1.SE01@29 X12.1.SE02@29 X12.1.GE01@30 X12.1.GE02@30 X12.1.IEA01@31 X12.1.IEA02@31 | bad group header; no count and no number of the trailers is right
azoner__pyx12/834/834_eol_in_element.txt | X12.1.CHARACTER@14 | an end of line within a street
azoner__pyx12/835/bad_header_looping.txt | X12.1.SE01@74 | header segments come again, and the SE does not count them
azoner__pyx12/837I/ele.txt | X12.1.ISA@1 X12.1.SE02@65 | an hour that does not exist, and a space too many in ST02
azoner__pyx12/837I/trailer_errors.txt | X12.1.SE01@61 X12.1.GE02@121 X12.1.IEA01@122 X12.1.IEA02@122 | wrong counts and numbers in the trailers
azoner__pyx12/837P/837miss.txt | X12.1.IEA_MISSING@1 X12.1.GE_MISSING@2 X12.1.SE_MISSING@3 | cut off after the ST
azoner__pyx12/837P/elements.txt | X12.1.SE01@31 | the SE counts one segment too many
azoner__pyx12/837P/fail_no_IEA.txt | X12.1.IEA_MISSING@1 X12.1.SE01@4 | no IEA, and the SE counts none
azoner__pyx12/837P/SE_Checks.test_SE_count.txt | X12.1.SE01@4 | the SE counts none
azoner__pyx12/837P/SE_Checks.test_SE_id_match_ST_id.txt | X12.1.SE02@4 | the SE has another number
azoner__pyx12/837P/SE_Checks.test_Unique_Transaction_Set_ID.txt | X12.1.ST_REPEATED@5 | a number of a transaction comes twice
azoner__pyx12/837P/SE_Checks.test_missing_SE.txt | X12.1.SE_MISSING@3 | no SE
azoner__pyx12/none/GE_Checks.test_GE_count.txt | X12.1.GE01@3 | the GE counts many, there is none
azoner__pyx12/none/GE_Checks.test_GE_id_match_GS_id.txt | X12.1.GE02@3 | the GE has another number
azoner__pyx12/none/GE_Checks.test_Unique_Functional_Group_ID.txt | X12.1.GS_REPEATED@4 | a number of a group comes twice
azoner__pyx12/none/GE_Checks.test_missing_GE.txt | X12.1.GE_MISSING@2 | no GE
azoner__pyx12/none/IEA_Checks.test_IEA_count.txt | X12.1.IEA01@4 | the IEA counts one group too many
azoner__pyx12/none/IEA_Checks.test_IEA_id_match_ISA_id.txt | X12.1.IEA02@4 | the IEA has another number
azoner__pyx12/none/IEA_Checks.test_missing_IEA.txt | X12.1.IEA_MISSING@1 | no IEA
azoner__pyx12/none/ISA_header.test_Unique_Interchange_ID.txt | X12.1.ISA_REPEATED@3 | a number of an interchange comes twice
azoner__pyx12/none/ISA_header.test_repeat_ISA_loops.txt | | nothing is wrong: two interchanges without a group, and the source's test expects no error
azoner__pyx12/none/Segment_ID_Checks.test_segment_empty.txt | X12.1.ENVELOPE@2 | a segment of an id alone, outside of any group
azoner__pyx12/none/Segment_ID_Checks.test_segment_id_empty.txt | X12.1.NOT_X12@2 | a segment without an id
azoner__pyx12/none/Segment_ID_Checks.test_segment_id_long.txt | X12.1.ENVELOPE@2 | an id of four letters
azoner__pyx12/none/Segment_ID_Checks.test_segment_id_short.txt | X12.1.ENVELOPE@2 | an id of one letter
azoner__pyx12/none/Segment_ID_Checks.test_segment_trailing_space.txt | X12.1.ENVELOPE@2 | an unknown segment that ends in a space
azoner__pyx12/none/X12fileTestCase.test_trailing_ele_delim.txt | X12.1.ENVELOPE@2 | an unknown segment that ends in separators
"""  # noqa: E501 - a table

Flaw = tuple[str, str]


@cache
def manifest() -> tuple[dict[str, str], ...]:
    if not CORPUS.is_dir():
        pytest.skip("the third-party files are not beside the repository")
    with (CORPUS / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def expected(verdict: str) -> Iterator[dict[str, str]]:
    return (row for row in manifest() if row["expect"] == verdict)


def is_of_old_release(row: dict[str, str]) -> bool:
    return not row["version"].startswith("005010")


@cache
def blocking(file: str) -> tuple[x12.X12Finding, ...]:
    found = x12.check(CORPUS / file).findings
    return tuple(each for each in found if each.severity is Severity.BLOCK)


def explained() -> dict[str, set[Flaw]]:
    """Give the rules and elements that are explained for each file."""
    with REASONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert all(len(row["reason"]) > 20 for row in rows)
    told: dict[str, set[Flaw]] = {}
    for row in rows:
        told.setdefault(row["file"], set()).add((row["rule"], row["element"]))
    assert sum(map(len, told.values())) == len(rows), "a line is there twice"
    return told


def differences(found: set[Flaw], told: set[Flaw]) -> tuple[set[Flaw], set[Flaw]]:
    """Give what is found and not explained, and what is explained and not found."""
    everywhere = {rule for rule, element in told if element == "*"}
    found = {(rule, "*" if rule in everywhere else element) for rule, element in found}
    return found - told, told - found


def faults() -> dict[str, set[tuple[str, int]]]:
    """Give the findings (rule, segment) that tell the fault of each file in the table."""
    told = {}
    for line in FAULTS.strip().splitlines():
        file, findings, words = (part.strip() for part in line.split("|"))
        assert findings or words.startswith(NOTHING_WRONG)
        pairs = [each.split("@") for each in findings.split()]
        told[file] = {(rule, int(segment)) for rule, segment in pairs}
    return told


def test_every_file_is_read_at_once_and_comes_back() -> None:
    slow, lossy = [], []
    assert len(manifest()) >= ALL_MIN
    for row in manifest():
        path = CORPUS / row["file"]
        text = path.read_bytes().decode("latin-1")
        began = time.process_time()
        x12.check(path)
        copied = x12.copy(path)
        returned = "".join(x12.from_json("".join(x12.to_json(path))))
        if time.process_time() - began > SECONDS_MAX:
            slow.append(row["file"])
        if copied != text or returned != text:
            lossy.append(row["file"])
    assert slow == []
    assert lossy == []


def test_every_finding_on_a_valid_file_is_explained() -> None:
    told = explained()
    wrong = {}
    rows = list(expected("valid"))
    for row in rows:
        found = {(each.rule, each.element) for each in blocking(row["file"])}
        if is_of_old_release(row):
            assert NO_GUIDE in found, row["file"]
            found.discard(NO_GUIDE)
        unexplained, stale = differences(found, told.get(row["file"], set()))
        if unexplained or stale:
            wrong[row["file"]] = {"unexplained": unexplained, "stale": stale}
    assert len(rows) >= VALID_MIN
    assert wrong == {}


def test_only_valid_files_need_reasons() -> None:
    assert set(explained()) <= {row["file"] for row in expected("valid")}


def test_every_invalid_file_has_a_finding_at_its_fault() -> None:
    table = faults()
    rows = list(expected("invalid"))
    missed = {}
    for row in rows:
        found = {(each.rule, each.segment) for each in blocking(row["file"])}
        if row["file"] in table:
            wanted = table[row["file"]]
            assert wanted or not found, row["file"]
        else:
            assert is_of_old_release(row), f"{row['file']}: say in FAULTS where its fault is"
            wanted = {(NO_GUIDE[0], at) for at in starts_of_transactions(row["file"])}
            assert wanted, row["file"]
        if wanted - found:
            missed[row["file"]] = wanted - found
    assert len(rows) >= INVALID_MIN
    assert set(table) <= {row["file"] for row in rows}
    assert missed == {}


def starts_of_transactions(file: str) -> Iterator[int]:
    return (each.position for each in x12.tokenize(CORPUS / file) if each.id == "ST")


@pytest.mark.parametrize(
    ("found", "told", "unexplained", "stale"),
    [
        ({("A", "X01")}, {("A", "X01")}, set(), set()),
        ({("A", "X01"), ("A", "X02")}, {("A", "*")}, set(), set()),
        ({("A", "X01"), ("B", "X01")}, {("A", "*")}, {("B", "X01")}, set()),
        ({("A", "X01")}, {("A", "X02")}, {("A", "X01")}, {("A", "X02")}),
        (set(), {("A", "*")}, set(), {("A", "*")}),
    ],
)
def test_what_is_not_explained_and_what_is_stale_differ(
    found: set[Flaw], told: set[Flaw], unexplained: set[Flaw], stale: set[Flaw]
) -> None:
    assert differences(found, told) == (unexplained, stale)
