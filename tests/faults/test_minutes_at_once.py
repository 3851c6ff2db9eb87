"""Two officers close one session, an item is put off or removed while it is decided, an extract's tick dies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.committee import agenda, delivering, interests, items, minutes, sessions
from engine.committee.agenda_models import AgendaItem
from engine.committee.minutes_models import Extract, Minutes
from engine.committee.models import CommitteeSession, Decision
from engine.documents.models import Paper
from engine.persistence import history
from engine.persistence.base import new_id
from engine.runtime import tasks
from engine.runtime.models import Task
from tests.effort import EXHAUSTIVE
from tests.faults import killing
from tests.faults.at_once import Act, Stage, held_at, in_turn, statements_of
from tests.faults.conftest import installed
from tests.faults.trials import Copies
from tests.integration.programme import Programme
from tests.integration.sittings import Sitting, planned

BODY = "Le comité s’est réuni."


def sitting_of(programme: Programme) -> Sitting:
    """The one session that has something on its agenda."""
    return Sitting(programme, programme.rows(AgendaItem)[0].session_id)


def begun(
    request: pytest.FixtureRequest, folders: pytest.TempPathFactory, name: str
) -> tuple[Programme, Any]:
    """A file on the agenda of today's session, which is sent; its copies' folder and server."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    folder = folders.mktemp(name)
    programme = installed(folder, server)
    programme.appraise()
    with programme.database.start_reading() as work:
        session = sessions.next_session(work, programme.basin_id, programme.today)
    assert session is not None
    Sitting(programme, session.id).diffuse()
    return programme, (folder, server)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """A session under way: its file waits for the decision."""
    programme, place = begun(request, tmp_path_factory, "running")
    programme.database.dispose()
    return Copies(programme, *place)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def decided(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """A session held, its decision signed; its minutes are to be drafted."""
    programme, place = begun(request, tmp_path_factory, "decided")
    sitting = sitting_of(programme)
    answers = programme.decision(session_id=str(sitting.id))
    programme.complete("committee_decision", "officer", answers)
    programme.complete("sign_off_decision", "chair", {"decision": "sign"})
    sitting.hold()
    programme.database.dispose()
    return Copies(programme, *place)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def submitted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """A session whose minutes wait for the chair's signature."""
    programme, place = begun(request, tmp_path_factory, "submitted")
    sitting = sitting_of(programme)
    answers = programme.decision(session_id=str(sitting.id))
    programme.complete("committee_decision", "officer", answers)
    programme.complete("sign_off_decision", "chair", {"decision": "sign"})
    sitting.hold()
    sitting.submit_minutes(BODY)
    programme.database.dispose()
    return Copies(programme, *place)


def submit(programme: Programme, place: int) -> None:
    """An officer gives the minutes to sign; the second, another one."""
    by = "colleague" if place else "officer"
    task_id = task_of(programme, "draft_minutes")  # As their page has it, whatever the other did since.
    with programme.work_as(by) as work:
        tasks.complete(work, task_id=task_id, answers={"body": BODY}, channel="json")


def task_of(programme: Programme, step: str) -> UUID:
    """The task of a step of the session, done or to be done."""
    with programme.database.start_reading() as work:
        found = sa.select(Task.id).where(Task.case_id == sitting_of(programme).id, Task.step == step)
        return work.connection.scalars(found).one()


def sign(programme: Programme, place: int) -> None:
    """The chair signs the minutes."""
    task_id = task_of(programme, "sign_minutes")
    with programme.work_as("chair") as work:
        shown = minutes.latest(work, sitting_of(programme).id)
        answers = {"decision": "sign", "document_digest": shown.body_hash}
        tasks.complete(work, task_id=task_id, answers=answers, channel="json")


def put_off(programme: Programme, place: int) -> None:
    """An officer puts the item off to another session."""
    with programme.work_as("colleague") as work:
        items.outcome(work, programme.rows(AgendaItem)[0].id, outcome="postponed", note=None)


def remove(programme: Programme, place: int) -> None:
    """An officer takes the item off the agenda."""
    item = programme.rows(AgendaItem)[0]
    with programme.work_as("colleague") as work:
        agenda.remove(work, item.session_id, key=item.key, reason="Reporté.")


def decide(programme: Programme, place: int) -> None:
    """The officer records what the committee decided of it."""
    answers = programme.decision(session_id=str(sitting_of(programme).id))
    programme.complete("committee_decision", "officer", answers)


def closing(programme: Programme) -> dict[str, Any]:
    """How many minutes there are, how many files of them, whether the session is closed."""
    with programme.database.start_reading() as work:
        signed = work.database.get_one(CommitteeSession, sitting_of(programme).id).minutes_signed_on
        versions = len(list(work.database.scalars(sa.select(Minutes.id))))
        files = len(list(work.database.scalars(sa.select(Paper.id).where(Paper.kind == "minutes"))))
        extracts = len(list(work.database.scalars(sa.select(Extract.id))))
    return {"signed": signed is not None, "versions": versions, "files": files, "extracts": extracts}


def deciding(programme: Programme) -> dict[str, Any]:
    """What stands of the item: a decision has the last word, whoever came first."""
    (item,) = programme.rows(AgendaItem)
    return {
        "decisions": len(programme.rows(Decision)),
        "is_linked": item.decision_id is not None,
        "outcome": item.outcome,
        "is_removed": item.removed_at is not None,
    }


def test_two_officers_who_give_the_same_minutes_give_them_once(decided: Copies):
    closed_once(decided, submit, {"signed": False, "versions": 1, "files": 0, "extracts": 0})


def test_minutes_signed_twice_at_once_are_signed_once(submitted: Copies):
    closed_once(submitted, sign, {"signed": True, "versions": 1, "files": 1, "extracts": 1})


def closed_once(copies: Copies, act: Act, expected: dict[str, Any]) -> None:
    """However two of the same act meet, one is done, and the other told by whom and when."""
    for place in {*held_at(copies, (act, act)), statements_of(copies, act) - 1}:
        with copies.copy() as programme:
            ended = Stage(programme, act, act, held_at=place).play()
            left = closing(programme)

        assert sorted(ended) == ["AlreadyClosed", "done"], (place, ended)
        assert left == expected, place


@pytest.mark.parametrize("act", [put_off, remove], ids=lambda act: act.__name__)
@pytest.mark.parametrize("is_first", [True, False], ids=["the-agenda-first", "the-decision-first"])
def test_a_decision_has_the_last_word_on_its_item(running: Copies, act: Act, is_first: bool):
    pair = (act, decide) if is_first else (decide, act)
    expected = {"decisions": 1, "is_linked": True, "outcome": None, "is_removed": False}
    for order in ((0, 1), (1, 0)):
        assert in_turn(running, pair, order, deciding)[2] == expected, order
    for place in {*held_at(running, pair), statements_of(running, pair[0]) - 1}:
        with running.copy() as programme:
            ended = Stage(programme, *pair, held_at=place).play()
            assert deciding(programme) == expected, (place, ended)


@pytest.fixture(scope="module")
def approving(submitted: Copies) -> Iterator[Copies]:
    """A later session that approves the minutes of the first one; its own wait for the chair's signature."""
    with submitted.copy() as programme:
        first = sitting_of(programme)
        first.sign_minutes()
        with pytest.MonkeyPatch.context() as patched:
            # Sessions are locked in the order of their identifiers: this one comes after the first.
            patched.setattr(sessions, "new_id", lambda: UUID(int=2**128 - 1))
            later = planned(programme, programme.today + timedelta(days=30))
        programme.play_until(programme.today + timedelta(days=30))
        later.hold()
        with programme.work_as("officer") as work:
            (item,) = agenda.items_of(work, later.id)
            items.outcome(work, item.id, outcome="ratified", note=None)
            # The same project was on this agenda too, and was taken off a third one since.
            work.database.add(copied(programme, first.items()[0], later.id))
        later.submit_minutes(BODY)
        programme.database.dispose()
        yield Copies(programme, submitted.folder, submitted.server)


def copied(programme: Programme, item: AgendaItem, session_id: UUID) -> AgendaItem:
    """The item of a project as it stands on another agenda, put off."""
    return AgendaItem(
        id=new_id(), basin_id=item.basin_id, session_id=session_id, position=2, kind=item.kind, key=item.key,
        project_id=item.project_id, instance_id=item.instance_id, added_at=item.added_at,
        added_by=item.added_by, outcome="postponed", outcome_at=item.added_at, outcome_by=item.added_by,
    )  # fmt: skip


def approve(programme: Programme, place: int) -> None:
    """The chair signs the minutes of the later session, which approve those of the first."""
    with programme.database.start_reading() as work:
        task = sa.select(Task).where(Task.step == "sign_minutes", Task.closed_at.is_(None))
        waiting = work.database.scalars(task).one()
        shown = minutes.latest(work, waiting.case_id)
    with programme.work_as("chair") as work:
        answers = {"decision": "sign", "document_digest": shown.body_hash}
        tasks.complete(work, task_id=waiting.id, answers=answers, channel="json")


def step_back(programme: Programme, place: int) -> None:
    """A member steps back from the project that was on both agendas."""
    with programme.work_as("successor") as work:
        interests.declare(work, project_id=programme.case_id, situation="competitor")


@pytest.mark.parametrize("is_first", [True, False], ids=["signing-first", "stepping-back-first"])
def test_signing_minutes_that_approve_others_and_a_recusal_do_not_wait_for_each_other(
    approving: Copies, is_first: bool
):
    pair = (approve, step_back) if is_first else (step_back, approve)
    for place in range(1, statements_of(approving, pair[0]), 1 if EXHAUSTIVE else 4):
        with approving.copy() as programme:
            ended = Stage(programme, *pair, held_at=place).play()
            rows = programme.rows(CommitteeSession)
            approved = [each.minutes_approved_in for each in rows if each.minutes_approved_in is not None]

        assert ended == ("done", "done"), place
        assert len(approved) == 1, place


def test_a_tick_killed_at_any_boundary_delivers_an_extract_once(submitted: Copies):
    boundary, is_killed = 0, True
    while is_killed:
        with submitted.copy() as programme:
            sitting_of(programme).sign_minutes()
            url = programme.database.url
            programme.database.dispose()
            is_killed = killing.in_a_child(url, programme.clock.instant, delivering.deliver_due, boundary)
            programme.clock.advance(seconds=delivering.LEASE.total_seconds() + 1)

            delivering.deliver_due(programme.database)

            assert [each.delivered_at is not None for each in programme.rows(Extract)] == [True], boundary
            table = history.history
            with programme.database.start_reading() as work:
                kinds = Counter(work.connection.scalars(sa.select(table.c.kind)))
                papers = Counter(work.database.scalars(sa.select(Paper.kind)))
            assert (kinds["committee.extract.received"], papers["extract"]) == (1, 1), boundary
            boundary += 1

    assert boundary >= 10, "an extract is delivered with several statements, each with two sides"
