"""What forbids to erase a person now, and what of them must be kept after, each in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock, errors
from engine.agreements.models import TO_SIGN, Agreement, Signatory, Signature
from engine.committee.models import CommitteeSession
from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import basins
from engine.people.models import Assignment, Basin, Person
from engine.projects.models import Project
from engine.retention.emptying import table
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

SIGNING = _("Une signature est en cours sur {reference} : attendez qu’elle soit complète, ou annulez-la.")
OPEN_TASK = _(
    "« {title} » ({reference}) attend cette personne : terminez cette tâche ou confiez-la à une autre."
)
PART = _("Elle a un rôle sur {reference}, qui n’est pas terminé : remplacez-la sur ce projet.")
SEAT = _("Elle a un rôle en cours ({place}) : mettez-y fin d’abord.")
NATIONAL = _("programme")

# One, or several.
KEPT_SIGNATURES = (
    _("Sa signature et la convention signée : la preuve de l’accord, cinq ans après la fin du projet."),
    _("Ses {count} signatures et les textes signés : la preuve, cinq ans après la fin des projets."),
)
KEPT_PROJECTS = (
    _("Ce qui est écrit et déposé dans un projet : jusqu’au terme de sa conservation, puis rien n’en reste."),
    _(
        "Ce qui est écrit et déposé dans {count} projets : jusqu’au terme de leur conservation, puis "
        "rien n’en reste."
    ),
)
KEPT_MINUTES = (
    _("Sa présence et ses voix dans une séance : le registre des décisions du comité."),
    _("Sa présence et ses voix dans {count} séances : le registre des décisions du comité."),
)
KEPT_ACTS = _("L’historique de ses actes, sous un identifiant, sans nom ni texte qui la nomme.")


class CannotErase(errors.Conflict):
    """Cette personne ne peut pas être effacée maintenant. {reason}."""


class AlreadyErased(errors.Conflict):
    """Cette personne est déjà effacée : il ne reste d’elle qu’un identifiant."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would meet: what forbids it, and what it would leave."""

    obstacles: Sequence[str]
    kept: Sequence[str]


def preview(work: UnitOfWork, person_id: UUID) -> Preview:
    """Say what forbids to erase a person now, and what will be kept, why and how long."""
    return Preview(obstacles(work, person_id), kept(work, person_id))


def require_none(work: UnitOfWork, person_id: UUID) -> None:
    """Refuse while something forbids it. Raises `CannotErase`, with what to do first."""
    found = obstacles(work, person_id)
    if found:
        raise CannotErase(reason=" ".join(found).removesuffix("."))


def obstacles(work: UnitOfWork, person_id: UUID) -> list[str]:
    """Sentences that say what is to be done first."""

    def say(text: str, **values: object) -> str:
        return translate(text, work.locale, **values)

    found = [say(SIGNING, reference=reference) for reference in being_signed(work, person_id)]
    found += [say(OPEN_TASK, title=row.title, reference=row.reference) for row in open_tasks(work, person_id)]
    for row in roles_held(work, person_id):
        if row.case_id is None:
            found.append(say(SEAT, place=row.name or say(NATIONAL)))
        elif row.reference is not None and row.ended_on is None:
            found.append(say(PART, reference=row.reference))
    return list(dict.fromkeys(found))


def being_signed(work: UnitOfWork, person_id: UUID) -> list[str]:
    """The projects on which a text that the person signs, or has signed, is not signed by all yet."""
    found = (
        sa.select(Project.reference)
        .join(Agreement, Agreement.project_id == Project.id)
        .join(Signatory, Signatory.agreement_id == Agreement.id)
        .where(Signatory.person_id == person_id, Agreement.state == TO_SIGN, Project.ended_on.is_(None))
        .distinct()
        .order_by(Project.reference)
    )
    return list(work.connection.scalars(found))


def open_tasks(work: UnitOfWork, person_id: UUID) -> list[sa.Row[Any]]:
    """The tasks that wait for this person."""
    found = sa.select(Task.title, Task.reference).where(
        Task.assignee_id == person_id, Task.closed_at.is_(None)
    )
    return list(work.connection.execute(found.order_by(Task.due_at)))


def roles_held(
    work: UnitOfWork, person_id: UUID
) -> list[sa.Row[tuple[UUID | None, str | None, str | None, object]]]:
    """The roles in force or to come of a person, with their basin and project."""
    today = clock.local_date(work.now, basins.NATIONAL_ZONE)
    found = (
        sa.select(Assignment.case_id, Basin.name, Project.reference, Project.ended_on)
        .outerjoin(Basin, Basin.id == Assignment.basin_id)
        .outerjoin(Project, Project.id == Assignment.case_id)
        .where(
            Assignment.person_id == person_id,
            sa.or_(Assignment.valid_to.is_(None), Assignment.valid_to > today),
        )
        .order_by(Assignment.created_at)
    )
    return list(work.connection.execute(found))


def kept(work: UnitOfWork, person_id: UUID) -> list[str]:
    """Sentences that say what an erasure leaves, why, and for how long."""
    counts = (
        (KEPT_SIGNATURES, sa.select(sa.func.count()).select_from(Signature).where(
            Signature.person_id == person_id, Signature.signed_on.is_not(None))),
        (KEPT_PROJECTS, sa.select(sa.func.count(Project.id)).where(
            Project.erased_at.is_(None), Project.id.in_(parts_in(person_id)))),
        (KEPT_MINUTES, sa.select(sa.func.count(CommitteeSession.id)).where(
            CommitteeSession.id.in_(sessions_of(person_id)))),
    )  # fmt: skip
    found = []
    for (one, several), counted in counts:
        count = work.connection.execute(counted).scalar_one()
        if count:
            found.append(translate(one if count == 1 else several, work.locale, count=count))
    return [*found, translate(KEPT_ACTS, work.locale)]


def parts_in(person_id: UUID) -> sa.Select[Any]:
    """The projects that a person ever had a part in."""
    return sa.select(Assignment.case_id).where(
        Assignment.person_id == person_id, Assignment.case_id.is_not(None)
    )


def sessions_of(person_id: UUID) -> sa.Select[Any]:
    """The sessions that a person attended or was expected at."""
    attendance = table("attendance")
    return sa.select(attendance.c.session_id).where(attendance.c.person_id == person_id)


def erased(work: UnitOfWork, person_id: UUID) -> bool:
    """Whether a person is erased already."""
    return (
        work.connection.execute(
            sa.select(Person.erased_at).where(Person.id == person_id)
        ).scalar_one_or_none()
        is not None
    )
