"""What is written for ever, and what may never leave: D22, D25, D26."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import app, scheduler
from engine.persistence import anchors, claims, history, installation, stored_clock
from engine.projects import closing, corrections, everyday
from engine.projects.follow_up_models import Report
from engine.runtime import tasks
from engine.settings import InvalidSettings, Settings
from tests.integration.programme import Programme

# Identifiers, codes, numbers and dates; a name or a sentence has a blank, an accent or an at sign.
CODED = re.compile(r"[A-Za-z0-9_./:+-]{0,64}", re.ASCII)


def texts(value):
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) else []


def live_a_life(programme):
    """A project through decisions, signatures, everyday acts, reports, a replacement and its early end."""
    programme.appraise()
    programme.complete("committee_decision", "officer", programme.decision("adjourned", reason="incomplete",
                       explanation="Il manque le bilan.", remarks="À revoir."))  # fmt: skip
    programme.complete("sign_off_decision", "chair", {"decision": "send_back", "reason": "Mal noté."})
    programme.decide()
    programme.prepare()
    programme.sign(0, answer="refuse", reason="Pas ainsi.")
    programme.decide()
    programme.prepare()
    for position in range(4):
        programme.sign(position)
    programme.plan()
    with programme.work_as("officer") as work:
        everyday.write_note(work, project_id=programme.case_id, text="Vu Jean Martin.", audience="operator")
        everyday.note_call(
            work, project_id=programme.case_id, correspondent="Jean Martin", summary="Va mal.",
            called_on=programme.today,
        )  # fmt: skip
    task = programme.task("carry_out_intervention")
    with programme.work_as("expert") as work:
        tasks.await_third_party(
            work, task_id=task.id, until=programme.today + timedelta(days=9), cause="firm", reason="Absent."
        )
    programme.complete("carry_out_intervention", "expert", programme.work_done("1"), position=0)
    programme.complete("review_accompaniment", "officer", {"complete": True, "summary": "Tout est fait."})
    with programme.work_as("chair") as work:
        everyday.suspend(
            work, project_id=programme.case_id, requested_by="firm", reason="Incendie.",
            until=programme.today + timedelta(days=20),
        )  # fmt: skip
    with programme.work_as("officer") as work:
        everyday.resume(work, project_id=programme.case_id, note="Reprise.")
    programme.play_until(programme.today + timedelta(days=130))
    programme.report(new_intervention=True, intervention_domain="quality", intervention_days="2")
    [report] = programme.rows(Report)
    with programme.work_as("officer") as work:
        corrections.correct(
            work, project_id=programme.case_id, record_id=report.id, changes={"progress": "Autre chose."},
            reason="Faute de frappe.",
        )  # fmt: skip
    programme.complete("review_request", "officer", {"forward": False, "reason": "Pas de moyens."})
    with programme.work_as("officer") as work:
        closing.request_termination(
            work, project_id=programme.case_id, requested_by="firm", cause="firm_request", reason="Vente."
        )
    programme.complete("sign_termination", "chair", {"decision": "sign", "reason": "Accord."})


def test_history_names_nobody_and_keeps_no_sentence_but_in_what_can_be_erased(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    live_a_life(programme)
    assert programme.project().status == "terminated"

    with sqlite.start_reading() as work:
        rows = work.connection.execute(sa.select(history.history.c.kind, history.history.c.data)).all()

    spoken = {
        (row.kind, text) for row in rows for text in texts(json.loads(row.data)) if not CODED.fullmatch(text)
    }
    assert len(rows) > 150
    assert spoken == set()


def test_erased_content_leaves_a_chain_that_verifies_and_nothing_else_can_be_changed(database, clock):
    programme = Programme(database, clock).install()
    programme.open()
    table = history.history
    with database.start_work() as work:
        work.connection.execute(
            sa.update(table).where(table.c.chain_id == programme.case_id).values(content=None, salt=None)
        )
    with database.start_reading() as work:
        kept = work.connection.execute(
            sa.select(table.c.content, table.c.content_digest).where(
                table.c.chain_id == programme.case_id, table.c.kind == "projects.project.opened"
            )
        ).one()
        assert kept.content is None
        assert kept.content_digest is not None
        assert list(anchors.problems(work)) == []

    for values in ({"kind": "x"}, {"content": "autre"}, {"occurred_on": programme.today}):
        with pytest.raises(sa.exc.DBAPIError), database.start_work() as work:
            work.connection.execute(
                sa.update(table).where(table.c.chain_id == programme.case_id).values(**values)
            )
    with pytest.raises(sa.exc.DBAPIError), database.start_work() as work:
        work.connection.execute(sa.delete(table).where(table.c.chain_id == programme.case_id))


def simulated(tmp_path, clock):
    """A demonstration's engine whose clock is kept in the database."""
    url = f"sqlite:///{tmp_path}/demo.db"
    settings = Settings(database_url=url, environment="demo", clock="simulated", data_dir=str(tmp_path))
    engine = app.build(settings, clock=clock)
    engine.create()
    with engine.database.start_work() as work:
        stored_clock.set_instant(work.connection, clock.instant)
    engine.database.clock = stored_clock.StoredClock(engine.database.engine)
    return engine


