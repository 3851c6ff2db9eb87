"""What recorded acts have in common: their stamp, and answers turned into what tables hold."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine import errors
from engine.i18n import mark as _
from engine.projects.models import Project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act

QUARTERS_A_DAY = 4


class ProjectNotFound(errors.NotFound):
    """Ce projet n’existe pas, ou ne vous est pas visible."""


def project_of(act: Act) -> Project:
    """The dossier an act is about. Raises `ProjectNotFound`."""
    return find(act.work, act.case.id)


class ProjectErased(errors.Conflict):
    """Ce qui était écrit de ce projet est effacé, au terme de sa conservation : rien ne s’y écrit plus."""


def find(work: UnitOfWork, project_id: UUID) -> Project:
    """A dossier, read at most once per act. Raises `ProjectNotFound`."""
    project = work.database.get(Project, project_id)
    if project is None:
        raise ProjectNotFound
    return project


def find_kept(work: UnitOfWork, project_id: UUID) -> Project:
    """A dossier in which something may still be written. Raises `ProjectNotFound`, `ProjectErased`."""
    project = find(work, project_id)
    if project.erased_at is not None:
        raise ProjectErased
    return project


def stamp(act: Act) -> dict[str, Any]:
    """Where, when and by whom an act of a process was recorded, as its row keeps it."""
    return stamped(act.work, act.case.id, act.case.basin_id, act.occurred_on)


def stamped(work: UnitOfWork, project_id: UUID, basin_id: int, occurred_on: date) -> dict[str, Any]:
    """Where, when and by whom an act was recorded, as its row keeps it."""
    return {
        "project_id": project_id,
        "basin_id": basin_id,
        "occurred_on": occurred_on,
        "recorded_at": work.now,
        "recorded_by": work.actor.person_id,
        "on_behalf_of": work.on_behalf_of,
    }


def record(
    act: Act,
    kind: str,
    subject: UUID,
    *,
    content: Mapping[str, object] | None = None,
    on: date | None = None,
    **data: object,
) -> None:
    """Tell the dossier's history what an act of its process did, on which day and in which capacity.

    `on` is the day of the fact when the act only records it: a decision is of its session's day.
    """
    act.work.record(
        kind,
        chain=act.case.id,
        subject=subject,
        basin_id=act.case.basin_id,
        occurred_on=on or act.occurred_on,
        capacity=None if act.task is None else act.task.capacity or act.task.role,
        content=content,
        **data,
    )


def coded(value: object) -> str | None:
    """The stored value of a coded answer, None when it was not given."""
    if value is None:
        return None
    return str(value.value) if isinstance(value, Enum) else str(value)


def quarter_days(days: object) -> int | None:
    """Days of skills as a whole number of quarters; the forms accept nothing finer."""
    if days is None:
        return None
    quarters = Decimal(str(days)) * QUARTERS_A_DAY
    if quarters != quarters.to_integral_value():
        raise errors.InvalidAnswers({"days": [_("Les jours se comptent par quarts de jour.")]})
    return int(quarters)


def days(quarters: int) -> Decimal:
    """Quarters of a day as days: 6 quarters are 1,5 day."""
    return Decimal(quarters) / QUARTERS_A_DAY


def plain_rows(rows: object) -> list[dict[str, Any]]:
    """Rows of answers as JSON keeps them: coded values, numbers, text."""
    if not isinstance(rows, (list, tuple)):
        return []
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    if value is None or isinstance(value, (bool, int)):
        return int(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return coded(value)
