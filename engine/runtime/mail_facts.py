"""What a mail says of the task or the dossier it is about, and whether it still has an object."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.outbox import kinds
from engine.outbox.letter import Facts
from engine.people import persons, substitutions
from engine.runtime.models import Instance, Task

if TYPE_CHECKING:
    from engine.outbox.models import Message
    from engine.persistence.unit_of_work import UnitOfWork

OF_TASK = sa.select(
    Task.title,
    Task.firm,
    Task.reference,
    Task.due_on,
    Task.closed_at,
    Task.assignee_id,
    Task.suspended,
    Task.substitute_id,
).where(Task.id == sa.bindparam("task"))
OF_CASE = sa.select(Instance.firm, Instance.reference, Instance.ended_at).where(
    Instance.id == sa.bindparam("case")
)


def facts_of(work: UnitOfWork, message: Message) -> Facts:
    """Read what the mail is about as of now.

    It is moot when the task was done or went to somebody else, unless it only informs of that; a
    reminder, also when the task is suspended or the dossier has ended.
    """
    if message.data.get("substitution"):
        return facts_of_substitution(work, message)
    if message.task_id is not None:
        return facts_of_task(work, message)
    if message.case_id is not None:
        return facts_of_case(work, message)
    return Facts(reference=message.reference or "")


def facts_of_task(work: UnitOfWork, message: Message) -> Facts:
    """Read a task; one that no longer exists asks for nothing."""
    row = work.connection.execute(OF_TASK, {"task": message.task_id}).one_or_none()
    if row is None:
        return Facts(is_moot=True)
    expected = {row.assignee_id, row.substitute_id} - {None}
    went_to_another = row.assignee_id is not None and message.recipient_id not in expected
    kind = kinds.find(message.kind)
    is_paused = row.suspended and kind.is_reminder
    is_over = row.closed_at is not None or went_to_another or is_paused
    return Facts(
        is_moot=is_over and kind.purpose is not kinds.Purpose.INFORMATION,
        title=row.title,
        firm=row.firm,
        reference=row.reference,
        due_on=row.due_on,
    )


def facts_of_case(work: UnitOfWork, message: Message) -> Facts:
    """Read a dossier."""
    row = work.connection.execute(OF_CASE, {"case": message.case_id}).one_or_none()
    if row is None:
        return Facts(reference=message.reference or "")
    has_ended = row.ended_at is not None and kinds.find(message.kind).is_reminder
    return Facts(is_moot=has_ended, firm=row.firm, reference=row.reference)


def facts_of_substitution(work: UnitOfWork, message: Message) -> Facts:
    """Read who does whose tasks; the announcement of one that has ended says nothing any more."""
    found = substitutions.find(work, UUID(str(message.data["substitution"])))
    names = persons.names(work, [found.person_id, found.substitute_id])
    return Facts(
        is_moot=message.kind == "substitute_named" and found.ended_at is not None,
        absent=names.get(found.person_id, ""),
        substitute=names.get(found.substitute_id, ""),
        is_absent=message.recipient_id == found.person_id,
    )
