"""The next session in a card: how many days are left, what is ready, what is missing from whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from flask import url_for

from engine.i18n import mark as _
from forms import choices
from web import typography
from web import work as web_work
from web.inbox.held_up import ROLES

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.committee.readiness import Heading, Readiness
    from engine.people.permissions import Place

SHOWN = 4


@dataclass(frozen=True, slots=True)
class Card:
    """One basin's next session; `unnoted` are past ones that nobody noted as held: day, address."""

    basin: str
    held_on: date | None
    day: str
    left: str
    where: str
    url: str
    plan_url: str
    all_url: str
    unnoted: list[tuple[str, str]]
    ready: list[tuple[str, str]]
    ready_count: int
    missing: list[tuple[str, str, str, bool]]
    missing_count: int


def card(found: Readiness, place: Place, now: datetime) -> Card:
    """The readiness of a basin's next session, ready to be written."""
    locale, session = web_work.locale(), found.session
    today = now.astimezone(place.zone).date()
    everything = url_for("committee.index", bassin=place.slug)
    return Card(
        basin=place.name,
        held_on=None if session is None else session.held_on,
        day="" if session is None else typography.day_in_words(session.held_on, locale, today=today),
        left="" if session is None else left(session.held_on, today, locale),
        where="" if session is None else where(session, locale),
        url=everything if session is None else url_for("committee.show_session", session_id=session.id),
        plan_url=url_for("committee.ask_plan", bassin=place.slug),
        all_url=everything,
        unnoted=[
            (typography.long_date(each.held_on, locale), url_for("committee.ask_held", session_id=each.id))
            for each in found.unnoted
        ],
        ready=[(each.firm, project_url(each)) for each in found.ready[:SHOWN]],
        ready_count=len(found.ready),
        missing=[
            (each.firm, project_url(each), lacking(each), each.due_on < today)
            for each in found.missing[:SHOWN]
        ],
        missing_count=len(found.missing),
    )


def left(held_on: date, today: date, locale: str) -> str:
    """How long until the session, in words."""
    return typography.due_in_words(held_on, today, locale)


def where(session: CommitteeSession, locale: str) -> str:
    """Its form, hour and place."""
    kind = next((each.label for each in choices.SessionKind if each.value == session.kind), "")
    hour = typography.hour_of_day(session.starts_at, locale) if session.starts_at else ""
    return ", ".join(part for part in (web_work.translated(kind), hour, session.place or "") if part)


def lacking(found: Heading) -> str:
    """What a project still lacks before the committee, and from whom."""
    say = web_work.translated
    whom = found.person or say(ROLES.get(found.role, found.role))
    step = say(found.title)
    return say(_("{step} ({whom})"), step=step[:1].lower() + step[1:], whom=whom)


def project_url(found: Heading) -> str:
    """The project's page."""
    return url_for("projects.show_project", project_id=found.case_id)
