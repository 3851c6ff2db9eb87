"""A session has a process of its own, from its planning to its signed minutes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine.analytics import facts, waiting
from engine.analytics.questions import Question
from engine.committee import agenda, candidates, invitations, sessions
from engine.committee.agenda_models import Ballot, Diffusion
from engine.committee.minutes_models import Extract, Minutes
from engine.committee.models import CommitteeSession
from engine.outbox.models import Message
from engine.persistence.base import new_id
from engine.runtime.models import Instance, Task
from tests.integration.programme import Programme
from tests.integration.sittings import Sitting, planned

HELD = date(2026, 12, 10)


@pytest.fixture
def programme(database, clock) -> Programme:
    """A basin at work."""
    return Programme(database, clock).install()


def read(programme, statement):
    with programme.database.start_reading() as work:
        return list(work.database.scalars(statement))


def test_a_session_goes_from_its_planning_to_its_signed_minutes(programme):
    sitting = planned(programme, HELD)
    assert sitting.steps() == ["prepare_agenda"]
    programme.appraise()
    sitting.diffuse()
    assert sitting.steps() == ["hold_session"]
    programme.play_until(HELD)
    decided = programme.decision(session_id=str(sitting.id))
    programme.complete("committee_decision", "officer", decided)
    programme.complete("sign_off_decision", "chair", {"decision": "sign"})
    sitting.hold()
    assert sitting.steps() == ["draft_minutes"]
    sitting.submit_minutes("Le comité approuve.")
    sitting.sign_minutes()

    assert sitting.steps() == []
    kept = sitting.row
    assert (kept.state, kept.held_on, kept.minutes_signed_on) == ("held", HELD, HELD)
    instance = read(programme, sa.select(Instance).where(Instance.id == sitting.id))[0]
    assert (instance.reference, instance.firm) == (kept.number, "Comité d’agrément")
    assert instance.end_event == "session_closed"
    assert read(programme, sa.select(Extract.effect)) == ["decision"]
    assert sitting.own.kinds()[-1] == "committee.session.closed"


def test_the_agenda_holds_the_files_that_wait_for_a_decision(programme):
    sitting = planned(programme, HELD)
    programme.appraise()
    sitting.diffuse()

    assert [(each.kind, each.project_id) for each in sitting.items()] == [("project_new", programme.case_id)]
    seats = read(programme, sa.select(Diffusion.person_id).order_by(Diffusion.position))
    assert set(seats) == {
        programme.people[name] for name in ("chair", "prescriber", "mandatary", "successor")
    }


def test_an_agenda_sent_late_says_why(programme):
    sitting = planned(programme, programme.today + timedelta(days=2))
    task = sitting.own.task("prepare_agenda")
    with pytest.raises(Exception, match="corriger") as refused:
        sitting.own.complete("prepare_agenda", "officer", {})
    assert list(refused.value.messages) == ["why_so_late"]

    sitting.diffuse()
    assert sitting.row.late_diffusion_reason == "Dossiers arrivés tard."
    assert task.due_on == programme.today


def test_a_session_held_before_its_agenda_was_sent_skips_it(programme):
    sitting = planned(programme, programme.today + timedelta(days=1))
    programme.play_until(sitting.row.held_on)
    with programme.work_as("officer") as work:
        sessions.hold(work, sitting.id, answers={"held_on": sitting.row.held_on})

    assert sitting.steps() == ["draft_minutes"]
    prepared = read(
        programme, sa.select(Task.outcome).where(Task.case_id == sitting.id, Task.step == "prepare_agenda")
    )
    assert prepared == ["interrupted"]


def test_a_cancelled_session_asks_for_nothing_any_more(programme):
    sitting = planned(programme, HELD)
    with programme.work_as("officer") as work:
        sessions.cancel(work, sitting.id, reason="Neige.")

    assert sitting.steps() == []
    ends = read(programme, sa.select(Instance.end_event).where(Instance.id == sitting.id))
    assert (sitting.row.state, ends) == ("cancelled", ["cancelled"])


def test_a_moved_session_takes_its_steps_with_it(programme):
    sitting = planned(programme, HELD)
    with programme.work_as("officer") as work:
        sessions.move(work, sitting.id, answers={"held_on": date(2026, 12, 17), "kind": "meeting"})

    assert sitting.own.task("prepare_agenda").due_on == date(2026, 12, 10)
    assert sitting.row.sequence == 1


def consulted(programme) -> Sitting:
    programme.appraise()
    sitting = planned(programme, HELD, "written")
    with programme.work_as("officer") as work:
        agenda.add(work, sitting.id, key=candidates.of_basin(work, programme.basin_id)[0].key)
    sitting.diffuse()
    return sitting


def test_each_voice_answers_a_written_consultation_in_its_own_name(programme):
    sitting = consulted(programme)
    assert sitting.steps() == ["answer_consultation"] * 4
    for name in ("chair", "prescriber", "mandatary", "successor"):
        sitting.answer(name)

    assert sitting.steps() == ["hold_session"]
    assert read(programme, sa.select(Ballot.choice)) == ["for"] * 4


def test_a_consultation_ends_at_its_term_and_follows_a_session_that_is_moved(programme):
    sitting = consulted(programme)
    later = HELD + timedelta(days=7)
    with programme.work_as("officer") as work:
        sessions.move(work, sitting.id, answers={"held_on": later, "kind": "written"})
    programme.play_until(HELD + timedelta(days=1))
    assert sitting.steps() == ["answer_consultation"] * 4
    with programme.work_as("officer") as work, pytest.raises(sessions.StillConsulted):
        sessions.hold(work, sitting.id, answers={"held_on": HELD})

    programme.play_until(later + timedelta(days=1))
    assert sitting.steps() == ["hold_session"]


def test_minutes_sent_back_are_submitted_again_as_another_version(programme):
    sitting = planned(programme, programme.today + timedelta(days=1))
    sitting.diffuse()
    programme.play_until(sitting.row.held_on)
    sitting.hold()
    sitting.submit_minutes("Un.")
    sitting.sign_minutes(decision="send_back", reason="Il manque un nom.")
    assert sitting.steps() == ["draft_minutes"]
    sitting.submit_minutes("Deux.")
    sitting.sign_minutes()

    versions = read(programme, sa.select(Minutes).order_by(Minutes.version))
    assert [(each.version, each.state) for each in versions] == [(1, "sent_back"), (2, "signed")]


def test_each_member_is_invited_once(programme):
    sitting = planned(programme, HELD)

    told = read(
        programme,
        sa.select(Message.recipient_id).where(
            Message.kind == "session_invitation", Message.case_id == sitting.id
        ),
    )
    assert sorted(told) == sorted(
        programme.people[name] for name in ("chair", "prescriber", "mandatary", "successor")
    )


def test_a_session_planned_before_it_had_a_process_has_one_before_its_agenda_is_to_be_sent(programme):
    with programme.work_as("officer") as work:
        before = CommitteeSession(
            id=new_id(), basin_id=programme.basin_id, held_on=HELD, kind="meeting", state="planned",
            planned_at=work.now, planned_by=work.actor.person_id,
        )  # fmt: skip
        work.database.add(before)
        sessions.record(work, "committee.session.planned", before, held_on=HELD)
    programme.appraise()
    sitting = Sitting(programme, before.id)
    assert sitting.steps() == []

    assert invitations.begin_those_planned_before(programme.database) == 1
    assert invitations.begin_those_planned_before(programme.database) == 0

    assert sitting.steps() == ["prepare_agenda"]
    assert sitting.own.kinds()[0] == "committee.session.planned"
    sitting.diffuse()
    programme.play_until(HELD)
    sitting.hold()
    assert sitting.steps() == ["draft_minutes"]


def test_a_session_planned_months_ahead_is_nobody_s_wait(programme):
    programme.appraise()
    sitting = planned(programme, HELD)
    sitting.diffuse()
    programme.play_until(HELD)
    sitting.hold()

    with programme.database.start_reading() as work:
        asked = Question(HELD - timedelta(days=365), HELD + timedelta(days=365), (programme.basin_id,))
        closed, _by_classes = facts.read(work, asked)
        waits = waiting.read(work, asked)

    assert sitting.steps() == ["draft_minutes"]
    assert {each.process for each in (*closed, *waits)} & {"committee_session"} == set()
    assert "committee_decision" in {each.step for each in waits}, "the file that waits for it is counted"
