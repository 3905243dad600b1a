"""Run a function over chunks on this machine: in process, or in several processes."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

from cleanclaim.kernel.errors import CleanclaimError

Item = TypeVar("Item")
Work = TypeVar("Work")
Answer = TypeVar("Answer")

# Called with how many chunks are done.
Progress = Callable[[int], None]

# How many chunks each worker may have waiting: keeps memory flat over endless input.
_WAITING_PER_WORKER = 2


class ChunkError(CleanclaimError):
    """A chunk failed; ``index`` counts chunks from 0, the cause is chained."""

    code = "engine.chunk"

    def __init__(self, index: int, cause: BaseException) -> None:
        super().__init__(f"chunk {index} failed: {type(cause).__name__}")
        self.index = index


def in_chunks(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """Cut items into tuples of ``size``; the last may be shorter."""
    remaining = iter(items)
    while chunk := tuple(islice(remaining, size)):
        yield chunk


def run(
    function: Callable[[Work], Answer],
    chunks: Iterable[Work],
    workers: int = 1,
    progress: Progress | None = None,
) -> Iterator[Answer]:
    """Give ``function(chunk)`` for every chunk, in the order of the chunks.

    With one worker all happens in this process. With more, function, chunks and answers must
    pickle, and what a function needs it loads once in its own process. Chunks are drawn as
    workers become free, answers given as they are asked for. ChunkError when a chunk fails.
    """
    answers = _here(function, chunks) if workers <= 1 else _elsewhere(function, chunks, workers)
    for done, answer in enumerate(answers, start=1):
        if progress is not None:
            progress(done)
        yield answer


def _here(function: Callable[[Work], Answer], chunks: Iterable[Work]) -> Iterator[Answer]:
    for index, chunk in enumerate(chunks):
        try:
            answer = function(chunk)
        except Exception as cause:
            raise ChunkError(index, cause) from cause
        yield answer


def _elsewhere(
    function: Callable[[Work], Answer], chunks: Iterable[Work], workers: int
) -> Iterator[Answer]:
    """Keep the workers busy, a bounded number of chunks ahead of the reader."""
    # Spawned processes inherit nothing: no database connection, no lock, no Django.
    pool = ProcessPoolExecutor(workers, get_context("spawn"))
    try:
        waiting: deque[Future[Answer]] = deque()
        index = 0
        for chunk in chunks:
            waiting.append(pool.submit(function, chunk))
            if len(waiting) >= workers * _WAITING_PER_WORKER:
                yield _answer(waiting.popleft(), index)
                index += 1
        while waiting:
            yield _answer(waiting.popleft(), index)
            index += 1
    finally:
        # Also when the reader stops early or a chunk failed: nothing runs on unseen.
        pool.shutdown(wait=True, cancel_futures=True)


def _answer(future: "Future[Answer]", index: int) -> Answer:
    """Wait for one answer; a failure says which chunk it was."""
    try:
        return future.result()
    except Exception as cause:
        raise ChunkError(index, cause) from cause


def joined(answers: Iterable[Sequence[Item]]) -> Iterator[Item]:
    """Give the items of all answers one after the other."""
    for answer in answers:
        yield from answer
