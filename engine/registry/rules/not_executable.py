"""A process that is not marked executable: a drawing, until somebody says that it runs."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem, Severity

CODE = "NOT_EXECUTABLE"
LEVEL = Level.EXECUTION


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the processes that are only drawn: said of any file, refused to one that is to be published."""
    severity = Severity.WARNING if context.profile_only else Severity.ERROR
    for process in diagram.processes:
        if not process.executable:
            template = _("Le processus « {id} » n’est pas marqué comme exécutable.")
            yield Problem(LEVEL, CODE, template, {"id": process.id}, (process.id,), severity=severity)
