"""The embedded server is shared, outlives a crash, and serves root and plain people alike."""

import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from store.programs import begin, run

JOIN = """
import os, sys
from pathlib import Path
from cleanclaim.store.server import start
uri = start(Path(os.environ["CLEANCLAIM_HOME"]) / "postgres")
print(uri, flush=True)
"""
STAY = JOIN + "sys.stdin.readline()\n"
FILL = "CREATE TABLE kept AS SELECT n FROM generate_series(1, 1000) n"
COUNT = "SELECT count(*), sum(n) FROM kept"
WRITE = f"""{JOIN}
import psycopg
with psycopg.connect(uri) as connection:
    connection.execute({FILL!r})
"""
# Dies without a word: no exit function runs, as under kill -9 or a power cut.
WRITE_AND_DIE = WRITE + "os.kill(os.getpid(), 9)\n"
READ = f"""{JOIN}
import psycopg
with psycopg.connect(uri) as connection:
    print(connection.execute({COUNT!r}).fetchone())
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """Give a short data folder: pytest's own is closed to the plain user and long."""
    folder = Path(tempfile.mkdtemp(prefix="cleanclaim-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def postmaster(home: Path) -> int | None:
    """Give the server's process, None where it does not run."""
    try:
        number = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(number, 0)
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return None
    return number


def wait_until(truth: Callable[[], bool]) -> bool:
    """Look until it is so, for at most ten seconds."""
    until = time.monotonic() + 10
    while not truth() and time.monotonic() < until:
        time.sleep(0.05)
    return truth()


def test_a_second_program_shares_the_server_and_the_last_one_stops_it(home: Path) -> None:
    with begin(STAY, home) as first:
        assert first.stdout is not None
        assert first.stdout.readline()
        server = postmaster(home)
        with begin(STAY, home) as second:
            assert second.stdout is not None
            assert second.stdout.readline()
            assert postmaster(home) == server is not None
            first.communicate("go\n", timeout=20)
            assert postmaster(home) == server, "the first to leave took the server with it"
            second.communicate("go\n", timeout=20)
    assert wait_until(lambda: postmaster(home) is None)


def test_a_killed_postmaster_is_started_again_with_its_rows_whole(home: Path) -> None:
    with begin(WRITE + "sys.stdin.readline()\n", home) as program:
        assert program.stdout is not None
        assert program.stdin is not None
        program.stdout.readline()
        assert wait_until(lambda: "(1000, 500500)" in run(READ, home))
        server = postmaster(home)
        assert server is not None
        os.kill(server, signal.SIGKILL)
        assert run(READ, home).endswith("(1000, 500500)")
        assert postmaster(home) not in {None, server}


def test_a_killed_program_does_not_keep_the_server_alive(home: Path) -> None:
    with begin(WRITE_AND_DIE, home) as program:
        program.communicate(timeout=20)
    assert program.returncode == -signal.SIGKILL
    assert postmaster(home) is not None
    assert run(READ, home).endswith("(1000, 500500)")
    assert wait_until(lambda: postmaster(home) is None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become a plain user")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv (util-linux) is missing")
def test_a_plain_user_starts_a_server_after_root_did(home: Path) -> None:
    assert run(JOIN, home)
    theirs = home / "theirs"
    theirs.mkdir()
    os.chown(theirs, 65534, 65534)
    become = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    uri = run(JOIN, theirs, prefix=become, HOME=str(theirs))
    assert str(theirs) in uri
    assert (theirs / "postgres" / "PG_VERSION").stat().st_uid == 65534


def test_a_deep_folder_has_its_socket_elsewhere_and_nobody_else_may_use_it(home: Path) -> None:
    deep = home.joinpath(*["a-folder-with-a-long-name"] * 6)
    with begin(STAY, deep) as program:
        assert program.stdout is not None
        uri = program.stdout.readline().strip()
        socket = Path(str(psycopg.conninfo.conninfo_to_dict(uri)["host"])) / ".s.PGSQL.5432"
        assert not socket.is_relative_to(deep)
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        with psycopg.connect(uri) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        program.communicate("go\n", timeout=20)
    assert wait_until(lambda: postmaster(deep) is None)


def test_a_folder_that_cannot_be_one_is_refused_in_words(home: Path) -> None:
    (home / "postgres").write_text("not a folder")
    text = "from cleanclaim.store import server\nserver._ATTEMPTS = 1\n" + JOIN.replace(
        "uri = start", "uri = server.start"
    )
    with begin(text, home) as program:
        _, complaint = program.communicate(timeout=20)
    assert program.returncode == 1
    assert "ServerDidNotStartError: PostgreSQL did not start in" in complaint


def test_a_folder_with_a_space_is_told_in_one_line(tmp_path: Path) -> None:
    from cleanclaim.store.server import FolderWithSpaceError, start

    with pytest.raises(FolderWithSpaceError, match="without spaces"):
        start(tmp_path / "our practice" / "postgres")
    assert list(tmp_path.iterdir()) == []
