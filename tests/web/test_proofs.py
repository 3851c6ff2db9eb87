"""What a browser proves of somebody when a code is typed, and the network address that acts carry."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import g, request_finished

from engine import scheduler
from engine.outbox.models import CapturedMail
from engine.people import proofs
from engine.people.models import SignatureProof
from tests.web.test_auth_codes import code_in, task_for

ADDRESS = "192.0.2.44"


@pytest.fixture
def acting_from(flask_app) -> Iterator[list[tuple[UUID, str, str | None]]]:
    """Who acted in each request, by which channel, from where."""
    seen: list[tuple[UUID, str, str | None]] = []

    def note(_sender, **_given):
        if "actor" in g:
            seen.append((g.actor.person_id, g.actor.channel, g.actor.address))

    with request_finished.connected_to(note, flask_app):
        yield seen


def kept(engine) -> list[SignatureProof]:
    with engine.database.start_reading() as work:
        return list(work.database.scalars(sa.select(SignatureProof)))


def code_mailed(engine) -> str:
    """The code of the one mail that leaves."""
    scheduler.deliver_mail(engine)
    with engine.database.start_reading() as work:
        return code_in(work.database.scalars(sa.select(CapturedMail)).one().text)


def test_a_sign_in_by_code_is_a_fresh_proof_with_its_address(client, world, engine):
    client.post("/connexion/code", data={"email": world.emails["member"]})
    typed = {"code": code_mailed(engine)}
    client.post("/connexion/code/verifier", data=typed, environ_base={"REMOTE_ADDR": ADDRESS})

    with engine.database.start_reading() as work:
        found = proofs.require(work, person_id=world.people["member"], task_id=None)
    assert (found.means, found.task_id, found.address) == (proofs.Means.SIGN_IN_CODE, None, ADDRESS)


def test_a_code_of_a_task_s_link_is_one_for_that_task(client, world, engine, project):
    task_id = task_for(engine, world.people["head"], project)
    client.post(f"/taches/{task_id}/code")
    client.post(f"/taches/{task_id}/code/verifier", data={"code": code_mailed(engine)})

    [proof] = kept(engine)
    assert (proof.person_id, proof.task_id, proof.means) == (world.people["head"], task_id, "task_code")


def test_a_password_proves_nothing_to_sign_with(client, sign_in, engine):
    sign_in(client, "member")

    assert kept(engine) == []


def test_each_act_knows_the_network_address_it_comes_from(acting_from, client, sign_in, world):
    sign_in(client, "member").get("/taches", environ_base={"REMOTE_ADDR": ADDRESS})

    assert acting_from[-1] == (world.people["member"], "web", ADDRESS)


def test_a_program_s_too(acting_from, api, world):
    api.get("member", "/me")

    assert acting_from[-1] == (world.people["member"], "api", "127.0.0.1")
