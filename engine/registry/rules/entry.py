"""An entry by which no project could be taken over: unknown, twice, or where more would be going on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.charter import articles, nesting
from engine.registry.charter.articles import Charter, Entry
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "ENTRY"
LEVEL = Level.HOUSE
# Where one token begins something that waits: what acts at once would act again on what was done before.
BEARERS = frozenset({"userTask", "callActivity"}) | graph.SCOPES
SPLITS = frozenset({"parallelGateway", "inclusiveGateway"})
UNKNOWN = _("« {id} » porte l’entrée « {entry} », que le programme ne connaît pas.")
ELSEWHERE = _(
    "« {id} » ne peut pas être une entrée : un projet se reprend à une tâche, à un appel ou à un "
    "sous-processus."
)
TWICE = _("L’entrée « {entry} » est à plusieurs endroits : un projet repris ne saurait pas où commencer.")
REPEATED = _("L’entrée « {entry} » est dans ce qui se répète : un projet repris n’y serait qu’une fois.")
BESIDE = _(
    "L’entrée « {entry} » est dans une suite menée en même temps que d’autres : elles manqueraient à un "
    "projet repris. Placez-la avant qu’elles se séparent, ou après qu’elles se rejoignent."
)
LACKING = _(
    "L’entrée « {entry} » doit être sur ce qui contient « {step} », qu’un projet repris doit encore faire."
)
ASSERTED = _(
    "« {step} » est dans ce que porte l’entrée « {entry} », où il est tenu pour fait : placez l’entrée après."
)
MISSING = _("L’entrée « {entry} » manque : un projet en cours à cette étape ne pourrait pas être repris.")


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the entries that are not one. What they hold is only asked where the other files are known."""
    charter, version = articles.charter(), Version(context.processes(diagram))
    for process in diagram.processes:
        for node in process.nodes:
            if "entry" in node.alize:
                yield from of_entry(charter, version, process, node, is_whole=bool(context.files))


@dataclass(frozen=True)
class Version:
    """The processes of a version, by id."""

    processes: Mapping[str, graph.Process]

    def bearers(self, entry: str) -> list[graph.Node]:
        """Give the elements that bear an entry."""
        return [
            node
            for process in self.processes.values()
            for node in process.nodes
            if node.alize.get("entry") == entry
        ]

    def around(self, process: graph.Process, node: graph.Node) -> Iterator[tuple[graph.Process, graph.Node]]:
        """Give an element and those it stands in, through every call, each once."""
        seen: set[tuple[str, str]] = set()
        waiting = [(process, node)]
        while waiting:
            inner, each = waiting.pop()
            if (inner.id, each.id) in seen:
                continue
            seen.add((inner.id, each.id))
            yield inner, each
            enclosing = inner.node(each.scope)
            waiting += [(inner, enclosing)] if enclosing is not None else self.calls_of(inner.id)

    def calls_of(self, process: str) -> list[tuple[graph.Process, graph.Node]]:
        """Give the steps that call a process."""
        return [
            (caller, node)
            for caller in self.processes.values()
            for node in caller.nodes
            if node.tag == "callActivity" and nesting.called_by(node) == process
        ]

    def name_of(self, label: str) -> str:
        """Give what people call a step of the charter, else the step as it is written."""
        named = (
            node.name
            for process in self.processes.values()
            for node in process.nodes
            if node.alize.get("step") == label and node.name
        )
        return next(named, label)


def of_entry(
    charter: Charter, version: Version, process: graph.Process, node: graph.Node, *, is_whole: bool
) -> Iterator[Problem]:
    """Find what is wrong with one entry; the first thing is enough."""
    entry = node.alize["entry"]
    values = {"id": node.id, "entry": entry[:80]}
    known = next((each for each in charter.entries if each.name == entry), None)
    if known is None:
        yield Problem(LEVEL, CODE, UNKNOWN, values, (node.id,))
    elif node.tag not in BEARERS or node.triggered_by_event:
        yield Problem(LEVEL, CODE, ELSEWHERE, values, (node.id,))
    elif len(version.bearers(entry)) > 1 or is_come_to_twice(charter, version, process.id):
        yield Problem(LEVEL, CODE, TWICE, values, (node.id,))
    elif any(each.loop is not None for _process, each in version.around(process, node)):
        yield Problem(LEVEL, CODE, REPEATED, values, (node.id,))
    elif any(is_beside(*each) for each in version.around(process, node)):
        yield Problem(LEVEL, CODE, BESIDE, values, (node.id,))
    elif is_whole:
        yield from of_content(known, version, process, node)


def is_come_to_twice(charter: Charter, version: Version, process: str) -> bool:
    """Tell whether a project's life comes to a process by several calls: then nobody knows which is meant.

    Lives beside a project's begin at their start alone; that they call it too is no matter.
    """
    seen: set[str] = set()
    while process not in seen:
        seen.add(process)
        calls = [caller.id for caller, _ in version.calls_of(process) if caller.id not in charter.satellites]
        if len(calls) != 1:
            return len(calls) > 1
        [process] = calls
    return False


def is_beside(process: graph.Process, node: graph.Node) -> bool:
    """Tell whether something else must be going on in its scope when a token comes to an element.

    It stands on some of the ways that begin together and not on all of them, or only after an event that
    interrupts nothing: what that event is drawn on goes on meanwhile.
    """
    preceding = before_each(process)
    before = graph.reachable(preceding, [node.id])
    for each in process.nodes:
        targets = {flow.target for flow in process.outgoing(each.id)}
        if each.tag in SPLITS and targets & before and not targets <= before:
            return True
        if each.id in before and each.attached_to and not each.interrupting:
            others = {name: sources - {each.id} for name, sources in preceding.items()}
            if each.attached_to not in graph.reachable(others, [node.id]):
                return True
    return False


def before_each(process: graph.Process) -> dict[str, set[str]]:
    """Give, for each element, those right before it."""
    preceding: dict[str, set[str]] = {}
    for source, targets in graph.successors(process).items():
        for target in targets:
            preceding.setdefault(target, set()).add(source)
    return preceding


def of_content(entry: Entry, version: Version, process: graph.Process, node: graph.Node) -> Iterator[Problem]:
    """Find what an entry should hold and does not, and what it holds and takes as done."""
    inside = {
        each.alize["step"]
        for each in (node, *nesting.inside(process, version.processes, node))
        if "step" in each.alize
    }
    for template, wrong in (
        (LACKING, [step for step in entry.holds if step not in inside]),
        (ASSERTED, [step for step in entry.asserts if step in inside]),
    ):
        if wrong:
            values = {"entry": entry.name, "step": version.name_of(wrong[0])}
            yield Problem(LEVEL, CODE, template, values, (node.id,))
            return


def missing(charter: Charter, processes: Mapping[str, graph.Process]) -> Iterator[str]:
    """Give the entries that no element of a version bears."""
    version = Version(processes)
    return (entry.name for entry in charter.entries if not version.bearers(entry.name))
