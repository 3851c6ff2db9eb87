"""/readyz tells the truth: ready, held, a copy; and why it is not ready."""

from __future__ import annotations

import sqlalchemy as sa

from engine.persistence import installation as stamped
from engine.persistence.database import Unreachable


def test_a_ready_installation_says_so(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_held_one_serves_and_says_that_it_is_held(client, engine):
    with engine.database.start_work() as work:
        stamped.hold(work)

    assert client.get("/readyz").text == "held\n"


def test_a_copy_says_that_it_is_one(client, engine):
    with engine.database.start_work() as work:
        stamped.make_copy(work)

    assert client.get("/readyz").text == "copy\n"


def test_tables_of_another_release_are_not_ready_while_the_process_is_alive(client, engine):
    with engine.database.start_work() as work:
        work.connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_a_database_that_is_gone_is_not_ready(client, engine, monkeypatch):
    def gone(*_given, **_named):
        raise Unreachable

    monkeypatch.setattr(engine.database, "start_reading", gone)

    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_whoever_is_signed_in_is_told_that_the_database_is_gone(officer, engine, monkeypatch, clock):
    def gone(*_given, **_named):
        raise Unreachable

    monkeypatch.setattr(engine.database, "start_reading", gone)
    monkeypatch.setattr(engine.database, "start_work", gone)
    clock.advance(minutes=1)

    answer = officer.get("/")

    assert answer.status_code == 503
    assert "ne répond pas" in answer.text
    assert answer.headers["Retry-After"]
