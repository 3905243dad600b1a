import os
from collections.abc import Iterator
from functools import partial
from itertools import count
from operator import call, truediv

import pytest

from cleanclaim.engine import ChunkError, in_chunks, joined, run

# Other processes import what they run, so that these come from the standard library.
total = sum
inverse = partial(truediv, 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_answers_come_in_the_order_of_the_chunks(workers: int) -> None:
    chunks = list(in_chunks(range(25), 4))
    assert list(run(total, chunks, workers)) == [sum(chunk) for chunk in chunks]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failing_chunk_is_named(workers: int) -> None:
    answers = run(inverse, [1, 2, 0, 4], workers)
    assert [next(answers), next(answers)] == [1.0, 0.5]
    with pytest.raises(ChunkError, match="chunk 2 failed: ZeroDivisionError") as raised:
        next(answers)
    assert raised.value.index == 2
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def test_one_worker_stays_in_this_process() -> None:
    assert set(run(call, [os.getpid, os.getpid])) == {os.getpid()}


def test_more_workers_work_elsewhere() -> None:
    assert os.getpid() not in set(run(call, [os.getpid] * 3, 2))


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_counts_chunks(workers: int) -> None:
    seen: list[int] = []
    list(run(total, in_chunks(range(10), 3), workers, seen.append))
    assert seen == [1, 2, 3, 4]


@pytest.mark.parametrize("workers", [1, 2])
def test_chunks_are_drawn_only_as_they_are_needed(workers: int) -> None:
    drawn: list[int] = []

    def endless() -> Iterator[int]:
        for number in count(1):
            drawn.append(number)
            yield number

    answers = run(inverse, endless(), workers)
    assert next(answers) == 1.0
    assert len(drawn) <= 4
    answers.close()  # type: ignore[attr-defined]


def test_chunks_are_cut_to_size() -> None:
    assert list(in_chunks("abcde", 2)) == [("a", "b"), ("c", "d"), ("e",)]
    assert list(joined([["a"], [], ["b", "c"]])) == ["a", "b", "c"]
