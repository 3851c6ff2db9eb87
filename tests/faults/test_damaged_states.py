"""A state that cannot be read stops its own project and no other; it is made again, and goes on the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import backups
from engine.persistence import anchors
from engine.persistence.unit_of_work import Actor
from engine.runtime import advance, cases, incidents, rebuilding, tasks, timers
from engine.runtime.models import Instance
from tests.faults.trials import Copies
from tests.integration.programme import REPORT, Programme

GARBAGE = {
    "cut short": lambda text: text[: len(text) // 2],
    "emptied": lambda text: "",
    "of another format": lambda text: text.replace('"format":1', '"format":7'),
    "without its tokens": lambda text: '{"format":1,"routing":{},"end":null,"tokens":[]}',
    "as if it had ended": lambda text: '{"format":1,"routing":{},"end":null,"tokens":null}',
    "at a step that is not drawn": lambda text: text.replace("follow_up", "fallow_up"),
}


def damage(programme: Programme, column: str, spoil, *, process: str = "project") -> None:
    """Spoil what is saved of one instance, under the application's feet."""
    with programme.database.engine.begin() as connection:
        where = (Instance.case_id == programme.case_id, Instance.process == process)
        text = connection.execute(sa.select(getattr(Instance, column)).where(*where)).scalar_one()
        connection.execute(sa.update(Instance).where(*where).values({column: spoil(text)}))


def everything(programme: Programme) -> dict:
    """Every row of what runs, by its key."""
    with programme.database.start_reading() as work:
        return {row.id: dict(row._mapping) for row in work.connection.execute(sa.select(cases.instance))}


def reference(programme: Programme) -> str:
    return programme.project().reference


def rebuild(programme: Programme, **how) -> list[rebuilding.Damage]:
    with programme.work_as("officer") as work:
        return rebuilding.rebuild(work, reference=reference(programme), **how)


def found(programme: Programme) -> list[str]:
    with programme.database.start_reading() as work:
        return [each.process for each in rebuilding.damaged(work)]


def go_on(programme: Programme) -> list[tuple]:
    """The report is written, then time passes for two years; what was opened and closed meanwhile."""
    programme.report()
    programme.clock.advance(days=200)
    while timers.fire_due(programme.database):
        pass
    with programme.database.start_reading() as work:
        told = sa.text("SELECT step, outcome, due_on FROM task ORDER BY opened_at, step, position, outcome")
        return [tuple(row) for row in work.connection.execute(told)]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_a_damaged_state_is_made_again_from_its_marking_and_goes_on_the_same(copies: Copies, garbage):
    with copies.copy() as undisturbed:
        expected = go_on(undisturbed)
    with copies.copy() as programme:
        before = everything(programme)
        damage(programme, "state", GARBAGE[garbage])
        assert found(programme) == ["project"]

        (damaged,) = rebuild(programme)

        assert damaged.reason.startswith("état :")
        after = everything(programme)
        for key, row in before.items():
            changed = {name for name, value in row.items() if after[key][name] != value}
            touched = (
                {"state", "version", "history_length", "history_hash"}
                if row["process"] == "project"
                else set()
            )
            assert changed <= touched, changed
        assert found(programme) == []
        assert rebuild(programme) == []
        assert go_on(programme) == expected
        with programme.database.start_reading() as work:
            assert list(anchors.problems(work)) == []


def test_whoever_acts_meanwhile_is_told_and_nothing_is_half_done(copies: Copies):
    with copies.copy() as programme:
        damage(programme, "state", GARBAGE["cut short"])
        before = everything(programme)
        task = programme.task("follow_up_report")

        with (
            pytest.raises(advance.OperationFailed),
            programme.database.start_work(Actor(task.assignee_id)) as work,
        ):
            tasks.complete(
                work, task_id=task.id, channel="json",
                answers={**REPORT, "contact_on": programme.today.isoformat()},
            )  # fmt: skip

        assert everything(programme) == before


def test_a_tick_that_meets_it_leaves_an_incident_and_the_others_go_on(copies: Copies):
    with copies.copy() as programme:
        damaged_case = programme.case_id
        programme.open(siret="00000002600005", name="Autre firme (démo)")
        other = programme.case_id
        with programme.database.engine.begin() as connection:  # Both are due.
            moment = programme.clock.instant - timedelta(hours=1)
            connection.execute(sa.update(Instance).where(Instance.id == other).values(wake_at=moment))
        programme.case_id = damaged_case
        damage(programme, "state", GARBAGE["emptied"])

        while timers.fire_due(programme.database):
            pass

        with programme.database.start_reading() as work:
            (incident,) = incidents.list_open(work)
        assert incident.case_id == damaged_case
        assert timers.fire_due(programme.database) == 0
        rebuild(programme)
        with programme.database.start_reading() as work:
            assert incidents.list_open(work) == []
        assert timers.fire_due(programme.database) == 1
        assert found(programme) == []


def test_a_damaged_marking_is_written_again_from_the_state(copies: Copies):
    with copies.copy() as programme:
        before = everything(programme)[programme.case_id]
        damage(programme, "marking", GARBAGE["cut short"])

        (damaged,) = rebuild(programme)

        assert damaged.reason.startswith("marquage")
        after = everything(programme)[programme.case_id]
        assert (after["state"], after["marking"]) == (before["state"], before["marking"])


def test_with_both_lost_a_backup_serves_as_long_as_the_project_has_not_gone_on(copies: Copies, tmp_path):
    with copies.copy() as programme:
        archive = tmp_path / "alize.zip"
        backups.backup(programme.database, archive, documents=tmp_path / "documents")
        before = everything(programme)[programme.case_id]
        saved = backups.saved_case(archive, programme.case_id)
        for column in ("state", "marking"):
            damage(programme, column, GARBAGE["emptied"])

        with pytest.raises(rebuilding.CannotBeRebuilt, match="--from"):
            rebuild(programme)
        rebuild(programme, saved=saved)

        after = everything(programme)[programme.case_id]
        assert after["marking"] == before["marking"]
        programme.report()
        for column in ("state", "marking"):
            damage(programme, column, GARBAGE["emptied"])
        with pytest.raises(rebuilding.GoneOn, match="a continué"):
            rebuild(programme, saved=saved)


def test_a_reference_that_nobody_has_is_refused_by_its_name(copies: Copies):
    with (
        copies.copy() as programme,
        pytest.raises(rebuilding.UnknownReference, match="TDL-1"),
        programme.work_as("officer") as work,
    ):
        rebuilding.rebuild(work, reference="TDL-1")
