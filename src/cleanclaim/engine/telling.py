"""Put the answers to the shares of a file together: a line a claim, in the order of the file."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from cleanclaim.engine.judging import look_again
from cleanclaim.engine.planning import Plan
from cleanclaim.engine.shares import (
    Answer,
    Share,
    Terms,
    Told,
    ToldClaim,
    ToldFinding,
    unpack_places,
)
from cleanclaim.x12 import X12Finding

# Judges shares somewhere, each in its turn: answers come in the order of the shares.
Engine = Callable[[Terms, Iterable[Share]], Iterator[Answer]]


class Standing(msgspec.Struct):
    """What is known of a file after so many of its shares, which the next ones build on.

    ``fingerprints`` are those of the first claims so far, ``patients`` the places of all claims
    by patient, one behind the other: some 300 bytes a claim.
    """

    shares: int = 0
    claims: int = 0
    blocked: bool = False
    fingerprints: set[int] = msgspec.field(default_factory=set)
    patients: dict[int, bytes] = msgspec.field(default_factory=dict)
    loose: list[X12Finding] = msgspec.field(default_factory=list)

    def add(self, answer: Answer) -> None:
        """Count what is told of the next share."""
        self.shares = answer.number + 1
        self.claims += len(answer.claims)
        self.blocked = self.blocked or any(each.blocked for each in answer.claims)
        for each in answer.claims:
            self.remember(each.fingerprint, each.patient, each.place)
        self.loose += answer.loose

    def remember(self, fingerprint: int, patient: int, place: bytes) -> None:
        """Keep what later claims ask of a claim."""
        if fingerprint:
            self.fingerprints.add(fingerprint)
        self.patients[patient] = self.patients.get(patient, b"") + place


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

    def __iter__(self) -> Iterator[tuple[Answer, list[bytes]]]:
        """Give each share's answer and its lines."""
        for answer in self.engine(self.terms, self._shares()):
            told = self._looked_over(answer)
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
        return (share for share in self.plan if share.number >= self.standing.shares)

    def _looked_over(self, answer: Answer) -> Answer:
        """Judge claims again whose patients have claims in earlier shares: after those."""
        known = self.standing.patients
        again = [
            index
            for index, claim in enumerate(answer.claims)
            if claim.place and known.get(claim.patient)
        ]
        if not again:
            return answer
        patients = dict.fromkeys(answer.claims[index].patient for index in again)
        found = look_again(
            self.terms,
            str(self.plan.path),
            [place for index in again for place in unpack_places(answer.claims[index].place)],
            [place for patient in patients for place in unpack_places(known[patient])],
            self.standing.fingerprints,
        )
        claims = list(answer.claims)
        for place, own in found.items():
            claims[again[place]] = _amended(claims[again[place]], own)
        return msgspec.structs.replace(answer, claims=tuple(claims))


def _amended(claim: ToldClaim, found: Sequence[ToldFinding]) -> ToldClaim:
    """Put what the edits find now in the place of what they found before."""
    told = claim.told()
    findings = (*told.findings[: claim.read], *found)
    return claim.telling(msgspec.structs.replace(told, findings=findings))


def _place(finding: X12Finding) -> tuple[int, int]:
    return finding.segment, finding.offset
