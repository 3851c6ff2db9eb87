"""An event gateway waits for different things: at most one timer, and only messages and timers."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram, Process
from engine.registry.problems import Level, Problem

CODE = "EVENT_GATEWAY"
LEVEL = Level.EXECUTION


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the event gateways that SpiffWorkflow would not play: two timers share one date there."""
    for process in diagram.processes:
        for node in process.nodes:
            if node.tag == "eventBasedGateway" and not is_accepted(process, node.id):
                template = _(
                    "La passerelle « {id} » doit mener à deux attentes au moins : des messages différents et "
                    "au plus une minuterie."
                )
                yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))


def is_accepted(process: Process, identifier: str) -> bool:
    """Tell whether an event gateway leads to what the engine plays rightly."""
    targets = [process.node(flow.target) for flow in process.outgoing(identifier)]
    caught = [target for target in targets if target is not None and target.tag == "intermediateCatchEvent"]
    only_here = all(len(process.incoming(target.id)) == 1 for target in caught)
    timers = sum(1 for target in caught if target.event == "timer")
    messages = [target.code for target in caught if target.event == "message"]
    one_each = timers <= 1 and len(set(messages)) == len(messages)
    return len(caught) == len(targets) and len(targets) > 1 and one_each and only_here
