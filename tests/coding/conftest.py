"""Knowledge as it comes with the program, opened once for all tests of coding."""

import pytest

from cleanclaim.coding.knowledge import Knowledge, open_knowledge


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return open_knowledge()
