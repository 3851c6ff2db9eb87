"""Minutes tell what was missing, and nobody signs, or is told, what they stepped back from."""

from __future__ import annotations

from datetime import date

import pytest

from engine.committee import attendance, interests, items, minutes, minutes_words, sessions, voices
from engine.people import basins
from engine.persistence.unit_of_work import Actor
from tests.integration.programme import Programme
from tests.integration.sittings import Sitting, planned
from tests.integration.test_minutes import decide, sign_off

HELD = date(2026, 12, 10)


@pytest.fixture
def programme(database, clock) -> Programme:
    return Programme(database, clock).install()


@pytest.fixture
def sitting(programme) -> Sitting:
    """A session held, with one file on its agenda, which it has not decided yet."""
    programme.appraise()
    made = planned(programme, HELD)
    made.diffuse()
    programme.play_until(HELD)
    made.hold()
    return made


def step_back(programme, who) -> None:
    with programme.work_as(who) as work:
        interests.declare(work, project_id=programme.case_id, situation="competitor")


def test_nobody_signs_minutes_that_they_may_not_be_shown(programme, sitting):
    decide(programme, sitting)
    sign_off(programme)
    step_back(programme, "chair")
    sitting.submit_minutes(
        "Procès-verbal\nOn parla de Mécanique du Grand Pré (démo).\nPoint 1. Projet\nAgréé."
    )
    with programme.database.start_reading(Actor(programme.people["chair"])) as work:
        assert "Mécanique" not in str(work.domain.context(work, sitting.own.task("sign_minutes")).facts)

    with pytest.raises(minutes.NotShown):
        sitting.sign_minutes()

    sitting.sign_minutes(decision="send_back", reason="Ne le nommer qu’à son point.")
    sitting.submit_minutes("Procès-verbal\nPoint 1. Mécanique du Grand Pré (démo)\nAgréé.")
    sitting.sign_minutes()
    assert sitting.row.minutes_signed_on == HELD


def test_what_is_left_to_sign_or_to_decide_is_not_named_to_whoever_stepped_back(programme, sitting):
    decide(programme, sitting)
    sitting.submit_minutes("Procès-verbal\nPoint 1. Mécanique du Grand Pré (démo)\nAgréé.")
    step_back(programme, "chair")

    with pytest.raises(minutes.NotAllSignedOff) as refused:
        sitting.sign_minutes()

    assert refused.value.details == {"decisions": items.HIDDEN}


def test_minutes_say_that_too_few_were_there_for_an_item_that_was_put_off(programme, sitting):
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key="committee.decision_mode", value="vote", reason="essai",
            valid_from=work.now,
        )  # fmt: skip
        session = sessions.find(work, sitting.id)
        rows = [
            {"seat_id": each.assignment_id, "presence": "absent" if number else "present"}
            for number, each in enumerate(voices.seats_of(work, session))
        ]
        attendance.record(work, sitting.id, rows=rows, chaired_by_id=programme.people["chair"])
        items.outcome(work, sitting.items()[0].id, outcome="postponed", note=None)
    said = "Le quorum n’était pas atteint sur ce point (sièges présents ou représentés\u202f: 1"
    assert said in drafted(programme, sitting)

    with programme.work_as("officer") as work:
        present = [{**each, "presence": "present"} for each in rows]
        attendance.record(work, sitting.id, rows=present, chaired_by_id=programme.people["chair"])
    assert "quorum" not in drafted(programme, sitting)


def drafted(programme, sitting) -> str:
    with programme.database.start_reading() as work:
        return minutes_words.drafted(work, sessions.find(work, sitting.id))
