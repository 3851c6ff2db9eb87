"""An id that another diagram of the version has too: SpiffWorkflow would take the two for one."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "SHARED_ID"
LEVEL = Level.EXECUTION


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the processes and subprocesses whose id another diagram has, and processes alike but for case."""
    own = {process.id for process in diagram.processes}
    others = [process for process in context.siblings.values() if process.id not in own]
    taken = {scope: process.id for process in others for scope in process.scopes()}
    spelled = graph.grouped((*others, *diagram.processes), lambda process: process.id.casefold())
    for process in diagram.processes:
        elsewhere = context.file_of(process.id)
        if elsewhere and elsewhere != diagram.filename:
            template = _(
                "Le processus « {identifier} » est déjà dans le fichier « {file} » : retirez l’un des deux."
            )
            values = {"identifier": process.id, "file": elsewhere}
            yield Problem(LEVEL, CODE, template, values, (process.id,))
        for scope in process.scopes():
            if scope in taken:
                template = _(
                    "L’identifiant « {identifier} » est déjà celui d’un élément du processus "
                    "« {process} » : choisissez-en un autre."
                )
                values = {"identifier": scope, "process": taken[scope]}
                yield Problem(LEVEL, CODE, template, values, (scope,))
        alike = next((one.id for one in spelled[process.id.casefold()] if one.id != process.id), None)
        if alike is not None:
            template = _(
                "Les identifiants « {identifier} » et « {other} » ne diffèrent que par des majuscules."
            )
            yield Problem(LEVEL, CODE, template, {"identifier": process.id, "other": alike}, (process.id,))
