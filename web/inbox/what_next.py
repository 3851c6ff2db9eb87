"""What a project waits for now, in one sentence: for whoever has just done their part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from engine.committee import decided
from engine.committee.expecting import SESSION
from engine.i18n import mark as _
from engine.people import persons
from engine.runtime import inbox
from web import work as web_work
from web.auth import viewer
from web.inbox.held_up import ROLES
from web.inbox.shown import is_limited

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView

AT_MOST = 3  # Four signatories are one step, and four steps at once would be a list, not a sentence.
THE_SESSION = _("à la prochaine séance")
CORRECTION = _("{whom}, à corriger")


def sentence(work: UnitOfWork, done: TaskView) -> str | None:
    """Say which steps of the project are open now, and at whom; none when nothing is."""
    waiting = [each for each in inbox.open_of_case(work, done.case_id) if each.id != done.id]
    names = {} if is_limited() else persons.names(work, {each.assignee_id for each in waiting})
    steps: dict[str, list[str]] = {}
    for each in waiting:
        whom = steps.setdefault(web_work.translated(each.title), [])
        said = at_whom(each, names)
        if said not in whom:
            whom.append(said)
    if not steps:
        return None
    parts = [f"{step[:1].lower()}{step[1:]} ({', '.join(whom)})" for step, whom in steps.items()]
    return web_work.translated(_("La suite : {steps}."), steps=", ".join(parts[:AT_MOST]))


def at_whom(task: TaskView, names: dict[UUID, str]) -> str:
    """Who has a step: oneself, a name one may read, the session, or those who hold a role.

    A decision that the chair sent back waits for whoever corrects it, and for no session.
    """
    whom = holder(task, names)
    if decided.is_to_correct(task):
        return web_work.translated(CORRECTION, whom=whom)
    if task.waits_for == SESSION and task.assignee_id != viewer().person_id:
        return web_work.translated(THE_SESSION)
    return whom


def holder(task: TaskView, names: dict[UUID, str]) -> str:
    """Who is to do a step: oneself, a name one may read, or those who hold a role."""
    if task.assignee_id == viewer().person_id:
        return web_work.translated(_("vous"))
    name = names.get(task.assignee_id) if task.assignee_id else None
    return name or web_work.translated(ROLES.get(task.role, task.role))
