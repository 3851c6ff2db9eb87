"""Play an instance: start it, complete a step, fire what is due, send it a message."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent

from engine import errors
from engine.spiff import codec, durations, entering, waiting
from engine.spiff import timers as armed
from engine.spiff.durations import start_of_day
from engine.spiff.elements import InvalidInstanceCount, TooFewInstances
from engine.spiff.marking import marking_of
from engine.spiff.parser import Specification
from engine.spiff.playing import Host, Play, Routing, new_play
from engine.spiff.pruning import prune
from engine.spiff.rebuilding import rebuilt_play
from engine.spiff.steps import Step
from engine.spiff.timers import DAY, DatedTimer, LiteralTimer
from engine.spiff.waiting import ArmedTimer, OpenStep

__all__ = [
    "Advanced", "ArmedTimer", "Host", "InvalidInstanceCount", "NotAwaited", "NotWaiting", "OpenStep",
    "Routing", "Specification", "Step", "TooFewInstances", "awaits", "complete", "fire_timers",
    "open_steps", "rebuild", "reroute", "reschedule", "send_message", "start", "start_at",
]  # fmt: skip


# The charter's minimum, wherever a diagram counts it from: no suspension makes it longer (D2, D7).
LONGEST_THAT_MOVES = 18


class NotWaiting(errors.Conflict):
    """Cette étape n’est pas, ou n’est plus, en attente."""


class NotAwaited(errors.Conflict):
    """Le projet n’attend pas « {name} » en ce moment."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """Where an instance stands after an act: what to save, and what changed for people.

    `due_at` is the earliest armed timer; `end_event` the BPMN id of the end reached in the outermost
    process; `opened` and `closed` compare with what was open before the act.
    """

    state: str
    marking: str
    due_at: datetime | None
    opened: list[OpenStep]
    closed: list[UUID]
    ended: bool
    end_event: str | None
    awaited: frozenset[str]
    timers: list[ArmedTimer]
    routing: Mapping[str, Routing]


def start(spec: Specification, host: Host, routing: Mapping[str, Routing]) -> Advanced:
    """Start a new instance and play it to its first wait.

    Raises what operations raise, `TooFewInstances`, `InvalidExpression`, `UndatedTimer`.
    """
    play = new_play(spec, host, routing)
    return settled(play, before=set())


def start_at(spec: Specification, host: Host, routing: Mapping[str, Routing], entry: str) -> Advanced:
    """Start an instance at one of its entries, as if it had just come there; play to its first wait (D15).

    `routing` holds what would have been written on the way. Raises `entering.NoSuchEntry`, and what `start`
    raises.
    """
    play = entering.entered_play(spec, host, routing, entry)
    return settled(play, before=set())


def complete(
    spec: Specification,
    state: str,
    host: Host,
    task_id: UUID,
    routing: Mapping[str, Routing] | Callable[[Mapping[str, Routing]], Mapping[str, Routing]],
) -> Advanced:
    """Complete an open step, set what it decided, and play on to the next wait.

    `routing` may be a function: it is then given the routing as it stands, so that what decides can
    read it without the instance being restored twice.
    Raises `NotWaiting` when the step is not open, and what `start` raises; the state given is unchanged.
    """
    play = codec.load(spec, state, host)
    before = waiting.open_tasks(play)
    if task_id not in before:
        raise NotWaiting(task_id=task_id)
    play.engine.accept(routing(dict(play.engine.routing)) if callable(routing) else routing)
    play.foresee(before[task_id].workflow)
    before[task_id].run()
    return settled(play, before=set(before))


def fire_timers(spec: Specification, state: str, host: Host) -> Advanced:
    """Fire every timer that is due by the host's now, then those they armed and that are due too."""
    play = codec.load(spec, state, host)
    before = waiting.open_tasks(play)
    return settled(play, before=set(before))


def send_message(spec: Specification, state: str, host: Host, name: str) -> Advanced:
    """Give a message to whoever waits for it in this instance. Raises `NotAwaited` when nobody does."""
    play = codec.load(spec, state, host)
    if name not in waiting.awaited_messages(play):
        raise NotAwaited(name=name)
    before = waiting.open_tasks(play)
    play.foresee_all()
    play.workflow.send_event(BpmnEvent(MessageEventDefinition(name), {}, {}))
    return settled(play, before=set(before))


