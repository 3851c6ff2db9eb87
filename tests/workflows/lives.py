"""Play a project's life at random with the engine, and say what went wrong in it (D29)."""

# The judge of drawings. It knows nothing of rules, token nets or proofs: the engine plays the files, day after
# day, and the monitor of the charter reads the history that was written. Whoever drew the files is not asked.

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.escalation import beginning
from engine.projects import charter_watch
from engine.projects.routing import INITIAL_ROUTING
from engine.spiff import codec, parser, playing, waiting, workflow
from engine.spiff.parser import Specification
from engine.spiff.pruning import prune
from engine.spiff.steps import Step
from tests.workflows.recorded import Records

PROJECT, LADDER = "project", "late_report"
MOST_ACTS = 400
# After so many acts everybody decides at random half the time: whoever turned in circles comes out of them.
LONG = 200
REPORT_CLOSED = "report_closed"
RESTORED = 0.1  # How often, after an act, an instance is saved and restored.


@dataclass(frozen=True)
class Played:
    """How a life went: what was wrong with it, in the order in which it was found; nothing for a good one."""

    troubles: tuple[str, ...]
    acts: tuple[str, ...]
    records: Records


@dataclass(frozen=True)
class Drawn:
    """Files that the engine can play: a project, and the ladder of its late reports."""

    project: Specification
    ladder: Specification

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Drawn:
        """Read files as the engine does. Raises whatever it raises of files that it cannot play."""
        return cls(parser.parse(files, PROJECT), parser.parse(files, LADDER))


@dataclass
class Instance:
    """One instance being played, restored now and then as another process would."""

    life: Life
    spec: Specification
    play: Any = None
    planned: dict[UUID, datetime] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
    is_suspended: bool = False

    @property
    def now(self) -> datetime:
        """The programme's time."""
        return self.life.now

    def operate(self, step: Step, routing: Mapping[str, Any]) -> dict[str, Any]:
        """Perform what the engine does by itself."""
        return self.life.records.perform(step, None, routing)

    def begin(self, routing: Mapping[str, Any]) -> None:
        """Start, and play to the first wait."""
        self.play = playing.new_play(self.spec, self, dict(routing))
        self.settle()

    def settle(self) -> None:
        """Play on to the next wait, and note what is open then."""
        self.play.settle()
        if self.life.dice.random() < RESTORED and not self.play.ended:
            prune(self.play)
            self.play = codec.load(self.spec, codec.dump(self.play), self)
        opened = waiting.open_tasks(self.play)
        self.planned = {key: at for key, at in self.planned.items() if key in opened}
        for key in in_order(opened.keys() - self.planned.keys(), self.play, opened):
            step = waiting.open_step(self.play, opened[key]).step
            self.life.records.open(step)
            self.planned[key] = self.life.when(step)

    def next_task(self) -> datetime | None:
        """When somebody does something next."""
        return min(self.planned.values(), default=None)

    def next_timer(self) -> datetime | None:
        """When the next delay is over."""
        return min((timer.due_at for timer in waiting.armed_timers(self.play)), default=None)

    def do_next(self) -> str:
        """Somebody completes the step that is planned first."""
        opened = waiting.open_tasks(self.play)
        first = min(in_order(self.planned, self.play, opened), key=lambda key: self.planned[key])
        del self.planned[first]
        one, task = waiting.open_step(self.play, opened[first]), opened[first]
        self.play.engine.accept(self.life.records.perform(one.step, one.position, one.routing))
        self.play.foresee(task.workflow)
        task.run()
        self.settle()
        return one.step.id

    def send(self, name: str) -> None:
        """Give a message to whoever waits for it, if anybody does."""
        if name not in waiting.awaited_messages(self.play):
            return
        self.play.foresee_all()
        self.play.workflow.send_event(workflow.BpmnEvent(workflow.MessageEventDefinition(name), {}, {}))
        self.settle()

    def left_open(self) -> list[str]:
        """What still waits in an instance that has ended."""
        return sorted(
            str(task.task_spec.bpmn_id)
            for each in self.play.workflow.subprocesses.values()
            for task in each.tasks.values()
            if task._state in (playing.READY, playing.WAITING) and not each.completed
        )


def in_order(keys: Any, play: Any, opened: Mapping[UUID, Any]) -> list[UUID]:
    """Open tasks in an order that does not depend on ids."""
    steps = {key: waiting.open_step(play, opened[key]) for key in keys}
    return sorted(
        steps, key=lambda key: (steps[key].step.process, steps[key].step.id, steps[key].position or 0)
    )


