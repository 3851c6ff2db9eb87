"""Promise 8 across versions: whatever people answer and wherever a project is moved, it ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.runtime import version_change
from engine.runtime.models import Instance, Task
from tests.effort import dice, times
from tests.faults.lives import Life
from tests.faults.test_random_lives import ENDS, LARGEST_STATE, verify
from tests.integration import migrating
from tests.integration.programme import Programme

# Other names, another delay, a longer follow-up: what basins change most.
VARIANTS = (
    migrating.EDITED,
    {"convention_signature.bpmn": {"P90D": "P120D"}, **migrating.EDITED},
    {"completion.bpmn": {"P60D": "P30D"}},
)


@dataclass
class MovingLife(Life):
    """A project that now and then changes version, and sometimes goes back at once."""

    versions: list[UUID] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def turn(self) -> None:
        """Move first, once in five; then whatever people do."""
        if self.dice.random() < 0.2:
            self.move()
        super().turn()

    def move(self) -> None:
        """Go to one of the versions; half of those that went and may come back do."""
        batch_id = migrating.migrate(self.programme, self.dice.choice(self.versions))
        (line,) = migrating.report(self.programme, batch_id).lines
        self.outcomes[line.outcome] += 1
        if line.may_undo and self.dice.random() < 0.4:
            migrating.undo(self.programme)
            self.outcomes["undone"] += 1
        self.check()

    def check(self) -> None:
        """All that lives of the project is on one version."""
        case_id = self.programme.case_id
        with self.programme.database.start_reading() as work:
            found = work.connection.scalars(
                sa.select(Instance.version_id)
                .where(Instance.case_id == case_id, Instance.ended_at.is_(None))
                .union(sa.select(Task.version_id).where(Task.case_id == case_id, Task.closed_at.is_(None)))
            ).all()
        assert len(found) <= 1


def begun(programme: Programme, number: object) -> MovingLife:
    """A life in a basin that has published four versions."""
    known = [migrating.published(programme, words) for words in VARIANTS]
    return MovingLife(programme, dice("moving life", number), versions=known)


@pytest.mark.parametrize("number", range(times(3, 200)))
def test_a_project_moved_at_random_always_ends(sqlite, clock, number):
    programme = Programme(sqlite, clock).install()
    life = begun(programme, number)

    ended = life.play()

    assert ended in ENDS, life.told
    assert life.largest_state <= LARGEST_STATE
    assert set(life.outcomes) <= {*version_change.Outcome, "undone"} - {"failed"}, life.outcomes
    verify(programme)


def test_a_project_moved_at_random_on_postgresql_ends_too(database, clock):
    programme = Programme(database, clock).install()
    life = begun(programme, "both")

    assert life.play() in ENDS, life.told
    assert version_change.Outcome.FAILED not in life.outcomes
    verify(programme)
