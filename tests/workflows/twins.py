"""Twin walks: one instance kept in memory, its twin saved and restored after every act; both must agree."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.spiff import codec, parser, playing, waiting, workflow
from engine.spiff.expressions import compile_expression
from engine.spiff.parser import Specification
from engine.spiff.steps import Step

# What a project usually decides, so that walks get far; anything else is drawn now and then.
USUAL: Mapping[str, object] = {
    "qualification_outcome": "continue",
    "prescription_accepted": True,
    "completeness_outcome": "complete",
    "decision_outcome": "approved",
    "decision_signed": True,
    "mandate_accepted": True,
    "means_changed": False,
    "signature_refused": False,
    "request_forwarded": True,
    "accompaniment_complete": True,
    "follow_up_over": False,
    "ladder_paused": False,
    "mandatary_replacement": False,
}


# What no version published before had.
DRAWN_SINCE = frozenset({"amendment.bpmn", "convention_signature.bpmn", "signatory_loss.bpmn"})


def reference_files() -> dict[str, bytes]:
    """The diagrams that are shipped."""
    folder = resources.files("workflows").joinpath("reference")
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if file.name.endswith(".bpmn")
    }


def older_files() -> dict[str, bytes]:
    """The diagrams shipped before signatures and amendments had theirs: projects live on them still."""
    folder = Path(__file__).parents[1] / "diagrams/older"
    files = {name: content for name, content in reference_files().items() if name not in DRAWN_SINCE}
    return files | {path.name: path.read_bytes() for path in folder.glob("*.bpmn")}


def own_instances(files: Mapping[str, bytes]) -> list[str]:
    """The processes that are started: those that no other calls, and an amendment, which is called too."""
    roots = {name: parser.read_xml(name, content) for name, content in files.items()}
    called = {
        call.get("calledElement")
        for root in roots.values()
        for call in root.iter(f"{{{parser.BPMN}}}callActivity")
    }
    return sorted(set(parser.processes_in(roots)) - (called - {"amendment"}))


def vocabulary(spec: Specification) -> dict[str, list[object]]:
    """The values each routing variable may take, as the diagrams' own expressions tell them."""
    values: dict[str, list[object]] = {
        name: ["date"] if name.endswith("_on") else [False, True] for name in spec.routing_names
    }
    for inner in (spec.top, *spec.called.values()):
        for task_spec in inner.task_specs.values():
            for text in parser.expressions_of(task_spec):
                for node in ast.walk(compile_expression(text).tree):
                    if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
                        add_constant(values, node.left.id, node.comparators[0])
            cardinality = getattr(task_spec, "cardinality", None)
            if cardinality:
                at_least = spec.steps[spec.scopes[inner.name], task_spec.bpmn_id].at_least
                values[cardinality.strip()] = [1, 2, 4] if at_least else [0, 1, 2, 4]
    return values


def add_constant(values: dict[str, list[object]], name: str, constant: ast.expr) -> None:
    if isinstance(constant, ast.Constant):
        if values[name] == [False, True]:
            values[name] = ["another"]
        values[name].append(constant.value)


@dataclass
class WalkingHost:
    """A host whose operations answer at random, the same for both twins as long as they are asked alike."""

    words: dict[str, list[object]]
    dice: random.Random
    now: datetime
    surprise: float
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
    performed: list[str] = field(default_factory=list)
    days: list[int] = field(default_factory=lambda: [-5, 0, 3, 20, 60, 400])
    favoured: dict[str, object] = field(default_factory=dict)
    is_suspended: bool = False

    def operate(self, step: Step, _routing: Mapping[str, object]) -> dict:
        self.performed.append(f"{step.process}.{step.id}")
        return self.decisions()

    def decisions(self) -> dict:
        return {name: self.decision(name, values) for name, values in sorted(self.words.items())}

    def decision(self, name: str, values: list[object]) -> object:
        if values == ["date"]:
            day: date = self.now.astimezone(self.zone).date()
            return (day + timedelta(days=self.dice.choice(self.days))).isoformat()
        if name in self.favoured:
            return self.favoured[name]
        if name in USUAL and self.dice.random() > self.surprise:
            return USUAL[name]
        return self.dice.choice(values)