def test_a_held_database_fires_nothing_sends_nothing_and_its_clock_stands_still(tmp_path, clock):
    engine = simulated(tmp_path, clock)
    ran = []
    tick = scheduler.Tick("test", timedelta(hours=1), lambda _engine: ran.append(1) or 1)
    with engine.database.start_work() as work:
        installation.hold(work)

    scheduler.run_tick(engine, tick)
    with pytest.raises(scheduler.Held):
        scheduler.advance_clock(engine, to=clock.instant + timedelta(days=2))

    assert ran == []
    with engine.database.start_work() as work:
        installation.release(work)
    scheduler.run_tick(engine, tick)
    scheduler.advance_clock(engine, to=clock.instant + timedelta(days=1))
    assert ran == [1]
    engine.close()


def test_whoever_lost_the_lease_of_the_clock_plays_no_further(tmp_path, clock, monkeypatch):
    """A step outlasted the lease, and somebody else plays on from there (D6)."""
    engine = simulated(tmp_path, clock)
    steps = []

    def outlasts(engine):
        steps.append(engine.database.clock.now())
        with engine.database.start_work() as work:
            work.connection.execute(sa.delete(claims.lease))
            assert claims.take_lease(work, name="clock", holder="another", lasting=timedelta(minutes=10))
        return 1

    monkeypatch.setattr(scheduler, "TICKS", (scheduler.Tick("long", timedelta(hours=1), outlasts),))

    with pytest.raises(scheduler.AlreadyAdvancing):
        scheduler.advance_clock(engine, to=clock.instant + timedelta(days=5))

    assert steps == [clock.instant]
    with engine.database.start_reading() as work:
        assert work.now == clock.instant
        assert work.connection.scalars(sa.select(claims.lease.c.holder)).all() == ["another"]
    engine.close()


def test_simulated_time_never_goes_back_nor_moves_a_real_clock(tmp_path, clock):
    engine = simulated(tmp_path, clock)
    with pytest.raises(scheduler.BackwardClock):
        scheduler.advance_clock(engine, to=clock.instant - timedelta(seconds=1))
    engine.database.clock = clock
    with pytest.raises(scheduler.ClockIsReal):
        scheduler.advance_clock(engine, to=clock.instant + timedelta(days=1))
    engine.close()


@pytest.mark.parametrize("asked", ["production", "test"])
def test_a_database_serves_the_environment_it_was_made_for_and_no_other(tmp_path, clock, asked):
    engine = simulated(tmp_path, clock)
    engine.settings = Settings(
        database_url=engine.settings.database_url, environment=asked, secret_key="s" * 40
    )

    with pytest.raises(installation.OtherEnvironment):
        engine.require_ready()
    engine.close()


def test_production_refuses_a_simulated_clock_and_the_default_secret():
    with pytest.raises(InvalidSettings) as refusal:
        Settings.from_environment({"ALIZE_CLOCK": "simulated"})

    assert "ALIZE_CLOCK" in str(refusal.value)
    assert "ALIZE_SECRET_KEY" in str(refusal.value)
    Settings.from_environment({"ALIZE_CLOCK": "simulated", "ALIZE_ENVIRONMENT": "test"})


def test_a_demonstration_keeps_its_mails_whatever_server_is_set(tmp_path, clock):
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/d.db", environment="demo", smtp_url="smtp://mail.exemple.test"
    )
    assert type(app.build(settings, clock=clock).transport).__name__ == "MailboxTransport"
