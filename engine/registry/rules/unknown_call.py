"""A call of a process that is neither in the file nor in its version."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "UNKNOWN_CALL"
LEVEL = Level.EXECUTION


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the call activities whose process is not known."""
    known = context.processes(diagram)
    for node in diagram.nodes():
        if node.tag == "callActivity" and node.called not in known:
            template = _("« {id} » appelle le processus « {called} », qui n’existe pas ici.")
            yield Problem(LEVEL, CODE, template, {"id": node.id, "called": node.called or ""}, (node.id,))
