"""What tests of the API share: signing in for pages, and the door's settings."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest

from web.conftest import sign_in  # noqa: F401 - a fixture


class _Settings(dict[str, Any]):
    """Sets what the door asks Django's settings for."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self._patch = patch

    def __setitem__(self, name: str, value: Any) -> None:
        from django.conf import settings

        self._patch.setattr(settings, name, value)


@pytest.fixture
def settings_of_the_door(monkeypatch: pytest.MonkeyPatch) -> Iterator[MutableMapping[str, Any]]:
    """Change settings for one test."""
    yield _Settings(monkeypatch)
