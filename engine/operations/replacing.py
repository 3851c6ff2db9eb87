"""« Remplacer une personne »: whom, by whom and why, whatever their part on the project (D16 to D19)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine.agreements import drafting, redrafting, signatories
from engine.i18n import mark as _
from engine.i18n import translate
from engine.operations import proposals
from engine.operations.asked import Parts
from engine.operations.recalled import facts
from engine.people import committee_seats, organisations, persons
from engine.people.models import Role
from engine.projects import replacing
from engine.projects.recording import find
from engine.runtime import cases, instances
from engine.skills import interventions
from forms.context import Choice

if TYPE_CHECKING:
    from engine.operations.asked import Asked
    from engine.persistence.unit_of_work import UnitOfWork

PARTS = {
    Role.PRESCRIBER: _("Prescripteur"),
    Role.EXPERT: _("Intervenant"),
    Role.SME_HEAD: _("Dirigeant de l’entreprise"),
}
LINES = {
    signatories.PARTNER_COMPANY: _("Signataire pour une entreprise partenaire"),
    signatories.OPERATOR: _("Signataire pour l’opérateur"),
}


def replace_person(work: UnitOfWork, project_id: UUID, answers: Mapping[str, Any]) -> Role:
    """Hand a part to another person, known or new, with what it has open; gives the role that was theirs.

    Raises `replacing.PartChanged` when somebody else was faster, and what `replacing.replace` and
    `redrafting.replace_signatory` raise.
    """
    locked = cases.lock(work, project_id)
    instances.require_alive(locked)
    project, today = find(work, project_id), work.today(locked.case.zone)
    chosen = answers.get("person_id")
    named = committee_seats.sitter(work, chosen) if chosen else None
    person_id = named.person_id if named else drafting.person_named(work, answers)
    reason = str(answers["reason"])
    line = next(
        (each for each in redrafting.replaceable(work, project) if each.id == answers["part_id"]), None
    )
    if line is not None:
        redrafting.replace_signatory(work, project, line, person_id=person_id, reason=reason, today=today)
        return Role.SIGNATORY
    part = next(
        (each for each in replacing.parts(work, project, today) if each.id == answers["part_id"]), None
    )
    if part is None:
        raise replacing.PartChanged
    seat = named.organisation_id if named else None
    replacing.replace(
        work, project, part, person_id=person_id, organisation_id=seat, reason=reason, today=today
    )
    if part.role is Role.EXPERT:
        interventions.hand_over(work, project_id, former=part.person_id, to=person_id)
    if part.role is Role.SME_HEAD:
        redrafting.follow_head(work, project, former=part.person_id)
    return part.role


def context(asked: Asked) -> Parts:
    """Whose part may be handed over, and the people that the basin knows."""
    return Parts(
        choices={
            "part_id": lambda: held(asked),
            "person_id": lambda: known(asked),
        },
        facts=lambda: facts.of_project(asked),
    )


def held(asked: Asked) -> list[Choice]:
    """The parts that may be handed over: the role and who has it, the organisation beside."""
    rows = [
        (part.id, PARTS[part.role], part.person_id, part.organisation_id)
        for part in replacing.parts(asked.work, asked.project, asked.today)
    ] + [
        (line.id, LINES[line.capacity], line.person_id, line.organisation_id)
        for line in redrafting.replaceable(asked.work, asked.project)
    ]
    names = persons.names(asked.work, [person_id for _part, _role, person_id, _firm in rows])
    firms = organisations.names(
        asked.work, {firm for _part, _role, _person, firm in rows if firm is not None}
    )
    return [
        Choice(
            str(identifier),
            f"{translate(role, asked.work.locale)} – {names.get(person_id, '')}",
            firms.get(firm, "") if firm is not None else "",
        )
        for identifier, role, person_id, firm in rows
    ]


def known(asked: Asked) -> list[Choice]:
    """The members, the experts and the officers of the basin, by name; by seat who sits twice."""
    seats = proposals.speaking(asked)
    sitting = {str(seat.person_id) for seat in seats}
    others = [each for each in proposals.signing_people(asked) if each.value not in sitting]
    return sorted([*others, *proposals.of_seats(seats)], key=lambda choice: choice.label)
