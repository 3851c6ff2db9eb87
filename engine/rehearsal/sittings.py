"""The sessions of the imaginary committee, planned in the basin's rhythm as the project comes near one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from engine.committee import sessions
from engine.committee.models import CommitteeSession
from engine.rehearsal.pacing import TO_READ, Pacing

if TYPE_CHECKING:
    from engine.rehearsal.acting import Acting
    from engine.rehearsal.stage import Stage
    from engine.runtime.acts import TaskView

# A session is planned while the last steps before it are open.
LEADS_TO_SESSION = frozenset({"completeness_check", "complementary_diagnostic", "file_completion",
                              "intervention_request_review"})  # fmt: skip


@dataclass(slots=True)
class Sittings:
    """The basin's sessions."""

    stage: Stage
    acting: Acting
    pacing: Pacing

    def planned(self) -> list[CommitteeSession]:
        """The sessions of the basin that were not cancelled, in order."""
        with self.stage.database.start_reading() as work:
            found = sessions.of_basin(work, self.stage.basin_id)
        return [each for each in found if each.state != sessions.CANCELLED]

    def calls_for_session(self, task: TaskView, at: datetime | None) -> bool:
        """Plan a session where a task waits for one, or leads to one; whether one was planned."""
        waits = task.form == "committee_decision" and task.waits_for == "session"
        if not waits and (task.form not in LEADS_TO_SESSION or at is None):
            return False
        ready_on = self.stage.today if waits or at is None else max(
            self.stage.today, at.astimezone(self.stage.place.clock_zone).date()
        )  # fmt: skip
        since = task.opened_on if waits else ready_on
        if any(each.held_on >= since for each in self.planned()):
            return False
        self.plan_session(ready_on)
        return True

    def plan_session(self, ready_on: date) -> None:
        """The officer plans the next session, unless one is to come already."""
        if any(each.held_on > self.stage.today and each.state == sessions.PLANNED for each in self.planned()):
            return
        answers = {"held_on": self.pacing.session_day(ready_on + TO_READ), "kind": "meeting",
                   "starts_at": "14:00", "place": "Salle imaginaire"}  # fmt: skip
        with self.acting.as_officer() as work:
            sessions.plan(work, basin_id=self.stage.basin_id, answers=answers)

    def after_session(self) -> datetime:
        """The morning after the last session planned."""
        last = max(each.held_on for each in self.planned())
        return self.stage.at(self.pacing.working(last + timedelta(days=1)), 10)

    def is_deciding(self, tasks: Sequence[TaskView], session_id: UUID) -> bool:
        """Whether a decision of a session is still to be recorded, or to be signed off."""
        held_on = next((each.held_on for each in self.planned() if each.id == session_id), None)
        return any(
            each.form == "decision_sign_off"
            or (each.form == "committee_decision" and held_on is not None and each.opened_on <= held_on)
            for each in tasks
        )
