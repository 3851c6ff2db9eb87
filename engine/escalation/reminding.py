"""Ask somebody again, at an officer's wish: one mail a week at most, and never a fourth about a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from engine import clock, errors
from engine.escalation import elsewhere, replacement
from engine.escalation.elsewhere import Elsewhere, Obstacle
from engine.outbox import notify
from engine.people import calendars
from engine.people.permissions import Permission, require
from engine.runtime import locking
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


class CannotRemind(errors.Conflict):
    """Aucun courriel ne peut partir aujourd’hui pour cette tâche : téléphonez."""


class OneOwn(CannotRemind):
    """Cette tâche vous revient : il n’y a personne d’autre à relancer."""


class NobodyToRemind(CannotRemind):
    """Personne ne tient encore cette tâche : il n’y a personne à relancer."""


class Gone(CannotRemind):
    """Le compte de cette personne est fermé : confiez sa part à quelqu’un d’autre."""


class ReminderTooSoon(CannotRemind):
    """Un courriel est parti il y a moins d’une semaine pour cette tâche : téléphonez plutôt."""


class EnoughMails(CannotRemind):
    """Trois courriels sont déjà partis pour ce compte rendu : il n’en partira plus. Téléphonez."""


class AddressInvalid(CannotRemind):
    """Aucune adresse ne marche pour cette personne : téléphonez."""


class Away(CannotRemind):
    """Cette personne a déclaré une absence : aucun courriel avant son retour. Téléphonez si c’est pressé."""


class OnHold(CannotRemind):
    """Cette tâche est en attente d’un tiers : la relancer n’y changerait rien."""


REFUSALS: dict[Obstacle, type[CannotRemind]] = {
    Obstacle.NOBODY: NobodyToRemind,
    Obstacle.GONE: Gone,
    Obstacle.AWAITING: OnHold,
    Obstacle.INVALID_ADDRESS: AddressInvalid,
    Obstacle.ENOUGH: EnoughMails,
    Obstacle.ABSENT: Away,
    Obstacle.TOO_SOON: ReminderTooSoon,
}


@dataclass(frozen=True, slots=True)
class Reminded:
    """Who is written to, about what, and the local day on which the mail leaves."""

    case_id: UUID
    basin_id: int
    title: str
    firm: str
    person: str
    leaves_on: date


def remind(work: UnitOfWork, task_id: UUID) -> Reminded:
    """Write to whoever holds an open task; the mail leaves on the basin's next open hour.

    A mail about a report counts among its three (D9). Raises `locking.TaskNotFound`,
    `locking.AlreadyClosed`, `locking.Suspended`, `permissions.MissingPermission` and, when no mail may
    leave, one of the `CannotRemind` above.
    """
    standing, locked = locking.lock(work, task_id)
    task, zone = standing.task, locked.case.zone
    require(work, Permission.REMIND, basin_id=task.basin_id, case_id=task.case_id)
    locking.require_open(standing)
    today = work.today(zone)
    if task.assignee_id == work.actor.person_id:
        raise OneOwn
    found = elsewhere.read(work, today, Task.id == task_id)[0]
    obstacle = found.obstacle(today, zone)
    if obstacle is not None or found.person_id is None:
        raise REFUSALS[obstacle or Obstacle.NOBODY]
    opening = calendars.calendar_of(work, task.basin_id).next_sending_time(work.now, zone)
    number = replacement.number_of_open_report(work, task.case_id) if found.is_report else None
    notify.notify(
        work, kind=elsewhere.KIND, recipient_id=found.person_id, case_id=task.case_id,
        basin_id=task.basin_id, task_id=task_id, reference=found.reference, send_after=opening,
        data={"report_number": number, "due_on": found.due_on}, counts_for=number,
    )  # fmt: skip
    leaves_on = clock.local_date(opening, zone)
    record(work, found, leaves_on, number)
    return Reminded(found.case_id, found.basin_id, found.title, found.firm, found.person or "", leaves_on)


def record(work: UnitOfWork, found: Elsewhere, leaves_on: date, number: int | None) -> None:
    """Tell the project's history who was asked for what, and when the mail leaves."""
    work.record(
        "escalation.task.reminded", chain=found.case_id, subject=found.task_id, basin_id=found.basin_id,
        process=found.process, step=found.step, recipient=found.person_id, leaves_on=leaves_on,
        report_number=number,
    )  # fmt: skip
