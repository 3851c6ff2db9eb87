"""The diagrams of a project, drawn with its tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from engine import errors
from engine.projects import timeline
from engine.registry import versions
from web import bpmn_svg
from web.api.bodies import Body, Text

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project

TITLE = "{reference} – {process}"


class NoSuchProcess(errors.NotFound):
    """Ce projet n’a pas de processus de ce nom."""


class DrawingAsked(Body):
    """Which of the project's processes; its own when nothing is said."""

    process = Text(longest=80, load_default="project")


def draw(work: UnitOfWork, project: Project, process: str) -> str:
    """Draw a process of the version that the project runs on. Raises `NoSuchProcess`."""
    alive = timeline.instances_of(work, project.id)
    files = versions.files_of(work, alive[0].version_id)
    content = files.get(f"{process}.bpmn")
    if content is None:
        raise NoSuchProcess
    current = {step for each in alive if each.marking for step in steps_of(each.marking)}
    return bpmn_svg.render(
        content, title=TITLE.format(reference=project.reference, process=process), current=current
    )


def steps_of(marking: str) -> Iterator[str]:
    """The steps that hold a token, those of the processes they called too."""
    yield from steps_in(orjson.loads(marking)["tokens"] or ())


def steps_in(tokens: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The steps of some tokens, at any depth."""
    for token in tokens:
        if "step" in token:
            yield token["step"]
        yield from steps_in(token.get("inside") or ())
        yield from steps_in(token.get("instances") or ())
