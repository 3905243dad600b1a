"""``python -m cleanclaim.coding.training DIR --out FILE``: build a ranker, and wordings beside it.

DIR is a part of the CodiEsp corpus. The ranker holds numbers only. With ``--wordings FILE`` the
wordings of the corpus are learned as well, written there, and the ranker counts on them; they
contain text of the corpus, and so they are the user's own.
"""

import argparse
import sys
from pathlib import Path

import msgspec

from cleanclaim.coding.knowledge import open_knowledge
from cleanclaim.coding.training.alignment import Aligner, align
from cleanclaim.coding.training.corpus import read_corpus
from cleanclaim.coding.training.fitting import fit, read_all, samples_of
from cleanclaim.coding.training.wordings import learn_wordings


def main() -> None:
    """Build and write; say what was found on standard error."""
    parser = argparse.ArgumentParser(prog="python -m cleanclaim.coding.training")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--wordings", type=Path)
    chosen = parser.parse_args()
    build(chosen.folder, chosen.out, chosen.wordings)


def build(folder: Path, out: Path, wordings: Path | None) -> None:
    """Build a ranker of a corpus, and its wordings where they are wanted."""
    notes = read_corpus(folder)
    aligned = align(notes, Aligner(notes))
    found = sum(len(each.spans) for each in aligned)
    total = sum(len(each.note.evidence) for each in aligned)
    sys.stderr.write(f"{len(notes)} notes; {found} of {total} stretches found in English\n")
    knowledge = open_knowledge(ranked=False)
    read = read_all(aligned)
    samples = samples_of(read, knowledge, learned=wordings is not None)
    ranker = fit(samples, f"CodiEsp, {len(notes)} notes (CC BY 4.0)")
    out.write_bytes(msgspec.json.encode(ranker))
    if wordings is not None:
        learned = learn_wordings(read, knowledge.book)
        wordings.write_bytes(msgspec.json.encode(learned))
    sys.stderr.write(f"{len(ranker.trees)} trees, threshold {ranker.threshold}\n")


if __name__ == "__main__":
    main()
