"""What the page's address asks: basins, period, as of which day, which diagram, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import g, request, url_for

from engine import clock, errors
from engine.analytics.questions import Question, quarter_of, year_until
from engine.i18n import mark as _
from engine.people import basins, permissions
from engine.people.permissions import Permission
from web import typography
from web import work as web_work
from web.auth import viewer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork

A_DAY = timedelta(days=1)
ORDERS = {
    "temps": _("Temps passé"),
    "mediane": _("Durée médiane"),
    "retard": _("Part en retard"),
    "attente": _("En attente"),
    "etape": _("Ordre du processus"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of the page, read from its address and checked."""

    basin: Basin | None  # The one asked for; None: all those the reader sees.
    basins: list[Basin]  # Those to choose from, by name.
    sees_all: bool
    first_day: date
    last_day: date
    as_of: date | None
    process: str | None
    order: str

    @property
    def question(self) -> Question:
        """What to ask the figures."""
        as_of = None if self.as_of is None else clock.end_of_day(self.as_of, self.zone)
        return Question(self.first_day, self.last_day, self.basin_ids, as_of)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the days asked for."""
        return basins.NATIONAL_ZONE if self.basin is None else ZoneInfo(self.basin.zone)

    @property
    def basin_ids(self) -> tuple[int, ...] | None:
        """The basins asked about; None is the whole country."""
        if self.basin is not None:
            return (self.basin.id,)
        return None if self.sees_all else tuple(each.id for each in self.basins)

    @property
    def where(self) -> str:
        """The place, as the page's lead says it."""
        if self.basin is not None:
            return self.basin.name
        if self.sees_all:
            return web_work.translated(_("Tous les bassins"))
        return ", ".join(each.name for each in self.basins)

    @property
    def period(self) -> str:
        """The period, in words."""
        return web_work.translated(
            _("du {first} au {last}"),
            first=typography.long_date(self.first_day, web_work.locale()),
            last=typography.long_date(self.last_day, web_work.locale()),
        )

    def url(self, endpoint: str = "monitoring.index", **changes: Any) -> str:
        """The address of the same question with something changed: whatever is asked is in it."""
        asked: dict[str, Any] = {
            "bassin": self.basin.slug if self.basin else ("tous" if len(self.basins) > 1 else None),
            "du": self.first_day.isoformat(),
            "au": self.last_day.isoformat(),
            "connu-le": self.as_of.isoformat() if self.as_of else None,
            "processus": self.process,
            "tri": None if self.order == "temps" else self.order,
        }
        return url_for(endpoint, **{key: value for key, value in (asked | changes).items() if value})


def read(work: UnitOfWork) -> Filters:
    """Read the filters; a basin that the reader does not see is not found.

    Raises `permissions.NotVisible`, `permissions.MissingPermission`, `errors.InvalidAnswers` by filter.
    """
    allowed = viewer().rights.basins_with(Permission.SEE_MONITORING)
    visible = [each for each in basins.every(work) if allowed is None or each.id in allowed]
    basin = chosen_basin(work, visible)
    g.zone = basins.NATIONAL_ZONE if basin is None else ZoneInfo(basin.zone)
    today = web_work.today()
    first_day, last_day = year_until(today)
    given = {name: day_of(name) for name in ("du", "au", "connu-le")}
    first_day, last_day = given["du"] or first_day, given["au"] or last_day
    if last_day < first_day:
        raise errors.InvalidAnswers({"au": [_("La fin de la période précède son début.")]})
    as_of = given["connu-le"]
    return Filters(
        basin=basin,
        basins=visible,
        sees_all=allowed is None,
        first_day=first_day,
        last_day=last_day,
        as_of=None if as_of is None or as_of >= today else as_of,
        process=request.args.get("processus") or None,
        order=order if (order := request.args.get("tri", "")) in ORDERS else "temps",
    )


def chosen_basin(work: UnitOfWork, visible: list[Basin]) -> Basin | None:
    """The basin asked for, else the only one that the reader sees, else none: all of them."""
    slug = request.args.get("bassin", "")
    if slug in ("", "tous"):
        return visible[0] if len(visible) == 1 else None
    basin = basins.by_slug(work, slug)
    permissions.require(work, Permission.SEE_MONITORING, basin_id=basin.id)
    return basin


def day_of(name: str) -> date | None:
    """A day of the address. Raises `errors.InvalidAnswers` for what is none."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as unreadable:
        raise errors.InvalidAnswers({name: [_("Indiquez une date, par exemple 2026-11-12.")]}) from unreadable
    if not date(1990, 1, 1) <= day <= date(2100, 1, 1):
        raise errors.InvalidAnswers({name: [_("Indiquez une date entre 1990 et 2100.")]})
    return day


def presets(filters: Filters) -> list[Mapping[str, Any]]:
    """Periods often asked for, as links; each says whether it is the one shown."""
    today = web_work.today()
    this_quarter = quarter_of(today)
    last_quarter = quarter_of(this_quarter[0] - A_DAY)
    offered = (
        (_("Douze derniers mois"), year_until(today)),
        (_("Ce trimestre"), this_quarter),
        (_("Trimestre dernier"), last_quarter),
        (_("Cette année"), (date(today.year, 1, 1), date(today.year, 12, 31))),
    )
    shown = (filters.first_day, filters.last_day)
    # In December the year and the last twelve months are one period: one link is lit, not two.
    chosen = next((label for label, period in offered if period == shown), None)
    return [
        {
            "label": label,
            "url": filters.url(du=first.isoformat(), au=last.isoformat()),
            "is_chosen": label == chosen,
        }
        for label, (first, last) in offered
    ]
