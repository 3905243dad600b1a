"""Where the program keeps its own files: the data folder and the installation's secret."""

import os
import secrets
from pathlib import Path


def data_folder() -> Path:
    """Give the folder of database, anchors and secret: ``CLEANCLAIM_HOME`` or ``.cleanclaim``."""
    return Path(os.environ.get("CLEANCLAIM_HOME", ".cleanclaim")).absolute()


def reference_folder() -> Path:
    """Give the folder of reference tables: ``CLEANCLAIM_REFERENCE``, or one in the data folder."""
    named = os.environ.get("CLEANCLAIM_REFERENCE")
    return Path(named).absolute() if named else data_folder() / "reference"


def sample_folder() -> Path:
    """Give the folder of sample tables, which only synthetic organizations are judged by."""
    return data_folder() / "samples"


def payer_sets_folder() -> Path:
    """Give the folder of payers' sets of edits: ``CLEANCLAIM_PAYER_SETS``, or one in ours."""
    named = os.environ.get("CLEANCLAIM_PAYER_SETS")
    return Path(named).absolute() if named else data_folder() / "payer-sets"


def secret_key() -> str:
    """Read the installation's secret, making it at first use; only its owner may read it."""
    if key := os.environ.get("CLEANCLAIM_SECRET_KEY"):
        return key
    path = data_folder() / "secret"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return _make_secret(path)


def _make_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and linked into place, so that two programs starting together agree on one.
    draft = path.with_name(f"secret.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")
