"""The follow-up of a dossier in figures: reports, jobs, weather, the ladder of a late one, mandataries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine import clock
from engine.escalation import climbing
from engine.i18n import mark as _
from engine.outbox import mail_log
from engine.outbox.models import ARRIVED
from engine.people import persons
from engine.projects import alerts, mandates, reports, whereabouts
from engine.projects.grid import Grid
from forms import choices
from web import typography
from web import work as web_work
from web.projects import words

if TYPE_CHECKING:
    from engine.escalation.models import RungClimbed
    from engine.outbox.mail_log import LoggedMail
    from engine.projects.follow_up_models import FirmAlert, MandataryReplacement, Report
    from engine.runtime.acts import TaskView
    from web.projects.frame import File

LADDER = "late_report"
# The first mail about a report is the announcement of its task.
MAILS = {"report_opened": words.RUNGS["early"]}


def shown(file: File) -> dict[str, Any]:
    """The parts of the page; see the template."""
    work, project = file.work, file.project
    found = reports.of_project(work, project.id)
    standing = [each for each in found if each.struck_at is None]
    rungs = climbing.rungs_of_case(work, project.id)
    replaced = mandates.replacements(work, project.id)
    warned = alerts.of_project(work, project.id) if file.reader.reads_words else []
    people = persons.names(
        work,
        [each.recorded_by for each in warned]
        + [each.recipient_id for each in rungs]
        + [each.recorded_by for each in found]
        + [each.on_behalf_of for each in found]
        + [one for each in replaced for one in (each.from_person_id, each.to_person_id, each.recorded_by)],
    )
    where = whereabouts.of_project(work, project.id)
    return {
        "is_labelled": project.effective_on is not None,
        "figures": figures(file, standing),
        "reports": [report_of(file, each, people) for each in found],
        "jobs": jobs(standing),
        "alerts": [alert_of(each, people) for each in warned],
        "awaited": awaited(file, standing),
        "rungs": reminders(file, rungs, people),
        "open_rungs": [
            (rung_named(each.step, each.title), each.opened_on, whom(file, each))
            for each in file.tasks
            if each.process == LADDER
        ],
        "next_rungs": [
            (rung_named(each.step, each.name), clock.local_date(each.until, web_work.zone()))
            for each in where.waited
            if each.process == LADDER and each.until is not None
        ],
        "replacements": [replacement_of(each, people) for each in replaced],
    }


def awaited(file: File, standing: list[Report]) -> dict[str, Any] | None:
    """The report that is asked for and not given yet: its number, its day, who owes it."""
    asked = next((each for each in file.tasks if each.form == reports.FORM), None)
    if asked is None:
        return None
    return {
        "number": max((each.last_number for each in standing), default=0) + 1,
        "due_on": asked.due_on,
        "who": whom(file, asked),
        "is_held": asked.suspended or asked.awaiting is not None,
    }


def whom(file: File, task: TaskView) -> str:
    """Who holds an open task: a name, or a role."""
    return file.name_of(task.assignee_id) or web_work.translated(words.ROLES.get(task.role, task.role))


def rung_named(step: str, title: str) -> str:
    """A rung in plain words; a step that a basin added keeps its own name."""
    return words.RUNGS.get(words.RUNG_OF_STEP.get(step, ""), title)


def figures(file: File, standing: list[Report]) -> list[tuple[str, str, str | None, None]]:
    """The tiles: jobs as last reported, reports given and expected, the term."""
    project = file.project
    if project.effective_on is None or project.follow_up_ends_on is None or not project.cadence_months:
        return []
    told = [each for each in standing if each.jobs_created is not None]
    last = told[-1] if told else None
    grid = Grid(project.effective_on, project.cadence_months, project.follow_up_ends_on)
    number = 0
    while not grid.is_over(number + 1):
        number += 1
    locale, since = web_work.locale(), _("depuis le {day}")
    given = max((each.last_number for each in standing), default=0)
    created, sustained = (last.jobs_created or 0, last.jobs_sustained or 0) if last else (0, 0)
    told_on = typography.long_date(last.occurred_on, locale) if last else ""
    as_of = web_work.translated(_("au {day}"), day=told_on) if last else None
    return [
        (typography.number(created, locale) if last else "–",
         typography.counted(created, _("emploi créé"), _("emplois créés"), locale), as_of, None),
        (typography.number(sustained, locale) if last else "–",
         typography.counted(sustained, _("emploi maintenu"), _("emplois maintenus"), locale), as_of, None),
        (f"{min(given, number)} / {number}", web_work.translated(_("comptes rendus remis")),
         web_work.translated(_("un tous les {count} mois"), count=project.cadence_months), None),
        (typography.short_date(project.follow_up_ends_on, locale), web_work.translated(_("terme du suivi")),
         web_work.translated(since, day=typography.long_date(project.effective_on, locale)), None),
    ]  # fmt: skip


def report_of(file: File, found: Report, people: dict[Any, str]) -> dict[str, Any]:
    """One report as a line of the table; struck out, it stays."""
    first, last = found.number, found.last_number
    number = str(first) if first == last else f"{first}–{last}"
    return {
        "number": number,
        "due_on": found.due_on,
        "given_on": found.occurred_on,
        "recorded_on": clock.local_date(found.recorded_at, web_work.zone()),
        "days_late": max(0, found.days_late),
        "weather": found.weather,
        "weather_label": words.label(choices.Weather, found.weather),
        "nothing_new": found.nothing_new,
        "jobs_created": found.jobs_created,
        "jobs_sustained": found.jobs_sustained,
        "progress": found.progress if file.reader.reads_words else None,
        "difficulties": found.difficulties if file.reader.reads_words else None,
        "who": people.get(found.recorded_by),
        "for_whom": people.get(found.on_behalf_of) if found.on_behalf_of else None,
        "struck": found.struck_at is not None,
    }


def alert_of(found: FirmAlert, people: dict[Any, str]) -> dict[str, Any]:
    """One alert about the firm; struck out, it stays."""
    return {
        **gist_of_alert(found),
        "statement": found.statement,
        "proposal": found.proposal,
        "judgment_on": found.judgment_on,
        "published_on": found.published_on,
        "is_insolvency": found.difficulty == choices.Difficulty.INSOLVENCY,
        "who": people.get(found.recorded_by),
        "recorded_on": clock.local_date(found.recorded_at, web_work.zone()),
        "struck": found.struck_at is not None,
    }


def gist_of_alert(found: FirmAlert) -> dict[str, Any]:
    """An alert in a line: what, how serious, since when."""
    return {
        "difficulty": words.label(choices.Difficulty, found.difficulty),
        "seriousness": words.label(choices.Seriousness, found.seriousness),
        "tone": "late" if found.seriousness == choices.Seriousness.SERIOUS else "soon",
        "on": found.occurred_on,
        "statement": found.statement,
    }


def alert_in_force(file: File) -> dict[str, Any] | None:
    """The alert that the file begins with, for those who read what is said of the firm."""
    project = file.project
    if project.effective_on is None or project.ended_on is not None or not file.reader.reads_words:
        return None
    found = alerts.in_force(file.work, project.id)
    return None if found is None else gist_of_alert(found)


def jobs(standing: list[Report]) -> list[dict[str, Any]]:
    """The jobs created at each report, for the chart; those sustained are another thing, never added."""
    locale = web_work.locale()
    return [
        {
            "label": typography.short_date(each.occurred_on, locale),
            "value": each.jobs_created,
            "written": typography.number(each.jobs_created, locale),
        }
        for each in standing
        if each.jobs_created is not None
    ]


def reminders(file: File, rungs: list[RungClimbed], people: dict[Any, str]) -> list[dict[str, Any]]:
    """All that was done about late reports and tasks, the oldest first: rungs, and other mails."""
    unsent = climbing.unsent_of_case(file.work, file.project.id)
    mails = mails_apart(mail_log.sent_for_case(file.work, file.project.id), rungs)
    return sorted(
        [*(mail_of(each) for each in mails), *(rung_of(each, people, unsent) for each in rungs)],
        key=lambda each: each["sent_on"] or each["planned_on"],
    )


def rung_of(rung: RungClimbed, people: dict[Any, str], unsent: Mapping[UUID, str | None]) -> dict[str, Any]:
    """One rung climbed: planned when, done when, with what effect; a mail that did not leave says so."""
    mail = rung.outbox_id
    return {
        "number": rung.report_number,
        "name": words.RUNGS.get(rung.rung, rung.rung),
        "planned_on": rung.planned_on,
        "sent_on": rung.sent_on if mail not in unsent else None,
        "outcome": words.RUNG_OUTCOMES.get(rung.outcome, rung.outcome)
        if mail is None or mail not in unsent
        else words.outcome_named(unsent[mail])[0],
        "who": people.get(rung.recipient_id),
    }


def mails_apart(mails: list[LoggedMail], rungs: list[RungClimbed]) -> list[LoggedMail]:
    """The mails about reports that no rung tells of: the early reminder, and those sent by hand."""
    of_rungs = {each.outbox_id for each in rungs}
    return [each for each in mails if each.counts_for is not None and each.id not in of_rungs]


def mail_of(mail: LoggedMail) -> dict[str, Any]:
    """A mail about a report as one line beside the rungs."""
    zone = web_work.zone()
    return {
        "number": mail.counts_for,
        "name": MAILS.get(mail.kind) or words.MAILS.get(mail.kind, mail.kind),
        "planned_on": clock.local_date(mail.send_after, zone),
        "sent_on": None if mail.sent_at is None else clock.local_date(mail.sent_at, zone),
        "outcome": words.RUNG_OUTCOMES["sent"]
        if mail.outcome in ARRIVED
        else words.outcome_named(mail.outcome)[0],
        "who": mail.recipient,
    }


def replacement_of(found: MandataryReplacement, people: dict[Any, str]) -> dict[str, Any]:
    """One mandatary replaced by another, and whether the committee has ratified it."""
    return {
        "former": people.get(found.from_person_id),
        "new": people.get(found.to_person_id),
        "on": found.occurred_on,
        "by": people.get(found.recorded_by),
        "reason": found.reason,
        "provisional": found.provisional and found.ratified_on is None,
        "ratified_on": found.ratified_on,
    }
