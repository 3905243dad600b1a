"""Put the answers to the shares of a file together: a line a claim, in the order of the file."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from cleanclaim.engine.judging import judge
from cleanclaim.engine.planning import Plan
from cleanclaim.engine.shares import Answer, Share, Terms, Told, ToldFinding
from cleanclaim.x12 import X12Finding

# Judges shares somewhere, each in its turn: answers come in the order of the shares.
Engine = Callable[[Terms, Iterable[Share]], Iterator[Answer]]


class Standing(msgspec.Struct):
    """What is known of a file after so many of its shares, which the next ones build on.

    ``fingerprints`` are those of the first claims so far, some 60 bytes each.
    """

    shares: int = 0
    claims: int = 0
    blocked: bool = False
    fingerprints: set[int] = msgspec.field(default_factory=set)
    loose: list[X12Finding] = msgspec.field(default_factory=list)

    def add(self, answer: Answer) -> None:
        """Count what is told of the next share."""
        self.shares = answer.number + 1
        self.claims += len(answer.claims)
        self.blocked = self.blocked or any(each.blocked for each in answer.claims)
        self.fingerprints.update(each.fingerprint for each in answer.claims if each.fingerprint)
        self.loose += answer.loose


class Telling:
    """What is told of a file, share by share, from where it stands.

    ``standing`` is what is known when a share was given.
    """

    def __init__(
        self, plan: Plan, terms: Terms, engine: Engine, standing: Standing | None = None
    ) -> None:
        self.plan = plan
        self.terms = terms
        self.engine = engine
        self.standing = standing or Standing()
        self._given: dict[int, Share] = {}

    def __iter__(self) -> Iterator[tuple[Answer, list[bytes]]]:
        """Give each share's answer and its lines."""
        for answer in self.engine(self.terms, self._shares()):
            share = self._given.pop(answer.number)
            told = self._looked_over(share, answer)
            first = self.standing.claims + 1
            lines = [each.placed(place) for place, each in enumerate(told.claims, first)]
            self.standing.add(told)
            yield told, lines

    def of_file(self) -> list[bytes]:
        """Give the line of the file itself where something is wrong with it; at the end."""
        loose = sorted((*self.plan.loose, *self.standing.loose), key=_place)
        if not loose:
            return []
        told = Told(0, 0, tuple(ToldFinding.of(each.as_finding()) for each in loose))
        self.standing.blocked = self.standing.blocked or told.blocked
        return [msgspec.json.encode(told)]

    def _shares(self) -> Iterator[Share]:
        for share in self.plan:
            if share.number >= self.standing.shares:
                self._given[share.number] = share
                yield share

    def _looked_over(self, share: Share, answer: Answer) -> Answer:
        """Judge a share again where claims of it turn out to have come in an earlier one."""
        known = self.standing.fingerprints
        repeated = tuple(
            index for index, claim in enumerate(answer.claims) if claim.fingerprint in known
        )
        if not repeated:
            return answer
        return judge(self.terms, msgspec.structs.replace(share, repeated=repeated))


def _place(finding: X12Finding) -> tuple[int, int]:
    return finding.segment, finding.offset
