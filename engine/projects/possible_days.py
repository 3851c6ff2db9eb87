"""The first day that an act may be said to have happened on: since what it follows from was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import errors, i18n
from engine.i18n import mark as _
from engine.projects.recording import project_of
from forms import texts

if TYPE_CHECKING:
    from datetime import date

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act

TOO_EARLY = _("Vérifiez cette date : le premier jour possible est le {possible_on}.")


def require_since(work: UnitOfWork, name: str, day: date | None, *since: date | None) -> None:
    """Refuse an answer's day before all of these; one that is not given, or not known, refuses nothing.

    Raises `errors.InvalidAnswers` on `name`, which says the first day possible.
    """
    possible_on = max((each for each in since if each is not None), default=None)
    if day is not None and possible_on is not None and day < possible_on:
        raise errors.InvalidAnswers({name: [too_early(work, possible_on)]})


def milestones(act: Act) -> list[date]:
    """What the project had come to when the task opened: its opening, its decision, its signature."""
    project = project_of(act)
    known = (project.opened_on, project.decided_on, project.effective_on)
    return [each for each in known if each and (act.task is None or each <= act.task.opened_on)]


def too_early(work: UnitOfWork, possible_on: date) -> str:
    """What is told of a day that comes too early, in the reader's language."""
    return texts.written(texts.Message(TOO_EARLY, possible_on=possible_on), i18n.translate, work.locale)
