"""The engines that judge the shares of a file, by name."""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib import import_module

from cleanclaim.engine.judging import judge
from cleanclaim.engine.local import run
from cleanclaim.engine.shares import Answer, Share, Terms
from cleanclaim.engine.telling import Engine
from cleanclaim.kernel.errors import CleanclaimError


class EngineMissingError(CleanclaimError):
    """The engine's own software is not installed; the message says how to install it."""

    code = "engine.missing"


def choose_engine(name: str, workers: int | None = None) -> Engine:
    """Give an engine by its name: local, processes, spark or ray.

    ``workers`` is how many processes or cores it uses, all of this machine's if not given; a
    cluster that is there already has its own. EngineMissingError where spark or ray is not
    installed, KeyError for another name.
    """
    return _ENGINES[name](workers)


def _local(_workers: int | None) -> Engine:
    return lambda terms, shares: run(partial(judge, terms), shares)


def _processes(workers: int | None) -> Engine:
    count = workers or len(os.sched_getaffinity(0))
    return lambda terms, shares: run(partial(judge, terms), shares, count)


def _cluster(name: str, workers: int | None) -> Engine:
    try:
        module = import_module(f"cleanclaim.engine.{name}")
    except ModuleNotFoundError as error:
        what = f"the engine {name} needs {error.name}, which is not installed"
        msg = f"{what}: pip install 'cleanclaim[{name}]'"
        raise EngineMissingError(msg) from None
    engine: Engine = module.on_cluster(workers)
    return engine


_ENGINES: dict[str, Callable[[int | None], Engine]] = {
    "local": _local,
    "processes": _processes,
    "spark": partial(_cluster, "spark"),
    "ray": partial(_cluster, "ray"),
}
ENGINE_NAMES = tuple(_ENGINES)

# Judges many shares beside each other and gives their answers in any order.
Wave = Callable[[list[Share]], Iterable[Answer]]


def in_waves(wave: Wave, size: int, terms: Terms, shares: Iterable[Share]) -> Iterator[Answer]:
    """Send shares to a cluster so many at a time, and give their answers in order.

    A share whose claims were read already is judged here: such are few, and a cluster is
    sent places in files, not patients.
    """
    waiting: list[Share] = []
    for share in shares:
        waiting.append(share)
        if len(waiting) == size:
            yield from _answered(wave, terms, waiting)
            waiting = []
    if waiting:
        yield from _answered(wave, terms, waiting)


def _answered(wave: Wave, terms: Terms, shares: list[Share]) -> Iterator[Answer]:
    sent = [share for share in shares if not share.claims]
    answers = {answer.number: answer for answer in wave(sent)} if sent else {}
    for share in shares:
        yield answers.pop(share.number) if share.number in answers else judge(terms, share)
