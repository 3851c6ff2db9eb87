"""How sentences call the steps of a diagram, those without a name included."""

from __future__ import annotations

from engine.i18n import mark as _
from engine.registry.graph import Node, Process
from engine.registry.wording import Said


def name_of(node: Node | None) -> str:
    """How a sentence calls a step: by its name, else by what it is."""
    if node is None:
        return _("une étape inconnue")
    if node.name:
        return node.name
    return _("un choix sans nom") if node.tag.endswith("Gateway") else _("une étape sans nom")


def near(process: Process, node: Node | None) -> str | Said:
    """How a sentence calls a step: by its name, or for a nameless one by the one that it follows."""
    if node is None or node.name:
        return name_of(node)
    earlier = named_before(process, node)
    if earlier is None:
        return name_of(node)
    return Said(_("la suite de {step}"), {"step": earlier.name})


def named_before(process: Process, node: Node) -> Node | None:
    """Give the nearest step with a name that leads to one, or None at a beginning."""
    seen, waiting = {node.id}, [node]
    while waiting:
        current = waiting.pop(0)
        sources = [process.node(flow.source) for flow in process.incoming(current.id)]
        sources.append(process.node(current.attached_to))
        for source in sources:
            if source is None or source.id in seen:
                continue
            if source.name:
                return source
            seen.add(source.id)
            waiting.append(source)
    return None
