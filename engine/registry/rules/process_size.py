"""A process that does not fit on one page is not read any more: cut it with a call."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "PROCESS_TOO_LARGE"
LEVEL = Level.HOUSE


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the processes with more nodes than a page holds."""
    for process in diagram.processes:
        if len(process.nodes) > context.most_nodes:
            template = _(
                "Le processus « {id} » a {count} éléments, {limit} au plus tiennent sur une page : mettez-en "
                "quelques-uns, qui se suivent, dans un processus à part, et appelez-le à leur place."
            )
            values = {"id": process.id, "count": len(process.nodes), "limit": context.most_nodes}
            yield Problem(LEVEL, CODE, template, values, (process.id,))
