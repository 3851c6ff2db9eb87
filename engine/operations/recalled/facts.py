"""What a page recalls in every phase: the firm, where its project stands, who follows it."""

from __future__ import annotations

from engine.i18n import mark as _
from engine.i18n import translate
from engine.operations.asked import Asked, Fact
from engine.people import persons
from engine.projects.statuses import STATUS_LABELS, Status


def of_project(asked: Asked) -> list[Fact]:
    """The firm, where its project stands, who follows it."""
    if asked.case_id is None:
        return []
    project = asked.project
    people = persons.names(asked.work, [project.mandatary_id])
    return told(
        (_("Entreprise"), project.firm),
        (_("Référence"), project.reference),
        (_("État"), translate(STATUS_LABELS[Status(project.status)], asked.work.locale)),
        (_("Mandataire"), people.get(project.mandatary_id) if project.mandatary_id else None),
    )


def told(*facts: tuple[str, object]) -> list[Fact]:
    """The facts that have a value."""
    return [(name, str(value)) for name, value in facts if value not in (None, "", [])]
