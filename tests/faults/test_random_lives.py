"""Promises 8 and 11: whatever people answer, a project ends; simulated years leave memory and state as they were."""

from __future__ import annotations

import gc
import itertools
from collections import Counter
from datetime import date

import pytest

from engine.people import partnerships
from engine.persistence import anchors, history
from engine.registry import versions
from engine.runtime import cases, incidents
from tests.effort import dice, times
from tests.faults.lives import ANSWERS, Life
from tests.integration.programme import Programme

ENDS = {"closed", "terminated", "withdrawn", "rejected", "reoriented", "dropped", "lapsed"}
LARGEST_STATE = 8_000


def verify(programme: Programme) -> None:
    """Nothing is left half done: no incident, every chain whole, nothing open."""
    assert programme.steps() == []
    with programme.database.start_reading() as work:
        assert incidents.list_open(work) == []
        assert list(anchors.problems(work)) == []
        assert list(anchors.heads_problems(work, cases.instance, cases.instance.c.id)) == []
        assert list(anchors.heads_problems(work, history.chain_head, history.chain_head.c.chain_id)) == []


@pytest.mark.parametrize("number", range(times(4, 400)))
def test_a_project_played_at_random_always_ends(sqlite, clock, number):
    programme = Programme(sqlite, clock).install()
    life = Life(programme, dice("life", number))

    ended = life.play()

    assert ended in ENDS, life.told
    assert life.largest_state <= LARGEST_STATE
    verify(programme)


def test_a_project_played_at_random_on_postgresql_ends_too(database, clock):
    programme = Programme(database, clock).install()

    life = Life(programme, dice("life", "both"))

    assert life.play() in ENDS, life.told
    verify(programme)


def test_years_of_projects_leave_memory_and_state_as_they_were(sqlite, clock):
    """A soak: project after project in the same process, some two simulated years each."""
    programme = Programme(sqlite, clock).install()
    with sqlite.start_work() as work:
        partnerships.sign(
            work, basin_id=programme.basin_id, starts_on=date(2033, 1, 1), ends_on=date(3000, 1, 1),
            charter_version="2010", reason="essai",
        )  # fmt: skip
    ends: Counter[str] = Counter()
    largest, held, lives = 0, [], 0
    began = clock.now()
    # The same lives three times: the first fills the caches, the others have no reason to keep anything.
    for turn in range(3):
        for number in itertools.count() if turn == 0 else range(lives):
            # Some projects are withdrawn on their first day: as many as it takes for a year to pass.
            if turn == 0 and number >= times(2, 100) and (clock.now() - began).days > 300:
                lives = number
                break
            life = Life(programme, dice("soak", number))
            ends[life.play()] += 1
            largest = max(largest, life.largest_state)
        versions._cell.cache_clear()  # Its size is bounded, and depends on the last lives.
        gc.collect()
        held.append(len(gc.get_objects()))

    assert largest <= LARGEST_STATE
    assert held[2] - held[1] < 2_000, f"objects are kept after each project: {held}"
    assert sum(ends.values()) == 3 * lives
    verify(programme)


def test_every_step_of_the_reference_has_its_player():
    from engine.registry import library
    from engine.spiff import parser

    files = library.reference()
    steps = {
        step.id
        for name in files
        if name != "committee_session.bpmn"  # A session is no project's life.
        for step in parser.parse(files, name.removesuffix(".bpmn")).steps.values()
        if step.form
    }
    assert steps == set(ANSWERS)
