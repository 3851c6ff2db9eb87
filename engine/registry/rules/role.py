"""A user task is for somebody: one of the programme's roles."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "UNKNOWN_ROLE"
LEVEL = Level.HOUSE


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the user tasks without a role, or with one that does not exist or does no task."""
    for node in diagram.nodes():
        role = node.alize.get("role")
        if node.tag == "userTask" and not role:
            template = _("« {id} » n’est confiée à personne : nommez un rôle.")
            yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))
        elif role and context.roles is not None and role not in context.roles:
            template = _("« {id} » est confiée au rôle « {role} », qui n’existe pas ou ne fait pas d’étapes.")
            yield Problem(LEVEL, CODE, template, {"id": node.id, "role": role}, (node.id,))
