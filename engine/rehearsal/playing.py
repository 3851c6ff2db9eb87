"""Play a project from one due instant to the next: timers, papers, mails, and what people do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import clock as clocks
from engine import errors, operations
from engine.committee import delivering, expecting
from engine.documents import making
from engine.i18n import mark as _
from engine.outbox import delivery, mail_log
from engine.people.models import Person
from engine.rehearsal.acting import Acting
from engine.rehearsal.answering import NothingToChoose
from engine.rehearsal.deciding import ChoiceAwaited, Decider, Deciding
from engine.rehearsal.mailbox import Mailbox
from engine.rehearsal.pacing import Pacing
from engine.rehearsal.setting import Ending
from engine.rehearsal.sittings import Sittings
from engine.rehearsal.told import Kind, Said
from engine.runtime import advance, cases, incidents, opening, timers
from engine.runtime.models import Task
from forms import catalogue

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.rehearsal.stage import Stage
    from engine.rehearsal.trail import Drawn, Trail
    from engine.runtime.acts import TaskView

POST_OPENS = timedelta(hours=8)
MOST_REFUSALS = 4
REPORT = "follow_up_report"
MINUTES = frozenset({"minutes_draft", "minutes_sign_off"})
TRIES_AGAIN = timedelta(days=7)
# Once a project has ended, its session's minutes and its last mails still have some weeks.
AFTERWARDS = timedelta(days=45)
MOST_ACTS = 2000
NEVER = datetime.max.replace(tzinfo=UTC)

REFUSED = (errors.EngineError, catalogue.InvalidAnswers, NothingToChoose)
STOPPED = _("À l’étape « {step} », {who} ne peut pas aller plus loin. {why}")
FAILED = _("À l’étape « {step} », le programme lui-même n’a pas pu continuer : signalez-le.")
NO_ANSWER = _("La question « {question} » n’a aucune réponse à proposer.")
NOTHING_MOVES = _("Plus rien ne se passe : {waiting}.")
WAITS = _("l’étape « {step} » attend {who}")
NOBODY_WAITS = _("aucune étape n’est ouverte et aucun délai ne court")
TURNS = _("Le projet tourne en rond à l’étape « {step} ».")


class Stopped(Exception):
    """A rehearsal cannot go on; the sentence says where and why."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.template)
        self.said = said


@dataclass(frozen=True, slots=True)
class Noted:
    """Something worth telling that no table keeps."""

    at: datetime
    kind: Kind
    title: str
    detail: Said | None = None
    task: TaskView | None = None


@dataclass(slots=True)
class Plan:
    """What will be done about a task: when, with which choice; it is made again when the task moves."""

    at: datetime | None
    chosen: tuple[Deciding, str] | None
    due_on: date
    assignee_id: UUID | None
    refusals: int = 0


