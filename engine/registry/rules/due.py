"""A user task has a due date: days after it opened, a routing date, or a session's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "DUE_DATE"
LEVEL = Level.HOUSE
DUE = re.compile(r"P[1-9][0-9]{0,2}D|[a-z][a-z0-9_]{0,57}_on|session|own_session|own_notice")


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the user tasks whose due date is missing or cannot be computed."""
    for node in diagram.nodes():
        if node.tag == "userTask" and not DUE.fullmatch(node.alize.get("due", "")):
            template = _(
                "« {id} » n’a pas d’échéance : un nombre de jours (P5D), une date de routage ou « session »."
            )
            yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))
