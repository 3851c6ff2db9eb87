"""What stands beside a project moves with it, or stays on the reference where its basin never had it."""

from __future__ import annotations

import pytest

from engine.registry import versions
from engine.runtime.models import Instance
from tests.integration.migrating import (
    edited,
    labelled,
    migrate,
    published_files,
    report,
    undo,
    unreported,
)
from tests.integration.programme import DIAGRAMS, LONG_AGO, Programme

LADDER = "late_report.bpmn"


class OldBasin(Programme):
    """A basin that published its process before the programme drew the ladder of a late report."""

    def publish(self, work, chain):
        """The reference whole, and the basin's version without the ladder."""
        files = {path.name: path.read_bytes() for path in sorted(DIAGRAMS.glob("*.bpmn"))}
        common = {"parameters": {}, "charter_version": "2010", "effective_on": LONG_AGO, "chain": chain}
        versions.publish(work, basin_id=None, files=files, **common)
        without = {name: content for name, content in files.items() if name != LADDER}
        versions.publish(work, basin_id=self.basin_id, files=without, **common)


@pytest.fixture
def late(database, clock):
    """A project whose report is late: its ladder runs on the reference."""
    return unreported(labelled(OldBasin(database, clock)))


def on(programme):
    """The version of each process of the project that is alive."""
    return {
        each.process: each.version_id
        for each in programme.rows(Instance)
        if each.case_id == programme.case_id and each.ended_at is None
    }


def test_a_ladder_on_the_reference_joins_its_project_on_a_version_that_has_it(late):
    before, target = on(late), published_files(late, edited({}))
    assert before["late_report"] != before["project"]

    batch = report(late, migrate(late, target))

    assert batch.counts == {"moved": 1}
    assert on(late) == {"project": target, "late_report": target}
    undo(late)
    assert on(late) == before


def test_a_ladder_stays_on_the_reference_where_the_version_has_none(late):
    before = on(late)
    files = edited({"report.bpmn": {"Jour dit": "Le jour dit"}})
    target = published_files(late, {name: content for name, content in files.items() if name != LADDER})

    batch = report(late, migrate(late, target))

    assert batch.counts == {"moved": 1}
    assert on(late) == {"project": target, "late_report": before["late_report"]}
    late.report()
    assert "late_report" not in on(late), "the report it waited for ends it, wherever it runs"
