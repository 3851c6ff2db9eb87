"""A choice without a default: when no condition holds, the instance would stop with an error."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram, Process
from engine.registry.problems import Level, Problem
from engine.registry.rules.condition_ignored import CHOICES

CODE = "GATEWAY_DEFAULT"
LEVEL = Level.EXECUTION


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the choices without a default, and their arrows without a condition."""
    for process in diagram.processes:
        for node in process.nodes:
            leaving = process.outgoing(node.id)
            if node.tag in CHOICES and len(leaving) > 1:
                yield from of_choice(process, node.id, node.default)
            elif node.tag in CHOICES and any(flow.condition for flow in leaving):
                template = _(
                    "La seule flèche qui quitte « {id} » a une condition : si elle n’est pas remplie, "
                    "rien ne suit."
                )
                yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id, leaving[0].id))


def of_choice(process: Process, identifier: str, default: str | None) -> Iterator[Problem]:
    """Find what one diverging choice lacks."""
    if not default:
        template = _("La passerelle « {id} » n’a pas de flèche par défaut : marquez la plus prudente.")
        yield Problem(LEVEL, CODE, template, {"id": identifier}, (identifier,))
    for flow in process.outgoing(identifier):
        if flow.id == default and flow.condition:
            template = _("La flèche par défaut « {flow} » a une condition, qui ne serait pas lue.")
            yield Problem(LEVEL, CODE, template, {"flow": flow.id}, (flow.id,))
        elif flow.id != default and not flow.condition:
            template = _("La flèche « {flow} » n’a pas de condition et n’est pas celle par défaut.")
            yield Problem(LEVEL, CODE, template, {"flow": flow.id}, (flow.id,))
