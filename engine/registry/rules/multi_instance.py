"""Several instances of a step: as many as a number or one routing variable says, and no other marker."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry.context import Context
from engine.registry.graph import Diagram, Loop
from engine.registry.problems import Level, Problem
from engine.spiff.elements import MOST_INSTANCES

CODE = "MULTI_INSTANCE"
LEVEL = Level.EXECUTION
COUNT = re.compile(r"[1-9][0-9]{0,2}|[a-z][a-z0-9_]{0,60}")


def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
    """Find the loop markers that are not a plain multi-instance (D12)."""
    for node in diagram.nodes():
        if node.loop is not None and not is_accepted(node.loop):
            template = _(
                "« {id} » doit être répété un nombre de fois donné par un nombre ou une variable entière."
            )
            yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,))


def is_accepted(loop: Loop) -> bool:
    """Tell whether a loop marker is played as drawn."""
    count = loop.cardinality or ""
    counted = COUNT.fullmatch(count) is not None
    if count.isdecimal() and int(count[:9]) > MOST_INSTANCES:
        return False
    return loop.tag == "multiInstanceLoopCharacteristics" and counted and not loop.extras
