"""Promise 2: two people act on one project at once. It ends as if one had come after the other."""

from __future__ import annotations

from collections import Counter
from itertools import combinations_with_replacement
from typing import Any

import pytest
import sqlalchemy as sa

from engine.escalation.replacement import replace_mandatary
from engine.persistence.unit_of_work import Actor
from engine.runtime import tasks, timers
from engine.runtime.models import Task
from tests.effort import sample
from tests.faults.at_once import Act, as_if_in_turn
from tests.faults.trials import Copies
from tests.integration.programme import REPORT, Programme

OFFICERS = ("officer", "colleague")


def task_of(programme: Programme, step: str) -> Any:
    """A step's task, open or not: what a page showed a minute ago."""
    with programme.database.start_reading() as work:
        return work.connection.execute(sa.select(Task.id).where(Task.step == step)).scalars().one()


def act_on(programme: Programme, step: str, who: str, answers: dict[str, object]) -> None:
    """Complete a step's task as somebody."""
    task_id = task_of(programme, step)
    with programme.database.start_work(Actor(programme.people[who])) as work:
        tasks.complete(work, task_id=task_id, answers=answers, channel="json")


def complete(programme: Programme, place: int) -> None:
    """An officer plans the interventions."""
    act_on(programme, "plan_interventions", OFFICERS[place], {"interventions": [programme.intervention()]})


def claim(programme: Programme, place: int) -> None:
    """An officer takes the plan."""
    task_id = task_of(programme, "plan_interventions")
    with programme.work_as(OFFICERS[place]) as work:
        tasks.claim(work, task_id=task_id)


def delegate(programme: Programme, place: int) -> None:
    """An officer hands the plan to the other."""
    task_id = task_of(programme, "plan_interventions")
    with programme.work_as(OFFICERS[place]) as work:
        tasks.delegate(work, task_id=task_id, to=programme.people[OFFICERS[1 - place]])


def report(programme: Programme, place: int) -> None:
    """The mandatary reports."""
    act_on(programme, "follow_up_report", "mandatary", {**REPORT, "contact_on": "2027-02-10"})


def withdraw(programme: Programme, place: int) -> None:
    """The chair signs the early end: everything still open disappears."""
    act_on(programme, "sign_termination", "chair", {"decision": "sign"})


def timer(programme: Programme, place: int) -> int:
    """A tick fires the ladder's timer, unless the project is held by somebody at that instant."""
    return timers.fire_due(programme.database)


def replace(programme: Programme, place: int) -> None:
    """The chair hands the project over to another mandatary."""
    with programme.work_as("chair") as work:
        replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people["successor"], reason="Départ."
        )


ACTS: tuple[Act, ...] = (complete, claim, delegate, report, withdraw, timer, replace)
PAIRS = list(combinations_with_replacement(ACTS, 2))
# Of two such acts only one may succeed; the other is told so.
ONE_WINS = {(each, each) for each in (complete, claim, report, withdraw, replace)}
# Whatever their order, both succeed.
BOTH_SUCCEED = {
    (complete, report), (complete, timer), (complete, replace), (claim, report), (claim, replace),
    (claim, timer), (delegate, report), (delegate, replace), (delegate, timer), (report, timer),
}  # fmt: skip


def chosen(copies: Copies) -> list[tuple[Act, Act]]:
    """Some pairs each day, fewer on PostgreSQL, whose databases take longer to copy."""
    return sample(PAIRS, 14 if copies.server is None else 6, "pairs", copies.server is None)


@pytest.mark.parametrize("part", range(4))
def test_two_acts_at_once_end_as_if_one_had_come_after_the_other(copies: Copies, part: int):
    for pair in chosen(copies)[part::4]:
        for ended in as_if_in_turn(copies, pair):
            assert pair not in ONE_WINS or Counter(ended)["done"] == 1, (pair, ended)
            assert pair not in BOTH_SUCCEED or ended == ("done", "done"), (pair, ended)


def test_what_each_pair_may_do_is_said_for_every_pair_that_matters():
    assert len(PAIRS) == 28
    assert {pair for pair in PAIRS if pair[0] is pair[1]} - ONE_WINS == {(delegate, delegate), (timer, timer)}
    assert set(PAIRS) >= BOTH_SUCCEED
