"""A step without an id, or with an id that XML does not accept: nothing can refer to it safely."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "INVALID_ID"
LEVEL = Level.READING
LONGEST = 120
NAME = re.compile(r"[^\W\d][\w.\-]*")


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find missing and malformed ids; sequence flows may have none (they are given one)."""
    carriers = [process.id for process in diagram.processes] + [node.id for node in diagram.nodes()]
    if not all(carriers):
        yield Problem(LEVEL, CODE, _("Un processus ou une étape n’a pas d’identifiant."))
    for identifier in sorted({*diagram.ids, *filter(None, carriers)}):
        if len(identifier) > LONGEST or not NAME.fullmatch(identifier):
            yield Problem(
                LEVEL,
                CODE,
                _(
                    "« {identifier} » n’est pas un identifiant : une lettre, puis lettres, chiffres, points "
                    "ou tirets."
                ),
                {"identifier": identifier[:LONGEST]},
                (identifier,) if len(identifier) <= LONGEST else (),
            )
