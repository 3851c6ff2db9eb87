"""What a basin still lacks before its first project: a checklist, in the order of a first day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.committee import sessions
from engine.i18n import mark as _
from engine.people import assignments, basins, chairs, committee_seats, partnerships, territories
from engine.people.models import Account, Assignment, Role
from engine.projects.models import Project
from engine.registry import drawings

if TYPE_CHECKING:
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork


class Matter(StrEnum):
    """One thing that a basin needs."""

    TERRITORY = "territory"
    PROCESS = "process"
    OPERATOR = "operator"
    OFFICER = "officer"
    COMPANIES = "companies"
    SEATS = "seats"
    CHAIR = "chair"
    AGREEMENT = "agreement"
    PARAMETERS = "parameters"
    SESSION = "session"
    PROJECT = "project"


class Need(StrEnum):
    """What cannot happen without it."""

    PROGRAMME = "programme"  # The charter asks for it; nothing is refused meanwhile.
    PROJECT = "project"  # No project can be opened.
    DECISION = "decision"  # Projects can be opened, and wait for their decision.


NEEDS: Mapping[Matter, Need] = {
    Matter.TERRITORY: Need.PROGRAMME, Matter.PROCESS: Need.PROJECT, Matter.OPERATOR: Need.PROGRAMME,
    Matter.OFFICER: Need.PROJECT, Matter.COMPANIES: Need.PROJECT, Matter.SEATS: Need.DECISION,
    Matter.CHAIR: Need.DECISION, Matter.AGREEMENT: Need.PROJECT, Matter.PARAMETERS: Need.PROGRAMME,
    Matter.SESSION: Need.DECISION, Matter.PROJECT: Need.PROGRAMME,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the checklist: a French sentence and its values, numbers or days."""

    matter: Matter
    is_done: bool
    sentence: str
    values: Mapping[str, int | date] = field(default_factory=dict)

    @property
    def need(self) -> Need:
        """What waits for it."""
        return NEEDS[self.matter]


def points(work: UnitOfWork, basin: Basin) -> list[Point]:
    """The checklist of a basin, today; nobody is named in it."""
    today = basins.today(work, basin.id)
    return [
        territory(work, basin.id),
        published(work, basin.id, today),
        operator(work, basin.id, today),
        officer(work, basin.id, today),
        *committee(work, basin.id, today),
        agreement(work, basin.id, today),
        parameters(work, basin.id),
        session(work, basin.id, today),
        project(work, basin.id),
    ]


def missing(found: list[Point], need: Need) -> list[Point]:
    """What is not done yet among what keeps this from happening."""
    return [each for each in found if each.need is need and not each.is_done]


def territory(work: UnitOfWork, basin_id: int) -> Point:
    """The national committee's decision (R1)."""
    known = territories.validation(work, basin_id)
    if known is not None:
        text = _("Le comité national l’a validé le {day}.")
        return Point(Matter.TERRITORY, True, text, {"day": known.decided_on})
    text = _("La décision du comité national qui valide ce territoire n’est pas encore enregistrée.")
    return Point(Matter.TERRITORY, False, text)


def published(work: UnitOfWork, basin_id: int, today: date) -> Point:
    """The version of the process that new projects take."""
    version = drawings.in_force(work, basin_id, on=today)
    if version is not None:
        values: dict[str, int | date] = {"number": version.number, "day": version.effective_on}
        return Point(Matter.PROCESS, True, _("Version {number}, en vigueur depuis le {day}."), values)
    later = drawings.in_force(work, basin_id, on=date.max)
    if later is not None:
        text = _("La version publiée n’entre en vigueur que le {day}.")
        return Point(Matter.PROCESS, False, text, {"day": later.effective_on})
    text = _("Aucun processus n’est publié : publiez la référence du programme, ou la variante du bassin.")
    return Point(Matter.PROCESS, False, text)


def operator(work: UnitOfWork, basin_id: int, today: date) -> Point:
    """The organisation that runs the basin (R8, R9)."""
    count = len(assignments.of_basin(work, basin_id, today, Role.OPERATOR_ORGANISATION))
    if count > 2:
        text = _("Structures opératrices : {count} ; le cahier des charges en admet deux au plus.")
        return Point(Matter.OPERATOR, False, text, {"count": count})
    if count:
        return Point(Matter.OPERATOR, True, _("La structure opératrice est connue."))
    return Point(Matter.OPERATOR, False, _("Aucune organisation n’a le rôle de structure opératrice."))


