"""The monitoring page: read the figures once, then say them in a drawing, charts, tables and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import render_template, url_for

from engine.analytics import bottlenecks, indicators, late_reports, redrawn
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.projects.statuses import Phase
from web import typography
from web import work as web_work
from web.auth import requires, viewer
from web.monitoring import figure_tables, heat, words
from web.monitoring import filters as filtering
from web.monitoring.blueprint import pages

if TYPE_CHECKING:
    from engine.analytics.bottlenecks import Bottlenecks, StepFigures, WaitingProject
    from engine.analytics.indicators import Overview
    from engine.registry.drawings import Drawing
    from web.monitoring.filters import Filters

CHARTED = 8


@dataclass(frozen=True, slots=True)
class Names:
    """What the diagrams call processes and steps, and where they come in a project's life."""

    steps: Mapping[tuple[str, str], str]
    processes: Mapping[str, str]
    places: Mapping[tuple[str, str], int]

    def step(self, figures: StepFigures) -> str:
        """A step's name; that of its open tasks when no diagram of today has it."""
        return web_work.translated(self.steps.get(figures.key) or figures.title or figures.key[1])

    def process_name(self, process: str) -> str:
        """A process's name."""
        return web_work.translated(self.processes.get(process, process))


@pages.get("/pilotage")
@requires(Permission.SEE_MONITORING)
def index() -> str:
    """Show where time goes, in the basins this person may see."""
    with web_work.start_reading() as work:
        asked = filtering.read(work)
        answer = bottlenecks.read(work, asked.question)
        overview = indicators.read(work, asked.question)
        version, found = heat.drawn(work, asked)
        names = names_of(found)
        picture = None if version is None else heat.picture(asked, version, found, answer)
        return render_template(
            "monitoring/index.html",
            filters=asked,
            presets=filtering.presets(asked),
            picture=picture,
            heat_legend=[(level, web_work.translated(text)) for level, text in heat.LEGEND],
            answer=answer,
            tiles=tiles(answer, overview, asked),
            brake=brake(answer, names),
            orders=orders(asked),
            steps=[step_row(each, names, answer) for each in ordered(answer, asked, names)],
            medians=medians(answer, names),
            causes=causes(answer, names),
            cause_labels=[web_work.translated(each) for each in words.CAUSES],
            whom=[whom_row(each) for each in answer.whom],
            oldest=oldest(answer, names),
            tables=figure_tables.tables(overview),
            has_adopted=overview.adopted.total > 0,
            exports=exports(asked),
        )


def names_of(found: Sequence[Drawing]) -> Names:
    """What a set of diagrams calls things."""
    steps, processes = {}, {each.process: each.name for each in found}
    for each in found:
        for step in each.steps:
            key = redrawn.now(each.process, step.id)
            steps[key] = step.name
            processes.setdefault(key[0], each.name)
    return Names(steps, processes, {key: at for at, key in enumerate(steps)})


def ordered(answer: Bottlenecks, asked: Filters, names: Names) -> list[StepFigures]:
    """The steps in the order asked for; the figures' own order settles ties."""
    by: dict[str, Any] = {
        "temps": lambda each: 0,
        "mediane": lambda each: -(each.completed.lasted.median or -1),
        "retard": lambda each: -(each.late_share or 0),
        "attente": lambda each: -each.open.waiting,
        "etape": lambda each: names.places.get(each.key, len(names.places)),
    }
    return sorted(answer.steps, key=by[asked.order])


def step_row(figures: StepFigures, names: Names, answer: Bottlenecks) -> dict[str, Any]:
    """One line of the table of steps, ready to be written."""
    done, lasted = figures.completed, figures.completed.lasted
    return {
        "id": done.step,
        "process": names.process_name(done.process),
        "process_id": done.process,
        "name": names.step(figures),
        "whom": words.whom(done.waits_for),
        "count": done.completed,
        "median": words.number(words.in_days(lasted.median)),
        "interval": words.interval(lasted),
        "ninetieth": words.number(words.in_days(lasted.ninetieth)),
        "late": words.share(figures.late_share),
        "share": words.share(done.total_seconds / answer.total_seconds if answer.total_seconds else None),
        "waiting": figures.open.waiting,
        "since": local_day(figures.open.oldest_since),
        "waiting_late": figures.open.late,
        "late_at_first": figures.open.late_at_first,
        "suspended": figures.open.suspended,
        "held": [f"{words.cause(cause)} ({count})" for cause, count in sorted(figures.held.items())],
    }


