"""Where time goes, as the monitoring page has it: the same question, the same answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import Response, jsonify

from engine import clock
from engine.analytics import bottlenecks, questions
from engine.analytics.bottlenecks import Bottlenecks, Queue, StepFigures, WaitingProject, WhomFigures
from engine.analytics.questions import Question
from engine.i18n import mark as _
from engine.people import basins, permissions
from engine.people.permissions import Permission
from web import work as web_work
from web.api import bodies, representations
from web.api.basins import visible
from web.api.bodies import Body, Day, Text
from web.api.endpoints import endpoint

if TYPE_CHECKING:
    from engine.analytics.estimates import Estimate
    from engine.people.permissions import Rights
    from engine.persistence.unit_of_work import UnitOfWork

BACKWARDS = _("La période finit avant d’avoir commencé.")
OUT_OF_TIME = _("Donnez un jour entre 2000 et 2199.")
FIRST_YEAR, LAST_YEAR = 2000, 2199


FIELDS = {"from": "first_day", "to": "last_day", "as_of": "as_of"}


class FiguresAsked(Body):
    """Which basin, which local days, and what had been recorded by the end of which day."""

    basin = Text(longest=60, load_default="")
    first_day = Day(data_key="from", load_default=None)
    last_day = Day(data_key="to", load_default=None)
    as_of = Day(load_default=None)


@endpoint(
    "GET",
    "/monitoring/bottlenecks",
    title=_("Voir où va le temps"),
    note=_(
        "Étape par étape : attente, travail, retards, médianes et leur incertitude. "
        "Avec « as_of », ce qui était enregistré à la fin de ce jour."
    ),
    permission=Permission.SEE_MONITORING,
    query=FiguresAsked,
    answers={200: "Bottlenecks"},
    refusals=(404,),
)
def show_bottlenecks(query: dict[str, Any]) -> Response:
    """Say, step by step, how long things wait and take, how many are late, and whom they wait for.

    The twelve months that end with the present one, unless days are given; with `as_of`, what had been
    recorded by the end of that day, for ever the same. Durations are ISO 8601.
    """
    with web_work.start_reading() as work:
        rights = permissions.permissions_of(work, work.actor.person_id)
        return jsonify(described(bottlenecks.read(work, question(work, query)), rights))


def question(work: UnitOfWork, query: dict[str, Any]) -> Question:
    """What is asked, of the basins that the bearer may ask about."""
    basin = visible(work, query["basin"]) if query["basin"] else None
    rights = permissions.require(work, Permission.SEE_MONITORING, basin_id=basin.id if basin else None)
    allowed = rights.basins_with(Permission.SEE_MONITORING)
    require_in_time({name: query[key] for name, key in FIELDS.items()})
    first, last = questions.year_until(query["last_day"] or basins.today(work, basin.id if basin else None))
    first, last = query["first_day"] or first, query["last_day"] or last
    if last < first:
        bodies.refuse({"to": [BACKWARDS]})
    every = None if allowed is None else tuple(sorted(allowed))
    return Question(first, last, (basin.id,) if basin else every, instant_of(work, query["as_of"]))


def require_in_time(days: dict[str, date | None]) -> None:
    """Refuse a day so far away that a year was mistyped, by name."""
    wrong = [name for name, day in days.items() if day and not FIRST_YEAR <= day.year <= LAST_YEAR]
    if wrong:
        bodies.refuse({name: [OUT_OF_TIME] for name in wrong})


def instant_of(work: UnitOfWork, day: date | None) -> datetime | None:
    """The end of a day; None for now, and for a day that is not over."""
    if day is None or day >= basins.today(work, None):
        return None
    return clock.end_of_day(day, basins.NATIONAL_ZONE)


def described(found: Bottlenecks, reader: Rights) -> dict[str, Any]:
    """The answer as JSON; projects that the reader does not see are counted, and not named."""
    return {
        "from": representations.day(found.question.first_day),
        "to": representations.day(found.question.last_day),
        "as_of": representations.instant(found.until),
        "completed": found.completed,
        "total": duration(found.total_seconds),
        "open": queue(found.open),
        "steps": [step(each) for each in found.steps],
        "whom": [whom(each) for each in found.whom],
        "oldest": [
            waiting(each)
            for each in found.oldest
            if reader.allows(Permission.SEE_PROJECT, basin_id=each.basin_id, case_id=each.case_id)
        ],
        "durations_rounded": found.by_classes,
    }


def step(each: StepFigures) -> dict[str, Any]:
    """One step: what was completed, and what waits."""
    done = each.completed
    return {
        "process": done.process,
        "step": done.step,
        "waits_for": done.waits_for,
        "completed": done.completed,
        "late": done.late,
        "late_share": each.late_share,
        "waiting": duration(done.waiting_seconds),
        "working": duration(done.working_seconds),
        "awaited": duration(done.awaited_seconds),
        "lasted": estimate(done.lasted),
        "open": queue(each.open),
    }


def estimate(found: Estimate) -> dict[str, Any]:
    """A median and its uncertainty; nulls where there are too few values to tell."""
    return {
        "count": found.count,
        "median": duration(found.median),
        "low": duration(found.low),
        "high": duration(found.high),
        "first_quartile": duration(found.first_quartile),
        "third_quartile": duration(found.third_quartile),
        "ninetieth": duration(found.ninetieth),
    }


def queue(found: Queue) -> dict[str, Any]:
    """What waits."""
    return {
        "waiting": found.waiting,
        "late": found.late,
        "suspended": found.suspended,
        "oldest_since": representations.maybe_instant(found.oldest_since),
    }


def whom(each: WhomFigures) -> dict[str, Any]:
    """What waits for one of those concerned, and where the time of the period went."""
    return {
        "waits_for": each.waits_for,
        "completed": each.completed,
        "late": each.late,
        "total": duration(each.total_seconds),
        "open": queue(each.open),
    }


def waiting(each: WaitingProject) -> dict[str, Any]:
    """A project, and the task that has waited longest in it."""
    return {
        "project": {"id": str(each.case_id), "reference": each.reference, "firm": each.firm},
        "task_id": str(each.task.task_id),
        "step": each.task.step,
        "opened_at": representations.instant(each.task.opened_at),
        "waits_for": each.task.waits_for_whom,
    }


def duration(seconds: float | None) -> str | None:
    """Seconds as an ISO 8601 duration."""
    return None if seconds is None else f"PT{round(seconds)}S"
