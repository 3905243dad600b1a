"""The Jinja2 environment: strict, escaping, with the few filters that pages need."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from cleanclaim.kernel.money import format_dollars
from cleanclaim.web.wording import STATES, WORDS


def environment(**options: Any) -> Environment:  # noqa: ANN401 - Jinja2's own options
    """Make the environment that Django renders with."""
    made = Environment(  # noqa: S701 - Django passes autoescape=True among the options
        **{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    )
    made.filters.update(
        dollars=show_dollars,
        day=show_day,
        moment=show_moment,
        age=show_age,
        words=show_words,
        state=show_state,
        until=show_until,
        whole=show_whole_dollars,
        sentence=show_sentence,
    )
    made.globals.update(static=static, url=make_url, htmx_script=htmx_script, icon=draw_icon)
    return made


def make_url(name: str, **arguments: object) -> str:
    """Give the address of a route by its name."""
    return reverse(name, kwargs=arguments or None)


def show_dollars(cents: int | None) -> str:
    """Write cents as dollars and cents; a dash where nobody knows."""
    return "–" if cents is None else format_dollars(cents).replace("-", "−")


def show_whole_dollars(cents: int) -> str:
    """Write cents as whole dollars, for headlines."""
    sign = "−" if cents <= -50 else ""
    return f"{sign}${(abs(cents) + 50) // 100:,}"


def show_day(day: date | None) -> str:
    """Write a day as 24 Nov 2026, a dash where there is none."""
    return "–" if day is None else f"{day.day} {day:%b} {day.year}"


def show_moment(at: datetime | None) -> str:
    """Write a moment as 24 Nov 2026, 16:05 UTC."""
    if at is None:
        return "–"
    utc = at.astimezone(UTC)
    return f"{show_day(utc.date())}, {utc:%H:%M}"


def show_age(born: date, on: date) -> str:
    """Write the whole years between a birth and a day."""
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return f"{years} y"


def show_until(day: date | None, on: date) -> str:
    """Write how far a due day is away: "in 3 days", "today", "5 days late"."""
    if day is None:
        return "no date"
    days = (day - on).days
    if days == 0:
        return "today"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"in {count}" if days > 0 else f"{count} late"


def show_words(code: object) -> str:
    """Write a stored code for people: "partly_paid" is "partly paid"."""
    text = str(code)
    return WORDS.get(text, text.replace("_", " ").replace(".", " "))


def show_sentence(text: object) -> str:
    """Begin a message with a capital letter."""
    told = str(text)
    return told[:1].upper() + told[1:]


def show_state(state: object) -> Markup:
    """Draw a state as a badge whose colour is never its only sign."""
    text = str(state)
    tone = STATES.get(text, "plain")
    return Markup('<span class="badge {}">{}</span>').format(tone, show_words(text))


def draw_icon(name: str) -> Markup:
    """Draw an icon of the sprite; it is decoration, its text stands beside it."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
        static("icons.svg"), name
    )


def page(
    request: HttpRequest, template: str, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """Render a page (or a fragment) with what every page knows."""
    from django.template.loader import render_to_string

    signed = getattr(request, "signed", None)
    known = {
        "signed": signed,
        "permits": signed.may if signed else _permits_nothing,
        "notice": request.session.pop("notice", None) if _has_notice(request) else None,
        "here": request.path,
        "on": signed.today if signed else datetime.now(UTC).date(),
        "asked_by_htmx": bool(request.headers.get("HX-Request")),
    }
    return HttpResponse(render_to_string(template, {**known, **context}, request), status=status)


def _permits_nothing(_permission: str) -> bool:
    return False


def _has_notice(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return session is not None and "live" not in request.GET and "notice" in session
