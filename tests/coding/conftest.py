"""Knowledge as it comes with the program, opened once for all tests of coding."""

import pytest

from cleanclaim.coding.knowledge import Knowledge
from coding.assertions import opened


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return opened()
