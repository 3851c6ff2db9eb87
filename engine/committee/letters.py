"""The letters of the committee: what it decided, to the firm; what is asked of a mandatary, to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock
from engine.committee import decision_words, readers
from engine.committee.models import Decision
from engine.documents import requests
from engine.documents.making import Sheet
from engine.i18n import mark as _
from engine.i18n import translate
from engine.outbox.letter import officer_of
from engine.people import basins, chairs, organisations, persons
from engine.people.models import Assignment, Organisation, Role
from engine.projects import written
from engine.projects.follow_up_models import MandataryReplacement
from engine.projects.recording import find as find_project
from engine.runtime.models import Submission

if TYPE_CHECKING:
    from datetime import date

    from engine.documents.models import Paper
    from engine.outbox.models import Message
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project

DECISION = "decision_letter"
MISSION = "mission_letter"
TO_THE_PROJECT = "project"  # The firm's head and the mandatary read them.
CAPACITIES = {"chair": _("présidence du comité"), "acting_chair": _("présidence par intérim du comité")}
DECISION_NAMED = _("Décision {number}.pdf")
MISSION_NAMED = _("Lettre de mission {project}.pdf")


def ask_for_decision(work: UnitOfWork, decision: Decision) -> UUID:
    """Ask for the letter that tells the firm what was decided, once it is signed."""
    locale = readers.language(work, decision.basin_id)
    return requests.ask(
        work, kind=DECISION, subject_id=decision.id, chain_id=decision.project_id, audience=TO_THE_PROJECT,
        basin_id=decision.basin_id, project_id=decision.project_id, locale=locale,
        name=translate(DECISION_NAMED, locale, number=decision.number),
    )  # fmt: skip


def joined(work: UnitOfWork, message: Message) -> list[Paper]:
    """The letter that leaves with the mail that tells of a decision, if it was signed with a number."""
    decision = work.database.scalars(
        sa.select(Decision).where(
            Decision.project_id == message.case_id, Decision.number == message.data.get("decision_number")
        )
    ).first()
    return [] if decision is None else requests.of_subject(work, DECISION, decision.id)[:1]


def ask_for_mission(work: UnitOfWork, project: Project, named_by: UUID) -> UUID:
    """Ask for the letter of a mandatary: of the mandate accepted, or of the replacement that named them.

    Who takes over from another is not asked to accept (D19).
    """
    locale = readers.language(work, project.basin_id)
    return requests.ask(
        work, kind=MISSION, subject_id=named_by, chain_id=project.id, audience=TO_THE_PROJECT,
        basin_id=project.basin_id, project_id=project.id, locale=locale,
        name=translate(MISSION_NAMED, locale, project=project.reference),
    )  # fmt: skip


def decision_sheet(work: UnitOfWork, paper: Paper) -> Sheet:
    """What the letter of a decision is made of; it says nothing of who voted what."""
    decision = work.database.get_one(Decision, paper.subject_id)
    project = find_project(work, decision.project_id)
    firm = work.database.get_one(Organisation, project.organisation_id)
    attention = _("À l’attention de {person}")
    lines = [translate(attention, paper.locale, person=project.contact_name)] if project.contact_name else []
    day = decision.signed_on or decision.occurred_on
    data = letterhead(work, decision.basin_id, day) | {
        "title": translate(_("Décision {number}"), paper.locale, number=decision.number),
        "reference": decision.number,
        "recipient": {"name": firm.name, "lines": [*lines, *([project.city] if project.city else [])]},
        "number": decision.number,
        "held_on": decision.occurred_on.isoformat(),
        "project": project.reference,
        "firm": firm.name,
        "outcome": said_as(decision, is_own=decision.instance_id == decision.project_id),
        "means": punctuated(decision_words.means(work, decision, paper.locale), paper.locale),
        "conditions": decision_words.conditions(work, decision),
        "question": decision.question,
        "reasons": decision_words.reasons(decision, paper.locale),
        "chair": chair_of(work, decision, paper.locale),
    }
    return Sheet("decision_letter@1", data, most_pages=4)


def said_as(decision: Decision, *, is_own: bool) -> str:
    """By which words of the letter an outcome is told: a firm followed already is told of an addition."""
    is_special = decision.outcome in {"approved", "rejected", "withdrawn"} and not is_own
    return f"addition_{decision.outcome}" if is_special else decision.outcome


def mission_sheet(work: UnitOfWork, paper: Paper) -> Sheet:
    """What the letter of a mandatary is made of; whoever takes over has the chair’s who named them (D19)."""
    relief = work.database.get(MandataryReplacement, paper.subject_id)
    person_id, organisation_id = named_by(work, paper, relief)
    project = find_project(work, paper.chain_id)
    decision = work.database.get_one(Decision, project.decision_id)
    names = persons.names(work, [person_id])
    seat = work.database.get(Organisation, organisation_id) if organisation_id else None
    day = clock.local_date(paper.requested_at, basins.zone_of(work, project.basin_id))
    data = letterhead(work, project.basin_id, day) | {
        "title": translate(_("Lettre de mission, {firm}"), paper.locale, firm=project.firm),
        "reference": project.reference,
        "recipient": {
            "name": names.get(person_id, "") if person_id else "",
            "lines": [each for each in (seat.name, seat.city) if each] if seat else [],
        },
        "firm": project.firm,
        "project": project.reference,
        "decision_number": decision.number,
        "objectives": objectives(work, project),
        "takes_over": relief is not None,
        "cadence_months": decision.cadence_months if relief is None else project.cadence_months,
        "follow_up_months": decision.follow_up_months if relief is None else project.follow_up_months,
        "chair": chair_of(work, decision, paper.locale)
        if relief is None
        else naming_chair(work, relief, day, paper.locale),
    }
    return Sheet("mission_letter@1", data, most_pages=4)


def named_by(
    work: UnitOfWork, paper: Paper, relief: MandataryReplacement | None
) -> tuple[UUID | None, UUID | None]:
    """To whom a letter of mission is sent, and whose seat they hold."""
    if relief is not None:
        return relief.to_person_id, relief.to_organisation_id
    mandate = work.database.get_one(Assignment, paper.subject_id)
    return mandate.person_id, mandate.organisation_id


def objectives(work: UnitOfWork, project: Project) -> str:
    """What the mandatary said they would see to, else what the firm needs."""
    answers = work.connection.execute(
        sa.select(Submission.answers)
        .where(Submission.case_id == project.id, Submission.form == "mandate_answer")
        .order_by(Submission.recorded_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    return str((answers or {}).get("objectives") or project.need or project.firm)


def letterhead(work: UnitOfWork, basin_id: int, day: date) -> dict[str, Any]:
    """What every letter says: who writes, from where, on which day, whom to call."""
    basin = basins.find(work, basin_id)
    writers = organisations.of_basin(work, basin_id, day, Role.OPERATOR_ORGANISATION)
    name, city = (writers[0].name, writers[0].city) if writers else (basin.name, None)
    officer = officer_of(work, basin_id, day)
    return {
        "author": name,
        "date": day.isoformat(),
        "basin": basin.name,
        "sender": {"name": name, "lines": [city] if city else []},
        "place": city or basin.name,
        "written_on": day.isoformat(),
        "officer": {"name": officer.name if officer else name, "phone": officer.phone if officer else None,
                    "email": None},
    }  # fmt: skip


def chair_of(work: UnitOfWork, decision: Decision, locale: str) -> dict[str, str]:
    """Who signed a decision, and as what."""
    names = persons.names(work, [decision.signed_by])
    return {
        "name": names.get(decision.signed_by, "") if decision.signed_by else "",
        "capacity": translate(CAPACITIES[decision.signed_as or "chair"], locale),
    }


def naming_chair(work: UnitOfWork, relief: MandataryReplacement, day: date, locale: str) -> dict[str, str]:
    """Who named a mandatary in place of another, and as what they presided that day."""
    names = persons.names(work, [relief.recorded_by])
    presiding = [
        each
        for each in chairs.chairs_in_force(work, relief.basin_id, day, relief.project_id)
        if each.person_id == relief.recorded_by
    ]
    is_acting = bool(presiding) and all(each.acting for each in presiding)
    return {
        "name": names.get(relief.recorded_by, ""),
        "capacity": translate(CAPACITIES["acting_chair" if is_acting else "chair"], locale),
    }


def punctuated(lines: list[str], locale: str) -> list[str]:
    """The lines of a list, each ended as those of a list are."""
    return [each.removeprefix(written.ITEM) for each in written.listed(lines, locale)]