def seen(play: playing.Play) -> dict:
    """All that may be observed of an instance, in a stable order and without ids."""
    opened = sorted(
        (task.step.process, task.step.id, task.position if task.position is not None else -1)
        for task in (waiting.open_step(play, each) for each in waiting.open_tasks(play).values())
    )
    return {
        "open": opened,
        "timers": waiting.armed_timers(play),
        "awaited": waiting.awaited_messages(play),
        "routing": play.engine.routing,
        "ended": play.ended,
        "end": play.end_event,
        "performed": play.engine.host.performed,
    }


class Twins:
    """An instance that is never saved nor pruned, and one that is only ever a saved state between two acts."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        process: str,
        seed: int,
        *,
        rebuilding: bool = False,
        keeping: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.files, self.process, self.rebuilding, self.keeping = files, process, rebuilding, keeping
        self.dice = random.Random(seed)
        self.spec = parser.parse(files, process)
        words = vocabulary(self.spec)
        first = datetime(2026, self.dice.randint(1, 12), self.dice.randint(1, 28), 9, tzinfo=UTC)
        surprise = self.dice.choice([0.02, 0.1, 0.4])
        self.hosts = [WalkingHost(words, random.Random(seed), first, surprise) for _ in range(2)]
        begin = WalkingHost(words, random.Random(seed), first, 0).decisions()
        with keeping():
            self.kept = playing.new_play(parser.parse(files, process), self.hosts[0], begin)
            self.kept.settle()
        self.saved = workflow.start(self.spec, self.hosts[1], begin)
        self.known = {task.id for task in self.saved.opened}
        self.largest = 0
        self.acts: list[str] = []

    def compare(self) -> playing.Play:
        """Restore the saved twin, now and then as another process would, and compare."""
        self.largest = max(self.largest, len(self.saved.state))
        if self.dice.random() < 0.12:
            self.spec = parser.parse(self.files, self.process)
        if self.rebuilding:
            rebuilt = workflow.rebuild(self.spec, self.saved.marking, self.hosts[1])
            self.saved = self.replaced(rebuilt)
        restored = codec.load(self.spec, self.saved.state, self.hosts[1])
        kept, found = seen(self.kept), seen(restored)
        assert found == kept, (self.acts[-4:], difference(kept, found))
        assert set(waiting.open_tasks(restored)) == self.known, "an open step's id has changed"
        assert self.saved.due_at == min((timer.due_at for timer in kept["timers"]), default=None)
        return restored

    def replaced(self, state: str) -> workflow.Advanced:
        fields = {name: getattr(self.saved, name) for name in self.saved.__slots__}
        return workflow.Advanced(**{**fields, "state": state})

    def act(self, restored: playing.Play) -> None:
        """Do one thing to both: complete an open step, let time pass, send a message."""
        opened = sorted_open(restored)
        timers, messages = waiting.armed_timers(restored), sorted(waiting.awaited_messages(restored))
        possible = ["task"] * 6 * bool(opened) + ["timer"] * (3 if opened else 6) * bool(timers)
        if messages and (not possible or self.dice.random() < 0.02):
            possible = ["message"]
        assert possible, f"stuck after {self.acts[-4:]}"
        kind = self.dice.choice(possible)
        if kind == "timer":
            self.let_come(timers[0])
            return
        self.pass_time(until=None)
        if kind == "task":
            self.complete(opened, self.dice.randrange(len(opened)))
        else:
            self.send(self.dice.choice(messages))

    def send(self, name: str) -> None:
        """Give both a message that they wait for."""
        self.acts.append(f"message {name}")
        with self.keeping():
            event = workflow.BpmnEvent(workflow.MessageEventDefinition(name), {}, {})
            self.kept.workflow.send_event(event)
            self.kept.settle()
        self.follow(workflow.send_message(self.spec, self.saved.state, self.hosts[1], name))

    def let_come(self, timer: waiting.ArmedTimer) -> None:
        """Let the day come that both wait for."""
        self.pass_time(until=timer.due_at)
        self.acts.append(f"timer {timer.step}")
        with self.keeping():
            self.kept.settle()
        self.follow(workflow.fire_timers(self.spec, self.saved.state, self.hosts[1]))

    def favour(self, **decisions: object) -> None:
        """Have these decided from now on, and nothing surprising."""
        for host in self.hosts:
            host.favoured, host.surprise, host.days = decisions, 0, [60]

    def lead_to(self, step: str) -> None:
        """Complete open steps until this one is open."""
        for _ in range(60):
            opened = sorted_open(self.compare())
            if any(key[1] == step for key, _ in opened):
                return
            self.pass_time(until=None)
            self.complete(opened, 0)
        raise AssertionError(f"{step} was not reached: {self.acts}")

    def complete(self, opened: list, place: int) -> None:
        kept_task = sorted_open(self.kept)[place][1]
        self.acts.append(opened[place][0][1])
        decisions = self.hosts[0].decisions()
        assert self.hosts[1].decisions() == decisions
        self.kept.engine.accept(decisions)
        with self.keeping():
            kept_task.run()
            self.kept.settle()
        identifier = UUID(opened[place][1].id)
        self.follow(workflow.complete(self.spec, self.saved.state, self.hosts[1], identifier, decisions))

    def follow(self, advanced: workflow.Advanced) -> None:
        """What an act says it opened and closed must account for what is open."""
        assert set(advanced.closed) <= self.known
        self.known = (self.known - set(advanced.closed)) | {task.id for task in advanced.opened}
        self.saved = advanced

    def pass_time(self, until: datetime | None) -> None:
        later = self.hosts[0].now + timedelta(hours=self.dice.choice([0, 1, 30, 200]))
        for host in self.hosts:
            host.now = max(host.now, until) if until else later


def sorted_open(play: playing.Play) -> list:
    """The open tasks in an order that does not depend on ids."""
    tasks = waiting.open_tasks(play).values()
    steps = ((waiting.open_step(play, task), task) for task in tasks)
    return sorted(
        (((one.step.process, one.step.id, one.position or 0), task) for one, task in steps),
        key=lambda pair: pair[0],
    )


def difference(one: dict, other: dict) -> list:
    return [(name, one[name], other[name]) for name in one if one[name] != other[name]]


def walk(
    files: Mapping[str, bytes],
    process: str,
    seed: int,
    *,
    steps: int,
    rebuilding: bool = False,
    keeping: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Twins:
    """Play both twins at random until the end, or for so many acts; `keeping` is around the one in memory."""
    twins = Twins(files, process, seed, rebuilding=rebuilding, keeping=keeping)
    for _ in range(steps):
        restored = twins.compare()
        if twins.kept.ended:
            break
        twins.act(restored)
    return twins


def usual_host(spec: Specification, *, days_ahead: int) -> WalkingHost:
    """A host whose operations always decide the usual thing, and dates always the same days ahead."""
    words = vocabulary(spec)
    first = datetime(2026, 1, 31, 9, tzinfo=UTC)
    return WalkingHost(words, random.Random(0), first, surprise=0, days=[days_ahead])


@dataclass
class UsualLife:
    """One saved instance in which everything goes as usual, for as long as one likes."""

    spec: Specification
    host: WalkingHost
    state: workflow.Advanced
    began: datetime

    def play_one(self) -> str:
        """Complete the first open step, or let the next date come; tell which."""
        opened = sorted(workflow.open_steps(self.spec, self.state.state), key=lambda task: task.step.id)
        if not opened:
            self.host.now = max(self.host.now, self.state.due_at)
            self.state = workflow.fire_timers(self.spec, self.state.state, self.host)
            return "date"
        task = opened[0]
        self.state = workflow.complete(self.spec, self.state.state, self.host, task.id, self.host.decisions())
        return task.step.id


def usual_life(files: Mapping[str, bytes], process: str) -> UsualLife:
    """A life that goes as usual, begun."""
    spec = parser.parse(files, process)
    host = usual_host(spec, days_ahead=10)
    return UsualLife(spec, host, workflow.start(spec, host, host.decisions()), host.now)
