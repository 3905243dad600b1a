"""What tests of the API share: signing in for pages, and the door's settings."""

from collections.abc import MutableMapping
from typing import Any

import pytest

from web.conftest import sign_in  # noqa: F401 - a fixture


class _Settings(dict[str, Any]):
    """Sets what the door asks Django's settings for."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self._patch = patch

    def __setitem__(self, name: str, value: object) -> None:
        from django.conf import settings

        self._patch.setattr(settings, name, value)


@pytest.fixture
def settings_of_the_door(monkeypatch: pytest.MonkeyPatch) -> MutableMapping[str, Any]:
    """Change settings for one test."""
    return _Settings(monkeypatch)
