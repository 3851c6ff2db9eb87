"""A write asked for twice is done once, on both databases (D24)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.clock import FrozenClock
from engine.persistence import idempotency
from engine.persistence.unit_of_work import Actor
from engine.projects import dossiers
from engine.projects.models import Project
from tests.conftest import START
from tests.web import installation
from tests.web.api_client import INTAKE, Program
from tests.web.api_story import postgres_url
from tests.web.installation import LORRAINE


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def url(request, tmp_path_factory):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('keys')}/alize.db"
    else:
        yield from postgres_url(request.getfixturevalue("postgres_server"))


@pytest.fixture(scope="module")
def installed_there(url, tmp_path_factory):
    """One installation per database; its tests count what they add."""
    from web import app as web_app

    engine, world = installation.build(
        tmp_path_factory.mktemp("installed"), FrozenClock(START), database_url=url
    )
    yield Program.of(web_app.create_app(engine), engine, world)
    engine.close()


@pytest.fixture
def api(installed_there):
    installed_there.key = uuid4().hex
    installed_there.before = counted(installed_there)
    return installed_there


@pytest.fixture
def asked():
    return {"basin": LORRAINE, "answers": INTAKE}


def projects(api):
    """How many projects this test added."""
    return counted(api) - api.before


def counted(api):
    """How many projects there are."""
    with api.engine.database.start_reading() as work:
        return work.connection.scalar(sa.select(sa.func.count()).select_from(Project))


def test_a_replay_gives_the_first_answer_and_does_nothing(api, asked):
    first = api.post("officer", "/projects", asked, key=f"once {api.key}")
    again = api.post("officer", "/projects", asked, key=f"once {api.key}")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.headers["Location"] == again.headers["Location"]
    assert first.json == again.json
    assert projects(api) == 1


def test_the_body_of_a_replay_is_read_again(api, asked):
    opened = api.post("officer", "/projects", asked, key=f"open {api.key}")
    path = opened.headers["Location"].removeprefix("/api/v1")
    api.post("officer", f"{path}/withdraw", {"answers": {"requested_by": "firm", "reason": "Abandon."}})

    again = api.post("officer", "/projects", asked, key=f"open {api.key}")

    assert again.status_code == 201
    assert (opened.json["state"], again.json["state"]) == ("qualifying", "withdrawn")


def test_the_same_key_for_another_request_is_refused(api, asked):
    opened = api.post("officer", "/projects", asked, key=f"k {api.key}")
    path = opened.headers["Location"].removeprefix("/api/v1")

    other = api.post(
        "officer", "/projects", {**asked, "answers": {**INTAKE, "need": "Autre."}}, key=f"k {api.key}"
    )
    assert other.status_code == 422
    assert "Idempotency-Key" in other.json["errors"]

    first_task = opened.json["next"][0]["task_id"]
    api.post("officer", f"/tasks/{first_task}/claim", key=f"c {api.key}")
    second = api.post(
        "officer",
        "/projects",
        {**asked, "answers": {**INTAKE, "siret": None, "not_registered": True, "name": "Autre (démo)"}},
    )
    second_task = second.json["next"][0]["task_id"]
    assert api.post("officer", f"/tasks/{second_task}/claim", key=f"c {api.key}").status_code == 422
    assert api.get("officer", f"/tasks/{second_task}").json["assignee_id"] is None
    assert (
        api.post(
            "officer",
            f"{path}/withdraw",
            {"answers": {"requested_by": "firm", "reason": "x"}},
            key=f"k {api.key}",
        ).status_code
        == 200
    )


def test_the_same_key_with_another_question_is_refused(api, asked):
    project = api.post("officer", "/projects", asked, key=f"q {api.key}").json["id"]
    address = f"/projects/{project}/documents"

    def send(name):
        return api.call(
            "officer", "POST", f"{address}?name={name}", data=b"%PDF-1.7 one",
            content_type="application/octet-stream", key=f"file {api.key}",
        )  # fmt: skip

    assert [send("un.pdf").status_code, send("un.pdf").status_code] == [201, 201]
    assert send("deux.pdf").status_code == 422


def test_a_key_belongs_to_one_person(api, asked):
    first = api.post("officer", "/projects", asked, key=f"shared {api.key}")
    second = api.post(
        "second_officer",
        "/projects",
        {**asked, "answers": {**INTAKE, "need": "Autre."}},
        key=f"shared {api.key}",
    )

    assert (first.status_code, second.status_code) == (201, 201)
    assert projects(api) == 2


def test_a_refused_request_leaves_its_key_free(api, asked):
    refused = api.post(
        "officer", "/projects", {**asked, "answers": {**INTAKE, "siret": "1"}}, key=f"again {api.key}"
    )
    corrected = api.post("officer", "/projects", asked, key=f"again {api.key}")

    assert (refused.status_code, corrected.status_code) == (422, 201)


@pytest.mark.parametrize("key", [None, "x" * 201, "clé"])
def test_a_write_without_a_proper_key_is_refused(api, asked, key):
    headers = {} if key is None else {"Idempotency-Key": key.encode().decode("latin-1")}

    answer = api.post("officer", "/projects", asked, key=None, headers=headers)

    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["detail"]
    assert projects(api) == 0


def test_every_write_but_tokens_codes_and_checks_asks_for_a_key(api):
    keyed = {
        path
        for (verb, path), operation in api.contract.operations.items()
        if verb == "POST" and any(each["name"] == "Idempotency-Key" for each in operation["parameters"])
    }
    writes = {path for verb, path in api.contract.operations if verb == "POST"}

    # A code serves once by itself, and a wrong one is counted each time it is tried.
    codes = {"/tasks/{task_id}/signature-code", "/tasks/{task_id}/signature-proof"}
    # What is only looked at is kept nowhere.
    looked_at = {"/processes/check", "/validate", "/people/{person_id}/handover/check"}
    assert writes - keyed == {"/tokens"} | looked_at | codes


def test_a_key_whose_first_request_still_runs_is_told_to_come_back(api, asked, monkeypatch):
    api.token("officer")
    inside, go_on = threading.Event(), threading.Event()
    really = dossiers.open_project

    def slowly(work, **how):
        inside.set()
        assert go_on.wait(20)
        return really(work, **how)

    monkeypatch.setattr(dossiers, "open_project", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(api.post, "officer", "/projects", asked, key=f"slow {api.key}")
        assert inside.wait(20)
        told = api.post("officer", "/projects", asked, key=f"slow {api.key}")
        go_on.set()
        done = first.result(30)
    again = api.post("officer", "/projects", asked, key=f"slow {api.key}")

    assert told.status_code == 409
    assert int(told.headers["Retry-After"]) >= 1
    assert (done.status_code, again.status_code) == (201, 201)
    assert done.headers["Location"] == again.headers["Location"]
    assert projects(api) == 1


def test_many_at_once_with_one_key_do_one_thing(api, asked):
    api.token("officer")
    together = threading.Barrier(6)

    def send(_number):
        together.wait(20)
        return api.post("officer", "/projects", asked, key=f"crowd {api.key}")

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(6)))

    assert {each.status_code for each in answers} <= {201, 409}
    assert len({each.headers["Location"] for each in answers if each.status_code == 201}) == 1
    assert projects(api) == 1


def test_another_process_is_told_too(api, url):
    names = {"actor_id": api.people["officer"], "route": "POST /projects", "key": "elsewhere"}
    if url.startswith("sqlite"):
        with api.engine.database.start_work() as work:
            idempotency.hold(work, **names)  # One process acts; the set of what runs there is enough.
        return
    with api.engine.database.start_work(Actor(names["actor_id"])) as first:
        idempotency.hold(first, **names)
        with pytest.raises(idempotency.StillRunning), api.engine.database.start_work() as second:
            idempotency.hold(second, **names)
        with api.engine.database.start_work() as other:
            idempotency.hold(other, **{**names, "key": "another"})
    with api.engine.database.start_work() as later:
        idempotency.hold(later, **names)


def test_a_double_completion_is_one(api, asked):
    task = api.post("officer", "/projects", asked).json["next"][0]["task_id"]
    answers = {"answers": {"outcome": "drop", "reason": "Hors du champ."}}

    first = api.post("officer", f"/tasks/{task}/complete", answers, key=f"done {api.key}")
    again = api.post("officer", f"/tasks/{task}/complete", answers, key=f"done {api.key}")

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == again.json
    assert first.json["closed"]["outcome"] == "completed"
