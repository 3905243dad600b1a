"""Write the providers of claims and lines, and where transports began and ended."""

from collections.abc import Iterable, Iterator

from cleanclaim.claims.parties import Provider
from cleanclaim.claims.roles import TRANSPORT_LOOPS, Role
from cleanclaim.claims.segment_layouts import AMBULANCE
from cleanclaim.claims.supplements import Ambulance
from cleanclaim.claims.to_837_parties import address_segments, provider_loop
from cleanclaim.x12 import Loop, Segment, loop, segment


def role_loops(named: object, roles: Iterable[Role]) -> Iterator[Loop | None]:
    """Write the providers that a claim or line names."""
    for role in roles:
        provider: Provider | None = getattr(named, role.field)
        yield provider_loop(role.loop, role.code, provider, role.specialty)


def transport_segment(told: Ambulance | None) -> Segment | None:
    """Write what a transport was (CR1), where that is told."""
    return AMBULANCE.write(told) if told is not None and told.reason else None


def transport_loops(loop_id: str, told: Ambulance | None) -> Iterator[Loop]:
    """Write where a transport began and ended."""
    if told is None:
        return
    start, end = TRANSPORT_LOOPS[loop_id]
    if told.pick_up is not None:
        yield loop(start, segment("NM1", "PW", "2"), *address_segments(told.pick_up))
    if told.drop_off is not None:
        name = segment("NM1", "45", "2", told.drop_off_name)
        yield loop(end, name, *address_segments(told.drop_off))
