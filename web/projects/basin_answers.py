"""What a basin asked of a dossier besides the programme, on the page where one looks for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from flask import url_for

from engine.people import persons
from engine.projects import basin_steps
from web import work as web_work
from web.projects import history_entries
from web.projects.access import reader_of

if TYPE_CHECKING:
    from uuid import UUID

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.basin_steps import Given
    from engine.projects.models import Project
    from web.projects.frame import File

LONGEST_CELL = 30_000  # A spreadsheet takes little more.
DECIDED = "projects.commitments_page"
FOLLOWED = "projects.follow_up"
BEFORE = "projects.show_project"
# Where the answers of each process are looked for; the others come before the committee.
PLACES = {
    **dict.fromkeys(
        ("decision", "agreement", "convention_signature", "project", "accompaniment", "amendment",
         "signatory_loss", "intervention_request"),
        DECIDED,
    ),
    **dict.fromkeys(("follow_up", "report", "late_report", "mandatary_seat_lost", "closure"), FOLLOWED),
}  # fmt: skip


def shown(file: File, page: str) -> list[dict[str, Any]]:
    """The answers that belong to a page of the dossier, for those who read what people wrote of the firm."""
    if not file.reader.reads_words:
        return []
    every = basin_steps.of_project(file.work, file.project.id, locale=web_work.locale())
    found = [each for each in every if PLACES.get(each.process, BEFORE) == page]
    here = {each.person_id: each.full_name or "" for each in file.people if each.person_id is not None}
    acted = {one for each in found for one in (each.by, each.on_behalf_of) if one is not None}
    names = here | persons.names(file.work, acted - set(here))  # Some have no part in it any more.
    return [entry(each, names) for each in found]


def in_a_line(work: UnitOfWork, projects: Collection[Project]) -> dict[UUID, str]:
    """What basins asked of several dossiers, a cell of a file each, for those who read what people wrote."""
    read = [each.id for each in projects if reader_of(each).reads_words]
    found = basin_steps.of_projects(work, read, locale=web_work.locale())
    return {key: " ; ".join(map(told, given))[:LONGEST_CELL] for key, given in found.items()}


def told(each: Given) -> str:
    """What was answered at one step, in a line."""
    answers = ", ".join(f"{one.label} {one.text}" for one in each.answers)
    return f"{web_work.translated(each.title)} ({answers})"


def entry(each: Given, names: Mapping[UUID, str]) -> dict[str, Any]:
    """What was answered at one step; see `templates/projects/_basin_answers.html`."""
    return {
        "title": each.title,
        "is_step": each.is_step,
        "on": each.occurred_on,
        "who": history_entries.both(
            names.get(each.by) if each.by else None,
            names.get(each.on_behalf_of) if each.on_behalf_of else None,
        ),
        "url": url_for("inbox.show_task", task_id=each.task_id),
        "answers": [(one.label, one.text) for one in each.answers],
    }
