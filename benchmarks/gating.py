"""How fast claims pass the gate: against a bare look-up of each claim's provider and payer."""

import os
import random
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from benchmarks.figures import Measure, best_of, cpu_clock
from cleanclaim.claims.batch import ClaimBatch
from cleanclaim.claims.model import Claim
from cleanclaim.claims.parties import Payer, Provider
from cleanclaim.credentialing.participation import Credential, CredentialKind
from cleanclaim.credentialing.participation.columns import judge_batch
from cleanclaim.credentialing.participation.grants import Enrollment, GrantIndex, Grants
from cleanclaim.edits.examples import CLEAN
from cleanclaim.kernel.identifiers import npi_from_stem
from cleanclaim.kernel.spans import Span

_CLAIMS, _RUNS = 10_000, 5
_TARGET_MICROSECONDS = 20
_PEOPLE = tuple(npi_from_stem(f"1{number:08d}") for number in range(60))
_PAYERS = tuple(f"PAY{number:02d}" for number in range(12))
_FIRST = date(2026, 3, 1)


def _record(draw: random.Random) -> GrantIndex:
    enrollments = [
        Enrollment(npi, payer, Span(_FIRST + timedelta(draw.randrange(-400, 60))), source="letter")
        for npi in _PEOPLE
        for payer in _PAYERS
    ]
    licences = [
        Credential(npi, CredentialKind.LICENCE, Span(date(2020, 1, 1), date(2026, 3, 20)))
        for npi in _PEOPLE
    ]
    return GrantIndex(Grants(tuple(enrollments), tuple(licences)))


def _claim(draw: random.Random) -> Claim:
    on = _FIRST + timedelta(draw.randrange(30))
    payer = draw.choice(_PAYERS)
    return msgspec.structs.replace(
        CLEAN,
        payer=Payer(payer, payer),
        rendering=Provider(draw.choice(_PEOPLE)),
        lines=tuple(
            msgspec.structs.replace(line, starts_on=on, ends_on=on) for line in CLEAN.lines
        ),
    )


def measure() -> Iterator[Measure]:
    """Judge 10,000 claims of 60 providers and 12 payers; the bound asks a dict once a claim.

    The batch is given as values; reading them from a file is no part of it.
    """
    draw = random.Random(7)  # noqa: S311 - fiction, not secrets
    count = 2_000 if os.environ.get("CLEANCLAIM_BENCH_QUICK") else _CLAIMS
    index, claims = _record(draw), [_claim(draw) for _ in range(count)]
    batch = ClaimBatch.of(claims)
    ours = best_of(_RUNS, lambda: judge_batch(batch, index), cpu_clock)
    known = {(row.provider_npi, row.payer): row for row in index.grants.enrollments}
    bound = best_of(_RUNS, lambda: [_look_up(known, claim) for claim in claims], cpu_clock)
    amount = f"{count} claims, {ours / bound:.1f} times a bare look-up"
    yield Measure("gate, a claim", ours / count * 1e6, "µs", amount, _TARGET_MICROSECONDS)


def _look_up(known: dict[tuple[str, str], Enrollment], claim: Claim) -> bool:
    row = known.get((claim.rendering.npi if claim.rendering else "", claim.payer.identifier))
    on = claim.service_starts_on
    return row is not None and on is not None and row.is_billable_on(on)
