"""The sample tables: written once, marked as such, with a row for what the practice bills."""

from datetime import UTC, date, datetime
from pathlib import Path

from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.ncci import MUE_PRACTITIONER, PTP_PRACTITIONER
from cleanclaim.codes.tables.physician_fees import RELATIVE_VALUES
from cleanclaim.demo.practice import FEES, TEMPLATES, UNBUNDLED
from cleanclaim.demo.sample_tables import LOCALITY, write_samples
from cleanclaim.pricing.price import Outcome
from cleanclaim.pricing.quoting import Inquiry, quote
from cleanclaim.pricing.service import Service
from cleanclaim.pricing.tables import MedicareTables

AT = datetime(2026, 11, 24, tzinfo=UTC)
DAY = date(2026, 5, 4)


def test_samples_are_written_once_and_say_what_they_are(tmp_path: Path) -> None:
    write_samples(tmp_path, AT)
    first = Library(tmp_path).releases()
    write_samples(tmp_path, AT)
    assert Library(tmp_path).releases() == first
    assert len(first) == 5
    assert all(release.is_sample and "sample" in release.name for release in first)
    assert all(release.holds(DAY) and not release.holds(date(2027, 1, 1)) for release in first)


def test_what_the_practice_bills_has_a_limit_and_a_value(tmp_path: Path) -> None:
    write_samples(tmp_path, AT)
    library = Library(tmp_path)
    limits, values = library.in_force(MUE_PRACTITIONER, DAY), library.in_force(RELATIVE_VALUES, DAY)
    assert limits is not None
    assert values is not None
    assert [code for code in FEES if limits.row(code) is None] == []
    assert [code for code in FEES if values.row(code, "") is None] == []
    usual = [service for template in TEMPLATES for service in template.services]
    over = [s.code for s in usual if (row := limits.row(s.code)) and s.units > row.units]
    assert over == []


def test_the_story_of_edits_has_what_they_find(tmp_path: Path) -> None:
    write_samples(tmp_path, AT)
    library = Library(tmp_path)
    pairs, limits = library.in_force(PTP_PRACTITIONER, DAY), library.in_force(MUE_PRACTITIONER, DAY)
    assert pairs is not None
    assert limits is not None
    visit, injection, draw = UNBUNDLED
    pair, limit = pairs.row(injection.code, visit.code), limits.row(draw.code)
    assert pair is not None
    assert limit is not None
    assert (pair.modifier, visit.modifiers) == (1, ())
    assert draw.units > limit.units


def test_a_sample_price_is_made_of_its_numbers(tmp_path: Path) -> None:
    write_samples(tmp_path, AT)
    tables, locality = MedicareTables(Library(tmp_path)), "-".join(LOCALITY)
    priced = quote(Inquiry(service=Service(code="20610", on=DAY), tables=tables, locality=locality))
    # (0.79 × 1.000 + 1.04 × 0.912 + 0.13 × 1.190) × 33.4009
    assert (priced.price.outcome, priced.price.cents) == (Outcome.PRICED, 6_323)