def officer(work: UnitOfWork, basin_id: int, today: date) -> Point:
    """Somebody who can sign in and open projects."""
    signs_in = sa.select(Account.person_id).where(Account.disabled_at.is_(None))
    held = assignments.of_basin(work, basin_id, today, Role.OPERATOR)
    able = work.connection.execute(
        sa.select(sa.func.count(Assignment.person_id.distinct())).where(
            Assignment.id.in_([each.id for each in held]), Assignment.person_id.in_(signs_in)
        )
    ).scalar_one()
    if able:
        return Point(
            Matter.OFFICER, True, _("Personnes qui peuvent ouvrir des projets : {count}."), {"count": able}
        )
    if held:
        text = _(
            "Le rôle d’opérateur est donné, mais à quelqu’un qui n’a pas d’accès : invitez cette personne."
        )
        return Point(Matter.OFFICER, False, text)
    text = _("Personne n’a le rôle d’opérateur : lui seul ouvre des projets et prévoit des séances.")
    return Point(Matter.OFFICER, False, text)


def committee(work: UnitOfWork, basin_id: int, today: date) -> Iterator[Point]:
    """Partner companies (R7), the seats they give voice to, the chair (R14)."""
    gauge = committee_seats.partner_gauge(work, basin_id, today)
    counted = {"count": gauge.count, "minimum": gauge.minimum}
    text = _("Entreprises partenaires : {count} ; il en faut {minimum} au moins.")
    yield Point(Matter.COMPANIES, gauge.is_enough, text, counted)
    seats = [each for each in committee_seats.seats_in_force(work, basin_id, today) if not each.guest]
    text = (
        _("Sièges délibératifs : {count}.")
        if seats
        else _("Personne ne siège encore avec voix délibérative.")
    )
    yield Point(Matter.SEATS, bool(seats), text, {"count": len(seats)})
    yield chair(work, basin_id, today)


def chair(work: UnitOfWork, basin_id: int, today: date) -> Point:
    """Somebody who may sign today."""
    found = chairs.chair_in_force(work, basin_id, today)
    if found is not None:
        return Point(Matter.CHAIR, True, _("Tenue depuis le {day}."), {"day": found.since})
    if assignments.of_basin(work, basin_id, today, Role.CHAIR):
        text = _("Le mandat ne compte plus : qui préside siège pour une entreprise partenaire active.")
        return Point(Matter.CHAIR, False, text)
    text = _("Vacante : la présidence revient à un membre qui siège pour une entreprise partenaire.")
    return Point(Matter.CHAIR, False, text)


def agreement(work: UnitOfWork, basin_id: int, today: date) -> Point:
    """The partnership agreement, without which no project is opened (D16)."""
    found = partnerships.in_force(work, basin_id, today)
    if found is not None:
        values = {"first": found.starts_on, "last": found.ends_on}
        return Point(Matter.AGREEMENT, True, _("En vigueur du {first} au {last}."), values)
    last = partnerships.last_before(work, basin_id)
    if last is None:
        return Point(Matter.AGREEMENT, False, _("Aucune convention de partenariat n’est enregistrée."))
    if last.starts_on > today:
        text = _("La convention ne prend effet que le {day}.")
        return Point(Matter.AGREEMENT, False, text, {"day": last.starts_on})
    text = _(
        "La convention a pris fin le {day} : les projets en cours vont à leur terme, aucun n’est ouvert."
    )
    return Point(Matter.AGREEMENT, False, text, {"day": last.ends_on})


def parameters(work: UnitOfWork, basin_id: int) -> Point:
    """Whether somebody chose the basin's own values, at its installation or since."""
    found = [each for each in basins.changes(work, basin_id) if each.key != territories.DECISION]
    changed = {each.key for each in found if each.reason != basins.FIRST_VALUE}
    if changed:
        text = _("Valeurs changées par le bassin : {count}.")
        return Point(Matter.PARAMETERS, True, text, {"count": len(changed)})
    if found:
        text = _("Valeurs données à l’installation : {count}. Le bassin n’en a changé aucune depuis.")
        return Point(Matter.PARAMETERS, True, text, {"count": len({each.key for each in found})})
    text = _(
        "Ce sont les valeurs de départ : relisez le quorum, les délais, les relances, les périodes calmes."
    )
    return Point(Matter.PARAMETERS, False, text)


def session(work: UnitOfWork, basin_id: int, today: date) -> Point:
    """The next session, for which files wait."""
    found = sessions.of_basin(work, basin_id, since=today)
    planned = sorted(each.held_on for each in found if each.state == sessions.PLANNED)
    if planned:
        return Point(Matter.SESSION, True, _("La prochaine a lieu le {day}."), {"day": planned[0]})
    return Point(
        Matter.SESSION, False, _("Aucune séance n’est prévue : les dossiers attendraient sans date.")
    )


def project(work: UnitOfWork, basin_id: int) -> Point:
    """Whether the basin runs already."""
    statement = sa.select(sa.func.count()).select_from(Project).where(Project.basin_id == basin_id)
    count = work.connection.execute(statement).scalar_one()
    if count:
        return Point(Matter.PROJECT, True, _("Projets ouverts : {count}."), {"count": count})
    return Point(Matter.PROJECT, False, _("Aucun encore."))
