"""Promise 7: what each release saved is read by this one, and goes on to its end, from its marking alone too."""

from __future__ import annotations

import functools
import random
import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from engine import installing, operations
from engine.registry import context as registry_context
from engine.registry import promises
from engine.registry.rules import routing_name
from engine.spiff import parser, waiting, workflow
from engine.spiff.timers import DatedTimer, LiteralTimer
from forms import catalogue
from tests.effort import times
from tests.stored import keeping
from tests.stored.keeping import Kept
from tests.workflows import twins

LONGEST = 600
RELEASES = keeping.releases()
# Of each release, the reference and what each basin makes of it.
DRAWN = [(release, basin) for release in RELEASES for basin in ("", *keeping.basins(release))]
STORED = [(*drawn, kept) for drawn in DRAWN for kept in keeping.instances(*drawn)]
NAMES = [f"{release} {basin} {kept.name} {place}" for place, (release, basin, kept) in enumerate(STORED)]
ROOT = Path(__file__).parents[2]


@functools.cache
def specification(release: str, basin: str, process: str) -> parser.Specification:
    """A process as that release shipped it, read by this one."""
    return parser.parse(keeping.diagrams(release, basin), process)


@dataclass
class Replay:
    """An instance played on at random: the same dice give the same life, if it is the same instance."""

    spec: parser.Specification
    state: str
    host: twins.WalkingHost
    told: list[object] = field(default_factory=list)

    def go_on(self) -> str | None:
        """Play to the end; where it ended."""
        for _ in range(LONGEST):
            advanced = self.act()
            self.told.append((advanced.due_at, sorted(advanced.awaited), advanced.marking))
            if advanced.ended:
                return advanced.end_event
            self.state = advanced.state
        raise AssertionError(f"no end after {LONGEST} acts: {self.told[-3:]}")

    def act(self) -> workflow.Advanced:
        """Complete a step, let the next date come, or send the message that is all that is waited for."""
        opened = sorted(workflow.open_steps(self.spec, self.state), key=place_of)
        resting = workflow.fire_timers(self.spec, self.state, self.host)
        if resting.ended or [each.id for each in resting.opened] or resting.closed:
            self.told.append("a date had come")
            return resting
        due_at, dice = resting.due_at, self.host.dice
        if opened and (due_at is None or dice.random() < 0.7):
            step = dice.choice(opened)
            self.told.append(place_of(step))
            return workflow.complete(self.spec, self.state, self.host, step.id, self.host.decisions())
        if due_at is not None:
            self.host.now = max(self.host.now, due_at)
            self.told.append(due_at)
            return workflow.fire_timers(self.spec, self.state, self.host)
        name = dice.choice(sorted(resting.awaited))
        self.told.append(name)
        return workflow.send_message(self.spec, self.state, self.host, name)


def place_of(opened: waiting.OpenStep) -> tuple[str, str, int]:
    """Where an open step stands, whatever its id."""
    return opened.step.process, opened.step.id, -1 if opened.position is None else opened.position


def host_of(spec: parser.Specification, now: datetime, seed: int) -> twins.WalkingHost:
    """Whoever is asked answers at random."""
    words = twins.vocabulary(spec)
    return twins.WalkingHost(words, random.Random(seed), now, surprise=0.4, days=[3, 20, 60])


@pytest.mark.parametrize(("release", "basin", "kept"), STORED, ids=NAMES)
def test_what_a_release_saved_goes_on_to_its_end_and_the_same_from_its_marking_alone(
    release, basin, kept: Kept
):
    spec = specification(release, basin, kept.process)
    for seed in range(times(2, 40)):
        host = host_of(spec, kept.now, seed)
        host.is_suspended = kept.is_suspended
        rebuilt = workflow.rebuild(spec, kept.marking, host)
        lives = [Replay(spec, state, host_of(spec, kept.now, seed)) for state in (kept.state, rebuilt)]

        ends = [life.go_on() for life in lives]

        assert {each.id for each in workflow.open_steps(spec, rebuilt)} == {
            each.id for each in workflow.open_steps(spec, kept.state)
        }
        assert (ends[0], lives[0].host.performed) == (ends[1], lives[1].host.performed)
        assert without_ids(lives[0].told) == without_ids(lives[1].told)


def without_ids(told: list[object]) -> list[object]:
    """What was told but for the markings, which name steps opened since by ids of chance."""
    return [each[:2] if isinstance(each, tuple) and len(each) == 3 and isinstance(each[1], list) else each
            for each in told]  # fmt: skip


def test_every_release_has_left_what_it_leaves():
    """`make stored` is part of a release: one that is named in the changelog, or by the program, is here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = set(re.findall(r"^## \[(\d+\.\d+\.\d+)\]", changelog, re.MULTILINE))

    assert {project["version"], *released} - set(RELEASES) == set(), "run make stored"
    for release in RELEASES:
        assert keeping.basins(release), release


@pytest.mark.parametrize(("release", "basin"), DRAWN)
def test_every_kind_of_rest_of_a_release_is_kept(release, basin):
    """Each step that people do, each timer, each message waited for, and each step that several share."""
    files = keeping.diagrams(release, basin)
    of_both = [*keeping.instances(release), *(keeping.instances(release, basin) if basin else ())]
    kept = {rest for each in of_both for rest in each.rests}
    wanted = set()
    for process in twins.own_instances(files):
        spec = specification(release, basin, process)
        wanted |= {f"step {each.process}.{each.id}" for each in spec.steps.values() if each.form}
        wanted |= {
            f"half done {each.process}.{each.id}" for each in spec.steps.values() if each.form and each.many
        }
        for inner in (spec.top, *spec.called.values()):
            for task_spec in inner.task_specs.values():
                if isinstance(getattr(task_spec, "event_definition", None), LiteralTimer | DatedTimer):
                    wanted.add(f"timer {spec.scopes[inner.name]}.{task_spec.bpmn_id}")

    assert wanted - kept == set()
    assert any(rest.startswith("suspended timer") for rest in kept)


@pytest.mark.parametrize(("release", "basin"), DRAWN)
def test_all_that_a_release_named_is_still_there(release, basin):
    forms, missing = frozenset(catalogue.keys()), set()
    for name, content in keeping.diagrams(release, basin).items():
        diagram = registry_context.read_kept(content, name)
        for node in diagram.nodes():
            missing.update(promises.gone(node, forms=forms, operations=operations.OPERATIONS))
        missing |= {read for _, read in routing_name.read(diagram) if read not in installing.ROUTING}

    assert missing == set()
