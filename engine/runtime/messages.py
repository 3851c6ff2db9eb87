"""Wake a waiting process, or start one beside a dossier's own: how the domain reaches the runtime."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from engine import errors
from engine.persistence.unit_of_work import UnitOfWork
from engine.runtime import advance, cases
from engine.runtime.acts import Routing


class NobodyWaits(errors.Conflict):
    """Ce projet n’attend plus cela à cette étape."""


def send(
    work: UnitOfWork, *, case_id: UUID, name: str, occurred_on: date | None = None, required: bool = True
) -> bool:
    """Give a message to every instance of a dossier that waits for it.

    Returns True when one did. Raises `NobodyWaits` when none did and the message is `required`.
    """
    locked = cases.lock(work, case_id)
    day = occurred_on or work.today(locked.case.zone)
    delivered = advance.deliver(work, locked, name, occurred_on=day)
    if required and not delivered:
        raise NobodyWaits
    return delivered


def send_to(work: UnitOfWork, *, case_id: UUID, instance_id: UUID, name: str) -> bool:
    """Give a message to one process beside a dossier's own, and no other; True when it waited for it."""
    locked = cases.lock(work, case_id)
    state = cases.satellites(work, locked).get(instance_id)
    if state is None or name not in state.awaited:
        return False
    advance.send_message(work, locked, state, name, occurred_on=work.today(locked.case.zone))
    return True


def start_satellite(work: UnitOfWork, *, case_id: UUID, process: str, routing: Mapping[str, Routing]) -> UUID:
    """Start a process beside the dossier's own; its id."""
    locked = cases.lock(work, case_id)
    return advance.begin_satellite(work, locked, process, routing, occurred_on=work.today(locked.case.zone))


def open_satellites(work: UnitOfWork, *, case_id: UUID, process: str) -> list[UUID]:
    """The instances of a process alive beside a dossier's own."""
    locked = cases.lock(work, case_id)
    return [
        state.id
        for state in cases.satellites(work, locked).values()
        if state.process == process and state.ended_at is None
    ]


def is_awaited(work: UnitOfWork, *, case_id: UUID, name: str) -> bool:
    """Tell whether an instance of a dossier waits for this message."""
    locked = cases.lock(work, case_id)
    cases.satellites(work, locked)
    return any(name in each.awaited for each in locked.instances())


def cancel_satellites(work: UnitOfWork, *, case_id: UUID, process: str, reason: str) -> int:
    """End every instance of a process alive beside a dossier's own; how many."""
    locked = cases.lock(work, case_id)
    ended = 0
    for state in cases.satellites(work, locked).values():
        if state.process == process and state.ended_at is None:
            advance.cancel(work, locked, state, reason=reason)
            ended += 1
    return ended
