"""A parallel or inclusive join inside a loop: from the second turn on it fires after one branch."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.normalising import regions
from engine.registry.problems import Level, Problem

CODE = "JOIN_IN_CYCLE"
LEVEL = Level.EXECUTION


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the joins in a loop that publication cannot put, with their split, in a subprocess."""
    for process in diagram.processes:
        for join in regions.plan_of(process).left:
            template = _(
                "La jonction « {id} » est dans une boucle : faites partir toutes ses branches d’une même "
                "passerelle et revenir toutes ici, ou mettez-les dans un sous-processus."
            )
            yield Problem(LEVEL, CODE, template, {"id": join}, (join,))
