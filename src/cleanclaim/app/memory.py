"""How much work Python's collector of circles has while many values are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Leave circles of values uncollected for a while.

    A remittance is tens of thousands of values that form no circles: looking through them again
    and again takes a sixth of the time of posting. What is not in a circle is freed as ever.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