@dataclass(slots=True)
class Playing:
    """One rehearsal being played."""

    stage: Stage
    acting: Acting
    decider: Decider
    pacing: Pacing
    sittings: Sittings
    trail: Trail
    drawn: Drawn
    mailbox: Mailbox
    project_id: UUID = field(default=UUID(int=0))
    plans: dict[UUID, Plan] = field(default_factory=dict)
    noted: list[Noted] = field(default_factory=list)
    ending_at: datetime | None = None
    digests_at: datetime = field(default=NEVER)
    acts: Counter[str] = field(default_factory=Counter)

    def begin(self, starts_on: date) -> None:
        """Open the imaginary project."""
        self.stage.clock.set(self.stage.at(self.pacing.working(starts_on), 9))
        self.project_id = self.acting.open_project()
        self.digests_at = self.next_digests()

    def go_on(self, until: datetime) -> None:
        """Let time pass until an instant, or until nothing happens any more.

        Raises `Stopped`, `ChoiceAwaited`.
        """
        while True:
            self.settle()
            tasks = self.open_tasks()
            self.plan(tasks)
            coming = self.next_instant(tasks)
            last = self.last_instant(until)
            if coming is None or coming > last:
                self.require_moving(tasks, coming, until)
                self.stage.clock.set(max(self.stage.clock.instant, min(last, until)))
                return
            self.stage.clock.set(max(coming, self.stage.clock.instant))
            self.act(tasks)

    # Time.

    def settle(self) -> None:
        """Make, fire, deliver whatever is due now. Raises `Stopped`."""
        while self.make_papers() or self.fire() or self.deliver():
            self.require_no_incident()

    def make_papers(self) -> int:
        """Let papers be made, as files that say nothing: what is signed has a hash."""
        stage = self.stage
        return making.make_due(
            stage.database, stage.settings, stage.workshop, stage.store, operations.paper_hooks()
        )

    def fire(self) -> int:
        """Fire the timers that are due, having noted where they stand."""
        now = self.stage.clock.instant
        with self.stage.database.start_reading() as work:
            due = work.connection.execute(
                sa.select(cases.instance.c.marking).where(
                    cases.instance.c.due_at <= now, cases.instance.c.ended_at.is_(None)
                )
            ).scalars()
            markings = list(due)
        for marking in markings:
            self.trail.mark_timers(marking, self.drawn, now)
        return timers.fire_due(self.stage.database)

    def deliver(self) -> int:
        """Let mails leave, to nobody, and signed minutes take effect."""
        stage = self.stage
        done = delivering.deliver_due(stage.database) + expecting.follow_put_off(stage.database)
        with stage.database.start_reading() as work:
            first = mail_log.earliest_departure(work)
        if first is None or max(first, self.opening()) > stage.clock.instant:
            return done
        hooks = operations.mail_hooks(stage.database, stage.store)
        sent = delivery.deliver_due(stage.database, stage.settings, self.mailbox, hooks=hooks)
        return done + sent

    def opening(self) -> datetime:
        """The hour at which what nobody waits for may leave, today."""
        return self.stage.at(self.stage.today, 0) + POST_OPENS

    def next_instant(self, tasks: Iterable[TaskView]) -> datetime | None:
        """The next instant at which anything happens."""
        with self.stage.database.start_reading() as work:
            timer, mail = timers.next_due(work), mail_log.earliest_departure(work)
        post = None if mail is None else max(mail, self.opening())
        planned = [self.plans[each.id].at for each in tasks]
        due = [each for each in (timer, post) if each is not None and each > self.stage.clock.instant]
        coming = [each for each in (*planned, *due, self.ending_at) if each is not None]
        # A digest alone is no life: it is only looked at on the way to something else.
        return min(*coming, self.digests_at) if coming else None

    def next_digests(self) -> datetime:
        """The morning on which the next month's digests are due: the first working day's."""
        first = clocks.add_months(self.stage.today.replace(day=1), 1)
        return self.stage.at(self.pacing.working(first), 8, 30)

    def last_instant(self, until: datetime) -> datetime:
        """When the rehearsal is over: some weeks after the project’s end, or at the last of its months."""
        ended_at = self.ended_at()
        return until if ended_at is None else min(until, ended_at + AFTERWARDS)

    def ended_at(self) -> datetime | None:
        """When the project's own process ended."""
        with self.stage.database.start_reading() as work:
            found: datetime | None = work.connection.scalar(
                sa.select(cases.instance.c.ended_at).where(cases.instance.c.id == self.project_id)
            )
        return found

    # People.

    def open_tasks(self) -> list[TaskView]:
        """What waits for somebody, in an order that no identifier decides."""
        with self.stage.database.start_reading() as work:
            rows = work.connection.execute(
                sa.select(*opening.VIEW_COLUMNS)
                .where(opening.task.c.closed_at.is_(None), opening.task.c.suspended.is_(False))
                .order_by(*(opening.task.c[name] for name in ("opened_at", "process", "step", "position")))
            ).all()
        return [opening.view_of(row) for row in rows]

    def plan(self, tasks: Sequence[TaskView]) -> None:
        """Say when each task will be done; the session that some wait for is planned first."""
        for task in tasks:
            before = self.plans.get(task.id)
            if before is None:
                with self.acting.looking(task) as context:
                    chosen = self.decider.decide(task, context)
            elif (before.due_on, before.assignee_id) == (task.due_on, task.assignee_id):
                continue
            else:
                is_taken_over = task.form == REPORT and before.assignee_id != task.assignee_id
                chosen = self.decider.usual(before.chosen) if is_taken_over else before.chosen
            at = self.pacing.when(task, chosen, self.sittings.planned())
            if self.sittings.calls_for_session(task, at):
                at = self.pacing.when(task, chosen, self.sittings.planned())
                task = self.again(task)  # noqa: PLW2901 — its due day is the session's, just planned.
            refusals = 0 if before is None else before.refusals
            self.plans[task.id] = Plan(at, chosen, task.due_on, task.assignee_id, refusals)

    def again(self, task: TaskView) -> TaskView:
        """A task as it is now."""
        return next((each for each in self.open_tasks() if each.id == task.id), task)

    def act(self, tasks: Sequence[TaskView]) -> None:
        """Do what is planned by now: one act, then time is looked at again. Raises `Stopped`."""
        now = self.stage.clock.instant
        if self.digests_at <= now:
            operations.send_late_digests(self.stage.database)
            self.digests_at = self.next_digests()
        if self.ending_at is not None and self.ending_at <= now:
            self.end()
            return
        due = [each for each in tasks if (at := self.plans[each.id].at) is not None and at <= now]
        if due:
            self.do(min(due, key=lambda each: (self.plans[each.id].at, each.process, each.step)), tasks)

    def end(self) -> None:
        """What was to put an end to the project from outside happens; a refusal is told."""
        ending, self.ending_at = self.decider.choices.ending, None
        try:
            self.acting.put_an_end(ending, self.project_id)
            self.note(Kind.EVENT, ENDING_TOLD[ending])
        except errors.EngineError as refusal:
            self.note(Kind.REFUSED, ENDING_TOLD[ending], said_of(refusal))

    def do(self, task: TaskView, tasks: Sequence[TaskView]) -> None:
        """Complete one task; one that is refused is tried again later, in its usual way. Raises `Stopped`."""
        plan = self.plans[task.id]
        self.count(task)
        if task.form in MINUTES and self.sittings.is_deciding(tasks, task.case_id):
            plan.at = self.stage.clock.instant + TRIES_AGAIN  # The officer waits for the decisions.
            return
        try:
            self.acting.do(task, plan.chosen, again=bool(plan.refusals))
        except ChoiceAwaited:
            raise
        except advance.OperationFailed as failure:
            raise Stopped(Said(FAILED, {"step": task.title})) from failure
        except REFUSED as refusal:
            self.refuse(task, plan, refusal)

    def refuse(self, task: TaskView, plan: Plan, refusal: Exception) -> None:
        """Note a refusal, and try again a week later. Raises `Stopped` when it stays."""
        why = self.why(task, refusal)
        plan.refusals += 1
        if plan.refusals == 1:
            self.note(Kind.REFUSED, task.title, why, task)
        if plan.refusals >= MOST_REFUSALS and task.case_id == self.project_id:
            said = Said(STOPPED, {"step": task.title, "who": self.who(task), "why": why})
            raise Stopped(said) from refusal
        plan.chosen = self.decider.otherwise(plan.chosen)
        plan.at = self.stage.clock.instant + TRIES_AGAIN
        if task.form == "committee_decision":
            self.sittings.plan_session(self.stage.today)
            plan.at = max(plan.at, self.sittings.after_session())

    def why(self, task: TaskView, refusal: Exception) -> Said:
        """Why something was refused, in a sentence."""
        if isinstance(refusal, NothingToChoose):
            return Said(NO_ANSWER, {"question": refusal.label})
        messages = getattr(refusal, "messages", None)
        if messages:
            with self.acting.looking(task) as context:
                asked = catalogue.form(task.form).questions(context).asked()
            labels = {
                name: asked[name.split("-")[0]].label for name in messages if name.split("-")[0] in asked
            }
            said = [
                f"« {labels.get(name, name)} » : {each}" for name, found in messages.items() for each in found
            ]
            return Said("{why}", {"why": " ".join(said)})
        return said_of(refusal) if isinstance(refusal, errors.EngineError) else Said(str(refusal))

    def count(self, task: TaskView) -> None:
        """Refuse to turn in circles for ever. Raises `Stopped`."""
        self.acts[task.title] += 1
        if self.acts.total() > MOST_ACTS:
            raise Stopped(Said(TURNS, {"step": self.acts.most_common(1)[0][0]}))

    def note(self, kind: Kind, title: str, detail: Said | None = None, task: TaskView | None = None) -> None:
        """Note something that no table keeps."""
        self.noted.append(Noted(self.stage.clock.instant, kind, title, detail, task))

    def who(self, task: TaskView | Task) -> str:
        """Who a task is for."""
        return self.name_of(self.acting.person_of(task))

    def name_of(self, person_id: UUID) -> str:
        """How somebody imaginary is called."""
        if person_id not in self.stage.names:
            with self.stage.database.start_reading() as work:
                self.stage.names[person_id] = found_name(work, person_id)
        return self.stage.names[person_id]

    # What cannot go on.

    def require_no_incident(self) -> None:
        """Stop where the programme itself failed. Raises `Stopped`."""
        with self.stage.database.start_reading() as work:
            found = incidents.list_open(work)
        if found:
            step = self.drawn.name(found[0].process, found[0].step) if found[0].step else found[0].process
            raise Stopped(Said(FAILED, {"step": step}))

    def require_moving(self, tasks: Sequence[TaskView], coming: datetime | None, until: datetime) -> None:
        """Say so when nothing will ever happen to a project that has not ended. Raises `Stopped`."""
        if coming is not None or self.ended_at() is not None:
            return
        waiting = [each for each in tasks if each.case_id == self.project_id]
        said = {
            f"wait_{number}": Said(WAITS, {"step": each.title, "who": self.who(each)})
            for number, each in enumerate(waiting)
        }
        listed = ", ".join(f"{{{name}}}" for name in said) or NOBODY_WAITS
        raise Stopped(Said(NOTHING_MOVES, {"waiting": Said(listed, said)}))


ENDING_TOLD = {
    Ending.WITHDRAWAL: _("L’entreprise se retire"),
    Ending.TERMINATION: _("Une fin anticipée est demandée"),
}


def said_of(refusal: errors.EngineError) -> Said:
    """A refusal, to be written in the language of whoever reads it."""
    return Said(refusal.template, {name: plain(value) for name, value in refusal.details.items()})


def plain(value: object) -> str | date:
    """A detail of a refusal as a rehearsal keeps it."""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    return value if isinstance(value, date) else "" if value is None else str(value)


def found_name(work: UnitOfWork, person_id: UUID) -> str:
    """The name of somebody whom an act added."""
    name: str = work.database.get_one(Person, person_id).full_name
    return name
