"""Tell a rehearsal that was played: its entries by date, its figures, what was passed in the diagrams."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.committee.models import CommitteeSession
from engine.escalation.beginning import LATE_REPORT
from engine.i18n import mark as _
from engine.people.models import Role
from engine.projects.models import Project
from engine.rehearsal import company
from engine.rehearsal.told import (
    Entry,
    How,
    Kind,
    OpenChoice,
    Rehearsal,
    Said,
    Summary,
)
from engine.runtime import cases
from engine.runtime.models import Task
from forms import catalogue

if TYPE_CHECKING:
    from engine.rehearsal.deciding import ChoiceAwaited
    from engine.rehearsal.playing import Playing, Stopped

HELD = "held"
# In what order things are told that happen at the same minute: causes first.
TOLD_FIRST = (Kind.TIMER, Kind.SESSION, Kind.DONE, Kind.DROPPED, Kind.REFUSED, Kind.EVENT, Kind.RUNG,
              Kind.OPENED, Kind.MAIL, Kind.END)  # fmt: skip
# Steps of the programme's own that tell nobody anything.
SILENT = frozenset(
    {
        "projects.schedule_report", "projects.review_term", "committee.invite", "committee.send_extracts",
        "escalation.pause_before_call", "escalation.pause_before_choice",
    }
)  # fmt: skip
PARTS = {
    "prescriber": "prescriber", "mandatary": "mandatary", "deputy": Role.SEAT.value,
    "lender": Role.SEAT.value, "councillor": Role.SEAT.value,
}  # fmt: skip

ENDED = _("Le projet est arrivé à sa fin le {day} : « {end} ».")
GOES_ON = _("Les mois demandés sont passés ; le projet continue.")
AWAITS = _("À vous de choisir, à l’étape « {step} ».")
SESSION = _("Séance du comité d’agrément")


class Teller:
    """Reads a rehearsal's database once, when it is over."""

    def __init__(self, playing: Playing) -> None:
        self.playing = playing
        self.zone = playing.stage.place.clock_zone
        with playing.stage.database.start_reading() as work:
            self.tasks = list(work.database.scalars(sa.select(Task)))
            self.root: Any = work.connection.execute(
                sa.select(cases.instance).where(cases.instance.c.id == playing.project_id)
            ).one()
            self.instances = work.connection.execute(
                sa.select(cases.instance.c.id, cases.instance.c.process, cases.instance.c.end_event)
            ).all()
            self.project = work.database.get_one(Project, playing.project_id)
            self.sessions = list(work.database.scalars(sa.select(CommitteeSession)))
        self.roles = {playing.stage.people[each.key]: PARTS.get(each.key, each.role.value)
                      for each in company.PLAYERS}  # fmt: skip

    def local(self, instant: datetime) -> tuple[date, str]:
        """The day and hour of an instant in the basin."""
        there = instant.astimezone(self.zone)
        return there.date(), f"{there:%H:%M}"

    def role_of(self, person_id: UUID) -> str:
        """The part that somebody plays."""
        return self.roles.get(person_id, Role.SME_HEAD.value)

    def entry(self, instant: datetime, kind: Kind, title: str, **more: Any) -> Entry:
        """Something that happened at an instant."""
        day, hour = self.local(instant)
        return Entry(day, hour, kind, title, **more)

    # What happened.

    def entries(self) -> tuple[Entry, ...]:
        """Everything, in order of time; what comes together is in an order that no identifier decides."""
        found = [*self.of_tasks(), *self.of_mails(), *self.of_steps(), *self.of_timers(),
                 *self.of_sessions(), *self.of_notes(), *self.of_end()]  # fmt: skip
        return tuple(
            sorted(
                found,
                key=lambda each: (each.on, each.at, TOLD_FIRST.index(each.kind), each.title, each.who),
            )
        )

    def of_tasks(self) -> Iterator[Entry]:
        """Each task opened, then done or dropped."""
        for task in self.tasks:
            about: dict[str, Any] = {
                "role": task.role, "who": self.playing.who(task), "process": task.process,
                "element": task.step,
            }  # fmt: skip
            kind = Kind.RUNG if task.process == LATE_REPORT else Kind.OPENED
            yield self.entry(task.opened_at, kind, task.title, due_on=task.due_on, **about)
            if task.closed_at is not None:
                ended = Kind.DONE if task.outcome == "completed" else Kind.DROPPED
                due_on = task.due_on if ended is Kind.DONE else None
                if ended is Kind.DONE and task.closed_by is not None:
                    about["who"] = self.playing.name_of(task.assignee_id or task.closed_by)
                yield self.entry(task.closed_at, ended, task.title, due_on=due_on, **about)

    def of_mails(self) -> Iterator[Entry]:
        """Each mail, on the day it would have left."""
        for mail in self.playing.mailbox.mails:
            who = self.playing.name_of(mail.recipient_id)
            yield self.entry(mail.at, Kind.MAIL, mail.subject, role=self.role_of(mail.recipient_id), who=who)

    def of_steps(self) -> Iterator[Entry]:
        """What the programme does by itself, and the rungs it climbs."""
        for call in self.playing.trail.calls:
            process = self.playing.drawn.home(call)
            if call.is_task or call.operation in SILENT or process is None:
                continue
            kind = Kind.RUNG if call.operation.startswith("escalation.") else Kind.EVENT
            name = self.playing.drawn.name(process, call.step)
            yield self.entry(call.at, kind, name, process=process, element=call.step)

    def of_timers(self) -> Iterator[Entry]:
        """Each delay that ran out, where its diagram names it."""
        for fired in self.playing.trail.fired:
            node = self.playing.drawn.node(fired.process, fired.element)
            if node is not None and node.name and fired.process != LATE_REPORT:
                yield self.entry(
                    fired.at, Kind.TIMER, node.name, process=fired.process, element=fired.element
                )

    def of_sessions(self) -> Iterator[Entry]:
        """Each session of the committee that took place."""
        for session in self.sessions:
            if session.state == HELD:
                at = self.playing.stage.at(session.held_on, 14)
                yield self.entry(at, Kind.SESSION, SESSION)

    def of_notes(self) -> Iterator[Entry]:
        """What was refused, and what came from outside."""
        for note in self.playing.noted:
            about: dict[str, Any] = {}
            if note.task is not None:
                about = {"role": note.task.role, "who": self.playing.who(note.task),
                         "process": note.task.process, "element": note.task.step}  # fmt: skip
            yield self.entry(note.at, note.kind, note.title, detail=note.detail, **about)

    def of_end(self) -> Iterator[Entry]:
        """The end of the project's process."""
        if self.root.ended_at is not None:
            yield self.entry(
                self.root.ended_at, Kind.END, self.end_name(), process=self.root.process,
                element=self.root.end_event or "",
            )  # fmt: skip

    def end_name(self) -> str:
        """How the end is called in the diagram."""
        return self.playing.drawn.name(self.root.process, self.root.end_event or "")

    # Figures.

    def summary(self) -> Summary:
        """Tasks and mails by role, minutes given to forms, the longest that somebody was waited for."""
        done = [each for each in self.tasks if each.outcome == "completed"]
        minutes: Counter[str] = Counter()
        for task in done:
            minutes[task.role] += catalogue.form(task.form).minutes if task.form else 0
        mails = Counter(self.role_of(each.recipient_id) for each in self.playing.mailbox.mails)
        waits = {
            ((self.local(task.closed_at)[0] - task.opened_on).days, task.title)
            for task in done
            if task.closed_at is not None and task.case_id == self.playing.project_id
        }
        days, title = max(waits, default=(0, ""))
        return Summary(
            tasks=dict(sorted(Counter(each.role for each in done).items())),
            mails=dict(sorted(mails.items())),
            minutes=dict(sorted(minutes.items())),
            longest_wait_days=days,
            longest_wait=title,
            labelled_on=self.project.effective_on,
            closed_on=self.ended_on() if self.project.end_kind == "closed" else None,
        )

    def ended_on(self) -> date | None:
        """The local day on which the project's process ended."""
        return None if self.root.ended_at is None else self.local(self.root.ended_at)[0]

    def passed(self) -> dict[str, tuple[str, ...]]:
        """What was played, by process, with the way between; each instance goes its own."""
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        roots = {row.id: row.process for row in self.instances}
        for task in self.tasks:
            found[roots[task.instance_id]][task.process].add(task.step)
        for call in self.playing.trail.calls:
            process = self.playing.drawn.home(call)
            if process is not None:
                found[call.instance_of][process].add(call.step)
        for fired in self.playing.trail.fired:
            found[fired.instance_of][fired.process].add(fired.element)
        for row in self.instances:
            if row.end_event:
                found[row.process][row.process].add(row.end_event)
        whole: dict[str, set[str]] = defaultdict(set)
        for root, passed in found.items():
            for process, elements in self.playing.drawn.within(root).way(passed).items():
                whole[process] |= elements
        return {process: tuple(sorted(elements)) for process, elements in sorted(whole.items())}

    # The whole.

    def told(
        self, starts_on: date, until: date, *, stopped: Stopped | None, awaited: ChoiceAwaited | None
    ) -> Rehearsal:
        """The rehearsal, as it is shown and kept."""
        how, sentence = self.outcome(stopped, awaited)
        return Rehearsal(
            starts_on=starts_on,
            until=until,
            how=how,
            ended_on=self.ended_on(),
            end=self.end_name() if self.root.end_event else "",
            sentence=sentence,
            entries=self.entries(),
            summary=self.summary(),
            passed=self.passed(),
            people=self.people(),
            firm=company.FIRM,
            choice=None if awaited is None else self.choice(awaited),
            chosen=tuple(self.playing.decider.made),
        )

    def people(self) -> dict[str, str]:
        """Who plays which part."""
        found = {PARTS.get(each.key, each.role.value): each.shown for each in reversed(company.PLAYERS)}
        return {**found, Role.SME_HEAD.value: company.HEAD}

    def outcome(self, stopped: Stopped | None, awaited: ChoiceAwaited | None) -> tuple[How, Said]:
        """How it stopped, and the sentence that says so."""
        if stopped is not None:
            return How.STUCK, stopped.said
        if awaited is not None:
            return How.WAITING, Said(AWAITS, {"step": awaited.task.title})
        ended_on = self.ended_on()
        if ended_on is None:
            return How.MONTHS_OVER, Said(GOES_ON)
        return How.ENDED, Said(ENDED, {"day": ended_on, "end": self.end_name()})

    def choice(self, awaited: ChoiceAwaited) -> OpenChoice:
        """The choice that is waited for."""
        task = awaited.task
        return OpenChoice(
            key=awaited.deciding.key,
            title=task.title,
            role=task.role,
            who=self.playing.who(task),
            on=self.playing.stage.today,
            process=task.process,
            element=task.step,
            options=awaited.options,
        )
