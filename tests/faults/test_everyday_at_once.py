"""Promise 2 for everyday acts: each reads first, as its page does, then waits for whoever came before."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest
import sqlalchemy as sa

from engine.committee import sessions
from engine.committee.models import CommitteeSession
from engine.people import assignments
from engine.people.models import Assignment, Role
from engine.projects import corrections, everyday
from engine.projects.models import Correction, Diagnostic
from engine.projects.recording import find
from tests.faults.at_once import Act, Stage, as_if_in_turn, outcome
from tests.faults.trials import Copies
from tests.faults.trials import footprint as left_by
from tests.integration.programme import Programme

OFFICERS = ("officer", "colleague")


def correct(programme: Programme, place: int) -> None:
    """An officer puts the diagnostic right, having looked at it."""
    with programme.work_as(OFFICERS[place]) as work:
        [record] = work.connection.scalars(sa.select(Diagnostic.id).where(Diagnostic.replaces_id.is_(None)))
        found = corrections.find(work, record, project_id=programme.case_id)
        corrections.correct(
            work, project_id=programme.case_id, record_id=found.record.id, reason="Faute de frappe.",
            changes={"summary": "Un atelier de mécanique."},
        )  # fmt: skip


def suspend(programme: Programme, place: int) -> None:
    """The chair suspends the project."""
    with programme.work_as("chair") as work:
        project = find(work, programme.case_id)
        everyday.suspend(
            work, project_id=project.id, requested_by="firm", reason="Incendie.",
            until=programme.today + timedelta(days=30),
        )  # fmt: skip


def resume(programme: Programme, place: int) -> None:
    """An officer takes the project up again."""
    with programme.work_as(OFFICERS[place]) as work:
        project = find(work, programme.case_id)
        everyday.resume(work, project_id=project.id, note="Tout va mieux.")


def planned_session(programme: Programme, work: Any) -> CommitteeSession:
    """The basin's one session, as a page reads it."""
    return sessions.find(work, sessions.of_basin(work, programme.basin_id)[0].id)


def cancel_session(programme: Programme, place: int) -> None:
    """An officer cancels the session."""
    with programme.work_as(OFFICERS[place]) as work:
        sessions.cancel(work, planned_session(programme, work).id, reason="Trop peu de présents.")


def hold_session(programme: Programme, place: int) -> None:
    """An officer notes that the session took place."""
    with programme.work_as(OFFICERS[place]) as work:
        session = planned_session(programme, work)
        sessions.hold(work, session.id, answers={"held_on": session.held_on})


def end_role(programme: Programme, place: int) -> None:
    """An officer ends the expert's role in the basin."""
    with programme.work_as(OFFICERS[place]) as work:
        held = work.database.scalars(
            sa.select(Assignment).where(
                Assignment.person_id == programme.people["expert"],
                Assignment.role == Role.EXPERT.value,
                Assignment.case_id.is_(None),
            )
        ).one()
        assignments.end(work, assignments.find(work, held.id).id, reason="Départ.")


def footprint(programme: Programme) -> dict[str, Any]:
    """What is left, with what the everyday acts write beside the project."""
    left = left_by(programme)
    with programme.database.start_reading() as work:
        left["sessions"] = [each.state for each in sessions.of_basin(work, programme.basin_id)]
        left["live"] = work.connection.scalars(
            sa.select(Diagnostic.summary).where(Diagnostic.struck_at.is_(None))
        ).all()
        left["corrections"] = len(work.connection.scalars(sa.select(Correction.id)).all())
        left["suspended"] = str(find(work, programme.case_id).suspended_on)
    return left


# Acts on one thing, of which two at once may collide.
ON_ONE_THING: tuple[tuple[Act, ...], ...] = (
    (correct, suspend, resume), (cancel_session, hold_session), (end_role,),
)  # fmt: skip
PAIRS = [pair for acts in ON_ONE_THING for pair in combinations_with_replacement(acts, 2)]
NEVER_BOTH = {(each, each) for acts in ON_ONE_THING for each in acts} | {(cancel_session, hold_session)}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "-".join(act.__name__ for act in pair))
def test_everyday_acts_at_once_end_as_if_one_had_come_after_the_other(copies: Copies, pair: tuple[Act, Act]):
    for ended in as_if_in_turn(copies, pair, footprint):
        assert pair not in NEVER_BOTH or ended.count("done") <= 1, ended


def test_an_officer_does_not_suspend_a_firm_labelled_while_they_asked(database, clock):
    """The last signature is being saved when the officer asks: from then on it is the chair's (D7)."""
    programme = Programme(database, clock).install()
    programme.appraise()
    programme.decide()
    programme.prepare()
    for position in range(3):
        programme.sign(position)

    shown = programme.shown(programme.task("sign_agreement", position=3))

    def last_signature(programme: Programme, place: int) -> None:
        answers = {"answer": "accept", "consent": True, **shown}
        programme.complete("sign_agreement", "mandatary", answers, position=3)

    def suspend_early(programme: Programme, place: int) -> None:
        with programme.work_as("officer") as work:
            project = find(work, programme.case_id)
            everyday.suspend(
                work, project_id=project.id, requested_by="firm", reason="Incendie.",
                until=programme.today + timedelta(days=30),
            )  # fmt: skip

    ended = Stage(programme, last_signature, suspend_early, held_at=6).play()

    assert ended == ("done", "NotTheChair")
    assert outcome(suspend_early, programme, 0) == "NotTheChair"
