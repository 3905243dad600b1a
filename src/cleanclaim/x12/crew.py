"""Some copies of this process that take work from one pipe and tell at the end what they found."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar

import msgspec

from cleanclaim.kernel.errors import CleanclaimError

Work = TypeVar("Work", bound=msgspec.Struct)
Answer = TypeVar("Answer", bound=msgspec.Struct)


_WHOLE = b"+"  # before the answers of a process that came to the end


class WorkerFailedError(CleanclaimError):
    """A process of the crew ended before its work was done."""

    code = "x12.worker"

    def __init__(self, kind: str) -> None:
        super().__init__(f"a process that had a share of the work ended by {kind or 'a signal'}")


class Crew(Generic[Work, Answer]):
    """Processes that do the same with each piece of work, whoever is free the next one.

    A piece is a structure of whole numbers. All of them lie in one pipe, from which each
    process takes one at a time; the answers of a process come when there are no more. The
    processes are copies of this one, and so have what cannot be sent: a function that was made
    from a file of rules, an open file. The context ends when they have ended.
    """

    def __init__(
        self,
        do: Callable[[Work], Answer],
        work: type[Work],
        answer: type[Answer],
        workers: int,
    ) -> None:
        self._do = do
        self._work = work
        self._packed = struct.Struct(f"<{len(work.__struct_fields__)}q")
        self._decoder = msgspec.msgpack.Decoder(list[answer])  # type: ignore[valid-type]
        self._taking, giving = os.pipe()
        self._giving = os.fdopen(giving, "wb", buffering=0)
        self._answers: list[tuple[int, io.BufferedReader]] = []
        for _ in range(workers):
            self._begin()
        os.close(self._taking)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._giving.close()
        for process, pipe in self._answers:
            pipe.close()
            os.waitpid(process, 0)

    def handing(self, pieces: Iterable[Work]) -> Iterator[Work]:
        """Hand out each piece of work and give it on; when they end, so does the work."""
        for each in pieces:
            # All of the crew may have ended too early, which is told by ``told``.
            with contextlib.suppress(BrokenPipeError):
                # Less than a page: it is taken whole, by one process.
                self._giving.write(self._packed.pack(*msgspec.structs.astuple(each)))
            yield each
        self._giving.close()

    def told(self) -> list[Answer]:
        """Wait for all answers, in no order. Raises WorkerFailedError."""
        answers: list[Answer] = []
        for _, pipe in self._answers:
            text = pipe.read()
            if text[:1] != _WHOLE:
                raise WorkerFailedError(text.decode())
            answers += self._decoder.decode(text[1:])
        return answers

    def _begin(self) -> None:
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            self._live(writing)
        os.close(writing)
        self._answers.append((process, os.fdopen(reading, "rb")))

    def _live(self, writing: int) -> None:
        """Work to the end of the pipe in a copy, which never returns to what called this."""
        try:
            self._giving.close()
            # What is there already is shared with the other processes as long as it lies still.
            gc.freeze()
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(self._work_through())
        finally:
            os._exit(0)

    def _work_through(self) -> bytes:
        try:
            return _WHOLE + msgspec.msgpack.encode([self._do(each) for each in self._pieces()])
        except BaseException as error:  # noqa: BLE001 - told to the other process by its kind
            return type(error).__name__.encode()

    def _pieces(self) -> Iterator[Work]:
        while piece := os.read(self._taking, self._packed.size):
            yield self._work(*self._packed.unpack(piece))
