"""Who may stand in for somebody on their projects: name them, with what stands in the way said at once."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import absences, assignments, basins, substitutions
from engine.people.models import Assignment, Role, Substitution
from engine.people.substitutions import EndReason
from engine.projects.models import Project
from engine.runtime import standing_in

if TYPE_CHECKING:
    from engine.people.models import Absence
    from engine.persistence.unit_of_work import UnitOfWork

IN_CONFLICT = _("Cette personne ne peut pas faire les tâches de tous ces projets : {projects}. {why}")
WHY = _(
    "Elle s’est déportée, elle est de l’entreprise ou siège pour elle, ou ce bassin sépare prescription et "
    "décision. Choisissez quelqu’un d’autre."
)


def name(work: UnitOfWork, *, absence: Absence, basin_id: int, substitute_id: UUID) -> Substitution:
    """Name who does somebody's tasks in a basin while they are away, and write to them.

    The same person named again for the same absence is named once, and written to once. Whoever is in
    conflict on one of the projects is refused, with the projects named (D16); one that appears later leaves
    that project's tasks with their holder. Tasks follow by `standing_in.follow`.
    Raises `errors.InvalidAnswers` on `substitute` or on `last_day`, and `absences.UnknownAbsence` when the
    absence was withdrawn meanwhile.
    """
    basins.lock(work, basin_id)
    absences.lock(work, absence.id)
    for each in substitutions.of_absences(work, [absence.id]):
        if (each.basin_id, each.substitute_id) == (basin_id, substitute_id):
            return each
    made = substitutions.name(work, absence=absence, basin_id=basin_id, substitute_id=substitute_id)
    on = max(basins.today(work, basin_id), made.first_day)
    barred = [
        f"{firm} ({reference})"
        for case_id, role, reference, firm in parts_of(work, absence.person_id, basin_id, on)
        if not substitutions.may_stand_in(
            work, substitute_id=substitute_id, basin_id=basin_id, role=role, case_id=case_id, on=on
        )
    ]
    if barred:
        said = translate(IN_CONFLICT, work.locale)
        why = translate(WHY, work.locale)
        raise substitutions.refusal(said.format(projects=", ".join(dict.fromkeys(barred)), why=why))
    standing_in.tell(work, made, "substitute_named", {made.person_id, made.substitute_id})
    return made


def withdraw_absence(work: UnitOfWork, absence: Absence) -> None:
    """Withdraw an absence and end who stands in during it. Raises `absences.UnknownAbsence`.

    Its row is locked first: nobody is named for it meanwhile.
    """
    absences.lock(work, absence.id)
    for each in substitutions.of_absences(work, [absence.id]):
        with suppress(substitutions.UnknownSubstitution):  # It ended meanwhile: its days, or somebody’s word.
            standing_in.end(work, each.id, reason=EndReason.WITHDRAWN)
    absences.withdraw(work, absence_id=absence.id)


def parts_of(work: UnitOfWork, person_id: UUID, basin_id: int, on: date) -> list[tuple[UUID, Role, str, str]]:
    """The parts that somebody has on a basin's open projects: project, role, reference, firm."""
    wanted = [role.value for role in substitutions.ROLES if role is not Role.OPERATOR]
    rows = work.connection.execute(
        sa.select(Project.id, Assignment.role, Project.reference, Project.firm)
        .join(Assignment, Assignment.case_id == Project.id)
        .where(
            Assignment.person_id == person_id,
            Project.basin_id == basin_id,
            Project.ended_on.is_(None),
            Assignment.role.in_(wanted),
            assignments.in_force(on),
        )
        .order_by(Project.reference, Assignment.role)
    )
    return [(row[0], Role(row[1]), row[2], row[3]) for row in rows]
