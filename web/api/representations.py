"""Rows as the API shows them: identifiers, days, instants in UTC, money in cents with its currency."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine.people import basins, persons
from engine.projects import basin_steps, readers, timeline
from engine.projects.statuses import STATUS_LABELS, Status, phase_of
from engine.runtime import inbox
from web import work as web_work

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.basin_steps import Given
    from engine.projects.models import Project
    from engine.runtime.acts import TaskView

CURRENCY = "EUR"


def instant(moment: datetime) -> str:
    """An instant, RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def maybe_instant(moment: datetime | None) -> str | None:
    """An instant, or null."""
    return None if moment is None else instant(moment)


def day(on: date | None) -> str | None:
    """A day, or null."""
    return None if on is None else on.isoformat()


def identifier(value: UUID | None) -> str | None:
    """An identifier, or null."""
    return None if value is None else str(value)


def money(cents: int | None) -> dict[str, object]:
    """An amount: whole cents and their currency."""
    return {"cents": cents or 0, "currency": CURRENCY}


def slug_of(work: UnitOfWork, basin_id: int) -> str:
    """The name of a basin in addresses; each basin is read once per request."""
    return basins.find(work, basin_id).slug


def project_summary(work: UnitOfWork, project: Project) -> dict[str, Any]:
    """A dossier as a list shows it."""
    return {
        "id": str(project.id),
        "reference": project.reference,
        "basin": slug_of(work, project.basin_id),
        "firm": project.firm,
        "city": project.city,
        "phase": phase_of(project.status).value,
        "state": project.status,
        "state_label": web_work.translated(STATUS_LABELS[Status(project.status)]),
        "opened_on": day(project.opened_on),
        "effective_on": day(project.effective_on),
        "follow_up_ends_on": day(project.follow_up_ends_on),
        "suspended_until": day(project.suspended_until),
        "ended_on": day(project.ended_on),
    }


def project(work: UnitOfWork, found: Project) -> dict[str, Any]:
    """A dossier, what is awaited on it, and the days it is heading for.

    What people wrote about the firm is for the committee and the operator, as on the dossier’s page.
    """
    is_told = readers.reads_words(readers.of_actor(work, found))
    return {
        **project_summary(work, found),
        "siret": found.siret,
        "need": found.need if is_told else None,
        "contact": {"name": found.contact_name, "email": found.contact_email, "phone": found.contact_phone},
        "category": found.category,
        "headcount": found.headcount,
        "charter_version": found.charter_version,
        "mandatary": mandatary(work, found.mandatary_id),
        "follow_up_months": found.follow_up_months,
        "cadence_months": found.cadence_months,
        "advance": money(found.advance_cents),
        "resubmission_of": identifier(found.resubmission_of),
        "end": end_of(found, is_told=is_told),
        "next": [awaited(each) for each in timeline.what_is_next(work, found.id)],
        "dates": [
            {"on": day(each.on), "what": web_work.translated(each.what)}
            for each in timeline.dates_to_come(work, found.id)
        ],
        "basin_answers": [basin_answers(each) for each in asked_by_basin(work, found)] if is_told else [],
    }


def asked_by_basin(work: UnitOfWork, found: Project) -> list[Given]:
    """What the basin asked of a dossier besides the programme, and what was answered."""
    return basin_steps.of_project(work, found.id, locale=web_work.locale())


def basin_answers(each: Given) -> dict[str, Any]:
    """What was answered at one step: to the basin's own form, or to its questions on another."""
    return {
        "task_id": str(each.task_id),
        "process": each.process,
        "step": each.step,
        "title": web_work.translated(each.title),
        "form": each.form,
        "occurred_on": day(each.occurred_on),
        "answers": [
            {"name": one.name, "label": one.label, "text": one.text, "value": one.stored}
            for one in each.answers
        ],
    }


def mandatary(work: UnitOfWork, person_id: UUID | None) -> dict[str, str] | None:
    """Who follows the project, once the committee has decided."""
    if person_id is None:
        return None
    return {"id": str(person_id), "name": persons.find(work, person_id).full_name}


def end_of(found: Project, *, is_told: bool) -> dict[str, Any] | None:
    """How a dossier ended, when it has."""
    if found.ended_on is None:
        return None
    return {"kind": found.end_kind, "cause": found.end_cause, "reason": found.end_reason if is_told else None}


def awaited(each: timeline.Next) -> dict[str, Any]:
    """One thing that is awaited now, and of whom."""
    return {
        "task_id": str(each.task_id),
        "title": web_work.translated(each.title),
        "step": each.step,
        "role": each.role,
        "person": each.person,
        "opened_on": day(each.opened_on),
        "due_on": day(each.due_on),
        "waits_for": each.waits_for,
    }


def event(each: timeline.Event) -> dict[str, Any]:
    """One entry of a dossier's history."""
    return {
        "number": each.number,
        "kind": each.kind,
        "recorded_at": instant(each.recorded_at),
        "occurred_on": day(each.occurred_on),
        "actor": each.actor,
        "on_behalf_of": each.on_behalf_of,
        "capacity": each.capacity,
        "subject_id": str(each.subject_id),
        "details": each.details,
        "content": each.content,
    }


def task(work: UnitOfWork, view: TaskView) -> dict[str, Any]:
    """A task as lists and its own page show it."""
    today = basins.today(work, view.basin_id)
    return {
        "id": str(view.id),
        "project": {"id": str(view.case_id), "reference": view.reference, "firm": view.firm},
        "basin": slug_of(work, view.basin_id),
        "process": view.process,
        "step": view.step,
        "title": web_work.translated(view.title),
        "form": view.form,
        "role": view.role,
        "capacity": view.capacity,
        "position": view.position,
        "personal": view.personal,
        "assignee_id": identifier(view.assignee_id),
        "waits_for": view.waits_for,
        "opened_at": instant(view.opened_at),
        "opened_on": day(view.opened_on),
        "due_on": day(view.due_on),
        "due_at": instant(view.due_at),
        "claimed_at": maybe_instant(view.claimed_at),
        "awaiting": awaiting(view),
        "suspended": view.suspended,
        "urgency": inbox.group_of(view, today=today) if view.closed_at is None else None,
        "closed": closed(view),
    }


def awaiting(view: TaskView) -> dict[str, Any] | None:
    """Which third party a task waits for, when it does."""
    if view.awaiting is None:
        return None
    return {"cause": view.awaiting, "until": day(view.awaiting_until), "reason": view.awaiting_reason}


def closed(view: TaskView) -> dict[str, Any] | None:
    """How and by whom a task was closed, once it is."""
    if view.closed_at is None:
        return None
    return {
        "at": instant(view.closed_at),
        "by": identifier(view.closed_by),
        "on_behalf_of": identifier(view.on_behalf_of),
        "outcome": view.outcome,
        "occurred_on": day(view.occurred_on),
    }
