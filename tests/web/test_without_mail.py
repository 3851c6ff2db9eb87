"""An installation that has no way to send mail yet starts, loses nothing, and says so."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import app as engine_app
from engine import doctor, scheduler
from engine.outbox import captured, notify
from engine.outbox.models import Message
from engine.persistence import installation as stamped
from engine.persistence.unit_of_work import Actor
from engine.runtime import inbox, tasks
from tests.web import installation

WORDS = "Aucun courriel ne part"


@pytest.fixture
def engine(installed, tmp_path, clock):
    """An installation in production, where nobody said how mail leaves."""
    import shutil

    for file in installed[0].glob("alize.db*"):
        shutil.copy(file, tmp_path)
    made = engine_app.build(installation.settings_for(tmp_path, environment="production"), clock=clock)
    with made.database.start_work() as work:
        work.connection.execute(sa.update(stamped.installation).values(environment="production"))
    yield made
    made.close()


@pytest.fixture
def clients(engine, flask_app, sign_in):
    """Somebody's browser; of production, only the missing server is kept, not the second factor."""
    object.__setattr__(engine.settings, "environment", "test")
    return lambda who: sign_in(flask_app.test_client(), who)


def messages(engine) -> list[Message]:
    with engine.database.start_reading() as work:
        return list(work.database.scalars(sa.select(Message)))


def test_mails_wait_and_are_not_counted_as_sent(engine, world):
    with engine.database.start_work() as work:
        notify.notify(
            work, kind="project_withdrawn", recipient_id=world.people["member"], basin_id=world.basin_id,
            data={"withdrawn_on": "2026-11-10"},
        )  # fmt: skip
    for _again in range(3):
        assert scheduler.deliver_mail(engine) == 0

    (message,) = messages(engine)
    with engine.database.start_reading() as work:
        kept = captured.page(work)
    assert (message.outcome, message.sent_at, message.attempts) == (None, None, 0)
    assert kept == []


def test_a_code_that_cannot_leave_is_forgotten_once_over(engine, clock, world, client):
    client.post("/connexion/code", data={"email": world.emails["member"]})
    scheduler.forget_codes(engine)
    (waiting,) = messages(engine)
    assert set(waiting.data) == {"code", "expires_at"}

    clock.advance(minutes=10)
    scheduler.forget_codes(engine)

    (forgotten,) = messages(engine)
    assert (forgotten.outcome, forgotten.data) == ("moot", {})


def test_a_code_is_forgotten_in_a_restored_installation_too(engine, clock, world, client):
    client.post("/connexion/code", data={"email": world.emails["member"]})
    with engine.database.start_work() as work:
        stamped.hold(work)
    clock.advance(minutes=10)
    for tick in scheduler.TICKS:
        scheduler.run_tick(engine, tick)

    (forgotten,) = messages(engine)
    assert forgotten.data == {}


def test_administrators_are_told_on_every_page(clients):
    assert WORDS in clients("administrator").get("/administration").text
    assert WORDS not in clients("member").get("/taches").text


def test_nobody_is_offered_a_code_that_cannot_come(flask_app, world, engine):
    shown = flask_app.test_client().get("/connexion").text
    case_id = installation.open_project(engine, world)
    with engine.database.start_reading() as work:
        [task] = inbox.open_of_case(work, case_id)
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        tasks.claim(work, task_id=task.id)
    link = flask_app.test_client().get(f"/taches/{task.id}").text

    for page in (shown, link):
        assert "n’envoie pas encore de courriel" in page
        assert "Recevoir un code" not in page
    assert 'name="password"' in shown


def test_doctor_says_so(engine):
    assert any("ALIZE_SMTP_URL" in problem for problem in doctor.problems(engine))
