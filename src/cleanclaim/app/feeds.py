"""Feeds: how each sender is read, as configuration, and the report that judges it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from cleanclaim.app.work import unit_of_work
from cleanclaim.hl7.charge_maps import ChargeMap, MapReport, examine_map, read_place
from cleanclaim.hl7.messages import read_message, split_messages
from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.store.events.chain import Actor
from cleanclaim.store.messages.models import Feed

# In a mapping this stands for every number that it does not name.
ANY = "*"


class FeedSettings(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a sender's numbers mean here, and where it writes its charges.

    ``providers`` gives an NPI, ``places`` the name of a location, ``payers`` a payer's
    identifier, each by the sender's number; ``*`` stands for all others.
    """

    providers: Mapping[str, str] = {}
    places: Mapping[str, str] = {}
    payers: Mapping[str, str] = {}
    charges: ChargeMap | None = None


class UnfitSettingsError(CleanclaimError):
    """The settings of a feed are not as described."""

    code = "feed.settings"

    def __init__(self) -> None:
        super().__init__("the settings of the feed are not as described")


def read_settings(content: bytes) -> FeedSettings:
    """Read settings written as JSON. Raises UnfitSettingsError, UnfitMapError."""
    try:
        settings = msgspec.json.decode(content, type=FeedSettings)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise UnfitSettingsError from None
    _refuse_places(settings.charges)
    return settings


def _refuse_places(charges: ChargeMap | None) -> None:
    """Refuse a place that no message can have, before a message comes."""
    if charges is None:
        return
    fields = ("code", "service_on", "units", "amount", "diagnoses", "modifiers", "kind")
    for field in fields:
        if place := getattr(charges, field):
            read_place(place, field)


def set_feed(
    *, organization: int, actor: Actor, at: datetime, source: str, settings: FeedSettings
) -> Feed:
    """Set how a sender is read from now on; what came before stays as it was read."""
    with unit_of_work(organization=organization, actor=actor, at=at) as work:
        feed, _ = Feed.objects.update_or_create(
            organization_id=organization,
            source=source,
            defaults={"settings": msgspec.to_builtins(settings), "set_at": at},
        )
        work.tell("feed.set", ("feed", feed.pk), charges=settings.charges is not None)
    return feed


def feed_settings(source: str, *, organization: int) -> FeedSettings:
    """Give the settings of a sender; empty ones where nobody has set any."""
    row = Feed.objects.of(organization).filter(source=source).first()
    return FeedSettings() if row is None else msgspec.convert(row.settings, FeedSettings)


def translate(mapping: Mapping[str, str], *numbers: str) -> str:
    """Give what the first known of these numbers means here, else what stands for all others."""
    known = (mapping[number] for number in numbers if number in mapping)
    return next(known, mapping.get(ANY, ""))


def examine_feed(contents: Iterable[bytes], settings: FeedSettings | None) -> MapReport:
    """Hold the map of a feed's charges against sample files of it; nothing is kept."""
    messages = [
        read_message(text)
        for content in contents
        for text in split_messages(content.decode("utf-8", "replace"))
    ]
    financial = [each for each in messages if each.kind == "DFT"]
    return examine_map(financial, settings.charges if settings else None)
