"""The sessions of each basin's committee: planned ahead, their agenda sent, held, their minutes signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.committee import agenda, candidates, diffusion, items, minutes, sessions
from engine.committee.agenda_models import Diffusion
from engine.committee.item_kinds import OUTCOMES, Kind
from engine.committee.models import CommitteeSession
from engine.demo.almanac import PLANNED_AHEAD, working
from engine.demo.life import side_by_side
from engine.demo.stage import BasinOnStage, Stage, Story
from engine.operations import page_context
from engine.people import committee_seats
from engine.persistence.unit_of_work import UnitOfWork
from engine.runtime import tasks
from engine.runtime.models import Task
from forms import catalogue

Answers = Sequence[tuple[str, str, str]]  # Who answers a consultation, what they vote, and why.

NOTICE = 5  # Working days, as every basin of the demonstration gives.
UNREAD = 2  # Of those who receive an agenda, so many have not said so yet.
PLACE = "Salle du conseil"
RECENT = 6  # Months of sessions whose agenda was sent; those before were prepared on paper.


@dataclass(slots=True)
class Sitting:
    """One session: each verb is an act that somebody does through the engine."""

    stage: Stage
    basin: BasinOnStage
    session_id: UUID

    def complete(self, step: str, by: UUID, answers: Mapping[str, Any]) -> None:
        """Complete a step of the session that waits for somebody, as the API does."""
        with self.stage.database.start_reading() as work:
            waiting = sa.select(Task).where(
                Task.case_id == self.session_id, Task.step == step, Task.closed_at.is_(None)
            )
            mine = [each.id for each in work.database.scalars(waiting) if each.assignee_id in {None, by}]
        if not mine:
            raise LookupError(f"{step} waits for nobody in {self.session_id}")
        with self.stage.acting(by) as work:
            tasks.complete(work, task_id=mine[0], answers=answers, channel="json")

    def diffuse(self, message: str = "") -> None:
        """The officer sends the agenda to every member."""
        self.complete("prepare_agenda", self.basin.people["officer"], {"message": message} if message else {})

    def acknowledge(self) -> None:
        """Most of those who have an account say that they received it."""
        with self.stage.database.start_reading() as work:
            sent = sa.select(Diffusion.person_id).where(Diffusion.session_id == self.session_id)
            people = list(work.connection.scalars(sent.order_by(Diffusion.position)))
        for person in people[:-UNREAD]:
            with self.stage.acting(person) as work:
                diffusion.acknowledge(work, self.session_id)

    def hold(self) -> None:
        """The officer records who was there; one member in turn is excused."""
        with self.stage.database.start_reading() as work:
            held_on = work.database.get_one(CommitteeSession, self.session_id).held_on
            seats = committee_seats.seats_in_force(work, self.basin.id, held_on)
        chair = self.basin.people["chair"]
        excused = seats[held_on.toordinal() % len(seats)].person_id
        answers = {
            "held_on": held_on.isoformat(),
            "chaired_by_id": str(chair),
            "attendance": [
                {
                    "seat_id": str(seat.assignment_id),
                    "presence": "excused" if seat.person_id in {excused} - {chair} else "present",
                }
                for seat in seats
            ],
        }
        self.begin(answers)

    def begin(self, answers: Mapping[str, Any]) -> None:
        """The officer notes that it took place."""
        with self.stage.acting(self.basin.people["officer"]) as work:
            clean = loaded(work, self.basin, "session_held", answers, self.session_id)
            sessions.hold(work, self.session_id, answers=clean)

    def close(self, day: date) -> None:
        """The officer notes that a consultation is over: who answered is known."""
        self.begin({"held_on": day.isoformat()})

    def put(self, project_id: UUID) -> None:
        """The officer picks a file that is ready for this consultation."""
        with self.stage.acting(self.basin.people["officer"]) as work:
            ready = candidates.of_basin(work, self.basin.id)
            [key] = [each.key for each in ready if each.project_id == project_id]
            agenda.add(work, self.session_id, key=key)

    def answer(self, name: str, choice: str = "for", comment: str = "") -> None:
        """A member answers a consultation: the same vote on each of its items."""
        with self.stage.database.start_reading() as work:
            asked = agenda.items_of(work, self.session_id)
        said = {"choice": choice} | ({"comment": comment} if comment else {})
        rows = [{"item_id": str(item.id), **said} for item in asked]
        self.complete("answer_consultation", self.basin.people[name], {"answers": rows, "is_read": True})

    def conclude(self) -> None:
        """The officer notes what became of the items that no decision settles."""
        with self.stage.database.start_reading() as work:
            left = [each.item for each in items.undecided(work, self.session_id)]
        for item in left:
            with self.stage.acting(self.basin.people["officer"]) as work:
                items.outcome(work, item.id, outcome=OUTCOMES[Kind(item.kind)][0], note=None)

    def write_minutes(self) -> None:
        """The officer gives the minutes to sign, as the programme drafted them."""
        with self.stage.database.start_reading() as work:
            session = work.database.get_one(CommitteeSession, self.session_id)
            body = minutes.draft(work, session)
        self.complete("draft_minutes", self.basin.people["officer"], {"body": body})

    def sign_minutes(self) -> None:
        """The chair signs them."""
        with self.stage.database.start_reading() as work:
            latest = minutes.latest(work, self.session_id)
            digest = "" if latest is None else latest.body_hash
        signed = {"decision": "sign", "document_digest": digest}
        self.complete("sign_minutes", self.basin.people["chair"], signed)


def sittings(stage: Stage, basin: BasinOnStage) -> Story:
    """Every session from the first to those still to come, one planned as one is held."""
    yield stage.almanac.at(basin.sessions[0], 8, 15)
    for day in basin.sessions[:PLANNED_AHEAD]:
        plan(stage, basin, day)
    yield from side_by_side(*[sitting(stage, basin, number) for number in range(len(basin.sessions))])


def sitting(stage: Stage, basin: BasinOnStage, number: int) -> Story:
    """One session: its agenda a week before, its day, its minutes the week after."""
    at, day = stage.almanac.at, basin.sessions[number]
    if day > stage.almanac.ago(months=RECENT):  # Two years of agendas would only add mail to read.
        yield at(working(day, -NOTICE), 10, 30)
        found(stage, basin, day).diffuse()
        yield at(working(day, 1 - NOTICE), 17, 5)
        found(stage, basin, day).acknowledge()
    yield at(day, 17, 30)
    found(stage, basin, day).hold()
    if number + PLANNED_AHEAD < len(basin.sessions):
        plan(stage, basin, basin.sessions[number + PLANNED_AHEAD])
    yield from written_down(found(stage, basin, day), day)


def written_down(held: Sitting, day: date) -> Story:
    """The minutes of a session, once its decisions are signed."""
    at = held.stage.almanac.at
    yield at(working(day, 6), 9, 40)
    held.conclude()
    held.write_minutes()
    yield at(working(day, 8), 16, 20)
    held.sign_minutes()


def consulted(stage: Stage, basin: BasinOnStage, day: date, *, about: UUID, answers: Answers) -> Story:
    """A consultation in writing about one project: a week to answer, closed on its last day."""
    at = stage.almanac.at
    yield at(working(day, -NOTICE - 1), 9, 5)
    plan(stage, basin, day, kind="written")
    consultation = found(stage, basin, day)
    consultation.put(about)
    yield at(working(day, -NOTICE), 9, 20)
    consultation.diffuse("Le fournisseur tient son prix jusqu’à la mi-novembre : merci de répondre d’ici là.")
    for number, (name, choice, comment) in enumerate(answers):
        yield at(working(day, number // 2 - 3), 12 + 4 * (number % 2), 10)
        consultation.answer(name, choice, comment)
    yield at(working(day, 1), 8, 35)
    consultation.close(day)


def plan(stage: Stage, basin: BasinOnStage, day: date, kind: str = "meeting") -> UUID:
    """The officer plans a session."""
    meets = {"starts_at": "14:00", "place": PLACE} if kind == "meeting" else {}
    with stage.acting(basin.people["officer"]) as work:
        asked = {"held_on": day.isoformat(), "kind": kind, **meets}
        return sessions.plan(work, basin_id=basin.id, answers=loaded(work, basin, "session_plan", asked)).id


def found(stage: Stage, basin: BasinOnStage, day: date) -> Sitting:
    """The session of a day."""
    with stage.database.start_reading() as work:
        [each] = [
            each
            for each in sessions.of_basin(work, basin.id, since=day)
            if each.held_on == day and each.state != sessions.CANCELLED
        ]
        return Sitting(stage, basin, each.id)


def loaded(
    work: UnitOfWork, basin: BasinOnStage, form: str, answers: Mapping[str, object], about: UUID | None = None
) -> dict[str, Any]:
    """Clean answers of a page of the basin, or of one of its sessions."""
    known = page_context(work, form, basin_id=basin.id, case_id=about, channel="json")
    return catalogue.load(form, answers, known)
