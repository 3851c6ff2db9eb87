"""A process or subprocess begins in one place and at once: else the engine hangs."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram, Process
from engine.registry.problems import Level, Problem

CODE = "START_EVENT"
LEVEL = Level.EXECUTION


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the scopes that do not have exactly one start event, and the starts that wait for something.

    Whoever starts a process has no message for it: its start would wait for one that may never come.
    """
    for process in diagram.processes:
        for scope in process.scopes():
            starts = [node.id for node in process.within(scope) if node.tag == "startEvent"]
            if len(starts) != 1:
                template = _("« {scope} » a {count} événement(s) de début : il en faut exactement un.")
                yield Problem(LEVEL, CODE, template, {"scope": scope, "count": len(starts)}, (scope, *starts))
        yield from waiting(process)


def waiting(process: Process) -> Iterator[Problem]:
    """Find the start events that wait; those of event subprocesses may, and are refused elsewhere."""
    handling = {node.id for node in process.nodes if node.triggered_by_event}
    for node in process.nodes:
        if node.tag == "startEvent" and node.events and node.scope not in handling:
            template = _(
                "« {id} » attendrait un événement avant de commencer : faites-en un début simple, et placez "
                "cette attente juste après."
            )
            yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))
