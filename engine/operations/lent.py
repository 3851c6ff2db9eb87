"""What the domain lends to the runtime, put together: an installation's engine and a rehearsal's share it."""

from __future__ import annotations

from engine import operations
from engine.projects import everyday, routing
from engine.runtime.acts import Domain


def domain() -> Domain:
    """What the domain lends to the runtime."""
    return Domain(
        operations=operations.OPERATIONS,
        cast=operations.cast,
        due_on=operations.due_on,
        awaits=operations.awaits,
        context=operations.context,
        announce=operations.announce,
        ended=operations.ended,
        postpone=operations.postpone,
        anchored=routing.ANCHORED,
        hold_back=operations.hold_back,
        goes_on=everyday.GOES_ON,
        resumed=operations.resumed,
    )
