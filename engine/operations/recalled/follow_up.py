"""What a page recalls during the follow-up: the days, the reports, the requests, whom to call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.i18n import mark as _
from engine.operations import wording
from engine.operations.asked import Asked, Fact
from engine.operations.recalled import facts
from engine.people import organisations, persons
from engine.projects import addresses, reports, requests
from engine.projects.recording import QUARTERS_A_DAY, days
from engine.skills import interventions
from forms import choices

if TYPE_CHECKING:
    from engine.projects.follow_up_models import InterventionRequest


def of_means(asked: Asked) -> list[Fact]:
    """The days committed by each company, those planned and those given."""
    committed = interventions.committed(asked.work, asked.project.id)
    firms = organisations.names(asked.work, {each.company_id for each in committed})
    planned, given = interventions.days_of(asked.work, asked.project.id)
    lent = [
        f"{firms.get(each.company_id, '')}, {wording.label(asked, choices.SkillDomain, each.domain)} "
        f"({wording.in_days(asked, each.quarter_days)})"
        for each in committed
    ]
    return facts.told(
        (_("Entreprise"), asked.project.firm),
        (_("Jours décidés par le comité"), ", ".join(lent)),
        (_("Jours prévus"), wording.number(asked, planned)),
        (_("Jours réalisés"), wording.number(asked, given)),
    )


def of_intervention(asked: Asked) -> list[Fact]:
    """What this expert is asked to do."""
    position = asked.task.position if asked.task is not None else None
    found = None if position is None else interventions.at(asked.work, asked.project.id, position)
    if found is None:
        return of_request(asked)
    return facts.told(
        (_("Entreprise"), asked.project.firm),
        (_("Contact"), asked.project.contact_name),
        (_("Téléphone"), wording.phone(asked.project.contact_phone)),
        (_("Domaine"), wording.label(asked, choices.SkillDomain, found.domain)),
        (_("Objectif"), found.objective),
        (_("Jours prévus"), wording.number(asked, days(found.quarter_days_planned))),
    )


def of_report(asked: Asked) -> list[Fact]:
    """The firm's contact, and what was said last time."""
    before = reports.latest_with_words(asked.work, asked.project.id)
    return facts.told(
        (_("Entreprise"), asked.project.firm),
        (_("Contact"), asked.project.contact_name),
        (_("Téléphone"), wording.phone(asked.project.contact_phone)),
        (_("Dernier compte rendu"), wording.day(asked, before.occurred_on) if before else None),
        (_("Avancement d’alors"), before.progress if before else None),
    )


def of_request(asked: Asked) -> list[Fact]:
    """What the mandatary asks for, and why."""
    found = request_of(asked)
    if found is None:
        return facts.of_project(asked)
    return facts.told(
        *facts.of_project(asked),
        (_("Domaine"), wording.label(asked, choices.SkillDomain, found.domain)),
        (_("Jours estimés"), wording.number(asked, days(found.quarter_days)) if found.quarter_days else None),
        (_("Pour quoi faire"), found.purpose),
        (_("Note pour le comité"), found.review_note),
    )


def of_review(asked: Asked) -> list[Fact]:
    """The request, and how far the chair of the basin may go alone."""
    most = requests.days_alone(asked.work, asked.basin_id)
    alone = wording.in_days(asked, QUARTERS_A_DAY * most) if most else None
    return [*of_request(asked), *facts.told((_("La présidence décide seule jusqu’à"), alone))]


def request_of(asked: Asked) -> InterventionRequest | None:
    """The request that the task's own process is about; None on the project's."""
    return None if asked.task is None else requests.of_instance(asked.work, asked.task.instance_id)


def of_mandatary(asked: Asked) -> list[Fact]:
    """Whom to call about a missing report, and at which number."""
    holder = asked.project.mandatary_id
    if holder is None:
        return facts.of_project(asked)
    person = persons.find(asked.work, holder)
    return facts.told(
        *facts.of_project(asked),
        (_("Téléphone"), wording.phone(person.phone)),
        (_("Adresse électronique"), person.email),
    )


def of_address(asked: Asked) -> list[Fact]:
    """Whom a mail did not reach, and at which number to call."""
    instance_id = asked.task.instance_id if asked.task is not None else None
    problem = None if instance_id is None else addresses.of_instance(asked.work, instance_id)
    if problem is None:
        return facts.of_project(asked)
    person = persons.find(asked.work, problem.person_id)
    return facts.told(
        (_("Personne"), person.full_name),
        (_("Téléphone"), wording.phone(person.phone)),
        (_("Adresse qui ne répond plus"), problem.address or person.email),
        *facts.of_project(asked),
    )
