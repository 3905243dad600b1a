"""Two clean texts with fictional people, and the tools to spoil them one place at a time."""

from collections.abc import Callable

import pytest

from cleanclaim.x12.checks.examples import recounted, sample


@pytest.fixture
def professional() -> str:
    """Two claims: of a subscriber, and of a dependant with an earlier payer."""
    return recounted(sample("837P"))


@pytest.fixture
def remittance() -> str:
    """One paid claim with two lines, one denied claim, one provider adjustment."""
    return recounted(sample("835"))


@pytest.fixture
def recount() -> Callable[[str], str]:
    """The function that sets SE01."""
    return recounted
