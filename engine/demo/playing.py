"""Play stories in order of time, the programme's own ticks running between their acts."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine import clock as clocks
from engine import scheduler
from engine.clock import FrozenClock
from engine.demo.almanac import PARIS, working
from engine.demo.stage import Story
from engine.outbox import mail_log
from engine.runtime import timers

if TYPE_CHECKING:
    from engine.app import Engine

TICKS = {tick.name: tick for tick in scheduler.TICKS}
# What nobody is waiting for leaves by day: before that hour, the outbox has nothing to send.
POST_OPENS = timedelta(hours=8)
MORNING = timedelta(hours=8, minutes=30)
A_NIGHT, FOUR_WEEKS = 1, 28
# The last weeks are anchored night by night, what came before now and then: two years of nights would
# only add mail to read.
NIGHT_BY_NIGHT = timedelta(days=45)


class Player:
    """A clock that goes from one due instant to the next, and the stories that wait for theirs."""

    def __init__(
        self, engine: Engine, clock: FrozenClock, *, night_by_night: timedelta = NIGHT_BY_NIGHT
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.night_by_night = night_by_night
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._number = 0
        self._until = clock.instant
        self._day = self._midnight()
        self._anchor_at = self._midnight(later=FOUR_WEEKS)
        self._digests_at = self._next_month()

    def take_up(self, stories: Iterable[Story]) -> None:
        """Begin stories: each goes on to its first instant."""
        for story in stories:
            self._go_on(story)

    def play(self, until: datetime) -> None:
        """Let time pass until an instant: timers, mails, stories, anchors, each at its own time."""
        self._until = until
        while (coming := self._settle()) < until:
            self.clock.set(max(coming, self.clock.instant))
            self._nightly()
            if self._waiting and self._waiting[0][0] <= self.clock.instant:
                self._settle()
                self._go_on(heapq.heappop(self._waiting)[2])
        self.clock.set(until)
        self._see_to_people()
        self._settle()

    def _go_on(self, story: Story) -> None:
        instant = next(story, None)
        if instant is not None:
            self._number += 1
            heapq.heappush(self._waiting, (instant, self._number, story))

    def _settle(self) -> datetime:
        """Make, fire and send whatever is due now; the next instant at which anything will be."""
        self._run("documents")
        while True:
            timer, mail = self._due()
            if timer <= self.clock.instant and self._run("timers"):
                continue
            if mail <= self.clock.instant and self._run("outbox"):
                continue
            first = self._waiting[0][0] if self._waiting else self._until
            # What is due and was not done now (a mail to try again) is no reason to stop here again.
            due = [instant for instant in (timer, mail) if instant > self.clock.instant]
            return min(*due, first, self._anchor_at, self._digests_at, self._until)

    def _due(self) -> tuple[datetime, datetime]:
        """When the next timer and the next mail are due."""
        with self.engine.database.start_reading() as work:
            timer, mail = timers.next_due(work), mail_log.earliest_departure(work)
        opens = self._midnight() + POST_OPENS
        return timer or self._until, self._until if mail is None else max(mail, opens)

    def _run(self, tick: str) -> int:
        return TICKS[tick].run(self.engine)

    def _see_to_people(self) -> None:
        """Somebody may have left who was to sign."""
        self._run("chairs")
        self._run("signatories")

    def _nightly(self) -> None:
        """See to vacant chairs daily, anchor and judge the past now and then, write a month's digests."""
        if self._midnight() > self._day:
            self._day = self._midnight()
            self._see_to_people()
        if self.clock.instant >= self._anchor_at:
            self._run("anchor")
            self._run("charter")
            is_near = self._until - self.clock.instant < self.night_by_night
            self._anchor_at = self._midnight(later=A_NIGHT if is_near else FOUR_WEEKS)
        if self.clock.instant >= self._digests_at:
            self._run("digests")
            self._digests_at = self._next_month()

    def _midnight(self, *, later: int = 0) -> datetime:
        """The first instant of the present day, or of a later one: some days are 23 or 25 hours long."""
        today = clocks.local_date(self.clock.instant, PARIS)
        return clocks.start_of_day(today + timedelta(days=later), PARIS)

    def _next_month(self) -> datetime:
        """The morning on which the next month's digests are due: the first working day's."""
        today = clocks.local_date(self.clock.instant, PARIS)
        first = clocks.add_months(today.replace(day=1), 1)
        return clocks.start_of_day(working(first), PARIS) + MORNING
