"""Sessions hold what they decided: on their day, for files that were there (D1, D16, R17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from engine import errors, operations
from engine.committee import recording, sessions
from engine.committee.models import CommitteeSession, Decision
from engine.people import basins
from engine.runtime import tasks
from forms.catalogue import InvalidAnswers
from tests.integration.programme import DIAGNOSTIC, Programme
from tests.integration.test_rules_fences import act

DECIDED = date(2026, 11, 16)


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def planned(programme, day):
    """A session on a day, by its identifier."""
    with programme.work_as("officer") as work:
        answers = {"held_on": day, "kind": "meeting"}
        return str(sessions.plan(work, basin_id=programme.basin_id, answers=answers).id)


def proposed(programme):
    """The sessions that the page of the decision proposes, by their identifiers, with what is said beside."""
    task_id = programme.task("committee_decision").id
    with programme.work_as("officer") as work:
        view = tasks.find(work, task_id=task_id).task
        return {each.value: each.hint for each in operations.context(work, view).choices["session_id"]}


def test_nothing_is_decided_in_a_session_held_before_the_project_whatever_the_reason(database, clock):
    programme = Programme(database, clock).install()
    before = programme.session_id()
    clock.advance(days=40)
    programme.appraise()
    assert proposed(programme) == {}

    with pytest.raises(InvalidAnswers) as raised:
        programme.complete(
            "committee_decision", "officer", {**programme.decision(), "session_id": before},
            late_reason="noté trop tard",
        )  # fmt: skip
    assert set(raised.value.messages) == {"session_id"}
    with programme.work_as("officer") as work, pytest.raises(errors.InvalidAnswers) as refused:
        recording.session_of(act(programme, work), UUID(before))

    assert "26 décembre 2026" in refused.value.messages["session_id"][0]
    assert programme.rows(Decision) == []


def test_a_session_held_before_the_file_was_ready_decides_with_a_reason_only(database, clock):
    programme = Programme(database, clock).install()
    early = programme.session_id()
    programme.open()
    clock.advance(days=8)
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)
    programme.complete("check_completeness", "officer", {"outcome": "complete"})
    answers = {**programme.decision(), "session_id": early}
    assert proposed(programme) == {early: "Réunion, avant l’ouverture de la tâche"}

    for reason in (None, "   "):
        with pytest.raises(errors.InvalidAnswers) as raised:
            programme.complete("committee_decision", "officer", answers, late_reason=reason)
        assert set(raised.value.messages) == {"late_reason"}
    ready = planned(programme, programme.today)
    assert proposed(programme)[ready] == "Réunion"
    programme.complete(
        "committee_decision", "officer", answers, late_reason="vu en séance, dossier saisi après"
    )

    assert [each.occurred_on for each in programme.rows(Decision)] == [DECIDED]


def test_a_decision_that_the_chair_sent_back_keeps_its_session(programme):
    programme.appraise()
    programme.complete("committee_decision", "officer", programme.decision())
    session_id = programme.session_id()
    programme.clock.advance(days=3)
    programme.complete(
        "sign_off_decision", "chair", {"decision": "send_back", "reason": "Deux jours de trop."}
    )

    programme.complete("committee_decision", "officer", {**programme.decision(), "session_id": session_id})

    assert [each.occurred_on for each in programme.rows(Decision)] == [DECIDED, DECIDED]


def test_a_session_of_another_basin_decides_nothing_here(programme):
    programme.appraise()
    with programme.work_as("officer") as work:
        elsewhere = basins.add(work, slug="ailleurs", code="AIL", name="Ailleurs")
        replace(programme, basin_id=elsewhere.id).publish(work, elsewhere.chain_id)
        session = sessions.plan(
            work, basin_id=elsewhere.id, answers={"held_on": programme.today, "kind": "meeting"}
        )
        with pytest.raises(errors.InvalidAnswers) as raised:
            recording.session_of(act(programme, work), session.id)

    assert set(raised.value.messages) == {"session_id"}


@pytest.mark.parametrize("change", ["cancel", "move"])
def test_a_session_that_decided_is_neither_cancelled_nor_moved(database, clock, change):
    programme = Programme(database, clock).install()
    programme.appraise()
    programme.complete("committee_decision", "officer", programme.decision())
    session_id = UUID(programme.session_id())
    for _signed in range(2):
        with programme.work_as("officer") as work, pytest.raises(sessions.HasDecided):
            changed(work, session_id, change, DECIDED + timedelta(days=7))
        if "sign_off_decision" in programme.steps():
            programme.complete("sign_off_decision", "chair", {"decision": "sign"})

    [session] = programme.rows(CommitteeSession)
    assert (session.state, session.held_on) == ("planned", DECIDED)


def changed(work, session_id, change, day):
    """Cancel a session, or move it to a day."""
    if change == "cancel":
        return sessions.cancel(work, session_id, reason="Neige.")
    return sessions.move(work, session_id, answers={"held_on": day, "kind": "meeting"})


@pytest.mark.parametrize("change", ["cancel", "move"])
def test_a_session_whose_only_decision_was_sent_back_may_change(programme, change):
    programme.appraise()
    programme.complete("committee_decision", "officer", programme.decision())
    programme.complete("sign_off_decision", "chair", {"decision": "send_back", "reason": "Pas cette séance."})

    with programme.work_as("officer") as work:
        session = changed(work, UUID(programme.session_id()), change, DECIDED + timedelta(days=7))
        assert (session.state, session.held_on) in {
            ("cancelled", DECIDED), ("planned", DECIDED + timedelta(days=7))
        }  # fmt: skip


def test_a_session_that_decided_changes_its_place_and_keeps_its_day(programme):
    programme.appraise()
    programme.complete("committee_decision", "officer", programme.decision())

    with programme.work_as("officer") as work:
        moved = sessions.move(
            work, UUID(programme.session_id()),
            answers={"held_on": DECIDED, "kind": "video", "place": "Mairie"},
        )  # fmt: skip
        assert (moved.held_on, moved.kind, moved.place) == (DECIDED, "video", "Mairie")


def test_a_session_that_decided_was_held_on_its_day(programme):
    programme.appraise()
    programme.complete("committee_decision", "officer", programme.decision())
    programme.clock.advance(days=3)
    session_id = UUID(programme.session_id())

    with programme.work_as("officer") as work, pytest.raises(sessions.HasDecided):
        sessions.hold(work, session_id, answers={"held_on": DECIDED + timedelta(days=1)})
    with programme.work_as("officer") as work:
        sessions.hold(work, session_id, answers={"held_on": DECIDED})

    assert [(each.state, each.held_on) for each in programme.rows(CommitteeSession)] == [("held", DECIDED)]


def test_two_sessions_are_not_held_on_one_day(programme):
    programme.clock.advance(days=9)
    other = UUID(planned(programme, DECIDED + timedelta(days=9)))

    with programme.work_as("officer") as work, pytest.raises(sessions.AlreadyPlanned):
        sessions.hold(work, other, answers={"held_on": DECIDED})
    with programme.work_as("officer") as work:
        held = sessions.hold(work, other, answers={"held_on": DECIDED + timedelta(days=8)})
        assert held.held_on == DECIDED + timedelta(days=8)


def limited(programme, key, value):
    """The basin changes one of its limits, from now on."""
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key=key, value=value, reason="décision du pilotage"
        )


def test_an_advance_is_held_to_the_ceiling_of_the_day_of_its_session(database, clock):
    programme = Programme(database, clock).install()
    programme.appraise()
    clock.advance(days=4)
    limited(programme, "advance.ceiling_cents", 1_000_000)
    limited(programme, "advance.max_months", 12)
    lent = {"advance_amount": 1_400_000, "advance_months": 24, "deferral_months": 0}
    early, late = programme.session_id(), planned(programme, programme.today)

    with pytest.raises(errors.InvalidAnswers) as raised:
        programme.complete("committee_decision", "officer", programme.decision(**lent) | {"session_id": late})
    assert set(raised.value.messages) == {"advance_amount", "advance_months"}
    assert "10\N{NARROW NO-BREAK SPACE}000,00" in raised.value.messages["advance_amount"][0]
    programme.complete("committee_decision", "officer", programme.decision(**lent) | {"session_id": early})

    assert [each.advance_cents for each in programme.rows(Decision)] == [1_400_000]


def test_an_advance_without_skills_is_held_to_the_day_of_its_session(database, clock):
    programme = Programme(database, clock).install()
    programme.appraise()
    clock.advance(days=4)
    limited(programme, "advance.requires_skills", True)
    alone = {"human_means": [], "advance_amount": 1_400_000, "advance_months": 24, "deferral_months": 0}
    early, late = programme.session_id(), planned(programme, programme.today)

    with pytest.raises(errors.InvalidAnswers) as raised:
        programme.complete(
            "committee_decision", "officer", programme.decision(**alone) | {"session_id": late}
        )
    assert "d’avance sans compétences" in raised.value.messages["human_means"][0]
    programme.complete("committee_decision", "officer", programme.decision(**alone) | {"session_id": early})

    assert [each.advance_cents for each in programme.rows(Decision)] == [1_400_000]


def test_a_ceiling_raised_since_gives_nothing_to_a_session_of_before(programme):
    limited(programme, "advance.ceiling_cents", 1_000_000)
    programme.appraise()
    programme.clock.advance(days=4)
    limited(programme, "advance.ceiling_cents", 1_500_000)
    lent = {"advance_amount": 1_400_000, "advance_months": 24, "deferral_months": 0}

    for refused in (lent, {**lent, "advance_amount": 1_600_000}):
        with pytest.raises((errors.InvalidAnswers, InvalidAnswers)):
            programme.complete("committee_decision", "officer", programme.decision(**refused))
    programme.complete(
        "committee_decision", "officer", programme.decision(**{**lent, "advance_amount": 1_000_000})
    )

    assert [each.advance_cents for each in programme.rows(Decision)] == [1_000_000]


def test_a_follow_up_and_a_floor_are_held_to_the_day_of_the_session_too(programme):
    limited(programme, "follow_up.months", 24)
    limited(programme, "advance.floor_cents", 200_000)
    programme.appraise()
    early = programme.session_id()
    programme.clock.advance(days=4)
    limited(programme, "follow_up.months", 30)
    limited(programme, "advance.floor_cents", 500_000)
    late = planned(programme, programme.today)
    given = {"follow_up_months": 24, "advance_amount": 200_000, "advance_months": 12, "deferral_months": 0}

    with pytest.raises(errors.InvalidAnswers) as raised:
        programme.complete(
            "committee_decision", "officer", programme.decision(**given) | {"session_id": late}
        )
    assert set(raised.value.messages) == {"follow_up_months", "advance_amount"}
    programme.complete("committee_decision", "officer", programme.decision(**given) | {"session_id": early})

    assert [(each.follow_up_months, each.advance_cents) for each in programme.rows(Decision)] == [
        (24, 200_000)
    ]
