"""The sessions of each basin's committee: planned a few months ahead, held on their day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.committee import sessions
from engine.demo.almanac import PLANNED_AHEAD
from engine.demo.stage import BasinOnStage, Stage, Story
from engine.operations import page_context
from engine.people import committee_seats
from engine.persistence.unit_of_work import UnitOfWork
from forms import catalogue


def sittings(stage: Stage, basin: BasinOnStage) -> Story:
    """Every session from the first to those still to come, one planned as one is held."""
    at, today = stage.almanac.at, stage.almanac.today
    yield at(basin.sessions[0], 8, 15)
    for day in basin.sessions[:PLANNED_AHEAD]:
        plan(stage, basin, day)
    for number, day in enumerate(basin.sessions):
        if day >= today:
            return
        yield at(day, 17, 30)
        hold(stage, basin, day)
        if number + PLANNED_AHEAD < len(basin.sessions):
            plan(stage, basin, basin.sessions[number + PLANNED_AHEAD])


def plan(stage: Stage, basin: BasinOnStage, day: date) -> None:
    """The officer plans a session."""
    with stage.acting(basin.people["officer"]) as work:
        asked = {
            "held_on": day.isoformat(),
            "kind": "meeting",
            "starts_at": "14:00",
            "place": "Salle du conseil",
        }
        sessions.plan(work, basin_id=basin.id, answers=loaded(work, basin, "session_plan", asked))


def hold(stage: Stage, basin: BasinOnStage, day: date) -> None:
    """The officer records who was there; one member in turn is excused."""
    with stage.acting(basin.people["officer"]) as work:
        planned = sessions.next_session(work, basin.id, day)
        seats = [each for each in committee_seats.seats_in_force(work, basin.id, day) if not each.guest]
        excused = seats[day.toordinal() % len(seats)].person_id
        present = [
            str(each.assignment_id)
            for each in seats
            if each.person_id != excused or each.person_id == basin.people["chair"]
        ]
        answers = {
            "held_on": day.isoformat(), "present_seat_ids": present,
            "chaired_by_id": str(basin.people["chair"]),
        }  # fmt: skip
        if planned is not None:
            sessions.hold(work, planned.id, answers=loaded(work, basin, "session_held", answers))


def loaded(work: UnitOfWork, basin: BasinOnStage, form: str, answers: Mapping[str, object]) -> dict[str, Any]:
    """Clean answers of a page of the basin."""
    return catalogue.load(form, answers, page_context(work, form, basin_id=basin.id, channel="json"))
