"""An instance that begins at an entry lives exactly like its twin that walked there, saved or rebuilt or moved."""

from __future__ import annotations

import random
from collections.abc import Mapping

import orjson
import pytest

from engine.registry import library
from engine.spiff import entering, parser, rebind, waiting, workflow
from engine.spiff.parser import Specification
from engine.spiff.steps import Step
from tests import effort
from tests.workflows import twins

REFERENCE = twins.reference_files()
ENTRIES = ("awaiting_session", "signing", "follow_up")
ON_THE_WAY = {"decision_outcome": "approved", "signatory_count": 2}


def drawings() -> dict[str, Mapping[str, bytes]]:
    """The reference, and what each basin makes of it."""
    return {"reference": REFERENCE} | {slug: library.basin(slug).apply(REFERENCE) for slug in library.slugs()}


class Quiet(twins.WalkingHost):
    """A host whose operations have written everything already."""

    def operate(self, _step: Step, _routing: Mapping[str, object]) -> dict:
        return {}


class TakenOver(twins.Twins):
    """One twin walked to the entry and stays in memory; the other begins there, and is saved after every act."""

    def __init__(
        self, files: Mapping[str, bytes], seed: int, entry: str, *, rebuilding: bool = False
    ) -> None:
        super().__init__(files, "project", seed, rebuilding=rebuilding)
        self.favour(**ON_THE_WAY)
        host = Quiet(self.hosts[1].words, random.Random(0), self.hosts[1].now, 0, favoured=ON_THE_WAY)
        first = workflow.start_at(self.spec, host, host.decisions(), entry).opened
        self.lead_to(min(each.step.id for each in first))
        host.now = self.hosts[0].now
        self.saved = workflow.start_at(self.spec, host, self.kept.engine.routing, entry)
        self.known = {each.id for each in self.saved.opened}
        surprise = self.dice.choice([0.02, 0.1, 0.4])
        self.hosts = [
            twins.WalkingHost(host.words, random.Random(seed), host.now, surprise) for _ in range(2)
        ]
        self.kept.engine.host = self.hosts[0]
        self.acts.clear()


def walks():
    """(files, entry, seed): every entry of the reference and of every basin's variant."""
    return [
        pytest.param(files, entry, dice.randrange(1_000_000_000), id=f"{name}-{entry}-{turn}")
        for name, files in drawings().items()
        for entry in ENTRIES
        for dice in [effort.dice("taken over", name, entry)]
        for turn in range(effort.times(4 if name == "reference" else 2, 100))
    ]


@pytest.mark.parametrize("rebuilding", [False, True], ids=["saved", "rebuilt"])
@pytest.mark.parametrize(("files", "entry", "seed"), walks())
def test_a_project_taken_over_lives_like_its_twin_that_walked_there(files, entry, seed, rebuilding):
    taken = TakenOver(files, seed, entry, rebuilding=rebuilding)

    for _ in range(effort.times(60, 250)):
        restored = taken.compare()
        if taken.kept.ended:
            break
        taken.act(restored)

    assert taken.acts
    assert taken.largest <= 8_000


@pytest.mark.parametrize("name", drawings())
def test_every_version_has_the_three_entries_and_one_way_to_each(name):
    found = entering.entries(parser.parse(drawings()[name], "project"))

    assert set(found) == set(ENTRIES)
    assert found["follow_up"] == ("execution",)


def told(old: Specification, new: Specification, marking: str) -> list[str]:
    """What keeps an instance from another version, told without what is its own."""
    return sorted(each.told() for each in rebind.refusals(old, new, marking))


@pytest.mark.parametrize("slug", library.slugs())
@pytest.mark.parametrize("entry", ENTRIES)
def test_a_project_taken_over_moves_to_another_version_as_its_twin_does(entry, slug):
    taken = TakenOver(REFERENCE, 5, entry)
    walked = workflow.summary(taken.kept, before=set())
    new = parser.parse(drawings()[slug], "project")

    assert told(taken.spec, new, taken.saved.marking) == told(taken.spec, new, walked.marking)
    if told(taken.spec, new, taken.saved.marking):
        return
    moved = rebind.move(taken.spec, new, taken.saved.marking, taken.hosts[1])
    steps = {each.id: each.step.id for each in taken.saved.opened}
    assert {each.id: each.step.id for each in moved.advanced.opened} == steps
    assert [each.due_at for each in moved.kept] == [each.due_at for each in taken.saved.timers]


def test_a_marking_taken_over_says_nothing_of_how_it_began():
    taken = TakenOver(REFERENCE, 7, "follow_up")
    walked = orjson.loads(workflow.summary(taken.kept, before=set()).marking)

    marking = orjson.loads(taken.saved.marking)

    assert marking.keys() == walked.keys()
    assert [each["step"] for each in marking["tokens"]] == [each["step"] for each in walked["tokens"]]


def test_tasks_opened_when_taken_over_are_those_the_walk_had_opened():
    taken = TakenOver(REFERENCE, 9, "signing")

    opened = {waiting.open_step(taken.kept, each).step.id for each in waiting.open_tasks(taken.kept).values()}

    assert {each.step.id for each in taken.saved.opened} == opened == {"accept_mandate"}
