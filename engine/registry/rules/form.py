"""A user task shows a form that exists."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "UNKNOWN_FORM"
LEVEL = Level.HOUSE
HUMAN = frozenset({"userTask", "manualTask", "task"})


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the human steps that are no user task, name no form, or one that is not in the catalogue."""
    for node in diagram.nodes():
        if node.tag not in HUMAN:
            continue
        form = node.alize.get("form")
        if node.tag != "userTask" or not form:
            template = _("« {id} » doit être une tâche utilisateur et nommer son formulaire.")
            yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))
        elif context.forms is not None and form not in context.forms:
            template = _("« {id} » demande le formulaire « {form} », qui n’existe pas.")
            yield Problem(LEVEL, CODE, template, {"id": node.id, "form": form}, (node.id,))
