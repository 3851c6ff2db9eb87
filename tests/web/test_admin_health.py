"""Incidents, outgoing mail, ticks, the clock, the mailbox of a demonstration, what a supervision reads."""

from __future__ import annotations

import re
import textwrap
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from prometheus_client import generate_latest

from engine import app as engine_app
from engine import scheduler
from engine.outbox import notify, rendering
from engine.outbox.models import Message, Outcome
from engine.persistence import stored_clock
from engine.persistence.history import history
from engine.persistence.unit_of_work import Actor
from engine.projects import closing
from engine.runtime.models import Incident, Instance, Task
from tests.conftest import START
from tests.web import installation
from web import mailbox, metrics


@pytest.fixture
def administrator(client, sign_in):
    return sign_in(client, "administrator")


@pytest.fixture
def incident(engine, world, project):
    """An operation that failed on a project of the first basin."""
    incident_id = uuid4()
    with engine.database.start_work() as work:
        work.database.add(
            Incident(
                id=incident_id, case_id=project, basin_id=world.basin_id, instance_id=project, task_id=None,
                process="project", step="schedule_report", operation="projects.schedule_report",
                error="ZeroDivisionError: division by zero", trace="Traceback: la trace entière",
                actor_id=world.people["officer"], occurred_at=work.now,
            )
        )  # fmt: skip
        work.database.get_one(Instance, project).held_by_incident = incident_id
    return incident_id


@pytest.fixture
def dead_mail(engine, world):
    """A mail given up, about the first basin."""
    with engine.database.start_work() as work:
        message_id = notify.notify(
            work, kind="project_withdrawn", recipient_id=world.people["member"], basin_id=world.basin_id,
            data={"withdrawn_on": "2026-11-10"},
        )  # fmt: skip
        work.flush()
        message = work.database.get_one(Message, message_id)
        message.outcome, message.failed_at, message.failure = Outcome.DEAD.value, work.now, "450 boîte pleine"
    return message_id


def kinds_of(engine, chain) -> list[str]:
    with engine.database.start_reading() as work:
        return list(
            work.connection.scalars(
                sa.select(history.c.kind).where(history.c.chain_id == chain).order_by(history.c.seq)
            )
        )


class TestIncidents:
    def test_are_listed_with_their_dossier(self, administrator, incident):
        page = administrator.get("/administration/incidents").text

        assert "Scierie du Lac" in page
        assert "schedule_report" in page

    def test_the_trace_is_for_administrators(self, administrator, flask_app, sign_in, incident):
        address = f"/administration/incidents/{incident}"
        auditor = sign_in(flask_app.test_client(), "auditor")

        assert "la trace entière" in administrator.get(address).text
        assert "la trace entière" not in auditor.get(address).text
        assert auditor.post(f"{address}/relancer").status_code == 403

    def test_retrying_lets_the_dossier_go(self, administrator, engine, incident, project):
        answer = administrator.post(f"/administration/incidents/{incident}/relancer")
        with engine.database.start_reading() as work:
            held = work.database.get_one(Instance, project).held_by_incident
            resolved = work.database.get_one(Incident, incident).resolution

        assert answer.status_code == 303
        assert (held, resolved) == (None, "retried")
        assert "runtime.incident.retried" in kinds_of(engine, project)

    def test_retried_twice_is_not_found_the_second_time(self, administrator, incident):
        administrator.post(f"/administration/incidents/{incident}/relancer")

        assert administrator.post(f"/administration/incidents/{incident}/relancer").status_code == 404

    def test_a_failure_asks_for_nothing_once_its_task_is_done(
        self, administrator, engine, world, project, incident
    ):
        with engine.database.start_work() as work:
            task = work.database.scalars(sa.select(Task).where(Task.case_id == project)).first()
            work.database.get_one(Incident, incident).task_id = task.id
            work.database.get_one(Instance, project).held_by_incident = None
            task_id = task.id
        assert "schedule_report" in administrator.get("/administration/incidents").text

        with engine.database.start_work(Actor(world.people["officer"], "web")) as work:
            closing.withdraw(work, project_id=project, requested_by="firm", reason="L’entreprise renonce.")

        address = f"/administration/incidents/{incident}"
        assert "schedule_report" not in administrator.get("/administration/incidents").text
        assert "sans objet" in administrator.get(address).text
        assert administrator.post(f"{address}/relancer").status_code == 404
        with engine.database.start_reading() as work:
            assert work.database.get_one(Task, task_id).closed_at is not None


class TestMails:
    def test_failed_ones_are_listed_and_leave_again(self, administrator, engine, dead_mail):
        page = administrator.get("/administration/courriels").text
        administrator.post(f"/administration/courriels/{dead_mail}/renvoyer")
        scheduler.deliver_mail(engine)
        with engine.database.start_reading() as work:
            outcome = work.database.get_one(Message, dead_mail).outcome

        assert "450 boîte pleine" in page
        assert outcome == Outcome.CAPTURED.value

    def test_an_officer_sees_them_and_sends_nothing_again(self, officer, dead_mail):
        assert "450 boîte pleine" in officer.get("/administration/courriels").text
        assert officer.post(f"/administration/courriels/{dead_mail}/renvoyer").status_code == 403

    def test_of_another_basin_are_not_shown(self, client, sign_in, dead_mail):
        assert (
            "450 boîte pleine" not in sign_in(client, "other_officer").get("/administration/courriels").text
        )

    def test_the_list_is_a_file_too(self, administrator, dead_mail):
        assert "Member (démo)" in administrator.get("/administration/courriels.csv").get_data(as_text=True)


