"""Moved at every rest to a version drawn alike, an instance goes on exactly like its twin that stayed."""

from __future__ import annotations

import pytest

from engine.spiff import parser, rebind
from tests import effort
from tests.workflows import twins

FILES = twins.reference_files()
OLDER = twins.older_files()


class MovedTwins(twins.Twins):
    """The saved twin changes version before each act: every name, id, date and count must survive it."""

    moves = 0

    def compare(self):
        """Move the saved twin to a version of its own, then compare as ever."""
        if not self.saved.ended:
            old, self.spec = self.spec, parser.parse(self.files, self.process)
            found = rebind.move(old, self.spec, self.saved.marking, self.hosts[1])
            assert found.begun == found.later == ()
            assert found.advanced.marking == self.saved.marking
            self.saved = self.replaced(found.advanced.state)
            self.moves += 1
        return super().compare()


def walks():
    """(files, process, seed) for what was published now and before, a project's life more often."""
    return [
        pytest.param(files, process, dice.randrange(1_000_000_000), id=f"{name}-{process}-{turn}")
        for name, files in (("now", FILES), ("older", OLDER))
        for process in twins.own_instances(files)
        for dice in [effort.dice("moved walks", name, process)]
        for turn in range(effort.times(3 if process == "project" else 1, 40))
    ]


@pytest.mark.parametrize(("files", "process", "seed"), walks())
def test_an_instance_moved_at_every_rest_goes_on_like_its_twin(files, process, seed):
    moved = MovedTwins(files, process, seed)
    for _ in range(effort.times(60, 250)):
        restored = moved.compare()
        if moved.kept.ended:
            break
        moved.act(restored)

    assert moved.moves
