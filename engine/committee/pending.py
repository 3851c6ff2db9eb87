"""Whether what a decision grants counts at once, or once an amendment is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.registry import versions

if TYPE_CHECKING:
    from engine.runtime.acts import Act

AMENDMENT = "amendment"
REQUEST = "intervention_request"


def waits_for_amendment(act: Act) -> bool:
    """Tell whether the process that asks for a decision has it signed as an amendment afterwards.

    A request of a version published before amendments were drawn has its days in force at once.
    """
    if act.instance_id == act.case.id:
        return False
    if act.process == AMENDMENT:
        return True
    version_id = versions.holding(act.work, version_id=act.case.version_id, process=act.process)
    found = versions.specification(act.work, version_id=version_id, process=act.process)
    return AMENDMENT in found.called


def comes_on_top(act: Act) -> bool:
    """Tell whether the days decided come beside those of before: those of a request do (R30)."""
    return act.process == REQUEST
