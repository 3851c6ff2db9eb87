"""Open a task of a repeated step again, when what it recorded was a mistake."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from engine.runtime import advance
from engine.spiff import reopening

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView
    from engine.runtime.cases import LockedCase


def reopen_task(work: UnitOfWork, locked: LockedCase, done: TaskView, *, occurred_on: date) -> None:
    """Wait again for what a task had done while others are waited for; a task like it opens.

    Raises `workflow.NotWaiting` when its step is over.
    """
    state = advance.instance_of(work, locked, done.instance_id)
    playing = advance.Advance(work, work.domain, locked, state, occurred_on)
    again = playing.run(
        lambda spec: reopening.reopen(
            spec, state.state, playing, process=done.process, step=done.step, position=done.position or 0
        )
    )
    advance.settle(playing, again)
