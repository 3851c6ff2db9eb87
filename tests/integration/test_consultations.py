"""A written consultation: one answer per seat, none on what one stepped back from, until its deadline."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import errors
from engine.committee import (
    agenda,
    attendance,
    candidates,
    consultations,
    diffusion,
    interests,
    items,
    minutes_words,
    seats_consulted,
    sessions,
    voices,
)
from engine.committee.agenda_models import Ballot
from engine.operations import context
from engine.outbox.models import Message
from engine.people import assignments, committee_seats
from engine.people.models import Assignment
from engine.runtime import tasks
from engine.runtime.models import Instance
from forms.catalogue import InvalidAnswers
from tests.integration import committee_items
from tests.integration.programme import Programme
from tests.integration.sittings import planned
from tests.integration.test_hot_path import watched

HELD = date(2026, 12, 10)


@pytest.fixture
def programme(database, clock):
    programme = Programme(database, clock).install()
    programme.appraise()
    return programme


@pytest.fixture
def sitting(programme):
    sitting = planned(programme, HELD, kind="written")
    with programme.work_as("officer") as work:
        for each in candidates.of_basin(work, programme.basin_id):
            agenda.add(work, sitting.id, key=each.key)
    sitting.diffuse()
    return sitting


def result(programme, sitting):
    with programme.database.start_reading() as work:
        (item,) = agenda.items_of(work, sitting.id)
        return voices.result(work, sessions.find(work, sitting.id), item, "vote")


def task_of(programme, sitting, name):
    return next(
        each
        for each in sitting.own.open_tasks()
        if each.step == "answer_consultation" and each.assignee_id == programme.people[name]
    )


def test_those_who_answered_are_those_there(programme, sitting):
    sitting.answer("chair")
    sitting.answer("successor", "against")
    found = result(programme, sitting)

    assert (len(found.eligible), len(found.represented), found.quorum_needed) == (4, 2, 2)
    assert (found.votes_for, found.votes_against, found.has_quorum) == (1, 1, True)
    assert {each.through for each in programme.rows(Ballot)} == {"self"}
    assert sitting.own.kinds().count("committee.consultation.answered") == 2


def test_whoever_answered_received_what_it_is_about(programme, sitting):
    sitting.answer("chair")

    with programme.database.start_reading() as work:
        received = {
            each.person_id: each.through
            for each in diffusion.receipts(work, sitting.id)
            if each.acknowledged_at is not None
        }
    assert received == {programme.people["chair"]: "answer"}
    assert sitting.own.kinds().count("committee.diffusion.acknowledged") == 1


def test_its_minutes_say_who_answered(programme, sitting):
    sitting.answer("chair")
    programme.play_until(HELD + timedelta(days=1))
    with programme.database.start_reading() as work:
        seats = committee_seats.seats_in_force(work, programme.basin_id, HELD)
    [there] = [str(each.assignment_id) for each in seats if each.person_id == programme.people["chair"]]
    sitting.hold(present_seat_ids=[there])

    with programme.database.start_reading() as work:
        said = minutes_words.drafted(work, sessions.find(work, sitting.id))
    assert said.startswith("Procès-verbal de la consultation écrite du 10 décembre 2026")
    assert re.search(r"Ont répondu\s: ", said)
    assert "Présents" not in said


def test_a_guest_is_not_among_those_who_did_not_answer(programme, sitting):
    with programme.work_as("officer") as work:
        seats = committee_seats.seats_in_force(work, programme.basin_id, HELD)
        of = {each.person_id: each for each in seats}
        guest, member = of[programme.people["successor"]], of[programme.people["mandatary"]]
        work.database.get_one(Assignment, guest.assignment_id).guest = True
    sitting.answer("chair")
    programme.play_until(HELD + timedelta(days=1))
    task = next(each for each in sitting.own.open_tasks() if each.step == "hold_session")
    with programme.work_as("officer") as work:
        asked = context(work, tasks.find(work, task_id=task.id).task).prefill["attendance"]
    assert guest.full_name not in {
        each.full_name for each in seats if str(each.assignment_id) in {row["seat_id"] for row in asked}
    }
    chair = of[programme.people["chair"]]
    sitting.hold(present_seat_ids=[str(chair.assignment_id)])
    rows = [
        {"seat_id": each.assignment_id, "presence": "present" if each == chair else "absent"}
        for each in seats
    ]  # fmt: skip
    with programme.work_as("officer") as work:
        attendance.record(work, sitting.id, rows=rows, chaired_by_id=chair.person_id)

    with programme.database.start_reading() as work:
        said = minutes_words.drafted(work, sessions.find(work, sitting.id))
    silent = next(line for line in said.splitlines() if line.startswith("N’ont pas répondu"))
    assert member.full_name in silent
    assert guest.full_name not in silent


def test_minutes_say_that_an_item_was_decided_in_writing(programme, sitting):
    for name in ("chair", "prescriber", "mandatary", "successor"):
        sitting.answer(name)
    programme.play_until(HELD + timedelta(days=1))
    answers = programme.decision(
        "approved", session_id=str(sitting.id), mode="vote", votes_for=4, votes_against=0, abstentions=0
    )
    programme.complete("committee_decision", "officer", answers)

    with programme.database.start_reading() as work:
        said = minutes_words.drafted(work, sessions.find(work, sitting.id))
    assert re.search(r"agrée le projet, par écrit \(pour\s: 4, contre\s: 0, abstentions\s: 0\)", said), said


def test_whoever_stepped_back_is_asked_nothing_about_the_item_and_reads_no_firm(programme, sitting):
    with programme.work_as("successor") as work:
        interests.declare(work, project_id=programme.case_id, situation="competitor")
    task = task_of(programme, sitting, "successor")
    with programme.work_as("successor") as work:
        known = context(work, tasks.find(work, task_id=task.id).task)
        assert list(known.choices["answers-item_id"]) == []
        assert not known.limits["has_items"]
        assert programme.project().firm not in str(known.facts)

    with pytest.raises(InvalidAnswers):
        sitting.answer("successor")
    sitting.own.complete("answer_consultation", "successor", {"is_read": True}, position=task.position)
    assert programme.rows(Ballot) == []
    assert len(result(programme, sitting).eligible) == 3


def test_an_answer_on_each_item_is_asked_once(programme, sitting):
    task = task_of(programme, sitting, "chair")
    (item,) = sitting.items()
    row = {"item_id": str(item.id), "choice": "for"}
    for answers in ([], [row, row], [{**row, "item_id": str(sitting.id)}]):
        with pytest.raises(InvalidAnswers):
            sitting.own.complete(
                "answer_consultation", "chair", {"answers": answers, "is_read": True}, position=task.position
            )
    assert programme.rows(Ballot) == []


def test_nothing_is_put_off_while_members_are_asked(programme, sitting):
    (item,) = sitting.items()
    programme.play_until(HELD)
    with programme.work_as("officer") as work, pytest.raises(sessions.StillConsulted):
        items.outcome(work, item.id, outcome="postponed", note=None)


def test_it_ends_at_its_deadline_with_the_answers_there_are(programme, sitting):
    sitting.answer("chair")
    programme.play_until(HELD + timedelta(days=1))
    assert sitting.steps() == ["hold_session"]
    assert result(programme, sitting).votes_for == 1


def test_one_that_nobody_answered_is_concluded_and_its_items_wait_for_another_session(programme, sitting):
    later = planned(programme, HELD + timedelta(days=30))
    programme.play_until(HELD + timedelta(days=1))
    (task,) = [each for each in sitting.own.open_tasks() if each.step == "hold_session"]
    with programme.work_as("officer") as work:
        shown = context(work, tasks.find(work, task_id=task.id).task)
        assert "Personne n’a voté" in str(shown.facts)
    rows = shown.prefill["attendance"]
    assert {row["presence"] for row in rows} == {"absent"}
    sitting.own.complete(
        "hold_session", "officer",
        {"held_on": HELD.isoformat(), "attendance": rows, "chaired_by_id": str(programme.people["chair"])},
    )  # fmt: skip

    assert [each.outcome for each in sitting.items()] == ["postponed"]
    with programme.work_as("officer") as work:
        said = minutes_words.drafted(work, sessions.find(work, sitting.id))
        assert [each.key for each in agenda.offered(work, sessions.find(work, later.id))] == [
            sitting.items()[0].key
        ]
    assert "Personne n’a voté par écrit sur ce point." in said
    assert re.search(r"N’ont pas répondu\s: ", said)
    sitting.submit_minutes(said)
    sitting.sign_minutes()
    assert sitting.row.minutes_signed_on == programme.today


def test_one_that_somebody_answered_names_those_who_did(programme, sitting):
    sitting.answer("chair")
    programme.play_until(HELD + timedelta(days=1))
    with pytest.raises(InvalidAnswers):
        sitting.hold(present_seat_ids=[])
    sitting.hold()
    assert [each.outcome for each in sitting.items()] == [None]


def test_its_deadline_may_be_put_off_for_those_who_have_not_answered(programme, sitting):
    sitting.answer("chair")
    later = HELD + timedelta(days=5)
    with programme.work_as("officer") as work:
        with pytest.raises(errors.InvalidAnswers):
            consultations.extend(work, sitting.id, until=HELD, reason="Deux réponses manquent.")
        consultations.extend(work, sitting.id, until=later, reason="Deux réponses manquent.")

    assert sitting.row.held_on == later
    assert {each.due_on for each in sitting.own.open_tasks()} == {later}
    programme.play_until(HELD + timedelta(days=1))
    assert sitting.steps() == ["answer_consultation"] * 3
    programme.play_until(later + timedelta(days=1))
    assert sitting.steps() == ["hold_session"]
    assert "committee.consultation.extended" in sitting.own.kinds()


def leave(programme, name):
    """Somebody no longer sits from today on."""
    with programme.work_as("officer") as work:
        assignments.end(work, committee_items.seat(programme, name), reason="Départ.")


def take_over(programme, name, by):
    """Somebody else sits for the organisation of the one who left."""
    leave(programme, name)
    with programme.work_as("officer") as work:
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=programme.people[by],
            organisation_id=programme.firms[name],
        )  # fmt: skip


def test_a_seat_that_changes_hands_is_answered_for_by_its_new_holder(programme, sitting):
    assert seats_consulted.follow_seats(programme.database) == 0
    before = task_of(programme, sitting, "successor")
    programme.clock.advance(days=1)
    take_over(programme, "successor", by="expert")
    assert seats_consulted.follow_seats(programme.database) == 1
    assert seats_consulted.follow_seats(programme.database) == 0

    moved = task_of(programme, sitting, "expert")
    assert (moved.id, moved.position) == (before.id, before.position)
    assert len([each for each in sitting.own.open_tasks() if each.step == "answer_consultation"]) == 4
    told = [each.kind for each in programme.rows(Message) if each.recipient_id == programme.people["expert"]]
    assert sorted(told) == ["session_agenda", "task_reassigned"]
    assert "committee.consultation.passed_on" in sitting.own.kinds()

    sitting.answer("expert", "against")
    assert result(programme, sitting).votes_against == 1


def test_a_new_holder_who_was_sent_the_agenda_again_answers_too(programme, sitting):
    programme.clock.advance(days=1)
    take_over(programme, "successor", by="expert")
    with programme.work_as("officer") as work:
        diffusion.diffuse_again(work, sitting.id, reason="Un membre a changé.")
    assert seats_consulted.follow_seats(programme.database) == 1
    sitting.answer("expert")
    assert result(programme, sitting).votes_for == 1


def test_a_seat_that_nobody_holds_any_more_is_waited_for_a_day_and_no_longer(programme, sitting):
    for name in ("chair", "prescriber"):
        sitting.answer(name)
    programme.clock.advance(days=1)
    leave(programme, "successor")
    assert seats_consulted.follow_seats(programme.database) == 0, "the seat may be given again today"

    programme.clock.advance(days=1)
    assert seats_consulted.follow_seats(programme.database) == 1
    assert sitting.steps() == ["answer_consultation"]
    sitting.answer("mandatary")
    assert sitting.steps() == ["hold_session"]
    assert "committee.consultation.given_up" in sitting.own.kinds()


def test_nobody_is_waited_for_once_only_a_seat_that_ended_is_left(programme, sitting):
    for name in ("chair", "prescriber", "mandatary"):
        sitting.answer(name)
    programme.clock.advance(days=1)
    leave(programme, "successor")
    assert seats_consulted.follow_seats(programme.database) == 1
    assert sitting.steps() == ["hold_session"]
    assert seats_consulted.follow_seats(programme.database) == 0


def test_looking_where_no_seat_changed_costs_one_statement(programme, sitting):
    with watched(programme.database) as seen:
        assert seats_consulted.follow_seats(programme.database) == 0
    assert seen.count == 1, seen.statements


def test_only_a_consultation_under_way_is_put_off(programme):
    meeting = planned(programme, HELD)
    with programme.work_as("officer") as work, pytest.raises(consultations.NotConsulted):
        consultations.extend(work, meeting.id, until=HELD + timedelta(days=2), reason="essai")


def test_it_can_order_a_complementary_diagnostic(programme, sitting):
    for name in ("chair", "prescriber", "mandatary", "successor"):
        sitting.answer(name)
    programme.play_until(HELD)
    sitting.hold()
    ordered = programme.decision(
        "complementary_diagnostic", session_id=str(sitting.id), question="Le marché est-il là ?",
        expert_id=str(programme.people["expert"]),
        complementary_due_on=(HELD + timedelta(days=30)).isoformat(),
    )  # fmt: skip
    programme.complete("committee_decision", "officer", ordered)
    programme.complete("sign_off_decision", "chair", {"decision": "sign"})
    programme.complete(
        "notify_decision", "officer", {"channel": "email", "sent_on": programme.today.isoformat()}
    )
    with programme.database.start_reading() as work:
        row = work.database.scalars(sa.select(Instance).where(Instance.id == programme.case_id)).one()
    assert row.ended_at is None
    assert "complementary_diagnostic" in programme.steps()
