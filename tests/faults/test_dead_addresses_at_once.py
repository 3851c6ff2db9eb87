"""Mails about two dossiers come back at once, or while the officer corrects the address: one call, no deadlock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from engine.operations import mail
from engine.outbox import delivery, notify
from engine.outbox.models import Message
from engine.people import persons
from engine.projects.follow_up_models import AddressProblem
from engine.projects.models import Project
from engine.runtime import tasks
from engine.runtime.models import Task
from tests.faults.at_once import Act, Stage, held_at, in_turn
from tests.faults.conftest import installed
from tests.faults.trials import Copies
from tests.integration.programme import Programme

LOCKING = 5
FIRST, OTHER = "premiere@exemple.test", "seconde@exemple.test"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """Two dossiers of one member, who was written to about each; a call about the first waits."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    folder = tmp_path_factory.mktemp("addresses")
    programme = installed(folder, server)
    programme.open()
    programme.open(name="Menuiserie de la Moselle (démo)")
    person = programme.people["mandatary"]
    with programme.work_as("officer") as work:
        persons.correct(work, person, email=FIRST)
        for project in work.database.scalars(sa.select(Project).order_by(Project.reference)):
            message_id = notify.notify(work, kind="task_opened", recipient_id=person, case_id=project.id)
            work.flush()
            work.database.get_one(Message, message_id).address = FIRST
    programme.database.dispose()
    return Copies(programme, folder, server)


@pytest.fixture(scope="module")
def called(written: Copies) -> Iterator[Copies]:
    """The same, where a call waits and the address was corrected meanwhile: mails to the new one left too."""
    with written.copy() as programme:
        mark(programme, 0)
        with programme.work_as("officer") as work:
            persons.correct(work, programme.people["mandatary"], email=OTHER)
            for message in work.database.scalars(sa.select(Message)):
                message.address = OTHER
        programme.database.dispose()
        yield Copies(programme, written.folder, written.server)


def mark(programme: Programme, place: int) -> None:
    """A mail comes back: the first about one dossier, the second about the other, a minute later."""
    programme.clock.advance(minutes=place)
    with programme.database.start_work() as work:
        sent = (
            sa.select(Message)
            .join(Project, Project.id == Message.case_id)
            .where(Message.recipient_id == programme.people["mandatary"])
            .order_by(Project.reference)
        )
        message = work.database.scalars(sent).all()[place]
        delivery.mark_address(work, mail.mail_hooks(programme.database), message)


def mark_again(programme: Programme, place: int) -> None:
    """A mail about the first dossier comes back, an hour after the first did."""
    programme.clock.advance(hours=1)
    mark(programme, 0)


def correct(programme: Programme, place: int) -> None:
    """The officer writes down the address that the call gave."""
    with programme.database.start_reading() as work:
        task_id = work.connection.scalars(sa.select(Task.id).where(Task.step == "call_person")).one()
    with programme.work_as("officer") as work:
        answers = {"outcome": "corrected", "email": "troisieme@exemple.test"}
        tasks.complete(work, task_id=task_id, answers=answers, channel="json")


def footprint(programme: Programme) -> dict[str, Any]:
    """How many calls were asked for, on whichever dossier."""
    with programme.database.start_reading() as work:
        return {"calls": len(work.connection.scalars(sa.select(AddressProblem.id)).all())}


def trials(copies: Copies, pair: tuple[Act, Act]) -> Iterator[tuple[int, tuple[str, str], dict[str, Any]]]:
    """How each act ended and what they left, the first held among its first statements, which lock."""
    for place in sorted({*range(LOCKING), *held_at(copies, pair)}):
        with copies.copy() as programme:
            ended = Stage(programme, *pair, held_at=place).play()
            yield place, ended, footprint(programme)


def test_two_mails_that_come_back_at_once_ask_for_one_call(written: Copies):
    assert in_turn(written, (mark, mark), (0, 1), footprint) == ("done", "done", {"calls": 1})
    for place, ended, left in trials(written, (mark, mark)):
        assert (ended, left) == (("done", "done"), {"calls": 1}), place


@pytest.mark.parametrize("pair", [(mark_again, correct), (correct, mark_again)], ids=["mark", "correct"])
def test_an_address_dies_again_while_it_is_corrected(called: Copies, pair: tuple[Act, Act]):
    for place, ended, _left in trials(called, pair):
        assert ended == ("done", "done"), place
