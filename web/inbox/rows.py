"""Tasks as lines of a list: what to do, for which firm, by when, and the next gesture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import url_for

from engine.i18n import mark as _
from engine.people import basins
from engine.people.permissions import Permission, Rights
from engine.runtime import inbox
from engine.runtime.acts import TaskView
from forms import catalogue
from forms.choices import WaitingCause
from web import work as web_work
from web.inbox.question import Question

GROUPS = {
    "late": _("En retard"),
    "soon": _("À faire sous 3 jours"),
    "later": _("Plus tard"),
    "waiting": _("En attente d’un tiers"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One task of a list."""

    id: UUID
    title: str
    url: str
    firm: str
    firm_url: str | None
    reference: str
    basin: str
    due_on: date
    today: date
    awaiting_until: date | None
    awaiting_cause: str | None
    suspended: bool
    has_draft: bool
    is_mine: bool
    gesture: str | None
    gesture_url: str
    group: str
    minutes: int


def today_of(view: TaskView, rights: Rights, now: datetime) -> date:
    """The day in the task's basin: lateness is that of its place, not of the reader's."""
    known = rights.places.get(view.basin_id)
    return now.astimezone(known.zone if known else basins.NATIONAL_ZONE).date()


def row_of(view: TaskView, rights: Rights, question: Question, *, now: datetime, has_draft: bool) -> Row:
    """Describe one task to the one who looks."""
    today = today_of(view, rights, now)
    known = rights.places.get(view.basin_id)
    waits = bool(view.awaiting and view.awaiting_until and view.awaiting_until >= today)
    is_mine = view.assignee_id == rights.person_id
    gesture = None if not view.pool or view.suspended else "release" if is_mine else "claim"
    sees = rights.allows(Permission.SEE_PROJECT, basin_id=view.basin_id, case_id=view.case_id)
    return Row(
        id=view.id,
        title=web_work.translated(view.title),
        url=url_for("inbox.show_task", task_id=view.id),
        firm=view.firm,
        firm_url=f"/projets/{view.case_id}" if sees else None,
        reference=view.reference,
        basin=known.name if known else "",
        due_on=view.due_on,
        today=today,
        awaiting_until=view.awaiting_until if waits else None,
        awaiting_cause=cause_of(view) if waits else None,
        suspended=view.suspended,
        has_draft=has_draft,
        is_mine=is_mine,
        gesture=gesture,
        gesture_url=gesture_url(view.id, gesture, question),
        group="waiting" if view.suspended else inbox.group_of(view, today=today),
        minutes=catalogue.form(view.form).minutes,
    )


def gesture_url(task_id: UUID, gesture: str | None, question: Question) -> str:
    """Where the gesture of a line is sent; the list's filters travel with it, to come back to them."""
    if gesture is None:
        return ""
    verb = {"claim": "prendre", "release": "rendre"}[gesture]
    return question.address(f"/taches/{task_id}/{verb}", after=question.after)


def cause_of(view: TaskView) -> str:
    """Whom a task waits for, as a marked text; a code of an older list as it is."""
    causes = {str(cause.value): cause.label for cause in WaitingCause}
    return causes.get(view.awaiting or "", view.awaiting or "")


def grouped(rows: list[Row], *, more: bool) -> list[tuple[str, str, str, list[Row]]]:
    """Rows by urgency: (key, label, how many, rows); « + » where the next page goes on with a group."""
    by_group: dict[str, list[Row]] = {key: [] for key in GROUPS}
    for row in rows:
        by_group[row.group].append(row)
    last = max((row.due_on for row in rows), default=None)
    found = []
    for key, label in GROUPS.items():
        here = by_group[key]
        if here:
            goes_on = more and (key == "waiting" or here[-1].due_on == last)
            found.append((key, label, f"{len(here)}+" if goes_on else str(len(here)), here))
    return found
