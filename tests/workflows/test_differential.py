"""What is proved is what runs: the token net and the engine offer the same at every step (D12, D29)."""

from __future__ import annotations

import random

import pytest

from engine.registry import checks, library, normalising
from engine.registry.context import Context
from engine.registry.soundness import proving
from tests import bpmn, effort
from tests.workflows import generated, twins
from tests.workflows.beliefs import Walk
from tests.workflows.instrumented import instrumented

FILES = library.reference()
PROCESSES = twins.own_instances(FILES)


def seeds(purpose: str, sampled: int, exhaustive: int) -> list[int]:
    """Fresh seeds each day, told in a failing test's name, the same in every process of one run."""
    dice = effort.dice("differential", purpose)
    return [dice.randrange(1_000_000_000) for _ in range(effort.times(sampled, exhaustive))]


def published(texts: dict[str, bytes]) -> dict[str, bytes]:
    """The same files as a version keeps them."""
    return {name: normalising.normalised(content) for name, content in texts.items()}


def is_accepted(files: dict[str, bytes]) -> bool:
    """Whether the profile lets these files run, and their process `p` is proved sound."""
    walked = dict(instrumented(files).files)
    known = library.processes_of(walked)
    return bool(proving.prove(known["p"], known).sound) and all(
        checks.check(
            content, filename=name, context=Context(files=without(walked, name), profile_only=True)
        ).verdict
        is checks.Verdict.ACCEPTED
        for name, content in walked.items()
    )


def without(files: dict[str, bytes], name: str) -> dict[str, bytes]:
    return {other: content for other, content in files.items() if other != name}


@pytest.mark.parametrize("seed", seeds("shipped", 4, 60))
@pytest.mark.parametrize("process", PROCESSES)
def test_every_shipped_process_offers_what_was_proved(process, seed):
    walk = Walk(FILES, process, seed=seed, instances=1 + seed % 4)

    assert walk.go(effort.times(80, 200)) or walk.ended


@pytest.mark.parametrize("seed", seeds("basins", 2, 30))
@pytest.mark.parametrize("slug", library.slugs())
def test_every_basins_variant_offers_what_was_proved(slug, seed):
    files = library.basin(slug).apply(FILES)
    walk = Walk(files, "project", seed=seed, instances=1 + seed % 4)

    assert walk.go(effort.times(80, 200)) or walk.ended


@pytest.mark.parametrize("seed", seeds("generated", 20, 1_500))
def test_a_process_drawn_by_lot_offers_what_was_proved(seed):
    files = published(generated.process_files(random.Random(seed)))
    if not is_accepted(files):
        pytest.skip("not sound: what it does is nobody's promise")
    for number in range(3):
        Walk(files, "p", seed=seed + number, instances=1 + number).go(60)


# What SpiffWorkflow plays otherwise than the standard, and is played right since.
PLAYED_RIGHT = {
    "a parallel part in a loop waits for both branches at every turn": (
        "s:start > m:xor > g:and > a > j:and ; g > b > j ; j > x:xor > m ; x > e:end"
    ),
    "an inclusive join waits for a process within": (
        "sub:sub{ i:start > u > o:end } ; late:timer@sub > v > y:xor ; f:event > w:timer > sub > y ; "
        "f > n:message[code=m] > z > y ; s:start > g:or > f ; y > j:or ; day:timer ; g > day > j ; g > b > j ; "
        "j > c > e:end"
    ),
    "an inclusive join waits for everybody of a repeated step": (
        "several:user[loop=2] ; s:start > g:or > x:xor > several > k:xor > j:or ; x > t:timer > k ; "
        "day:timer ; g > day > j ; g > b > j ; j > c > e:end"
    ),
    "an inclusive join waits for a step with an event on its edge": (
        "s:start > g:or > x:xor > a > k:xor > j:or ; x > w:timer > k ; t:timer~@a > h > d:end ; g > b > j ; "
        "g > f > j ; j > c > e:end"
    ),
    "an inclusive join looks back along every way": (
        "s:start > g:or > a > j:or ; g > x:xor > b > y:xor > c > j ; x > d > y ; g > f > j ; j > h > e:end"
    ),
    "an inclusive join goes on when a token leaves elsewhere": (
        "s:start > g:or > a > j:or ; g > x:xor > b > j ; x > gone:end ; j > c > e:end"
    ),
}


@pytest.mark.parametrize("text", PLAYED_RIGHT.values(), ids=PLAYED_RIGHT)
def test_what_the_library_plays_otherwise_is_played_as_the_standard_says(text):
    files = published({"p.bpmn": bpmn.drawn(text)})

    assert is_accepted(files)
    for number in range(effort.times(40, 200)):
        Walk(files, "p", seed=number, instances=1 + number % 4).go(40)
