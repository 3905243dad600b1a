"""The desk of a practice of each test's own."""

from typing import TYPE_CHECKING

import pytest

from conftest import Practice

if TYPE_CHECKING:
    from app.desk import Desk


@pytest.fixture
def desk(practice: Practice) -> "Desk":
    """Open the desk of a fresh practice whose provider may bill both payers."""
    # Late, for Django is not set up yet when this file is read.
    from app.desk import Desk

    opened = Desk(practice.organization)
    opened.enroll()
    return opened
