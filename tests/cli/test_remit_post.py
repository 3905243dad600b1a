"""``cleanclaim remit post``: an 835 into an organization's books, once."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from app.desk import Desk, era
from cleanclaim.cli.remit import command
from conftest import make_practice


def _post(path: Path, organization: int) -> Result:
    options = ["post", str(path), "--json", "--organization", str(organization)]
    return CliRunner().invoke(command, options)


def test_a_file_is_posted_once_and_a_stopped_one_says_so(
    database: dict[str, str], tmp_path: Path
) -> None:
    desk = Desk(make_practice().organization)
    path = tmp_path / "pays.835"
    path.write_bytes(era("CLP*OTHER77*1*310*80**12*ICN7~CAS*CO*45*230~", paid="80"))
    first = _post(path, desk.organization)
    assert first.exit_code == 0, first.output
    assert [each["outcome"] for each in json.loads(first.stdout)["remits"]] == ["posted"]
    again = _post(path, desk.organization)
    assert [each["outcome"] for each in json.loads(again.stdout)["remits"]] == ["duplicate"]
    assert desk.books() == {"cash_clearing": 8_000, "suspense": -8_000}
    path.write_bytes(era("CLP*OTHER77*1*310*80**12*ICN7~CAS*CO*45*230~", paid="81", trace="T2"))
    assert _post(path, desk.organization).exit_code == 1
    path.write_bytes(b"no remittance")
    assert _post(path, desk.organization).exit_code == 2
    assert _post(path, 0).exit_code == 2
    assert desk.books() == {"cash_clearing": 8_000, "suspense": -8_000}
