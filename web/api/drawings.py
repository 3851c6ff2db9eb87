"""The diagrams of a project, drawn with its tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.projects import whereabouts
from web import bpmn_svg
from web import work as web_work
from web.api.bodies import Body, Text

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project


class DrawingAsked(Body):
    """Which of the processes that the project follows; its own when nothing is said."""

    process = Text(longest=80, load_default=whereabouts.MAIN)


def draw(work: UnitOfWork, project: Project, process: str) -> str:
    """Draw a process of a project, the steps done and current marked. Raises `UnknownProcess`."""
    where = whereabouts.of_project(work, project.id)
    followed = where.find(process)
    return bpmn_svg.render(
        whereabouts.diagram_of(work, followed.version_id, followed.id),
        title=f"{project.reference} – {web_work.translated(followed.name)}",
        current=followed.current,
        done=followed.done,
        say=web_work.translated,
    )
