"""A project's status moves by one function, along one table, and the history says each move."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from engine.persistence import history
from engine.projects import statuses
from engine.projects.recording import find
from engine.projects.statuses import Status
from tests.integration.programme import Programme


@pytest.fixture
def programme(database, clock):
    return Programme(database, clock).install()


def moves(programme):
    table = history.history
    with programme.database.start_reading() as work:
        told = work.connection.scalars(
            sa.select(table.c.data)
            .where(table.c.chain_id == programme.case_id, table.c.kind == statuses.MOVED)
            .order_by(table.c.number)
        ).all()
    return [(each["was"], each["now"]) for each in map(json.loads, told)]


def test_each_move_of_a_life_is_in_the_history(programme):
    programme.label()

    walked = moves(programme)

    assert walked[0][0] == Status.QUALIFYING
    assert walked[-1] == (Status.AGREEMENT_TO_SIGN, Status.LABELLED)
    assert [now for _was, now in walked[:-1]] == [was for was, _now in walked[1:]]


def test_a_move_that_no_project_makes_is_refused_and_changes_nothing(programme):
    programme.open()

    with programme.work_as("officer") as work:
        project = find(work, programme.case_id)
        with pytest.raises(statuses.NoSuchMove):
            statuses.move(work, project, Status.LABELLED)

    assert programme.project().status == Status.QUALIFYING
    assert moves(programme) == []


def test_every_status_is_reached_and_no_end_is_left():
    reached = {to for targets in statuses.MOVES.values() for to in targets}

    assert reached == set(Status)
    assert set(statuses.MOVES) == set(Status)
    assert all(not statuses.MOVES[end] for end in statuses.STATUSES_OF_PHASE[statuses.Phase.ENDED])
