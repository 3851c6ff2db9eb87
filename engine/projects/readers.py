"""What of a dossier's history is told to whom: pages, files and programs all ask here (D21)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from engine.people import permissions
from engine.projects import audiences, documents, everyday
from engine.projects.timeline import Event

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project

# What is said of a firm in difficulty, of members’ links with it, or remarked on by those who steer, is not
# for the firm.
NOT_TO_THE_FIRM = ("projects.firm_alert.", "committee.observation.", "committee.interest.")
# Written for some only, said when it was written; what else people wrote is for the committee.
WITH_AUDIENCE = ("projects.note.", "projects.call.", "projects.phone_call.", "projects.document.")


def told(work: UnitOfWork, project: Project, events: Iterable[Event]) -> list[Event]:
    """The entries that the actor may know of, without the words that are not for them.

    A note, a call or a document is there for its own readers only, with its words; an alert about the
    firm, for the committee and the operator. The rest happened for everybody who has a part in the
    dossier; what was written with it is read by the committee and the operator.
    """
    mine = of_actor(work, project)
    subjects = readable_subjects(work, project.id, mine)
    return [
        each if reads_words(mine) or is_kept(each) else replace(each, content={})
        for each in events
        if (is_about(each, subjects) if is_kept(each) else may_know_of(each, mine))
    ]


def of_actor(work: UnitOfWork, project: Project) -> set[str]:
    """The audiences that the actor belongs to on a dossier."""
    rights = permissions.permissions_of(work, work.actor.person_id)
    return audiences.of_rights(rights, basin_id=project.basin_id, case_id=project.id)


def reads_words(mine: Collection[str]) -> bool:
    """Tell whether what people wrote about the firm is for these: the committee and the operator."""
    return everyday.COMMITTEE in mine


def may_know_of(event: Event, mine: Collection[str]) -> bool:
    """Tell whether it is known at all to these audiences that this happened."""
    return reads_words(mine) or not event.kind.startswith(NOT_TO_THE_FIRM)


def is_kept(event: Event) -> bool:
    """Tell whether an entry is about something that was written for some only."""
    return event.kind.startswith(WITH_AUDIENCE)


def readable_subjects(work: UnitOfWork, project_id: UUID, mine: set[str]) -> set[UUID]:
    """The notes, the calls and the documents that these audiences may see."""
    notes = {each.id for each in everyday.notes(work, project_id, audiences=mine)}
    calls = {each.id for each in everyday.calls(work, project_id, audiences=mine)}
    kept = {each.id for each in documents.of_project(work, project_id) if each.audience in mine}
    return notes | calls | kept


def is_about(event: Event, subjects: set[UUID]) -> bool:
    """Tell whether an entry is about one of these, or corrects one."""
    original = event.details.get("original")
    return event.subject_id in subjects or (original is not None and UUID(str(original)) in subjects)
