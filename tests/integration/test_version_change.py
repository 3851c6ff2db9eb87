"""Running projects change version: exactly, with a word about each, and back again until somebody acts."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import scheduler
from engine.persistence import history
from engine.persistence.database import Busy
from engine.registry import library, versions
from engine.runtime import cases, instances, tasks, version_change
from engine.runtime.models import Instance, Task
from engine.runtime.version_change import carrying, moving, reporting
from tests.integration.migrating import (
    EDITED,
    GONE,
    LONGER,
    REASON,
    RENAMED,
    labelled,
    migrate,
    order,
    published,
    published_files,
    report,
    rows,
    undo,
    unreported,
)
from tests.integration.programme import Programme
from tests.integration.test_hot_path import watched


@pytest.fixture
def programme(database, clock):
    """A labelled project whose first report is open; its early end could be asked for."""
    return labelled(Programme(database, clock))


@pytest.fixture
def late(programme):
    """The same a month later: the ladder of its report stands beside it."""
    return unreported(programme)


def only(batch):
    """The one line of a report."""
    (line,) = batch.lines
    return line


def sentences(line):
    return [each.told() for each in line.told]


def test_a_project_moves_with_its_ladder_and_its_open_tasks(late):
    target = published(late)
    before = rows(late)
    assert {each["process"] for each in before["instances"]} >= {"project", "late_report"}

    batch = report(late, migrate(late, target))

    after = rows(late)
    assert only(batch).outcome == version_change.Outcome.MOVED
    assert batch.ended_at == late.clock.instant
    assert {each["version_id"] for each in after["instances"]} == {target}
    moving_columns = {"version_id", "version", "history_length", "history_hash", "state"}
    for was, now in zip(before["instances"], after["instances"], strict=True):
        assert {k: v for k, v in was.items() if k not in moving_columns} == {
            k: v for k, v in now.items() if k not in moving_columns
        }
    for was, now in zip(before["tasks"], after["tasks"], strict=True):
        changed = {name for name in was if was[name] != now[name]}
        if was["closed_at"] is not None:
            assert changed == set()
        elif was["step"] == "follow_up_report":
            assert changed == {"version_id", "title", "search_text"}
            assert (now["title"], now["version_id"]) == (RENAMED, target)
            assert RENAMED.lower().replace("é", "e") in now["search_text"]
        else:
            assert changed == {"version_id"}


def test_history_says_who_moved_it_from_where_to_where_and_why(programme):
    former, target = programme.rows(Instance)[0].version_id, published(programme)

    migrate(programme, target)

    entry = history.history
    with programme.database.start_reading() as work:
        found = work.connection.execute(
            sa.select(entry).where(entry.c.chain_id == programme.case_id).order_by(entry.c.number.desc())
        ).first()
    assert found.kind == moving.CHANGED
    assert found.actor_id == programme.people["officer"]
    told = json.loads(found.data)
    assert (told["former"], told["version"]) == (former.hex, target.hex)
    assert REASON in str(found.content)


def test_it_goes_on_under_the_new_version_and_a_draft_is_still_there(late):
    task = late.task("follow_up_report")
    with late.work_as("mandatary") as work:
        tasks.save_draft(work, task_id=task.id, answers={"progress": "Presque"})
    migrate(late, published(late))

    with late.work_as("mandatary") as work:
        assert tasks.read_draft(work, task_id=task.id).answers == {"progress": "Presque"}
    late.report()

    assert "report_closed" not in late.steps()
    assert [each.ended_at for each in late.rows(Instance) if each.process == "late_report"] != [None]
    late.play_until(date(2027, 5, 10))
    assert late.task("follow_up_report").title == RENAMED


def test_what_cannot_move_stays_as_it_was_and_says_why(programme):
    target, before = published(programme, GONE), rows(programme)

    line = only(report(programme, migrate(programme, target)))

    assert line.outcome == version_change.Outcome.REFUSED
    (sentence,) = sentences(line)
    assert "« Rendre compte du suivi », où se trouve ce projet, n’est plus" in sentence
    assert rows(programme) == before
    assert moving.CHANGED not in programme.kinds()


def test_a_shorter_follow_up_is_refused_and_a_longer_one_leaves_what_runs(programme):
    longer = published(programme, LONGER)
    before = rows(programme)["instances"][0]["marking"]
    assert only(report(programme, migrate(programme, longer))).outcome == version_change.Outcome.MOVED
    assert rows(programme)["instances"][0]["marking"] == before

    line = only(report(programme, migrate(programme, published(programme, EDITED))))

    assert line.outcome == version_change.Outcome.REFUSED
    assert "de 24 mois à 18" in sentences(line)[0]


def test_the_preview_says_for_each_what_the_batch_then_does(programme):
    moves, stays = published(programme), published(programme, GONE)
    with programme.work_as("officer") as work:
        running = next(iter(version_change.preview(work, case_ids=[programme.case_id], to_version_id=moves)))
        kept_back = next(
            iter(version_change.preview(work, case_ids=[programme.case_id], to_version_id=stays))
        )

    assert running.may_move
    assert [each.name for each in running.kept] == ["Jour dit", "Durée minimale du suivi"]
    assert running.begun == ()
    assert not kept_back.may_move
    assert kept_back.told == only(report(programme, migrate(programme, stays))).told
    assert only(report(programme, migrate(programme, moves))).outcome == version_change.Outcome.MOVED


def test_delays_and_due_rules_to_come_are_told_before_and_after(database, clock):
    programme = Programme(database, clock).install()
    programme.appraise()
    words = {"P90D": "P60D"}
    target = published(programme, {"convention_signature.bpmn": words})

    with programme.work_as("officer") as work:
        (found,) = version_change.preview(work, case_ids=[programme.case_id], to_version_id=target)

    assert ("P90D", "P60D") in [(each.before, each.after) for each in found.later]


def test_an_open_task_asks_what_the_basin_now_asks(database, clock):
    programme = Programme(database, clock).install()
    programme.diagnose()
    basin = library.basin("cote-des-deux-phares").apply(library.reference())
    before = rows(programme)

    line = only(report(programme, migrate(programme, published_files(programme, basin))))

    assert line.outcome == version_change.Outcome.MOVED
    asked = programme.task("check_completeness")
    assert [each["key"] for each in asked.questions] == ["first_need"]
    undo(programme)
    assert rows(programme)["tasks"] == before["tasks"]
    migrate(programme, programme_version(programme, number=2))
    answers = {"outcome": "complete", "extra_first_need": 1_500_000}
    programme.complete("check_completeness", "officer", answers)
    assert programme.steps() == ["committee_decision"]


def programme_version(programme, *, number):
    with programme.database.start_reading() as work:
        return version_change.numbered(work, basin_id=programme.basin_id, number=number)


def test_one_that_ended_meanwhile_or_is_there_already_is_left_and_said(programme):
    target = published(programme)
    first, second = order(programme, target), order(programme, target)
    version_change.carry_out(programme.database, first)
    version_change.carry_out(programme.database, second)

    line = only(report(programme, second))
    assert line.outcome == version_change.Outcome.SKIPPED
    assert sentences(line) == ["Ce projet est déjà sur cette version."]

    other = order(programme, published(programme, LONGER))
    with programme.database.start_work() as work:
        locked = cases.lock(work, programme.case_id)
        locked.root.ended_at, locked.root.is_changed = work.now, True
    version_change.carry_out(programme.database, other)
    assert "terminé" in sentences(only(report(programme, other)))[0]


def test_a_suspended_project_moves_and_stays_suspended(programme):
    with programme.work_as("chair") as work:
        instances.suspend(
            work, case_id=programme.case_id, until=programme.today + timedelta(days=40), reason="Travaux."
        )
    target = published(programme)

    with programme.work_as("officer") as work:
        (found,) = version_change.preview(work, case_ids=[programme.case_id], to_version_id=target)
    line = only(report(programme, migrate(programme, target)))

    assert [each.told() for each in found.remarks] == [
        "Ce projet est suspendu : il le reste, sur la nouvelle version."
    ]
    assert line.outcome == version_change.Outcome.MOVED
    assert programme.task("follow_up_report").suspended
    with programme.work_as("chair") as work:
        instances.resume(work, case_id=programme.case_id)
    assert not programme.task("follow_up_report").suspended


def test_a_tick_carries_out_what_was_asked_and_once(programme):
    batch_id = order(programme, published(programme))

    assert version_change.carry_out_due(programme.database) == 1
    assert version_change.carry_out_due(programme.database) == 0

    assert only(report(programme, batch_id)).outcome == version_change.Outcome.MOVED
    assert programme.kinds().count(moving.CHANGED) == 1
    assert "version_changes" in {tick.name for tick in scheduler.TICKS}


def test_one_that_somebody_holds_is_moved_at_the_next_turn(programme, monkeypatch):
    batch_id = order(programme, published(programme))

    def held(*_):
        raise Busy

    with monkeypatch.context() as patched:
        patched.setattr(carrying, "settle", held)
        assert version_change.carry_out_due(programme.database) == 0
    assert only(report(programme, batch_id)).outcome == reporting.WAITING

    assert version_change.carry_out_due(programme.database) == 1
    assert only(report(programme, batch_id)).outcome == version_change.Outcome.MOVED


def test_one_that_fails_stops_no_other_and_is_as_it_was(programme, monkeypatch):
    spoilt, former = programme.case_id, programme.project()
    programme.open(siret="00000001800010", name="Seconde (démo)")
    other, target = programme.case_id, published(programme)
    batch_id = order(programme, target, spoilt, other)
    whole = moving.move_case

    def failing(work, locked, version_id):
        found = whole(work, locked, version_id)
        if locked.case.id == spoilt:
            raise RuntimeError("nobody foresaw it")
        return found

    monkeypatch.setattr(moving, "move_case", failing)
    assert version_change.carry_out(programme.database, batch_id) == 2

    outcomes = {each.case_id: each for each in report(programme, batch_id).lines}
    assert outcomes[spoilt].outcome == version_change.Outcome.FAILED
    assert "Prévenez l’administrateur" in sentences(outcomes[spoilt])[0]
    assert outcomes[other].outcome == version_change.Outcome.MOVED
    programme.case_id = former.id
    assert {each["version_id"] for each in rows(programme)["instances"]} != {target}


def test_each_project_costs_the_same_few_statements(programme):
    target = published(programme)
    batch_id = order(programme, target)
    with programme.database.start_reading() as work:
        row = work.connection.execute(carrying.BATCH, {"batch": batch_id}).one()
        waiting = work.connection.execute(carrying.WAITING, {"batch": batch_id, "place": 0}).one()
        for process in ("project", "late_report"):
            for version_id in (target, programme.rows(Instance)[0].version_id):
                versions.specification(work, version_id=version_id, process=process)
                versions.has(work, version_id=version_id, process=process)
    ordered = carrying.Ordered(row.id, row.version_id, row.reason, carrying.Actor(row.ordered_by, "system"))

    with watched(programme.database) as seen:
        assert carrying.give_turn(programme.database, ordered, waiting) == 1

    # Lock, its line, its tasks; the instances' version, the tasks, the line, the root, the history.
    assert seen.count == 8
    assert seen.commits == 1


def test_closed_tasks_keep_the_version_they_were_done_under(programme):
    target = published(programme)
    with programme.database.start_reading() as work:
        done = {
            each.id: each.version_id
            for each in work.database.scalars(sa.select(Task).where(Task.closed_at.is_not(None)))
        }

    migrate(programme, target)

    with programme.database.start_reading() as work:
        kept = work.database.scalars(sa.select(Task).where(Task.id.in_(done)))
        assert {each.id: each.version_id for each in kept} == done
