"""The reference tables that edits are given, each possibly absent."""

from datetime import date, timedelta
from enum import StrEnum

import msgspec

from cleanclaim.codes.authorizations import AuthorizationSpan
from cleanclaim.codes.frequencies import MEDICARE_FREQUENCIES, FrequencyLimit
from cleanclaim.codes.icd10cm import CodeSet, bundled
from cleanclaim.codes.patterns import matches
from cleanclaim.codes.payer_rules import filing_days_of, service_limits_of
from cleanclaim.codes.store.held import HeldLibrary
from cleanclaim.codes.store.library import Library
from cleanclaim.codes.tables.diagnoses import ICD10CM
from cleanclaim.kernel.spans import Span


class FilingLimit(msgspec.Struct, frozen=True, omit_defaults=True):
    """How long after the service a payer takes claims, for services in a span of days.

    The limit is a payer's (``payer_identifier``) or that of a kind of insurance
    (``filing_indicator``); exactly one of them. It is counted in ``days``, or in
    ``calendar_years`` where the rule says so. ``source`` is the contract or the law. A limit
    ``from_primary`` is for claims after another payer, and counts from that one's decision.
    """

    span: Span
    source: str
    payer_identifier: str = ""
    filing_indicator: str = ""
    days: int = 0
    calendar_years: int = 0
    from_primary: bool = False

    def deadline(self, service_on: date) -> date:
        """Give the last day on which the payer takes a claim, counted from this day."""
        if self.calendar_years:
            return _years_later(service_on, self.calendar_years) + timedelta(days=self.days)
        return service_on + timedelta(days=self.days)


def _years_later(day: date, years: int) -> date:
    """Give the same day years later; 28 February for a 29th that does not exist."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


# 42 CFR 424.44(a): services from 2010 on, one calendar year after the date of service.
MEDICARE_FILING_LIMIT = FilingLimit(
    Span(date(2010, 1, 1)), "42 CFR 424.44(a)", filing_indicator="MB", calendar_years=1
)


class CoverageSpan(msgspec.Struct, frozen=True):
    """When a payer insures a member, as an eligibility answer or the card said (``source``)."""

    payer_identifier: str
    member_id: str
    span: Span
    source: str


class Want(StrEnum):
    """What a payer can want of a claim for certain services."""

    AUTHORIZATION = "authorization"
    ORDERING = "ordering"  # who ordered or referred
    NDC = "ndc"


class PayerRequirement(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a payer wants for services of some codes, on days of a span.

    As with filing limits it is a payer's or that of a kind of insurance. ``codes`` are single
    codes, beginnings with a star (J*) or ranges with a hyphen (70010-76499); ``but`` are
    exceptions in the same forms. ``source`` is the payer's list or the law.
    """

    span: Span
    source: str
    wants: Want
    codes: tuple[str, ...]
    but: tuple[str, ...] = ()
    payer_identifier: str = ""
    filing_indicator: str = ""

    def covers(self, code: str) -> bool:
        """Tell whether a procedure code is one of those."""
        return matches(code, self.codes) and not matches(code, self.but)


# 42 CFR 424.507: who ordered imaging, laboratory services and equipment (with prostheses and
# orthotics) is named; screening mammography needs no order (42 CFR 410.34).
MEDICARE_ORDERING = PayerRequirement(
    Span(date(2014, 1, 6)),
    "42 CFR 424.507",
    Want.ORDERING,
    ("70010-76499", "78000-79999", "80047-89398", "E*", "K*", "L*"),
    but=("77067", "77063"),
    filing_indicator="MB",
)


EMPTY = HeldLibrary(())