def reschedule(
    spec: Specification,
    state: str,
    host: Host,
    move: Callable[[datetime, datetime | None], datetime],
    *,
    anchored: Collection[str] = (),
) -> Advanced:
    """Move what a suspension delayed: armed timers, and the days written for timers to come (D7).

    `move` is given an instant, and since when its delay counts if it began under the suspension. The
    minimum duration stays, as every timer that counts from a routing date, and so do the routing dates
    named `anchored`, with the timers that wait for them.
    """
    play = codec.load(spec, state, host)
    moved = set()
    for task, definition in waiting.waiting_events(play):
        if task.id not in moved and yields(definition, anchored):
            moved.add(task.id)
            due_at = datetime.fromisoformat(task.internal_data[armed.DUE])
            armed.move(task, move(due_at, armed.counted_since(task)).astimezone(UTC))
    since, play.engine.since = play.engine.since, {}

    def later(name: str, value: str) -> str:
        begins = start_of_day(date.fromisoformat(value), host.zone)
        written = datetime.fromisoformat(since[name]) if name in since else None
        return move(begins, written).astimezone(host.zone).date().isoformat()

    play.engine.accept(
        {
            name: later(name, str(value))
            for name, value in play.engine.routing.items()
            if name.endswith("_on") and name not in anchored and DAY.fullmatch(str(value))
        }
    )
    return summary(play, before=set(waiting.open_tasks(play)))


def reroute(spec: Specification, state: str, host: Host, routing: Mapping[str, Routing]) -> Advanced:
    """Write routing variables from outside any step; a timer that waits for a day among them follows it.

    Raises `InvalidRouting`, `UndatedTimer`.
    """
    play = codec.load(spec, state, host)
    play.engine.accept(routing)
    for task, definition in waiting.waiting_events(play):
        if isinstance(definition, DatedTimer) and definition.variable in routing:
            armed.move(task, armed.midnight_of(play.engine.routing, definition.variable, host.zone))
    return summary(play, before=set(waiting.open_tasks(play)))


def yields(definition: Any, anchored: Collection[str]) -> bool:
    """Whether a timer gives way to a suspension."""
    if isinstance(definition, LiteralTimer):
        is_minimum = durations.parse_iso(definition.expression).months >= LONGEST_THAT_MOVES
        return definition.variable is None and not is_minimum
    return isinstance(definition, DatedTimer) and definition.variable not in anchored


def awaits(spec: Specification, state: str, name: str) -> bool:
    """Whether somebody waits for this message in this instance."""
    return name in waiting.awaited_messages(codec.load(spec, state, Asleep()))


def open_steps(spec: Specification, state: str) -> list[OpenStep]:
    """Give the steps that wait for a person."""
    play = codec.load(spec, state, Asleep())
    return [waiting.open_step(play, task) for task in waiting.open_tasks(play).values()]


def rebuild(spec: Specification, marking: str, host: Host) -> str:
    """Give a state equivalent to the one a neutral marking was written for (D13).

    Same open steps under the same ids, same timers at the same instants, same messages awaited, same
    routing. Raises `CannotRebuild`.
    """
    return summary(rebuilt_play(spec, marking, host), before=set()).state


def settled(play: Play, *, before: set[UUID]) -> Advanced:
    """Play on to the next wait and give what there is to save."""
    play.settle()
    return summary(play, before=before)


def summary(play: Play, *, before: set[UUID]) -> Advanced:
    """Give what there is to save of an instance at rest; the instance in memory is of no more use."""
    prune(play)
    after = waiting.open_tasks(play)
    timers = waiting.armed_timers(play)
    advanced = Advanced(
        state=codec.dump(play),
        marking=marking_of(play),
        due_at=timers[0].due_at if timers else None,
        opened=[waiting.open_step(play, task) for key, task in after.items() if key not in before],
        closed=[key for key in before if key not in after],
        ended=play.ended,
        end_event=play.end_event if play.ended else None,
        awaited=waiting.awaited_messages(play),
        timers=timers,
        routing=dict(play.engine.routing),
    )
    play.forget()
    return advanced


class Asleep:
    """The host of an instance that is only looked at: no time passes and nothing is done."""

    zone = ZoneInfo("UTC")
    is_suspended = False

    @property
    def now(self) -> datetime:
        """Nobody may ask: looking never arms a timer."""
        raise AssertionError("an instance that is only looked at has no clock")

    def operate(self, step: Step, routing: Mapping[str, Routing]) -> Any:
        """Nobody may ask: looking never performs an operation."""
        raise AssertionError(f"{step.id} would act on {len(routing)} variables of an instance only looked at")
