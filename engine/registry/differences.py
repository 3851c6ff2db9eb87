"""What differs between two versions, element by element, in sentences for somebody who reads no diagram."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import i18n
from engine.i18n import mark as _
from engine.registry import changed_steps, connections, library, parameters, wording
from engine.registry.graph import Process


class Kind(enum.StrEnum):
    """Whether an element is new, gone, or not what it was."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `element` is to be highlighted, `what` says which side of it is concerned.

    `file` and `process` are empty for a parameter, whose key is then the `element`. `template` is the
    French sentence and `values` fill it.
    """

    file: str
    process: str
    element: str
    kind: Kind
    what: str
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, locale: str = i18n.SOURCE) -> str:
        """Give the sentence in a language."""
        return i18n.translate(self.template, locale, **wording.said(self.values, locale))


def between(old_files: Mapping[str, bytes], new_files: Mapping[str, bytes]) -> list[Difference]:
    """Give what differs between two sets of diagrams, process by process; where things are drawn does not.

    Raises `reading.Unreadable`.
    """
    old, new = library.processes_of(old_files), library.processes_of(new_files)
    found: list[Difference] = []
    for process_id in dict.fromkeys([*old, *new]):
        before, after = old.get(process_id), new.get(process_id)
        if before is None or after is None:
            found.append(of_whole(process_id, before, after))
        elif before != after:
            found += of_process(before, after)
    return found


def of_whole(process_id: str, before: Process | None, after: Process | None) -> Difference:
    """Say that a whole process came or went."""
    process = after or before
    name = process.name if process is not None and process.name else process_id
    kind = Kind.ADDED if before is None else Kind.REMOVED
    template = _("un processus ajouté : {name}") if before is None else _("un processus retiré : {name}")
    return Difference(f"{process_id}.bpmn", process_id, process_id, kind, "process", template, {"name": name})


def of_process(before: Process, after: Process) -> list[Difference]:
    """Give what differs within one process: what came, what went, what changed, what leads elsewhere."""
    return [
        Difference(f"{after.id}.bpmn", after.id, element, kind, what, sentence.template, sentence.values)
        for element, kind, what, sentence in told(before, after)
    ]


def told(before: Process, after: Process) -> Iterator[tuple[str, Kind, str, wording.Said]]:
    """Give each difference of a process: the element, what happened to it, which side, the sentence."""
    if before.name != after.name:
        values = {"old": before.name, "new": after.name}
        template = _("le processus « {old} » s’appelle désormais « {new} »")
        yield after.id, Kind.CHANGED, "name", wording.Said(template, values)
    was, now = ({node.id: node for node in each.nodes} for each in (before, after))
    for node in (now[each] for each in now if each not in was):
        yield node.id, Kind.ADDED, "element", changed_steps.added(after, node)
    for node in (was[each] for each in was if each not in now):
        yield node.id, Kind.REMOVED, "element", changed_steps.removed(before, node)
    for node in (now[each] for each in now if each in was and now[each] != was[each]):
        for what, sentence in changed_steps.changed(before, after, was[node.id], node):
            yield node.id, Kind.CHANGED, what, sentence
    for element, what, sentence in connections.changed(before, after):
        yield element, Kind.CHANGED, what, sentence


def of_parameters(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Give the parameters whose value differs, in the order of their table, with their units."""
    found = []
    for line in parameters.TABLE:
        before, after = (values.get(line.key, line.default) for values in (old, new))
        if plain(before) != plain(after):
            values = {
                "label": line.label, "old": wording.Valued(line, before), "new": wording.Valued(line, after),
            }  # fmt: skip
            is_phrase = line.type in {parameters.Type.PERIODS, parameters.Type.CHOICE}
            template = _("{label} : {new} au lieu de {old}")
            if is_phrase:
                template = _("{label} : {new}, et non {old}")
            found.append(Difference("", "", line.key, Kind.CHANGED, "parameter", template, values))
    return found


def plain(value: Any) -> Any:
    """A value whose pairs are lists, as the database gives it."""
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value
