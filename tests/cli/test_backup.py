"""``cleanclaim backup|restore``: save, lose everything, restore, and prove it equal."""

import json
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from app.desk import Desk
from cleanclaim.cli import main
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.backups.archive import BackupRefusedError, unpack
from cleanclaim.store.backups.proofs import Head, Proof, prove
from cleanclaim.store.backups.restoring import restore
from cleanclaim.store.events.chain import anchor_head
from cleanclaim.store.places import data_folder
from conftest import make_practice
from store.programs import look, run, surroundings

READ_BACK = """
import json
from cleanclaim.store.connection import boot
boot()
from cleanclaim.app.booking import balance_of_kind
from cleanclaim.ledger.accounts import AccountKind
from cleanclaim.store.exchanges.models import ExchangedFile
from cleanclaim.store.tenancy import within
with within({organization}):
    files = ExchangedFile.objects.of({organization}).count()
    owed = balance_of_kind(AccountKind("{kind}"), organization={organization})
print(json.dumps([files, owed]))
"""
OWED = AccountKind.AR_INSURANCE


class Saved(msgspec.Struct, frozen=True):
    """A backup, what the command said of it, and what the practice had."""

    file: Path
    told: dict[str, Any]
    organization: int
    owed_cents: int


def back_up(file: Path, *words: str) -> Result:
    answer = CliRunner().invoke(main, ["backup", str(file), *words])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, database: dict[str, str]) -> Saved:
    practice = make_practice()
    desk = Desk(practice.organization)
    desk.enroll()
    desk.submitted(desk.patient())
    at = datetime(2026, 4, 11, tzinfo=UTC)
    anchor_head(practice.organization, at, data_folder() / "anchors.jsonl")
    file = tmp_path_factory.mktemp("saved") / "kept" / "monday.backup"
    told = json.loads(back_up(file, "--json").stdout)
    return Saved(file, told, practice.organization, desk.kind(OWED))


def test_what_was_lost_comes_back_equal(saved: Saved, tmp_path: Path) -> None:
    assert saved.owed_cents > 0
    home = tmp_path / "another-machine"
    done = subprocess.run(
        [sys.executable, "-m", "cleanclaim", "restore", str(saved.file), "--json"],
        env=surroundings(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    # Other tests break the chains of practices of their own in this database.
    ours = f"organization {saved.organization}:"
    broken = [f for f in told["faults"] if f.startswith(ours) or not f.startswith("organization ")]
    assert broken == []
    assert (told["ledger"], told["heads"]) == (saved.told["ledger"], saved.told["heads"])
    assert saved.organization in {head["organization"] for head in told["heads"]}
    assert (home / "anchors.jsonl").read_bytes() == (data_folder() / "anchors.jsonl").read_bytes()
    asked = READ_BACK.format(organization=saved.organization, kind=OWED.value)
    files, owed = json.loads(run(asked, home))
    assert (files > 0, owed) == (True, saved.owed_cents)
    with pytest.raises(BackupRefusedError, match="in use"):
        restore(saved.file, folder=home, prepare=_not_reached)


def _not_reached() -> Mapping[str, str]:
    msg = "a database was started for a backup that must be refused first"
    raise AssertionError(msg)


def test_a_backup_is_never_written_over_another_and_only_its_owner_reads_it(saved: Saved) -> None:
    before = saved.file.read_bytes()
    again = back_up(saved.file)
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert saved.file.read_bytes() == before
    assert saved.file.stat().st_mode & 0o077 == 0
    assert [path.name for path in saved.file.parent.iterdir()] == ["monday.backup"]


def _flip(content: bytes) -> bytes:
    # Inside the dump, which is the first and by far the greatest file.
    place = len(content) // 2
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_flip, "is not what was saved"),
        (lambda content: content[: len(content) // 3], "cut short"),
        (lambda content: b"ISA*00*" + content[7:], "no backup|missing"),
        (lambda _: b"", "no backup|no manifest"),
    ],
    ids=["one bit", "a third", "another file", "empty"],
)
def test_a_harmed_backup_restores_nothing(
    saved: Saved, tmp_path: Path, spoil: Callable[[bytes], bytes], told: str
) -> None:
    harmed = tmp_path / "harmed.backup"
    harmed.write_bytes(spoil(saved.file.read_bytes()))
    home = tmp_path / "empty"
    with pytest.raises(BackupRefusedError, match=told):
        restore(harmed, folder=home, prepare=_not_reached)
    assert list(home.iterdir()) == []


def test_a_backup_that_would_write_outside_is_refused(saved: Saved, tmp_path: Path) -> None:
    sly = tmp_path / "sly.backup"
    with tarfile.open(saved.file) as old, tarfile.open(sly, "w") as new:
        for member in old.getmembers():
            file = old.extractfile(member)
            assert file
            content = file.read()
            if member.name == "manifest.json":
                content = content.replace(b'"name":"anchors.jsonl"', b'"name":"../../ors.jsonl"')
            member.name = member.name.replace("anchors.jsonl", "../../ors.jsonl")
            target = tmp_path / "content"
            target.write_bytes(content)
            new.add(target, member.name)
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(BackupRefusedError, match="out of place"):
        unpack(sly, tmp_path / "a" / "b")
    assert not (tmp_path / "ors.jsonl").exists()


def test_the_proof_sees_one_changed_cent(saved: Saved, database: dict[str, str]) -> None:
    with look(database) as session:
        before = prove(session)
        assert before.differences(prove(session)) == ()
        session.execute("SET LOCAL session_replication_role = replica")  # past the triggers
        session.execute(
            "UPDATE ledger_posting SET cents = cents + 1 WHERE id ="
            " (SELECT max(id) FROM ledger_posting WHERE organization_id = %s)",
            [saved.organization],
        )
        assert before.differences(prove(session)) == ("the ledger's fingerprint differs",)
        session.rollback()


def test_a_proof_names_each_difference() -> None:
    one = Proof({"claims": 3, "events": 2}, "aa", (Head(1, 2, "bb"),))
    other = Proof({"claims": 2}, "ab", ())
    assert one.differences(other) == (
        "claims: 3 rows against 2",
        "events: 2 rows against no",
        "the ledger's fingerprint differs",
        "the heads of the audit trail differ",
    )
