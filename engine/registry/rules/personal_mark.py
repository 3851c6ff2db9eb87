"""What only its holder may sign stays personal: no variant can remove the mark (D18)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "CHARTER_PERSONAL"
LEVEL = Level.CHARTER
ARTICLE = "§V"
# The charter's own steps, with the role that the charter gives each.
SIGNED_BY = {
    "decision_sign_off": "chair",
    "closure_sign_off": "chair",
    "termination_sign_off": "chair",
    "mandatary_choice": "chair",
    "mandate": "mandatary",
    "convention_signature": "signatory",
    "minutes_sign_off": "chair",
    "chair_alone": "chair",
    "vote": "seat",
}


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the charter's signatures that somebody else could give."""
    for node in diagram.nodes():
        role = SIGNED_BY.get(node.alize.get("step", "")) if node.tag == "userTask" else None
        if role and (node.alize.get("personal") != "true" or node.alize.get("role") != role):
            template = _(
                "« {id} » doit rester un acte personnel : le cahier des charges en désigne l’auteur."
            )
            yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,), article=ARTICLE)