def medians(answer: Bottlenecks, names: Names) -> list[dict[str, Any]]:
    """The bars of the chart: the longest medians, with the middle half of the values."""
    known = [each for each in answer.steps if each.completed.lasted.median is not None]
    known.sort(key=lambda each: -(each.completed.lasted.median or 0))
    return [
        {
            "label": names.step(each),
            "value": words.in_days(each.completed.lasted.median),
            "written": words.short_days(each.completed.lasted.median),
            "low": words.in_days(each.completed.lasted.first_quartile),
            "high": words.in_days(each.completed.lasted.third_quartile),
            "target": None,
            "url": None,
        }
        for each in known[:CHARTED]
    ]


def causes(answer: Bottlenecks, names: Names) -> list[dict[str, Any]]:
    """The stacked bars: where the time of each step went, in days per task."""
    rows = []
    for each in [figures for figures in answer.steps if figures.completed.completed][:CHARTED]:
        parts = [words.in_days(part / each.completed.completed) or 0.0 for part in parts_of(each)]
        rows.append(
            {
                "label": names.step(each),
                "parts": parts,
                "written": [words.number(part) for part in parts],
                "total": words.short_days(each.completed.total_seconds / each.completed.completed),
            }
        )
    return rows


def parts_of(figures: StepFigures) -> tuple[int, int, int, int]:
    """The time of a step by cause: queue, in hand, firm or third party, next session."""
    done = figures.completed
    in_hand, third, session = done.working_seconds, done.awaited_seconds, 0
    if done.waits_for == "session":
        # Nobody works while the committee is waited for, whoever has taken the task.
        return 0, 0, third, done.waiting_seconds + in_hand
    if done.waits_for == "firm":
        return done.waiting_seconds, 0, third + in_hand, session
    return done.waiting_seconds, in_hand, third, session


def whom_row(figures: bottlenecks.WhomFigures) -> dict[str, Any]:
    """One line of « en attente de qui »."""
    return {
        "name": words.whom(figures.waits_for),
        "waiting": figures.open.waiting,
        "since": local_day(figures.open.oldest_since),
        "late": figures.open.late,
        "completed": figures.completed,
        "late_share": words.share(figures.late / figures.completed if figures.completed else None),
        "mean": words.number(
            words.in_days(figures.total_seconds / figures.completed if figures.completed else None)
        ),
    }


def oldest(answer: Bottlenecks, names: Names) -> list[dict[str, Any]]:
    """The projects that have waited longest, for those who may see projects: one click away."""
    rights = viewer().rights
    return [
        {
            "url": url_for("projects.show_project", project_id=each.case_id),
            "reference": each.reference,
            "firm": each.firm,
            "step": step_name(each, names),
            "whom": words.whom(each.task.waits_for_whom),
            "since": local_day(each.task.opened_at),
            "days": days_between(each.task.opened_at, answer.until),
            "is_late": each.task.is_late,
            "is_late_at_first": each.task.is_late_at_first,
            "given_until": each.task.given_until,
            "due_on": each.task.due_on,
            "today": each.task.today,
        }
        for each in answer.oldest
        if rights.allows(Permission.SEE_PROJECT, basin_id=each.basin_id, case_id=each.case_id)
    ]


def days_between(since: datetime, until: datetime) -> int:
    """Days as the calendar counts them, like the lists of projects: not nights of twenty-four hours."""
    zone = web_work.zone()
    return (until.astimezone(zone).date() - since.astimezone(zone).date()).days


def local_day(instant: datetime | None) -> date | None:
    """The day of an instant where the page is."""
    return None if instant is None else instant.astimezone(web_work.zone()).date()


