"""A process or subprocess begins in one place: with none or several starts, the engine hangs."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "START_EVENT"
LEVEL = Level.EXECUTION


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the scopes that do not have exactly one start event."""
    for process in diagram.processes:
        for scope in process.scopes():
            starts = [node.id for node in process.within(scope) if node.tag == "startEvent"]
            if len(starts) != 1:
                template = _("« {scope} » a {count} événement(s) de début : il en faut exactement un.")
                yield Problem(LEVEL, CODE, template, {"scope": scope, "count": len(starts)}, (scope, *starts))
