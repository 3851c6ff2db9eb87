"""A session of the committee in a basin at work: planned, its agenda sent, held, its minutes signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from engine.committee import agenda, life, minutes, sessions
from engine.committee.agenda_models import AgendaItem
from engine.committee.models import CommitteeSession
from engine.operations import page_context
from engine.people import committee_seats
from forms import catalogue

if TYPE_CHECKING:
    from tests.integration.programme import Programme


@dataclass
class Sitting:
    """One session, each of whose steps is done by whoever it is for, through validation."""

    programme: Programme
    id: UUID

    @property
    def row(self) -> CommitteeSession:
        """The session as it stands."""
        with self.programme.database.start_reading() as work:
            return work.database.get_one(CommitteeSession, self.id)

    @property
    def own(self) -> Programme:
        """The same basin, looking at the session's case rather than at a project's."""
        return replace(self.programme, case_id=self.id)

    def steps(self) -> list[str]:
        """The steps of the session that wait for somebody."""
        return self.own.steps()

    def items(self) -> list[AgendaItem]:
        """The items that stand on its agenda, once it is sent or held."""
        with self.programme.database.start_reading() as work:
            return agenda.items_of(work, self.id)

    def diffuse(self, **answers: object) -> None:
        """The officer sends the agenda, and says why it is late when it is."""
        with self.programme.database.start_reading() as work:
            row = work.database.get_one(CommitteeSession, self.id)
            is_late = self.programme.today > life.notice_day(work, row.basin_id, row.held_on)
        reason = {"why_so_late": "Dossiers arrivés tard."} if is_late else {}
        self.own.complete("prepare_agenda", "officer", {**reason, **answers})

    def answer(self, name: str, choice: str = "for") -> None:
        """A member answers a written consultation: the same vote on each item."""
        rows = [{"item_id": str(each.id), "choice": choice} for each in self.items()]
        position = next(
            each.position
            for each in self.own.open_tasks()
            if each.step == "answer_consultation" and each.assignee_id == self.programme.people[name]
        )
        self.own.complete("answer_consultation", name, {"answers": rows, "is_read": True}, position=position)

    def hold(self, **answers: object) -> None:
        """The officer notes that it took place, everybody being there; its agenda may never have been sent."""
        if "hold_session" in self.steps():
            self.own.complete("hold_session", "officer", {**self.attended(), **answers})
            return
        with self.programme.work_as("officer") as work:
            context = page_context(work, "session_held", basin_id=self.programme.basin_id, channel="json")
            clean = catalogue.load("session_held", {**self.attended(), **answers}, context)
            sessions.hold(work, self.id, answers=clean)

    def attended(self) -> Mapping[str, object]:
        """Everybody, with the chair presiding, on the day it was planned for."""
        with self.programme.database.start_reading() as work:
            seats = committee_seats.seats_in_force(work, self.programme.basin_id, self.row.held_on)
        return {
            "held_on": self.row.held_on.isoformat(),
            "present_seat_ids": [str(seat.assignment_id) for seat in seats],
            "chaired_by_id": str(self.programme.people["chair"]),
        }

    def submit_minutes(self, body: str = "Le comité s’est réuni.") -> None:
        """The officer gives the minutes to sign."""
        self.own.complete("draft_minutes", "officer", {"body": body})

    def sign_minutes(self, **answers: object) -> None:
        """The chair signs the minutes as they were submitted."""
        with self.programme.database.start_reading() as work:
            latest = minutes.latest(work, self.id)
        signed = {"decision": "sign", "document_digest": latest.body_hash if latest else ""}
        self.own.complete("sign_minutes", "chair", answers or signed)


def planned(programme: Programme, held_on: date, kind: str = "meeting", **answers: object) -> Sitting:
    """The officer plans a session."""
    with programme.work_as("officer") as work:
        answers = {"held_on": held_on, "kind": kind, **answers}
        return Sitting(programme, sessions.plan(work, basin_id=programme.basin_id, answers=answers).id)
