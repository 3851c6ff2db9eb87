"""Where the arrows of two versions of a process lead, seen from the steps that both have."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.i18n import mark as _
from engine.registry.graph import Process
from engine.registry.naming import near
from engine.registry.wording import NO_VALUE, Said


def changed(before: Process, after: Process) -> Iterator[tuple[str, str, Said]]:
    """Give what leads elsewhere than it did: the element to highlight, what of it, and the sentence.

    A step put between two others, or taken from between them, does not make them lead elsewhere.
    """
    kept = {node.id for node in before.nodes} & {node.id for node in after.nodes}
    was, now = pairs(before, kept), pairs(after, kept)
    for source, target in now:
        if (source, target) not in was:
            yield (
                source,
                "connection",
                leads(_("« {step} » mène désormais à « {target} »"), after, source, target),
            )
    for source, target in was:
        if (source, target) not in now:
            yield (
                source,
                "connection",
                leads(_("« {step} » ne mène plus à « {target} »"), before, source, target),
            )
    yield from conditions(before, after)


def leads(template: str, process: Process, source: str, target: str) -> Said:
    """Say something of two steps, each by a name that people know."""
    ends = (process.node(source), process.node(target))
    return Said(template, {"step": near(process, ends[0]), "target": near(process, ends[1])})


def conditions(before: Process, after: Process) -> Iterator[tuple[str, str, Said]]:
    """Give the arrows that are taken, or called, otherwise than they were."""
    known = {flow.id: flow for flow in before.flows}
    for flow in after.flows:
        old = known.get(flow.id)
        if old is None:
            continue
        ends = leads("", after, flow.source, flow.target).values
        if old.condition != flow.condition:
            said = {**ends, "old": old.condition or NO_VALUE, "new": flow.condition or NO_VALUE}
            template = _("de « {step} » à « {target} », le passage n’obéit plus à la même condition")
            yield flow.id, "condition", Said(template, said)
        if old.name != flow.name:
            said = {**ends, "old": old.name or NO_VALUE, "new": flow.name or NO_VALUE}
            template = _("de « {step} » à « {target} », la réponse s’appelle « {new} » au lieu de « {old} »")
            yield flow.id, "name", Said(template, said)


def pairs(process: Process, kept: Collection[str]) -> dict[tuple[str, str], None]:
    """Give which kept steps follow which, whatever else stands between them, in the order of the file."""
    found: dict[tuple[str, str], None] = {}
    for node in process.nodes:
        if node.id in kept:
            found |= {(node.id, target): None for target in next_kept(process, node.id, kept)}
    return found


def next_kept(process: Process, source: str, kept: Collection[str]) -> Iterator[str]:
    """Give the kept steps that a token may come to next, through what is not kept."""
    seen: set[str] = set()
    waiting = [flow.target for flow in reversed(process.outgoing(source))]
    while waiting:
        target = waiting.pop()
        if target in seen:
            continue
        seen.add(target)
        if target in kept:
            yield target
        else:
            waiting += [flow.target for flow in reversed(process.outgoing(target))]
