"""What a view needs to look or to act: the application's parts, units of work, the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app, g, request, session

from engine import errors, i18n
from engine.people import permissions
from engine.persistence.unit_of_work import SYSTEM, Actor, UnitOfWork

if TYPE_CHECKING:
    from engine.app import Engine


def engine() -> Engine:
    """The parts put together once by `engine.app.build`."""
    return cast("Engine", current_app.extensions["alize"])


def actor() -> Actor:
    """Who acts in this request; nobody signed in acts as nobody, and every permission is refused."""
    known: Actor = g.get("actor", SYSTEM_LESS)
    return known


# Nobody: holds no role anywhere, so that deny by default needs no special case.
SYSTEM_LESS = Actor(UUID(int=1), "web")
PROGRAMME_ZONE = ZoneInfo("Europe/Paris")


def start_work(*, on_behalf_of: UUID | None = None) -> UnitOfWork:
    """Open a unit of work for the person signed in; a GET never may.

    Raises `schema.OtherRelease` when the tables were changed under this process (D13), and
    `errors.InvalidAnswers` where a page is only shown again.
    """
    if request.method in {"GET", "HEAD"}:
        raise RuntimeError(f"{request.endpoint}: a GET never acts; open the unit with start_reading")
    require_current()
    engine().require_release()
    return engine().database.start_work(actor(), on_behalf_of=on_behalf_of, locale=locale())


def require_current() -> None:
    """Refuse to act on a page sent too late, which is only shown as typed. Raises `errors.InvalidAnswers`."""
    if g.get("shows_typed"):
        raise errors.InvalidAnswers({})


def start_reading() -> UnitOfWork:
    """Open a unit that only looks, for the person signed in."""
    work = engine().database.start_reading(actor(), locale=locale())
    g.now = work.now
    if "rights" in g:
        permissions.lend(work, g.rights)
    return work


def now() -> datetime:
    """The programme's time as this request saw it first."""
    if "now" not in g:
        g.now = engine().database.clock.now()
    instant: datetime = g.now
    return instant


def zone() -> ZoneInfo:
    """The zone in which a page shows times: its basin's where it has one, else the programme's."""
    chosen: ZoneInfo = g.get("zone", PROGRAMME_ZONE)
    return chosen


def today() -> date:
    """The programme's day where the page is."""
    return now().astimezone(zone()).date()


def locale() -> str:
    """The reader's language: chosen for the session, else the person's, else the browser's, else French."""
    chosen = session.get("locale") or g.get("person_locale")
    if chosen in i18n.LOCALES:
        return str(chosen)
    return request.accept_languages.best_match(i18n.LOCALES) or i18n.SOURCE


def translated(text: str, **values: object) -> str:
    """A French text in the reader's language."""
    return i18n.translate(text, locale(), **values)


__all__ = [
    "SYSTEM", "actor", "engine", "locale", "now", "require_current", "start_reading", "start_work", "today",
    "translated", "zone",
]  # fmt: skip
