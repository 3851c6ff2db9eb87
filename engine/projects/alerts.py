"""A followed firm in difficulty: what is signalled, who is written to, a report in red too (E5, F10)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import assignments, basins, chairs
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects import possible_days
from engine.projects.follow_up_models import FirmAlert, Report
from engine.projects.recording import coded, find, stamped
from engine.projects.statuses import AFTER_SIGNATURE
from engine.runtime import cases

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project

MAIL = "firm_in_difficulty"
GREEN, RED = "green", "red"


class NotFollowed(errors.Conflict):
    """Une difficulté se signale sur un projet labellisé, tant qu’il est suivi."""


def signal(
    work: UnitOfWork,
    *,
    project_id: UUID,
    difficulty: str,
    seriousness: str,
    statement: str,
    occurred_on: date,
    proposal: str | None = None,
    judgment_on: date | None = None,
    published_on: date | None = None,
) -> FirmAlert:
    """Keep what is known of a difficulty, and write at once to the officers and the chair (E5).

    The process does not move: what is done about it is decided by people. Raises `NotFollowed`, and
    `errors.InvalidAnswers` on `occurred_on`.
    """
    cases.lock(work, project_id)  # Before its status is read: it may end at this instant.
    project = find(work, project_id)
    require_possible(work, project, occurred_on)
    alert = FirmAlert(
        id=new_id(),
        **stamped(work, project_id, project.basin_id, occurred_on),
        difficulty=coded(difficulty),
        seriousness=coded(seriousness),
        statement=statement.strip(),
        proposal=(proposal or "").strip() or None,
        judgment_on=judgment_on,
        published_on=published_on,
    )
    work.database.add(alert)
    work.record(
        "projects.firm_alert.signalled", chain=project_id, subject=alert.id, basin_id=project.basin_id,
        occurred_on=occurred_on, difficulty=alert.difficulty, seriousness=alert.seriousness,
        judgment_on=judgment_on, published_on=published_on,
        content={"statement": alert.statement, "proposal": alert.proposal},
    )  # fmt: skip
    tell(
        work, project, about=f"alert/{alert.id.hex}", noticed_on=occurred_on,
        difficulty=alert.difficulty, seriousness=alert.seriousness,
    )  # fmt: skip
    return alert


def require_possible(work: UnitOfWork, project: Project, occurred_on: date) -> None:
    """Refuse a firm that is not followed, and a day that is not of its project. Raises as `signal`."""
    if project.status not in AFTER_SIGNATURE or project.ended_on is not None:
        raise NotFollowed
    if occurred_on > basins.today(work, project.basin_id):
        raise errors.InvalidAnswers({"occurred_on": [_("Cette date est dans le futur.")]})
    possible_days.require_since(work, "occurred_on", occurred_on, project.opened_on)


def tell_red_report(work: UnitOfWork, *, project_id: UUID, number: int, occurred_on: date) -> None:
    """Write to the officers and the chair about a report in red: nobody reads twice about one (E5)."""
    tell(
        work, find(work, project_id), about=f"red_report/{project_id.hex}/{number}", noticed_on=occurred_on,
        report_number=number,
    )  # fmt: skip


def tell(work: UnitOfWork, project: Project, *, about: str, **data: object) -> None:
    """Write about one difficulty, once to each; it counts among no reminders."""
    notify.post(
        work,
        [
            notify.row(
                work, kind=MAIL, recipient_id=person_id, case_id=project.id, basin_id=project.basin_id,
                reference=project.reference, data=data, dedupe_key=f"{about}/{person_id.hex}",
            )
            for person_id in readers(work, project)
        ],
    )  # fmt: skip


def readers(work: UnitOfWork, project: Project) -> list[UUID]:
    """The basin’s officers and the chair in force; never the firm, nor whoever is telling them.

    Without a chair in force, the officers: it is them who see to an acting one (D18).
    """
    today = basins.today(work, project.basin_id)
    chair = chairs.chair_in_force(work, project.basin_id, today, project.id)
    officers = assignments.of_basin(work, project.basin_id, today, Role.OPERATOR)
    found = dict.fromkeys([each.person_id for each in officers] + ([chair.person_id] if chair else []))
    silent = {None, project.sme_head_id, work.actor.person_id}
    return [each for each in found if each is not None and each not in silent]


def of_project(work: UnitOfWork, project_id: UUID) -> list[FirmAlert]:
    """Every alert about a firm, the latest first, struck-out ones too."""
    return list(
        work.database.scalars(
            sa.select(FirmAlert)
            .where(FirmAlert.project_id == project_id)
            .order_by(FirmAlert.occurred_on.desc(), FirmAlert.recorded_at.desc())
        )
    )


def in_force(work: UnitOfWork, project_id: UUID) -> FirmAlert | None:
    """The last alert about a firm, until a later report says that all is well."""
    is_over = sa.exists().where(
        Report.project_id == FirmAlert.project_id,
        Report.struck_at.is_(None),
        Report.weather == GREEN,
        Report.occurred_on > FirmAlert.occurred_on,
    )
    return work.database.scalars(
        sa.select(FirmAlert)
        .where(FirmAlert.project_id == project_id, FirmAlert.struck_at.is_(None), sa.not_(is_over))
        .order_by(FirmAlert.occurred_on.desc(), FirmAlert.recorded_at.desc())
        .limit(1)
    ).first()