class Life:
    """A project's life from its intake to its end, with the ladders of its late reports beside it."""

    def __init__(self, drawn: Drawn, seed: object, *, usual: bool = False) -> None:
        self.dice = random.Random(f"{seed}")
        self.drawn = drawn
        self.now = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=self.dice.randrange(365))
        self.lateness = 0.0 if usual else self.dice.choice([0, 0.1, 0.5])
        self.talkative = 0.0 if usual else self.dice.choice([0, 0, 0.05, 0.2])
        self.unsaid: dict[str, bool] = {}  # What is never said in this life: else all would withdraw.
        self.records = Records(
            self.dice,
            surprise=0.0 if usual else self.dice.choice([0.02, 0.1, 0.3]),
            signatories=4 if usual else self.dice.choice([2, 3, 4]),
            cadence_months=3 if usual else self.dice.choice([3, 3, 6]),
            interventions=1 if usual else self.dice.choice([0, 1, 2, 4]),
        )
        self.report_after: timedelta | None = None  # How long reports take; drawn where it is not said.
        self.records.today = self.today()
        self.acts: list[str] = []
        self.project = Instance(self, drawn.project)
        self.ladder: Instance | None = None

    def today(self) -> Any:
        """The local day."""
        return self.now.astimezone(ZoneInfo("Europe/Paris")).date()

    def when(self, step: Step) -> datetime:
        """When somebody will do a step: soon, or very late."""
        if self.report_after is not None and step.operation == "projects.record_report":
            return self.now + self.report_after
        if self.dice.random() < self.lateness:
            return self.now + timedelta(days=self.dice.randint(15, 150))
        return self.now + timedelta(hours=self.dice.choice([1, 2, 30, 80, 200]))

    def go(self) -> Played:
        """Live until the end; give what went wrong."""
        troubles: list[str] = []
        try:
            self.project.begin(INITIAL_ROUTING)
            while not self.project.play.ended and not troubles:
                troubles += self.act()
            if not troubles:
                troubles += self.conclude()
        except Exception as failure:  # noqa: BLE001 — whatever the engine raises, a life went wrong.
            troubles.append(f"failed: {type(failure).__name__}: {failure}")
        broken = charter_watch.breaches(self.records.entries)
        troubles += [f"breach: {each.line}" for each in broken]
        return Played(tuple(dict.fromkeys(troubles)), tuple(self.acts), self.records)

    def conclude(self) -> list[str]:
        """Write the end; what waits for a project that has ended waits for ever."""
        self.records.end(self.project.play.end_event)
        left = self.project.left_open()
        if self.ladder is not None:
            self.ladder.send(REPORT_CLOSED)
            left += [] if self.ladder.play.ended else ["the ladder"]
        return [f"left open: {', '.join(left)}"] if left else []

    def instances(self) -> list[Instance]:
        """What is alive."""
        return [self.project] if self.ladder is None else [self.project, self.ladder]

    def act(self) -> list[str]:
        """Let the next thing happen; give what is wrong."""
        if len(self.acts) >= MOST_ACTS:
            return ["never ends"]
        if len(self.acts) == LONG:
            self.records.surprise = 0.5
        awaited = sorted(waiting.awaited_messages(self.project.play))
        said = [name for name in awaited if not self.unsaid.setdefault(name, self.dice.random() < 0.6)]
        if said and self.dice.random() < self.talkative:
            self.tell(self.dice.choice(said))
            return []
        coming = [
            (at, number, kind, instance)
            for number, instance in enumerate(self.instances())
            for kind, at in (("timer", instance.next_timer()), ("task", instance.next_task()))
            if at is not None
        ]
        if self.ladder is not None and not any(each[3] is self.ladder for each in coming):
            return ["stuck: the ladder"]
        if not any(each[3] is self.project for each in coming):
            return [f"stuck: {', '.join(awaited) or 'nothing is waited for'}"]
        at, _, kind, instance = min(coming, key=lambda each: each[:2])
        self.pass_time(at)
        if kind == "task":
            self.acts.append(instance.do_next())
        else:
            self.acts.append("timer")
            instance.settle()
        self.follow_ladder()
        return []

    def pass_time(self, until: datetime) -> None:
        """Let the day come."""
        self.now = max(self.now, until)
        self.records.today = self.today()

    def tell(self, name: str) -> None:
        """Somebody says something that is waited for."""
        self.acts.append(f"message {name}")
        if name == "decision_cancelled":
            self.records.write("committee.decision.cancelled")
        self.project.send(name)
        self.follow_ladder()

    def follow_ladder(self) -> None:
        """Begin the ladder that was asked for, or stop it."""
        if self.records.closes_report and self.ladder is not None and not self.ladder.play.ended:
            self.ladder.send(REPORT_CLOSED)
        if self.ladder is not None and self.ladder.play.ended:
            self.ladder = None
        if self.records.begins_ladder:
            due_on = self.project.play.engine.routing["report_due_on"]
            routing = {**beginning.INITIAL_ROUTING, "report_due_on": due_on, "due_day_on": due_on}
            self.ladder = Instance(self, self.drawn.ladder)
            self.ladder.begin(routing)
        self.records.closes_report = self.records.begins_ladder = False
        self.records.has_ladder = self.ladder is not None