class Reference(msgspec.Struct, frozen=True):
    """The tables at hand; None is "not loaded", and edits say so instead of passing.

    ``library`` has the official tables, each for its days.
    """

    icd10cm: CodeSet | None = None
    filing_limits: tuple[FilingLimit, ...] | None = None
    coverage_spans: tuple[CoverageSpan, ...] | None = None
    payer_requirements: tuple[PayerRequirement, ...] | None = None
    library: Library = EMPTY
    frequency_limits: tuple[FrequencyLimit, ...] | None = None
    authorization_spans: tuple[AuthorizationSpan, ...] | None = None

    @property
    def diagnosis_codes(self) -> CodeSet | Library | None:
        """Give where ICD-10-CM is found; None where no release of any day is at hand."""
        return self.library if self.library.releases(ICD10CM.name) else self.icd10cm

    @property
    def authorization_list(self) -> tuple[PayerRequirement, ...] | None:
        """Give what needs a prior authorization; None where no payer's list is at hand."""
        return self._wanting(Want.AUTHORIZATION)

    @property
    def ordering_list(self) -> tuple[PayerRequirement, ...] | None:
        """Give what needs an ordering or referring provider; None where no list is at hand."""
        return self._wanting(Want.ORDERING)

    @property
    def ndc_list(self) -> tuple[PayerRequirement, ...] | None:
        """Give what needs a national drug code; None where no payer's list is at hand."""
        return self._wanting(Want.NDC)

    def _wanting(self, wants: Want) -> tuple[PayerRequirement, ...] | None:
        return tuple(x for x in self.payer_requirements or () if x.wants is wants) or None

    def requirement(
        self, wants: Want, payer_identifier: str, filing_indicator: str, code: str, on: date
    ) -> PayerRequirement | None:
        """Find what a payer, or its kind, wants of this sort for a service of the day."""
        for each in self.payer_requirements or ():
            asks = (each.payer_identifier and each.payer_identifier == payer_identifier) or (
                each.filing_indicator and each.filing_indicator == filing_indicator
            )
            if asks and each.wants is wants and on in each.span and each.covers(code):
                return each
        return None

    def filing_limit(
        self, payer_identifier: str, filing_indicator: str, on: date, *, is_later: bool = False
    ) -> FilingLimit | None:
        """Find the limit for a service of the day: the payer's own before its kind's.

        For a claim after another payer (``is_later``) one that counts from there goes first.
        """
        limits = [limit for limit in self.filing_limits or () if on in limit.span]
        own = [x for x in limits if x.payer_identifier and x.payer_identifier == payer_identifier]
        kind = [x for x in limits if x.filing_indicator and x.filing_indicator == filing_indicator]
        for among in (own, kind):
            wanted = [x for x in among if x.from_primary] if is_later else []
            wanted += [x for x in among if not x.from_primary]
            if wanted:
                return wanted[0]
        return None


def _filing_limits_of(library: Library) -> tuple[FilingLimit, ...]:
    return tuple(
        FilingLimit(
            Span(row.starts_on or date.min, row.ends_on), row.source, row.payer, "", row.days
        )
        for row in filing_days_of(library)
    )


def bootstrapped(
    filing_limits: tuple[FilingLimit, ...] = (),
    payer_requirements: tuple[PayerRequirement, ...] = (),
    library: Library = EMPTY,
    *,
    frequency_limits: tuple[FrequencyLimit, ...] = (),
    authorization_spans: tuple[AuthorizationSpan, ...] | None = None,
) -> Reference:
    """Give the tables that need no loading: bundled ICD-10-CM, and what Medicare's law says.

    ``filing_limits``, ``payer_requirements`` and ``frequency_limits`` are the organization's own,
    from its contracts, beside those of its library; ``authorization_spans`` what payers
    authorized, None if that is not kept.
    """
    return Reference(
        bundled(),
        (*filing_limits, *_filing_limits_of(library), MEDICARE_FILING_LIMIT),
        payer_requirements=(*payer_requirements, MEDICARE_ORDERING),
        library=library,
        frequency_limits=(*frequency_limits, *service_limits_of(library), *MEDICARE_FREQUENCIES),
        authorization_spans=authorization_spans,
    )
