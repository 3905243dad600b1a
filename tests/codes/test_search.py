"""The encoder: words, synonyms, index terms and beginnings find codes, and fast."""

import random
import time
from datetime import date
from pathlib import Path

import pytest

from cleanclaim.codes.search.encoder import Encoder
from cleanclaim.codes.search.index import Document, Index, build, opened, write
from cleanclaim.codes.search.words import synonyms, variants, words_of
from codes.official import library, order_file, put
from codes.test_books import INDEX, TABULAR
from codes.test_formats import HCPCS_LINES

CODES = {
    "E11": "Type 2 diabetes mellitus",
    "E119": "Type 2 diabetes mellitus without complications",
    "E11321": "Type 2 diabetes mellitus with retinopathy",
    "E113211": "Type 2 diabetes mellitus with retinopathy, right eye",
    "I10": "Essential (primary) hypertension",
    "I219": "Acute myocardial infarction, unspecified",
    "J101": "Influenza with pneumonia",
}


@pytest.fixture
def encoder(tmp_path: Path) -> Encoder:
    put(tmp_path, "icd10cm_order_2026.txt", order_file(CODES))
    put(tmp_path, "icd10cm-tabular-2026.xml", TABULAR)
    put(tmp_path, "icd10cm-index-2026.xml", INDEX.replace("E11.31-", "E11.321"))
    put(tmp_path, "HCPC2026_OCT_ANWEB.txt", HCPCS_LINES)
    return Encoder(library(tmp_path))


def codes(encoder: Encoder, text: str, *systems: str) -> list[str]:
    return [hit.code for hit in encoder.search(text, systems)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("type 2 diabetes", "E11.9"),
        ("DIABETES, retinopathies", "E11.321"),
        ("heart attack", "I21.9"),
        ("flu", "J10.1"),
        ("hypert", "I10"),
        ("htn", "I10"),
        ("sugar eye", "E11.321"),
        ("foldable walking", "A0001"),
    ],
)
def test_words_find_their_code_first(encoder: Encoder, text: str, first: str) -> None:
    assert codes(encoder, text)[0] == first


@pytest.mark.parametrize("text", ["zebra", "", "of the", "?"])
def test_words_of_no_code_find_nothing(encoder: Encoder, text: str) -> None:
    assert codes(encoder, text) == []


@pytest.mark.parametrize("text", ["E11.3", "e113", "E113"])
def test_a_beginning_finds_its_codes(encoder: Encoder, text: str) -> None:
    assert codes(encoder, text) == ["E11.321", "E11.3211"]


def test_a_whole_code_comes_first(encoder: Encoder) -> None:
    assert codes(encoder, "E11")[0] == "E11"


def test_systems_can_be_chosen(encoder: Encoder) -> None:
    assert codes(encoder, "thing", "icd10cm") == []
    assert codes(encoder, "thing", "hcpcs") == ["A0001"]
    assert {"icd10cm", "hcpcs", "modifier"} <= set(encoder.systems())
    assert "cpt" not in encoder.systems()


def test_a_hit_tells_what_the_code_is(encoder: Encoder) -> None:
    (hit,) = encoder.search("myocardial")
    assert (hit.system, hit.title, hit.billable) == ("icd10cm", CODES["I219"], True)
    assert (hit.release, hit.starts_on) == ("ICD-10-CM FY2026", date(2025, 10, 1))
    assert encoder.search("E11")[0].billable is False


def test_a_code_is_explained(encoder: Encoder) -> None:
    found = encoder.explain("E11.321")
    assert found is not None
    assert [step.code for step in found.above] == ["4", "E08-E13", "E11", "E11.3", "E11.32"]
    assert found.sevenths == {"1": "right eye", "9": "unspecified eye"}
    assert [note.note for note in found.notes] == ["inclusion", "use_additional", "excludes1"]
    assert encoder.explain("E99.9") is None
    plain = encoder.explain("A0001", "hcpcs")
    assert plain is not None
    assert (plain.hit.code, plain.notes) == ("A0001", ())


def test_a_day_without_release_has_no_systems(encoder: Encoder) -> None:
    assert Encoder(encoder.library, date(2020, 1, 1)).systems() == []
    assert "icd10cm" in Encoder(encoder.library, date(2025, 12, 1)).systems()


def test_an_index_is_built_once(encoder: Encoder) -> None:
    built: list[str] = []
    for _ in range(2):
        Encoder(encoder.library, building=built.append).search("diabetes", ["icd10cm"])
    assert built == ["icd10cm"]


def test_a_damaged_index_is_made_anew(tmp_path: Path) -> None:
    arrays = build([Document("A00", (("Cholera", 3.0),))])
    write(tmp_path / "index", arrays)
    write(tmp_path / "index", arrays)
    assert [path.name for path in tmp_path.iterdir()] == ["index"]
    assert opened(tmp_path / "index") is not None
    (tmp_path / "index" / "weights.npy").write_bytes(b"")
    assert opened(tmp_path / "index") is None


def test_an_index_without_codes_finds_nothing() -> None:
    assert not Index(build([])).scores(["cholera"]).any()


def test_plurals_are_the_same_word() -> None:
    assert words_of("Biopsies of the fractures, abscess") == ["biopsy", "fracture", "abscess"]


def test_each_synonym_is_a_variant() -> None:
    assert len(synonyms()) > 50
    for said, meant in synonyms():
        assert list(meant) in list(variants(list(said)))


def test_a_search_among_as_many_codes_as_there_are_is_fast() -> None:
    dice = random.Random(11)  # noqa: S311
    words = [f"w{n}" for n in range(6000)]
    texts = (
        " ".join(dice.choices(words[: dice.choice([40, 600, 6000])], k=9)) for _ in range(98_000)
    )
    index = Index(build(Document(f"{n:07}", ((text, 3.0),)) for n, text in enumerate(texts)))
    taken = []
    for _ in range(40):
        query = dice.choices(words[:60], k=3)
        start = time.perf_counter()
        index.scores(query)
        taken.append(time.perf_counter() - start)
    # The promise is 50 ms; a crowded machine may take a multiple of it.
    assert sorted(taken)[37] < 0.25
