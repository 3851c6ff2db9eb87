"""Move small instances from one drawing to another, and what must be true of any move."""

from __future__ import annotations

from itertools import pairwise

from engine.spiff import rebind, workflow
from tests.unit.spiff import drawing as draw
from tests.unit.spiff.drawing import one


def refused(old, new, advanced):
    return [each.told() for each in rebind.refusals(old, new, advanced.marking)]


def moved(old, new, advanced, desk):
    """Move it, and check what no move may change."""
    found = rebind.move(old, new, advanced.marking, desk)
    ids = {each.id: each.step.id for each in workflow.open_steps(old, advanced.state)}
    assert {each.id: each.step.id for each in found.advanced.opened} == ids
    assert found.advanced.routing == advanced.routing
    assert found.advanced.closed == []
    assert desk.performed == [], "a move plays nothing"
    return found


def played(spec, advanced, desk):
    """Complete what is open, first come first served, to the end; the steps in order."""
    done = []
    while not advanced.ended:
        opened = workflow.open_steps(spec, advanced.state)
        if not opened:
            desk.now = max(desk.now, advanced.due_at)
            advanced = workflow.fire_timers(spec, advanced.state, desk)
            continue
        done.append(opened[0].step.id)
        advanced = workflow.complete(spec, advanced.state, desk, opened[0].id, {})
    return done


def line(*steps, more=(), flows=""):
    """Steps one after the other."""
    drawn = [draw.user(each) if isinstance(each, str) else each[1] for each in steps]
    ids = ["s", *(each if isinstance(each, str) else each[0] for each in steps), "e"]
    arrows = " ".join(f"{before}>{after}" for before, after in pairwise(ids))
    return one(draw.start(), *drawn, draw.end(), *more, flows=f"{arrows} {flows}")
