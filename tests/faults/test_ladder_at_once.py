"""Promise 2 where rules cross: a ladder, a replacement, a suspension, an early end; a signature, a withdrawal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest
import sqlalchemy as sa

from engine.escalation.replacement import replace_mandatary
from engine.persistence.unit_of_work import Actor
from engine.projects import closing
from engine.runtime import instances, tasks, timers
from engine.runtime.models import Instance, Task
from tests.effort import sample
from tests.faults.at_once import Act, as_if_in_turn
from tests.faults.conftest import installed
from tests.faults.trials import Copies, footprint
from tests.integration.programme import REPORT, Programme


def act_on(programme: Programme, step: str, who: str, answers: dict[str, object]) -> None:
    """Complete a step's task as somebody, as a page does that was opened a minute ago."""
    with programme.database.start_reading() as work:
        task_id = work.connection.scalars(
            sa.select(Task.id).where(Task.step == step).order_by(Task.opened_at.desc(), Task.position.desc())
        ).first()
    with programme.database.start_work(Actor(programme.people[who], "web")) as work:
        tasks.complete(work, task_id=task_id, answers=answers, channel="json")


def call(programme: Programme, place: int) -> None:
    """The officer telephones."""
    said = {"called_on": "2027-04-08", "reached": True, "summary": "Demain."}
    act_on(programme, "call_mandatary", "officer", said)


def keep(programme: Programme, place: int) -> None:
    """The chair keeps the mandatary."""
    act_on(programme, "keep_or_replace", "chair", {"choice": "keep", "reason": "Il répondra."})


def choose(programme: Programme, place: int) -> None:
    """The chair chooses another mandatary, as the ladder asks."""
    successor = str(programme.people["successor"])
    answers = {"choice": "replace", "mandatary_id": successor, "reason": "Départ."}
    act_on(programme, "keep_or_replace", "chair", answers)


def replace(programme: Programme, place: int) -> None:
    """The chair hands the project over from its page."""
    with programme.work_as("chair") as work:
        replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people["successor"], reason="Départ."
        )


def report(programme: Programme, place: int) -> None:
    """The mandatary reports at last."""
    act_on(programme, "follow_up_report", "mandatary", {**REPORT, "contact_on": "2027-04-07"})


def terminate(programme: Programme, place: int) -> None:
    """The chair signs the early end."""
    act_on(programme, "sign_termination", "chair", {"decision": "sign"})


def suspend(programme: Programme, place: int) -> None:
    """The chair suspends the project."""
    with programme.work_as("chair") as work:
        until = programme.today + timedelta(days=30)
        instances.suspend(work, case_id=programme.case_id, until=until, reason="Pause.")


def timer(programme: Programme, place: int) -> int:
    """A tick fires what is due."""
    return timers.fire_due(programme.database)


def sign(programme: Programme, place: int) -> None:
    """The last signatory signs: the firm is labelled."""
    answers = {"answer": "accept", "consent": True, "document_digest": programme.digest()}
    act_on(programme, "sign_agreement", "mandatary", answers)


def withdraw(programme: Programme, place: int) -> None:
    """The firm withdraws before the last signature."""
    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Autre projet.")


ON_THE_LADDER = list(
    combinations_with_replacement((call, keep, choose, replace, report, terminate, suspend, timer), 2)
)
BEFORE_SIGNATURE = list(combinations_with_replacement((sign, withdraw, suspend, timer), 2))
# Of two such acts only one may succeed, whatever their order.
ONE_WINS = {
    *((each, each) for each in (call, keep, choose, replace, report, terminate, suspend, sign, withdraw)),
    (keep, choose), (choose, replace), (sign, withdraw),
}  # fmt: skip


@pytest.fixture(scope="module")
def climbed(copies: Copies) -> Iterator[Copies]:
    """The same project 51 days later: the officer is to call, the chair is to choose."""
    with copies.copy() as programme:
        programme.play_until(date(2027, 4, 8))
        assert {"call_mandatary", "keep_or_replace", "sign_termination"} <= set(programme.steps())
        yield Copies(programme, copies.folder, copies.server)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def unsigned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """A project whose agreement lacks one signature, the reminder of the thirtieth day being due."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    folder = tmp_path_factory.mktemp("unsigned")
    programme = installed(folder, server)
    programme.appraise()
    programme.decide()
    programme.prepare()
    for position in range(3):
        programme.sign(position)
    programme.clock.advance(days=31)
    programme.shown(programme.task("sign_agreement", position=3))
    return Copies(programme, folder, server)


def look(programme: Programme) -> dict[str, Any]:
    """What a project has left; what is still open has a way on, and what has ended has nothing open."""
    found = footprint(programme)
    with programme.database.start_reading() as work:
        root = work.database.get_one(Instance, programme.case_id)
        of_project = sa.select(Instance).where(Instance.case_id == programme.case_id)
        live = work.database.scalars(of_project.where(Instance.ended_at.is_(None))).all()
    ladders = [each for each in live if each.process == "late_report"]
    assert len(ladders) <= 1
    if root.ended_at is not None:
        assert (programme.steps(), live) == ([], [])
    elif "follow_up_report" in programme.steps() and root.suspended_on is None:
        assert ladders, "a late report that nobody is asked about"
    return found


def play(copies: Copies, pair: tuple[Act, Act]) -> None:
    """Both acts at once: it ends as if one had come after the other."""
    for ended in as_if_in_turn(copies, pair, look):
        assert pair not in ONE_WINS or Counter(ended)["done"] == 1, (pair, ended)


@pytest.mark.parametrize("part", range(2))
def test_acts_that_cross_a_ladder_end_as_if_one_had_come_after_the_other(climbed: Copies, part: int):
    at_most = 8 if climbed.server is None else 4
    for pair in sample(ON_THE_LADDER, at_most, "ladder", climbed.server is None)[part::2]:
        play(climbed, pair)


def test_acts_that_cross_the_last_signature_end_as_if_one_had_come_after_the_other(unsigned: Copies):
    at_most = 5 if unsigned.server is None else 3
    for pair in sample(BEFORE_SIGNATURE, at_most, "signature", unsigned.server is None):
        play(unsigned, pair)


def test_every_pair_of_crossing_acts_is_played():
    assert (len(ON_THE_LADDER), len(BEFORE_SIGNATURE)) == (36, 10)
    assert {*ON_THE_LADDER, *BEFORE_SIGNATURE} >= ONE_WINS
