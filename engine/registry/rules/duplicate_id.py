"""Two elements share an id: what refers to it could mean either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem

CODE = "DUPLICATE_ID"
LEVEL = Level.READING


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the ids given to several elements."""
    for identifier, count in Counter(diagram.ids).items():
        if count > 1:
            yield Problem(
                LEVEL,
                CODE,
                _("L’identifiant « {identifier} » est donné à {count} éléments : donnez à chacun le sien."),
                {"identifier": identifier, "count": count},
                (identifier,),
            )
