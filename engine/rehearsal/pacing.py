"""On which day each thing is done: the pace that was asked for, in the basin's own calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from engine.calendar import Calendar
from engine.rehearsal.deciding import LATE, SILENT, Decider, Deciding
from engine.rehearsal.setting import Pace

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.rehearsal.stage import Stage
    from engine.runtime.acts import TaskView

THURSDAY = 3
RHYTHM = timedelta(weeks=6)  # Eight or nine sessions a year (cahier des charges: six to ten).
A_WEEK = timedelta(weeks=1)
A_DAY = timedelta(days=1)
FIRST_SESSION = timedelta(weeks=4)
TO_READ = timedelta(days=12)  # Between a file that is ready and the session: the notice, and some air.
SOONEST, AT_MOST = 1, 10  # Days in which something is done that is due later.
OVERDUE = timedelta(days=8)
AFTER_THE_LADDER = timedelta(days=12)  # Beyond its last rung.
HOURS = ((9, 15), (10, 40), (11, 20), (14, 5), (15, 30), (16, 45))
DAYS_TO_DRAFT, DAYS_TO_SIGN = 6, 2
FAR = 45
WEEKS_OF_A_YEAR = 53


@dataclass(slots=True)
class Pacing:
    """When people of a basin do what they are asked."""

    stage: Stage
    decider: Decider
    calendar: Calendar
    starts_on: date

    @property
    def pace(self) -> Pace:
        """The pace that was asked for."""
        return self.decider.choices.pace

    def when(
        self, task: TaskView, chosen: tuple[Deciding, str] | None, sessions: Sequence[CommitteeSession]
    ) -> datetime | None:
        """When a task is done; None when nobody ever does it."""
        if chosen is not None and chosen[1] == SILENT:
            return None
        if task.form == "session_held":
            return max(self.stage.at(task.due_on, 17, 30), self.stage.clock.instant)
        return self.hour(self.day(task, chosen, sessions), task)

    def day(
        self, task: TaskView, chosen: tuple[Deciding, str] | None, sessions: Sequence[CommitteeSession]
    ) -> date:
        """The day on which a task is done."""
        today = self.stage.today
        if task.form == "committee_decision" and task.waits_for == "session":
            coming = [each.held_on for each in sessions if each.held_on >= task.opened_on]
            return self.working(max(min(coming, default=task.due_on) + A_DAY, today))
        if task.form == "agenda_diffusion":
            return max(self.working_before(task.due_on), today)
        if task.form == "follow_up_report":
            return self.report_day(task, chosen)
        soon = self.soon(task)
        if self.pace is Pace.LATE:
            return self.working(max(task.due_on + OVERDUE, soon))
        if self.pace is Pace.RANDOM:
            return self.at_random(task, soon)
        return soon

    def soon(self, task: TaskView) -> date:
        """A day well before the due one."""
        begun = max(task.opened_on, self.stage.today)
        allowed = (task.due_on - begun).days
        days = max(SOONEST, min(AT_MOST, allowed // 2))
        if task.form == "agreement_signature":
            days = SOONEST + min(AT_MOST, 2 * (task.position or 0))
        elif task.form == "minutes_draft":
            days = DAYS_TO_DRAFT + 2
        elif task.form == "minutes_sign_off":
            days = DAYS_TO_SIGN
        return self.working(begun + timedelta(days=days))

    def report_day(self, task: TaskView, chosen: tuple[Deciding, str] | None) -> date:
        """A report: just before its day, or once every rung of the ladder was climbed."""
        today = self.stage.today
        if chosen is not None and chosen[1] == LATE:
            last = int(self.stage.place.current.get("ladder.chair", FAR))
            return self.working(task.due_on + timedelta(days=last) + AFTER_THE_LADDER)
        return max(self.working_before(task.due_on - A_DAY), today)

    def at_random(self, task: TaskView, soon: date) -> date:
        """Most often in time, sometimes late, now and then very late."""
        chances = self.decider.draw("day", task.process, task.step, task.opened_on, task.position)
        luck = chances.random()
        if luck < 0.7:
            return self.working(soon + timedelta(days=chances.randrange(3)))
        late = chances.randrange(1, 9) if luck < 0.95 else chances.randrange(15, 40)
        return self.working(max(task.due_on + timedelta(days=late), soon))

    def hour(self, day: date, task: TaskView) -> datetime:
        """An hour of work of a day, never past."""
        hour, minute = self.decider.draw("hour", task.process, task.step, task.position, day).choice(HOURS)
        return max(self.stage.at(day, hour, minute), self.stage.clock.instant)

    def working(self, day: date) -> date:
        """The working day on or after a day."""
        while not self.calendar.is_working_day(day):
            day += A_DAY
        return day

    def working_before(self, day: date) -> date:
        """The working day on or before a day."""
        while not self.calendar.is_working_day(day):
            day -= A_DAY
        return day

    def session_day(self, earliest: date) -> date:
        """The first day of the basin's rhythm from a day on: a Thursday, outside its quiet periods."""
        day = self.starts_on + FIRST_SESSION
        day += timedelta(days=(THURSDAY - day.weekday()) % 7)
        while day < earliest:
            day += RHYTHM
        for _week in range(WEEKS_OF_A_YEAR):
            if self.calendar.is_open(day):
                return day
            day += A_WEEK
        return self.calendar.first_open_on_or_after(day)
