"""A change of version is asked for: by whom, of which projects, to a version that new projects take."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import errors
from engine.people import permissions
from engine.registry import versions
from engine.registry.models import ProcessVersion
from engine.runtime import cases, version_change
from engine.runtime.models import Instance
from tests.integration.migrating import (
    LONGER,
    REASON,
    migrate,
    order,
    published,
    report,
    undo,
)
from tests.integration.programme import Programme


@pytest.fixture
def programme(database, clock):
    """A labelled project whose first report is open; its early end could be asked for."""
    programme = Programme(database, clock).install()
    programme.label()
    programme.play_until(date(2027, 2, 5))
    return programme


def only(batch):
    """The one line of a report."""
    (line,) = batch.lines
    return line


@pytest.mark.parametrize("who", ["chair", "mandatary", "prescriber", "expert"])
def test_only_who_shapes_the_process_moves_projects(programme, who):
    target = published(programme)

    with pytest.raises(errors.EngineError) as refusal:
        order(programme, target, by=who)
    assert isinstance(refusal.value, (permissions.MissingPermission, permissions.NotVisible))
    batch_id = migrate(programme, target)
    with pytest.raises((permissions.MissingPermission, permissions.NotVisible)):
        undo(programme, by=who)
    with (
        pytest.raises((permissions.MissingPermission, permissions.NotVisible)),
        programme.work_as(who) as work,
    ):
        version_change.report(work, batch_id)


def test_an_order_names_projects_of_its_basin_a_version_of_it_and_a_reason(programme):
    target = published(programme)
    basin = {"basin_id": programme.basin_id, "to_version_id": target}
    with programme.work_as("officer") as work:
        with pytest.raises(errors.InvalidAnswers) as refusal:
            version_change.order(work, **basin, case_ids=[], reason=REASON)
        assert "projects" in refusal.value.messages
        for reason in ("  ", "Voir\x00 le comité."):
            with pytest.raises(errors.InvalidAnswers) as refusal:
                version_change.order(work, **basin, case_ids=[programme.case_id], reason=reason)
            assert "reason" in refusal.value.messages
        with pytest.raises(cases.CaseNotFound):
            version_change.order(work, **basin, case_ids=[target], reason=REASON)
        with pytest.raises(versions.VersionNotFound):
            version_change.order(
                work, basin_id=programme.basin_id, to_version_id=programme.case_id, reason=REASON,
                case_ids=[programme.case_id],
            )  # fmt: skip


def test_a_session_is_no_project_and_keeps_the_version_it_was_planned_under(programme):
    target = published(programme)
    session = next(each for each in programme.rows(Instance) if each.process == "committee_session")

    for ask in (version_change.order, version_change.preview):
        asked = {"reason": REASON, "basin_id": programme.basin_id} if ask is version_change.order else {}
        with programme.work_as("officer") as work, pytest.raises(cases.CaseNotFound):
            ask(work, case_ids=[programme.case_id, session.id], to_version_id=target, **asked)


def test_nobody_goes_to_a_version_before_new_projects_take_it(programme):
    target = published(programme)
    with programme.database.start_work() as work:
        tomorrow = programme.today + timedelta(days=1)
        work.connection.execute(
            sa.update(ProcessVersion).where(ProcessVersion.id == target).values(effective_on=tomorrow)
        )

    with pytest.raises(version_change.NotInForceYet) as refusal:
        order(programme, target)

    assert tomorrow.isoformat() in str(refusal.value)
    programme.clock.advance(days=1)
    assert only(report(programme, migrate(programme, target))).outcome == version_change.Outcome.MOVED


def test_nobody_goes_to_a_version_that_another_replaced_before_its_day(programme):
    target, newer = published(programme), published(programme, LONGER)
    soon = programme.today + timedelta(days=10)
    with programme.database.start_work() as work:
        work.connection.execute(
            sa.update(ProcessVersion)
            .where(ProcessVersion.id.in_([target, newer]))
            .values(effective_on=soon, published_at=programme.clock.instant)
        )
    programme.clock.advance(days=11)

    with pytest.raises(version_change.NeverInForce) as refusal:
        order(programme, target)

    assert "version 2" in str(refusal.value)
    assert "version 3" in str(refusal.value)
    assert only(report(programme, migrate(programme, newer))).outcome == version_change.Outcome.MOVED


def test_projects_go_back_to_a_version_that_was_in_force(programme):
    former = programme.rows(Instance)[0].version_id
    migrate(programme, published(programme))

    assert only(report(programme, migrate(programme, former))).outcome == version_change.Outcome.MOVED


def test_candidates_are_the_running_projects_of_the_basin_on_another_version(programme):
    target = published(programme)
    with programme.work_as("officer") as work:
        found = version_change.candidates(work, basin_id=programme.basin_id, to_version_id=target)
    assert [(each.case_id, each.number, each.asked) for each in found] == [(programme.case_id, 1, None)]

    order(programme, target)

    with programme.work_as("officer") as work:
        (waiting,) = version_change.candidates(work, basin_id=programme.basin_id, to_version_id=target)
    assert waiting.asked == 2

    version_change.carry_out_due(programme.database)

    with programme.work_as("officer") as work:
        assert version_change.candidates(work, basin_id=programme.basin_id, to_version_id=target) == []
        (batch,) = version_change.batches(work, basin_id=programme.basin_id)
    assert batch.number == 2
