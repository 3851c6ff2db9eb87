"""What may not be interrupted, what must hear that it is over, and what must end everything around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.charter import nesting
from engine.registry.charter.articles import Article, Charter, Heard
from engine.registry.charter.bearers import Fault, name_of

# What comes from outside, on its day or because somebody says so.
FROM_OUTSIDE = frozenset({"message", "timer", "signal"})
INTERRUPTED = _(
    "« {event} » interrompt « {name} » avant que la présidence ait signé : si elle refuse, plus personne ne "
    "suit la PME. Faites que cet événement n’interrompe rien."
)
UNHEARD = _(
    "« {name} » peut rester à faire alors que le compte rendu est arrivé : placez cette étape dans un "
    "sous-processus que l’arrivée du compte rendu interrompt."
)
LEFT_OPEN = _(
    "« {name} » laisserait ouvert ce que « {event} » a commencé, et le projet ne finirait jamais : faites de "
    "cette fin une fin qui arrête tout."
)


def faults(
    charter: Charter, process: graph.Process, processes: Mapping[str, graph.Process]
) -> Iterator[Fault]:
    """Find, in a process, what a life would be left by too early, or never.

    `processes` are those of its version, by id: what it calls belongs to its steps.
    """
    for article in charter.articles:
        for node in process.nodes:
            if node.tag == "boundaryEvent":
                yield from of_interruption(article, process, processes, node)
            if node.tag == "endEvent":
                yield from of_last_end(charter, article, process, node)
            for heard in article.heard:
                if node.tag == "userTask" and node.alize.get("step") == heard.step:
                    yield from of_hearing(article, heard, process, node)


def of_interruption(
    article: Article, process: graph.Process, processes: Mapping[str, graph.Process], event: graph.Node
) -> Iterator[Fault]:
    """Find what is said from outside, and puts an end to what goes on until the chair has signed."""
    host = process.node(event.attached_to or "")
    if host is None or not event.interrupting or event.event not in FROM_OUTSIDE:
        return
    inside = (host, *nesting.inside(process, processes, host))
    if any(each.alize.get("step") in article.goes_on for each in inside):
        values: dict[str, object] = {"name": host.name or host.id, "event": name_of(process, event)}
        yield Fault(article, process.id, event.id, INTERRUPTED, values)


def of_hearing(article: Article, heard: Heard, process: graph.Process, node: graph.Node) -> Iterator[Fault]:
    """Find the steps that would go on being asked for once they are moot."""
    around = scopes_around(process, node)
    events = (event for scope in around for event in process.boundaries(scope))
    if not any(event.interrupting and event.alize.get("step") == heard.by for event in events):
        yield Fault(article, process.id, node.id, UNHEARD, {"name": name_of(process, node)})


def scopes_around(process: graph.Process, node: graph.Node) -> list[str]:
    """Give a step and the subprocesses that it stands in, the innermost first."""
    around = [node.id]
    scope = process.node(node.scope)
    while scope is not None:
        around.append(scope.id)
        scope = process.node(scope.scope)
    return around


def of_last_end(
    charter: Charter, article: Article, process: graph.Process, end: graph.Node
) -> Iterator[Fault]:
    """Find the ends of a project that leave open what an event began beside its life."""
    if process.id not in charter.projects or end.alize.get("step") not in article.last:
        return
    if "terminate" in end.events:
        return
    beside = (
        event for event in process.within(process.id)
        if event.tag == "boundaryEvent" and not event.interrupting and event.event == "message"
    )  # fmt: skip
    for event in beside:
        values: dict[str, object] = {"name": name_of(process, end), "event": name_of(process, event)}
        yield Fault(article, process.id, end.id, LEFT_OPEN, values)
        return
