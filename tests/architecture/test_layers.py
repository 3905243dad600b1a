"""Each package imports only what lies below it, and the tests reach no network."""

import configparser
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from architecture.sources import REPOSITORY

# Beside the interpreter that runs the tests.
LINT = Path(sys.executable).with_name("lint-imports")


def lint(settings: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--config", settings, "--no-cache"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_package_imports_only_what_lies_below_it() -> None:
    done = lint(REPOSITORY / "pyproject.toml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The layers of the house KEPT" in done.stdout
    assert " 0 broken" in done.stdout


def test_an_import_upwards_is_seen(tmp_path: Path) -> None:
    upside_down = configparser.ConfigParser()
    upside_down["importlinter"] = {"root_package": "cleanclaim"}
    upside_down["importlinter:contract:1"] = {
        "name": "The house on its head",
        "type": "layers",
        "layers": "cleanclaim.kernel\ncleanclaim.x12",
    }
    settings = tmp_path / "upside-down.ini"
    with settings.open("w") as file:
        upside_down.write(file)
    done = lint(settings)
    assert done.returncode == 1
    assert "The house on its head BROKEN" in done.stdout
    assert "cleanclaim.x12 is not allowed to import cleanclaim.kernel" in done.stdout


def test_a_test_that_reaches_for_the_network_is_refused() -> None:
    with pytest.raises(ConnectionRefusedError, match="a test tried to reach"):
        socket.create_connection(("192.0.2.1", 9), timeout=0.2)


def test_a_test_may_talk_to_its_own_machine() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as caller,
    ):
        assert caller.getpeername() == server.getsockname()


def test_the_linter_is_the_locked_one() -> None:
    assert LINT.exists(), f"install the dev group; {shutil.which('lint-imports')} is another's"
