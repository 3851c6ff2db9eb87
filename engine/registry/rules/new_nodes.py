"""A variant adds a few steps to the reference: with many more, nobody could read what is different."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "TOO_MANY_NEW_NODES"
LEVEL = Level.HOUSE
MOST_NEW = 25


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the variants with more new elements than people can look through, in all their diagrams."""
    if context.reference is None:
        return
    here = [node for process in diagram.processes for node in new_in(process, context.reference)]
    own = {process.id for process in diagram.processes}
    elsewhere = sum(
        len(new_in(process, context.reference))
        for process in context.siblings.values()
        if process.id not in own
    )
    if here and len(here) + elsewhere > MOST_NEW:
        template = _(
            "La variante ajoute {count} éléments à la référence, {limit} au plus se relisent : "
            "retirez-en, ou regroupez-les en une étape."
        )
        values = {"count": len(here) + elsewhere, "limit": MOST_NEW}
        yield Problem(LEVEL, CODE, template, values, tuple(here))


def new_in(process: graph.Process, reference: Mapping[str, frozenset[str]]) -> list[str]:
    """Give the elements that the reference's process of the same id does not have."""
    known = reference.get(process.id, frozenset())
    return [node.id for node in process.nodes if node.id not in known]
