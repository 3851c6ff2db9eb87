"""Each night the histories that grew are read against the charter, and what was not kept is told once (D29)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from engine import scheduler
from engine.operations import watching
from engine.persistence import history
from engine.runtime import cases
from tests.integration.programme import Programme


@pytest.fixture
def programme(database, clock):
    made = Programme(database, clock).install()
    made.open()
    return made


def pass_night(programme, day):
    programme.clock.set(datetime(2026, 12, day, 1, 0, tzinfo=UTC))
    for tick in (scheduler.anchor_histories, scheduler.watch_charter):
        tick(SimpleNamespace(database=programme.database))


def forge(programme, kind, **figures):
    """Write in a project's history what no published process lets happen."""
    with programme.work_as("officer") as work:
        cases.lock(work, programme.case_id)
        work.record(kind, chain=programme.case_id, subject=programme.case_id, **figures)


def told(programme):
    """The lines recorded as broken, in order."""
    with programme.database.start_reading() as work:
        rows = work.connection.scalars(
            sa.select(history.history.c.data)
            .where(history.history.c.kind == watching.BROKEN)
            .order_by(history.history.c.number)
        )
        return [json.loads(each)["line"] for each in rows]


def test_a_project_that_keeps_the_charter_is_left_alone(programme):
    programme.appraise()
    programme.decide()
    pass_night(programme, 20)

    assert told(programme) == []
    assert programme.mails("charter_broken") == []


def test_what_the_charter_does_not_allow_is_told_once(programme):
    forge(programme, "agreements.firm.labelled", effective_on="2026-11-16")
    pass_night(programme, 20)
    pass_night(programme, 21)

    assert told(programme) == ["decision", "signatures"]
    mails = programme.mails("charter_broken")
    assert {(each.data["line"], each.data["article"]) for each in mails} == {
        ("decision", "VI"),
        ("signatures", "VI"),
    }
    assert {each.case_id for each in mails} == {programme.case_id}


def test_a_breach_that_comes_later_is_told_by_itself(programme):
    forge(programme, "agreements.firm.labelled", effective_on="2026-11-16")
    pass_night(programme, 20)
    forge(programme, "projects.project.ended", end="withdrawn")
    pass_night(programme, 21)

    assert told(programme) == ["decision", "signatures", "follow_up"]


def test_a_history_that_cannot_be_judged_does_not_keep_the_night_from_being_anchored(programme):
    forge(programme, "agreements.firm.labelled", effective_on="no day")
    programme.clock.set(datetime(2026, 12, 20, 1, 0, tzinfo=UTC))
    engine = SimpleNamespace(database=programme.database)

    assert scheduler.anchor_histories(engine) > 0
    with pytest.raises(ValueError, match="no day"):
        scheduler.watch_charter(engine)


def test_an_anchor_is_judged_once(programme):
    forge(programme, "agreements.firm.labelled", effective_on="2026-11-16")
    pass_night(programme, 20)
    engine = SimpleNamespace(database=programme.database)

    with programme.database.start_reading() as work:
        assert watching.not_judged(work) == []
    assert scheduler.watch_charter(engine) == 0
