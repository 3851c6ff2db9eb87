"""An event on the edge of a step that can never come there, or that the engine would not play as drawn."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "BOUNDARY_EVENT"
LEVEL = Level.EXECUTION
THROWERS = frozenset({"endEvent", "intermediateThrowEvent"})
# Interrupted while it repeats, such a step leaves its other instances alive for as long as nothing is saved.
HOLDING = graph.SCOPES | {"callActivity"}
CAUGHT = frozenset({"error", "escalation"})


class Throwing:
    """What errors and escalations the known processes may throw, in themselves and in what they call."""

    def __init__(self, known: Mapping[str, graph.Process]) -> None:
        self.known = known
        self.calls = {name: called_in(process.nodes) for name, process in known.items()}

    def reaches(self, process: graph.Process, host: graph.Node, event: graph.Node) -> bool:
        """Tell whether something inside a step may throw what an event on its edge catches."""
        inner = [host, *inside(process, host.id)]
        reached = graph.reachable(self.calls, called_in(inner))
        if not reached <= set(self.known):
            return True  # Nobody knows what an absent process throws; another rule asks for it.
        steps = itertools.chain(inner, *(self.known[name].nodes for name in reached))
        return any(
            node.tag in THROWERS and node.event == event.event and event.code in (None, node.code)
            for node in steps
        )


def called_in(nodes: Iterable[graph.Node]) -> set[str]:
    """Give the processes that steps call."""
    return {node.called for node in nodes if node.tag == "callActivity" and node.called}


def inside(process: graph.Process, scope: str) -> Iterator[graph.Node]:
    """Give every step inside a subprocess, however deep."""
    waiting = [scope]
    while waiting:
        for node in process.within(waiting.pop()):
            yield node
            waiting += [node.id] * (node.tag in graph.SCOPES)


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the boundary events that never fire, errors that do not interrupt, and two for one thing."""
    throwing = Throwing(context.processes(diagram))
    for process in diagram.processes:
        for node in process.nodes:
            if node.tag == "boundaryEvent":
                yield from of_event(process, node, throwing)
        for host in process.nodes:
            yield from twins(process, host)


def of_event(process: graph.Process, event: graph.Node, throwing: Throwing) -> Iterator[Problem]:
    """Find what is wrong with one boundary event."""
    host = process.node(event.attached_to)
    if event.event == "error" and not event.interrupting:
        template = _("L’erreur « {id} » doit interrompre l’étape au bord de laquelle elle se trouve.")
        yield Problem(LEVEL, CODE, template, {"id": event.id}, (event.id,))
    if host is not None and any(flow.target == host.id for flow in process.outgoing(event.id)):
        template = _(
            "La flèche de « {id} » revient droit à « {host} », et le projet s’arrêterait là : faites-la "
            "passer par un losange avant « {host} »."
        )
        yield Problem(LEVEL, CODE, template, {"id": event.id, "host": host.id}, (event.id, host.id))
    repeats = host is not None and host.loop is not None and host.tag in HOLDING
    if host is not None and repeats and event.interrupting:
        template = _(
            "« {id} » interrompt « {host} », qui se répète : mettez « {host} » dans un sous-processus, et "
            "l’événement au bord de celui-ci."
        )
        yield Problem(LEVEL, CODE, template, {"id": event.id, "host": host.id}, (event.id, host.id))
    if host is not None and host.tag == "serviceTask":
        template = _(
            "« {id} » n’arrivera jamais : « {host} » se fait d’un seul coup, sans attendre personne."
        )
        yield Problem(LEVEL, CODE, template, {"id": event.id, "host": host.id}, (event.id, host.id))
    elif host is not None and event.event in CAUGHT and not throwing.reaches(process, host, event):
        template = _("« {id} » n’arrivera jamais : rien dans « {host} » ne le déclenche.")
        yield Problem(LEVEL, CODE, template, {"id": event.id, "host": host.id}, (event.id, host.id))


def twins(process: graph.Process, host: graph.Node) -> Iterator[Problem]:
    """Find the events on one edge that wait for the same thing: SpiffWorkflow fires them both."""
    seen: dict[tuple[str, str | None], str] = {}
    for event in process.boundaries(host.id):
        first = seen.setdefault((event.event, event.code), event.id)
        if first != event.id and event.event != "timer":
            template = _(
                "« {first} » et « {id} » attendent la même chose au bord de « {host} » : gardez-en un."
            )
            values = {"first": first, "id": event.id, "host": host.id}
            yield Problem(LEVEL, CODE, template, values, (first, event.id))
