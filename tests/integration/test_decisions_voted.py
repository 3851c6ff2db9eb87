"""A decision is held to the votes noted on its item, and to the quorum, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import errors
from engine.committee import (
    agenda,
    attendance,
    ballots,
    candidates,
    interests,
    minutes_words,
    sessions,
    voted,
)  # fmt: skip
from engine.committee.models import Decision
from engine.operations import context
from engine.people import basins
from engine.runtime import tasks
from tests.integration import committee_items
from tests.integration.programme import MEMBERS, Programme
from tests.integration.sittings import planned

HELD = date(2026, 12, 10)
UNANIMOUS = dict.fromkeys(MEMBERS, "for")


@pytest.fixture
def programme(database, clock):
    programme = Programme(database, clock).install()
    programme.appraise()
    return programme


@pytest.fixture
def sitting(programme):
    """A session of its day, its agenda sent."""
    sitting = planned(programme, HELD)
    sitting.diffuse()
    programme.play_until(HELD)
    return sitting


def vote(programme, sitting, **choices):
    (item,) = sitting.items()
    rows = [
        {"seat_id": committee_items.seat(programme, name), "choice": choice}
        for name, choice in choices.items()
    ]
    with programme.work_as("officer") as work:
        return ballots.record(work, item.id, rows=rows)


def hold(programme, sitting, *present):
    rows = [
        {"seat_id": str(committee_items.seat(programme, name)),
         "presence": "present" if name in present else "absent"}
        for name in MEMBERS
    ]  # fmt: skip
    sitting.own.complete(
        "hold_session", "officer",
        {"held_on": HELD.isoformat(), "attendance": rows, "chaired_by_id": str(programme.people["chair"])},
    )  # fmt: skip


def hold_again(programme, sitting, *present):
    """Who was there is put right."""
    rows = [
        {"seat_id": committee_items.seat(programme, name),
         "presence": "present" if name in present else "absent"}
        for name in MEMBERS
    ]  # fmt: skip
    with programme.work_as("officer") as work:
        attendance.record(work, sitting.id, rows=rows, chaired_by_id=programme.people["chair"])


def decide(programme, sitting, outcome="approved", **changes):
    answers = programme.decision(outcome, session_id=str(sitting.id), **changes)
    programme.complete("committee_decision", "officer", answers)


def counted(votes_for, votes_against, abstentions=0):
    return {
        "mode": "vote", "votes_for": votes_for, "votes_against": votes_against, "abstentions": abstentions,
    }  # fmt: skip


def refusal(programme, sitting, outcome="approved", **changes) -> dict[str, list[str]]:
    with pytest.raises(errors.InvalidAnswers) as refused:
        decide(programme, sitting, outcome, **changes)
    assert programme.rows(Decision) == []
    return dict(refused.value.messages)


def test_votes_that_carry_an_item_are_what_was_voted(programme, sitting):
    hold(programme, sitting, *MEMBERS)
    vote(programme, sitting, chair="for", prescriber="for", mandatary="for", successor="against")
    assert refusal(programme, sitting, **counted(4, 0)) == {
        "votes_for": [voted.OTHER_COUNT], "votes_against": [voted.OTHER_COUNT],
    }  # fmt: skip
    assert refusal(programme, sitting, "rejected", reason="quality", **counted(3, 1)) == {
        "outcome": [voted.CARRIED]
    }
    decide(programme, sitting, **counted(3, 1))
    (kept,) = programme.rows(Decision)
    assert (kept.mode, kept.votes_for, kept.votes_against) == ("vote", 3, 1)
    (item,) = sitting.items()
    assert item.decision_id == kept.id
    with pytest.raises(ballots.ItemClosed):
        vote(programme, sitting, successor="for")


@pytest.mark.parametrize(("successor", "said"), [("against", True), ("abstain", False)])
def test_the_minutes_say_that_the_casting_vote_carried_a_tie(programme, sitting, successor, said):
    hold(programme, sitting, *MEMBERS)
    vote(programme, sitting, chair="for", prescriber="for", mandatary="against", successor=successor)
    decide(programme, sitting, **counted(2, 1 + said, 1 - said))
    with programme.database.start_reading() as work:
        body = minutes_words.drafted(work, sessions.find(work, sitting.id))

    how = (
        "abstentions\u202f: 0), la voix de la présidence étant prépondérante."
        if said
        else "abstentions\u202f: 1)."
    )
    assert any(each.startswith("Le comité agrée") and each.endswith(how) for each in body.splitlines()), body


def test_the_page_starts_from_the_votes_that_were_noted(programme, sitting):
    hold(programme, sitting, *MEMBERS)
    vote(programme, sitting, **{**UNANIMOUS, "successor": "abstain"})
    task = programme.task("committee_decision")
    with programme.work_as("officer") as work:
        known = context(work, tasks.find(work, task_id=task.id).task)
    assert {name: known.prefill[name] for name in ("mode", "votes_for", "votes_against", "abstentions")} == {
        "mode": "vote", "votes_for": 3, "votes_against": 0, "abstentions": 1,
    }  # fmt: skip


def proposed(programme) -> dict[str, object]:
    """What the form of the decision starts from."""
    task = programme.task("committee_decision")
    with programme.work_as("officer") as work:
        known = context(work, tasks.find(work, task_id=task.id).task).prefill
    return {name: known.get(name) for name in ("session_id", "outcome", "mode", "votes_for", "votes_against")}


def test_the_page_proposes_what_the_votes_come_to(programme, sitting):
    hold(programme, sitting, *MEMBERS)
    vote(programme, sitting, **UNANIMOUS)
    assert proposed(programme)["outcome"] == "approved"
    vote(programme, sitting, **dict.fromkeys(MEMBERS, "against"))
    assert proposed(programme)["outcome"] == "rejected"
    hold_again(programme, sitting, "chair")
    assert proposed(programme)["outcome"] == "adjourned", "one of four is no quorum"


def test_a_session_held_since_hides_no_votes(programme, sitting):
    hold(programme, sitting, *MEMBERS)
    vote(programme, sitting, **UNANIMOUS)
    later = planned(programme, HELD + timedelta(days=7))
    programme.play_until(HELD + timedelta(days=7))
    assert later.id != sitting.id
    assert proposed(programme) == {
        "session_id": str(sitting.id), "outcome": "approved", "mode": "vote",
        "votes_for": len(MEMBERS), "votes_against": 0,
    }  # fmt: skip


def test_a_decision_sent_back_is_begun_again_from_its_votes(programme, sitting):
    hold(programme, sitting, *MEMBERS)
    vote(programme, sitting, **UNANIMOUS)
    decide(programme, sitting, **counted(len(MEMBERS), 0))
    programme.complete("sign_off_decision", "chair", {"decision": "send_back", "reason": "Suivi de 24 mois."})
    again = proposed(programme)
    assert (again["outcome"], again["mode"]) == ("approved", "vote")
    assert (again["votes_for"], again["votes_against"]) == (len(MEMBERS), 0)


def test_votes_that_do_not_carry_an_item_do_not_approve_it(programme, sitting):
    hold(programme, sitting, *MEMBERS)
    vote(programme, sitting, chair="against", prescriber="for", mandatary="against")
    assert refusal(programme, sitting, **counted(1, 2)) == {"outcome": [voted.NOT_CARRIED]}
    decide(programme, sitting, "rejected", reason="quality", **counted(1, 2))


def test_a_consensus_has_nobody_against(programme, sitting):
    hold(programme, sitting, *MEMBERS)
    vote(programme, sitting, **{**UNANIMOUS, "successor": "against"})
    assert refusal(programme, sitting) == {"mode": [voted.ONE_AGAINST]}
    vote(programme, sitting, successor="abstain")
    decide(programme, sitting)


def test_without_quorum_a_file_is_only_put_off(programme, sitting):
    hold(programme, sitting, "chair")
    vote(programme, sitting, chair="for")
    assert refusal(programme, sitting, **counted(1, 0)) == {"outcome": [voted.NO_QUORUM]}
    decide(programme, sitting, "adjourned", explanation="Quorum non atteint.", **counted(1, 0))


def test_votes_that_are_only_typed_are_held_to_the_quorum_of_those_there(programme, sitting):
    hold(programme, sitting, "chair")
    assert refusal(programme, sitting, **counted(1, 0)) == {"outcome": [voted.NO_QUORUM]}
    decide(programme, sitting, "adjourned", explanation="Quorum non atteint.", **counted(1, 0))


def test_a_consensus_asks_for_no_quorum(programme, sitting):
    hold(programme, sitting, "chair")
    decide(programme, sitting)


def test_the_quorum_of_a_file_leaves_out_whoever_stepped_back(programme, sitting):
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key="committee.quorum_percent", value=75, reason="essai",
            valid_from=work.now,
        )  # fmt: skip
    hold(programme, sitting, "chair", "prescriber")
    assert refusal(programme, sitting, **counted(2, 0)) == {"outcome": [voted.NO_QUORUM]}
    with programme.work_as("successor") as work:
        interests.declare(work, project_id=programme.case_id, situation="competitor")
    with programme.work_as("mandatary") as work:
        interests.declare(work, project_id=programme.case_id, situation="competitor")
    decide(programme, sitting, mandatary_id=str(programme.people["prescriber"]), **counted(2, 0))


def test_nothing_is_decided_in_a_session_whose_minutes_are_signed(programme, sitting):
    hold(programme, sitting, *MEMBERS)
    with programme.work_as("officer") as work:
        sessions.find(work, sitting.id).minutes_signed_on = HELD
    assert list(refusal(programme, sitting)) == ["session_id"]


@pytest.fixture
def consultation(programme):
    """Members answer in writing, until the end of the day."""
    sitting = planned(programme, HELD, kind="written")
    with programme.work_as("officer") as work:
        for each in candidates.of_basin(work, programme.basin_id):
            agenda.add(work, sitting.id, key=each.key)
    sitting.diffuse()
    programme.play_until(HELD)
    return sitting


def test_nothing_is_decided_in_writing_while_members_may_still_answer(programme, consultation):
    consultation.answer("chair")
    assert "session_id" in refusal(programme, consultation)

    for name in ("prescriber", "mandatary", "successor"):
        consultation.answer(name)
    decide(programme, consultation)
    assert programme.rows(Decision)[0].outcome == "approved"


def test_a_consultation_that_nobody_answered_approves_nothing(programme, consultation):
    programme.play_until(HELD + timedelta(days=1))
    hold(programme, consultation, "chair")
    assert refusal(programme, consultation)["outcome"] == [voted.NOBODY_ANSWERED]

    decide(programme, consultation, "adjourned", explanation="Personne n’a répondu.")
    assert programme.rows(Decision)[0].outcome == "adjourned"