def step_name(project: WaitingProject, names: Names) -> str:
    """What the project waits for."""
    key = (project.task.process, project.task.step)
    return web_work.translated(names.steps.get(key) or project.task.title)


def brake(answer: Bottlenecks, names: Names) -> list[str]:
    """What holds things up now, then what took the most time in the period, each in a sentence."""
    say, locale, found = web_work.translated, web_work.locale(), []
    tight = bottlenecks.tightest(answer.steps)
    if tight is None or tight.open.oldest_since is None:
        found.append(say(_("Rien n’attend personne.")))
    else:
        said = (
            _("Ce qui freine le plus : « {step} » ({whom}) – {late} sur {count} en retard, la plus ancienne "
              "depuis {duration}.")
            if tight.open.late
            else _("Rien n’est en retard. Ce qui attend depuis le plus longtemps : « {step} » ({whom}), "
                   "{duration}.")
        )  # fmt: skip
        duration = typography.days(days_between(tight.open.oldest_since, answer.until), locale)
        whom = words.whom(tight.completed.waits_for)
        found.append(
            say(
                said,
                step=names.step(tight),
                whom=whom[:1].lower() + whom[1:],
                late=words.number(tight.open.late),
                count=words.number(tight.open.waiting),
                duration=duration,
            )
        )
    longest = next((each for each in answer.steps if each.completed.total_seconds), None)
    if longest is not None:
        share = words.share(longest.completed.total_seconds / answer.total_seconds)
        said = _("Sur la période, « {step} » a pris le plus de temps : {share} du total.")
        found.append(say(said, step=names.step(longest), share=share))
    return found


def tiles(answer: Bottlenecks, overview: Overview, asked: Filters) -> list[tuple[Any, ...]]:
    """The four figures at the top."""
    both = (overview.own, overview.adopted)
    alive = sum(each.total - each.phases[Phase.ENDED] for each in both)
    late = late_reports.number_late(answer.steps)
    since = answer.open.oldest_since
    waited = None
    if since is not None:
        duration = typography.days(days_between(since, answer.until), web_work.locale())
        waited = web_work.translated(_("la plus ancienne depuis {duration}"), duration=duration)
    figures = (
        (alive, _("projet en cours"), _("projets en cours"), None, projects_url(asked)),
        (answer.open.waiting, _("tâche en attente"), _("tâches en attente"), waited, None),
        (answer.open.late, _("tâche en retard"), _("tâches en retard"),
         at_first(answer.open.late_at_first), projects_url(asked, retard="1")),
        (late, _("compte rendu en retard"), _("comptes rendus en retard"),
         at_first(late_reports.number_late_at_first(answer.steps)), None),
    )  # fmt: skip
    return [
        (words.number(figure), typography.counted(figure, one, many, web_work.locale()), note, url)
        for figure, one, many, note, url in figures
    ]


def at_first(count: int) -> str | None:
    """How many of the late are so by their first due day only: the list of late projects marks them."""
    said = _("dont {count} par l’échéance d’origine, dépassée")
    return web_work.translated(said, count=words.number(count)) if count else None


def projects_url(asked: Filters, **filters: str) -> str | None:
    """The projects behind a figure of now, for those who may see them."""
    rights = viewer().rights
    basin_id = None if asked.basin is None else asked.basin.id
    is_now = asked.as_of is None
    if not is_now or not rights.allows(Permission.SEE_PROJECT, basin_id=basin_id):
        return None
    values: dict[str, Any] = {"bassin": None if asked.basin is None else asked.basin.slug, **filters}
    return url_for("projects.index", **values)


def orders(asked: Filters) -> list[dict[str, Any]]:
    """The orders of the table, as links."""
    return [
        {
            "label": web_work.translated(label),
            "url": asked.url(tri=key) + "#etapes",
            "is_chosen": key == asked.order,
        }
        for key, label in filtering.ORDERS.items()
    ]


def exports(asked: Filters) -> list[tuple[str, str]]:
    """The same question as files."""
    return [(_("CSV"), asked.url("monitoring.steps_file", format="csv")),
            (_("XLSX"), asked.url("monitoring.steps_file", format="xlsx"))]  # fmt: skip