class TestTicks:
    def test_show_how_they_last_went(self, administrator, engine):
        for tick in scheduler.TICKS:
            if tick.name == "tidy":
                scheduler.run_tick(engine, tick)

        page = administrator.get("/administration/taches-de-fond").text
        assert "Rangement" in page
        assert scheduler.process_name() in page


class TestClock:
    @pytest.fixture
    def engine(self, installed, tmp_path, clock):
        """An installation whose programme time is played."""
        import shutil

        for file in installed[0].glob("alize.db*"):
            shutil.copy(file, tmp_path)
        made = engine_app.build(installation.settings_for(tmp_path, clock="simulated"))
        with made.database.engine.begin() as connection:
            stored_clock.set_instant(connection, START)
        yield made
        made.close()

    def now(self, engine) -> datetime:
        return engine.database.clock.now()

    def test_plays_a_month_and_comes_back_to_the_page(self, administrator, engine):
        answer = administrator.post(
            "/administration/horloge",
            data={"by": "P30D"},
            headers={"Referer": "http://localhost/administration"},
        )

        assert (answer.status_code, answer.location) == (303, "/administration")
        assert self.now(engine) == START + timedelta(days=30)
        assert "16 décembre 2026" in administrator.get("/administration").text

    def test_plays_to_what_is_next(self, administrator, engine, world):
        with engine.database.start_work() as work:
            notify.notify(
                work, kind="project_withdrawn", recipient_id=world.people["member"], basin_id=world.basin_id,
                data={"withdrawn_on": "2026-11-10"}, send_after=START + timedelta(days=3),
            )  # fmt: skip
        administrator.post("/administration/horloge", data={"by": "next"})

        assert self.now(engine) == START + timedelta(days=3)

    def test_says_when_nothing_is_awaited(self, administrator):
        administrator.post("/administration/horloge", data={"by": "next"})

        assert "Rien n’est attendu" in administrator.get("/administration").text

    def test_an_unknown_step_is_refused(self, administrator):
        assert administrator.post("/administration/horloge", data={"by": "P1Y"}).status_code == 400

    def test_is_for_national_administrators(self, client, sign_in):
        assert (
            sign_in(client, "basin_administrator")
            .post("/administration/horloge", data={"by": "P1D"})
            .status_code
            == 403
        )

    @pytest.mark.parametrize("address", ["/administration/horloge", "/messages"])
    def test_does_not_exist_in_production(self, engine, address):
        from web import app as web_app

        object.__setattr__(engine.settings, "environment", "production")
        production = web_app.create_app(engine)

        assert production.test_client().get(address).status_code == 404
        assert address not in {rule.rule for rule in production.url_map.iter_rules()}


class TestMailbox:
    def test_shows_a_mail_with_its_links_alive(self, client, engine, world):
        client.post("/connexion/code", data={"email": world.emails["member"]})
        scheduler.deliver_mail(engine)
        page = client.get("/messages").text
        address = re.search(r'href="(/messages/[0-9a-f-]{36})"', page)[1]
        shown = client.get(address).text

        assert "votre code Alizé" in page
        assert "Votre code" in shown

    def test_its_words_are_whole_and_its_links_open_this_demonstration(self, client, engine):
        address = engine.settings.base_url
        folded = textwrap.fill("Une chose vous attend, " * 8, rendering.WIDTH)

        with client.application.test_request_context(base_url="http://127.0.0.1:8123"):
            shown = mailbox.readable(f"{folded}\n\nOuvrir la tâche :\n{address}/taches/1\n\n-- \nAlizé")

        assert shown == (
            f"{' '.join(['Une chose vous attend,'] * 8)}\n\n"
            "Ouvrir la tâche :\nhttp://127.0.0.1:8123/taches/1\n\n-- \nAlizé"
        )

    def test_what_is_searched_is_found(self, client, engine, world):
        for who in ("member", "officer"):
            client.post("/connexion/code", data={"email": world.emails[who]})
        scheduler.deliver_mail(engine)

        page = client.get("/messages?q=officer").text
        assert "Officer (démo)" in page
        assert "Member (démo)" not in page

    def test_empty_says_so(self, client):
        assert "Aucun courriel" in client.get("/messages").text

    def test_a_mail_that_never_was_is_not_found(self, client):
        assert client.get(f"/messages/{uuid4()}").status_code == 404


class TestMetrics:
    def test_count_what_waits_and_how_requests_ended(self, client, engine, project, incident, dead_mail):
        client.get("/aide")
        text = generate_latest(metrics.registry(engine)).decode()

        assert "alize_open_tasks 1.0" in text
        assert "alize_incidents 1.0" in text
        assert "alize_outbox_dead 1.0" in text
        assert re.search(r'alize_requests_total\{method="GET",status="200"\} [1-9]', text)

    def test_have_no_address_of_the_application(self, client):
        assert client.get("/metrics").status_code == 404

    def test_listen_nowhere_unless_asked(self, engine):
        assert metrics.start(engine) is False
