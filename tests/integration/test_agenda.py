"""An agenda fills itself with what is ready, is arranged by the officer, and frozen once it is sent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine.committee import agenda, items, sessions
from engine.committee.item_kinds import Kind
from engine.people import permissions, recusals
from engine.projects import alerts
from engine.projects.follow_up_models import MandataryReplacement
from engine.projects.models import Project
from engine.runtime import tasks
from tests.integration.programme import Programme
from tests.integration.sittings import Sitting, planned

HELD = date(2026, 12, 10)
REASON = "Le dirigeant ne peut pas venir."


@pytest.fixture
def programme(database, clock) -> Programme:
    """A basin at work whose first session is past, so that what is ready waits for the next."""
    found = Programme(database, clock).install()
    with found.work_as("officer") as work:
        sessions.cancel(work, sessions.of_basin(work, found.basin_id)[0].id, reason="Essai.")
    return found


def shown(sitting: Sitting, name: str = "officer") -> agenda.Agenda:
    programme = sitting.programme
    with programme.work_as(name) as work:
        session = sessions.find(work, sitting.id)
        return agenda.shown(work, session, permissions.permissions_of(work, programme.people[name]))


def kinds(sitting: Sitting, name: str = "officer") -> list[Kind]:
    return [each.kind for each in shown(sitting, name).lines]


def edited(sitting: Sitting, edit, **how):
    with sitting.programme.work_as("officer") as work:
        return edit(work, sitting.id, **how)


def due_on(programme: Programme) -> date:
    return programme.task("committee_decision").due_on


def test_what_is_ready_goes_to_the_soonest_meeting_until_its_agenda_is_sent(programme):
    first, second = planned(programme, HELD), planned(programme, HELD + timedelta(days=30))
    programme.appraise()
    assert (kinds(first), kinds(second)) == ([Kind.PROJECT_NEW], [])

    first.diffuse()
    programme.appraise()
    late = [each.project_id for each in shown(first).late]
    assert late == [programme.case_id]
    assert [each.project_id for each in shown(second).lines] == [programme.case_id]


def test_what_a_session_held_has_still_to_conclude_is_offered_to_no_other(programme):
    first, second = planned(programme, HELD), planned(programme, HELD + timedelta(days=30))
    programme.appraise()
    first.diffuse()
    programme.play_until(HELD)
    first.hold()

    assert (kinds(second), shown(second).late) == ([], [])
    with pytest.raises(agenda.NotReady):
        edited(second, agenda.add, key=first.items()[0].key)

    with programme.work_as("officer") as work:
        items.outcome(work, first.items()[0].id, outcome="postponed", note=None)
    assert kinds(second) == [Kind.PROJECT_NEW]


def test_a_file_adjourned_comes_back_before_the_minutes_that_say_so_are_signed(programme):
    first, second = planned(programme, HELD), planned(programme, HELD + timedelta(days=30))
    programme.appraise()
    first.diffuse()
    programme.play_until(HELD)
    first.hold()
    answers = programme.decision("adjourned", session_id=str(first.id), explanation="Préciser le marché.")
    programme.complete("committee_decision", "officer", answers)
    programme.complete("sign_off_decision", "chair", {"decision": "sign"})
    sent = {"channel": "email", "sent_on": programme.today.isoformat()}
    programme.complete("notify_decision", "officer", sent)
    programme.complete("complete_file", "prescriber", {"completion": "Le bail est joint."})
    assert kinds(second) == [Kind.ADJOURNMENT_RETURNED]


def test_an_item_added_once_the_agenda_is_sent_is_late_and_stands_on_no_other(programme):
    first, second = planned(programme, HELD), planned(programme, HELD + timedelta(days=30))
    first.diffuse()
    programme.appraise()
    edited(first, agenda.add, key=shown(first).late[0].key)

    assert [(each.number, each.item.is_late) for each in shown(first).lines] == [(1, True)]
    assert (shown(first).late, kinds(second)) == ([], [])


def test_a_file_taken_off_waits_for_the_session_after_until_it_is_put_back(programme):
    first, _second = planned(programme, HELD), planned(programme, HELD + timedelta(days=30))
    programme.appraise()
    key = shown(first).lines[0].key
    assert due_on(programme) == HELD
    edited(first, agenda.remove, key=key, reason=REASON)

    assert kinds(first) == []
    assert [each.item.removed_reason for each in shown(first).removed] == [REASON]
    assert due_on(programme) == HELD + timedelta(days=30)
    first.diffuse()
    assert first.items() == []

    edited(first, agenda.restore, key=key)
    assert [each.key for each in first.items()] == [key]
    assert due_on(programme) == HELD


def test_a_file_that_another_session_took_up_is_not_put_back(programme):
    first, second = planned(programme, HELD), planned(programme, HELD + timedelta(days=30))
    programme.appraise()
    first.diffuse()
    [item] = first.items()
    edited(first, agenda.remove, key=item.key, reason=REASON)
    second.diffuse()
    assert [each.key for each in second.items()] == [item.key]

    with pytest.raises(agenda.OnAnotherAgenda):
        edited(first, agenda.restore, key=item.key)

    edited(second, agenda.remove, key=item.key, reason=REASON)
    edited(first, agenda.restore, key=item.key)
    assert [len(each.items()) for each in (first, second)] == [1, 0]


def test_items_are_put_in_another_order_and_what_arrives_afterwards_follows(programme):
    sitting = planned(programme, HELD)
    programme.appraise()
    one = programme.case_id
    programme.clock.advance(hours=1)
    programme.appraise()
    two = programme.case_id
    edited(sitting, agenda.add, title="Calendrier de l’année")
    keys = [each.key for each in shown(sitting).lines]
    edited(sitting, agenda.reorder, keys=list(reversed(keys)))
    programme.appraise()

    assert [each.project_id for each in shown(sitting).lines] == [None, two, one, programme.case_id]
    sitting.diffuse()
    assert [each.project_id for each in sitting.items()] == [None, two, one, programme.case_id]
    assert [each.position for each in sitting.items()] == [1, 2, 3, 4]


def test_what_is_on_no_agenda_is_neither_moved_nor_removed(programme):
    sitting = planned(programme, HELD)
    unknown = f"project_new:{sitting.id.hex}"
    for edit, how in (
        (agenda.reorder, {"keys": [unknown]}),
        (agenda.remove, {"key": unknown, "reason": REASON}),
        (agenda.remove, {"key": "project_new:xyz", "reason": REASON}),
        (agenda.restore, {"key": unknown}),
    ):
        with pytest.raises(agenda.NotOnTheAgenda):
            edited(sitting, edit, **how)
    with pytest.raises(agenda.NotReady):
        edited(sitting, agenda.add, key=unknown)


def test_nothing_stands_twice_on_an_agenda(programme):
    sitting = planned(programme, HELD)
    programme.appraise()

    with pytest.raises(agenda.OnTheAgenda):
        edited(sitting, agenda.add, key=shown(sitting).lines[0].key)


def test_whoever_stepped_back_sees_the_number_of_an_item_and_nothing_else(programme):
    sitting = planned(programme, HELD)
    programme.appraise()
    with programme.work_as("officer") as work:
        recusals.recuse(
            work, case_id=programme.case_id, basin_id=programme.basin_id,
            person_id=programme.people["successor"],
        )  # fmt: skip

    seen = shown(sitting, "successor")
    assert (seen.lines, seen.left_out) == ([], [1])
    assert kinds(sitting, "mandatary") == [Kind.PROJECT_NEW]


def test_a_file_that_waits_for_somebody_is_shown_apart(programme):
    sitting = planned(programme, HELD)
    programme.appraise()
    until = programme.today + timedelta(days=10)
    with programme.work_as("officer") as work:
        task = programme.task("committee_decision")
        tasks.await_third_party(work, task_id=task.id, cause="firm", until=until, reason="Comptes.")

    seen = shown(sitting)
    assert (seen.lines, [(each.held_back, each.awaited_until) for each in seen.held_back]) == (
        [], [("firm", until)],
    )  # fmt: skip
    programme.play_until(until + timedelta(days=1))
    assert kinds(sitting) == [Kind.PROJECT_NEW]


def test_a_mandatary_replaced_and_a_firm_in_difficulty_come_before_the_committee(programme):
    programme.appraise()
    first = planned(programme, programme.today)
    programme.decide()
    programme.prepare()
    with programme.work_as("officer") as work:
        project = work.database.get_one(Project, programme.case_id)
        project.status, project.effective_on = "labelled", programme.today
        work.database.add(
            MandataryReplacement(
                basin_id=programme.basin_id, project_id=programme.case_id,
                to_person_id=programme.people["successor"], reason="Départ.", occurred_on=programme.today,
                recorded_at=work.now, recorded_by=programme.people["officer"], provisional=False,
            )
        )  # fmt: skip
        alerts.signal(
            work, project_id=programme.case_id, difficulty="cash", seriousness="serious", statement="Impayés.",
            occurred_on=programme.today,
        )  # fmt: skip
    first.hold()
    sitting = planned(programme, HELD)

    assert [each.kind for each in first.items()] == [Kind.PROJECT_NEW, Kind.INCIDENT, Kind.RATIFICATION]
    # The session that was held has still to conclude on both; the next one has what it puts off.
    assert kinds(sitting) == []
    with programme.work_as("officer") as work:
        for each in first.items()[1:]:
            items.outcome(work, each.id, outcome="postponed", note=None)
    assert kinds(sitting) == [Kind.INCIDENT, Kind.RATIFICATION]


def test_closed_minutes_are_the_first_thing_that_the_next_session_approves(programme):
    first = planned(programme, programme.today)
    first.hold()
    first.submit_minutes()
    first.sign_minutes()
    second = planned(programme, HELD)
    programme.appraise()
    edited(second, agenda.reorder, keys=[each.key for each in reversed(shown(second).lines)])

    assert kinds(second) == [Kind.PREVIOUS_MINUTES, Kind.PROJECT_NEW]
    assert shown(second).lines[0].title == first.row.number


def test_a_written_consultation_takes_only_what_its_officer_picks(programme):
    sitting = planned(programme, HELD, "written")
    programme.appraise()
    assert kinds(sitting) == []
    [ready] = shown(sitting).late
    edited(sitting, agenda.add, key=ready.key)

    assert [(each.kind, each.item.is_late) for each in shown(sitting).lines] == [(Kind.PROJECT_NEW, False)]
    meeting = planned(programme, HELD + timedelta(days=30))
    assert (kinds(meeting), shown(meeting).late) == ([], [])


def test_the_agenda_takes_as_many_statements_whatever_it_holds(programme):
    sitting = planned(programme, HELD)
    programme.appraise()
    one = statements(sitting)
    for _more in range(3):
        programme.appraise()

    assert statements(sitting) == one


def statements(sitting: Sitting) -> int:
    programme = sitting.programme
    said = []
    with programme.database.start_reading() as work:
        session = sessions.find(work, sitting.id)
        rights = permissions.permissions_of(work, programme.people["officer"])
        sa.event.listen(work.connection, "before_cursor_execute", lambda *args: said.append(args[2]))
        agenda.shown(work, session, rights)
    return len(said)
