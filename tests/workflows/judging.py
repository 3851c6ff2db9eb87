"""Judge drawings by playing them, then ask the check about them: the figures of docs/benchmarks.md."""

# python -m tests.workflows.judging --seed 221126 --mutants 400 --harmless 150 --models 600 --lives 200

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine import installing
from engine.registry import checks, library
from engine.registry.context import Context
from engine.registry.soundness import proving
from engine.spiff import parser, playing, waiting, workflow
from engine.spiff.parser import Specification
from tests.workflows import generated, harmless, lives, mutants, sheets
from tests.workflows.beliefs import Drawing
from tests.workflows.instrumented import Instrumented, instrumented
from tests.workflows.sheets import Mutant

PATIENCE = 20.0  # Seconds for a proof: what is asked is what it says, not how fast on a shared machine.
MOST_ACTS = 80
# What a drawing alone brings about. Other troubles hang on what operations write, which no proof knows: it
# takes every choice for free, and an empty date or a word that never comes for possible.
DRAWN_TROUBLES = ("breach", "stuck", "left open", "unplayable")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the engine showed of a drawing, and what the check says of it."""

    seed: str
    mutant: Mutant
    troubles: tuple[str, ...]
    accepted: bool
    problems: tuple[str, ...]

    @property
    def is_harmful(self) -> bool:
        """Whether a life went wrong."""
        return bool(self.troubles)

    @property
    def is_missed(self) -> bool:
        """Whether it does harm by the way it is drawn, and was accepted."""
        return self.accepted and any(each.startswith(DRAWN_TROUBLES) for each in self.troubles)

    def __str__(self) -> str:
        said = "accepted" if self.accepted else f"refused: {', '.join(self.problems[:2])}"
        return f"{self.seed} {self.mutant}: {'; '.join(self.troubles) or 'no harm seen'}; {said}"


def judged(seed: str, mutant: Mutant, *, most: int) -> Judgement:
    """Live so many lives on a drawing, as a version would keep it, then check it."""
    files = installing.as_they_run(mutant.files)
    report = checks.check_version(files, installing.known(), seconds=PATIENCE)
    problems = tuple(f"{each.code} {each.message()}" for each in report.problems)
    accepted = report.verdict is checks.Verdict.ACCEPTED
    return Judgement(seed, mutant, harm_of(files, seed, most), accepted, problems)


def harm_of(files: Mapping[str, bytes], seed: str, most: int) -> tuple[str, ...]:
    """What was wrong with the first life that went wrong."""
    try:
        drawn = lives.Drawn.of(files)
    except Exception as refusal:  # noqa: BLE001 — whatever the engine refuses it does not play.
        return (f"unplayable: {type(refusal).__name__}",)
    played = (lives.Life(drawn, f"{seed}/{number}").go() for number in range(most))
    return next((each.troubles for each in played if each.troubles), ())


def draw(kind: str, seeds: Iterable[object], *, most: int) -> Iterator[Judgement]:
    """Judge drawings of one kind: `mutants` of the reference, or `harmless` edits of it."""
    operators = {"mutants": mutants.OPERATORS, "harmless": harmless.OPERATORS}[kind]
    for seed in seeds:
        name = f"{kind}/{seed}"
        yield judged(name, sheets.mutant(random.Random(name), operators), most=most)


# Processes drawn by lot, one of whose parts is edited: nobody knows what they are about, so only whether they
# come to an end is asked.


def draw_models(seeds: Iterable[object], *, most: int) -> Iterator[Judgement]:
    """Judge mutants of generated processes that were accepted before they were edited."""
    for seed in seeds:
        dice = random.Random(f"models/{seed}")
        files = published(generated.process_files(dice))
        if not is_accepted(files):
            continue
        mutant = sheets.mutant_of(files, dice, mutants.OF_ANY_PROCESS)
        edited = published(mutant.files)
        troubles = wandered(edited, f"models/{seed}", most)
        yield Judgement(f"models/{seed}", mutant, troubles, is_accepted(edited), ())


def published(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files as a version keeps them."""
    return installing.as_they_run(files)


def is_accepted(files: Mapping[str, bytes]) -> bool:
    """Whether the profile lets these files run, and their process `p` is proved sound."""
    try:
        walked = dict(instrumented(files).files)
        known = library.processes_of(walked)
    except Exception:  # noqa: BLE001 — what cannot even be read is not accepted.
        return False
    reports = (
        checks.check(content, filename=name, context=Context(files=others(walked, name), profile_only=True))
        for name, content in walked.items()
    )
    is_sound = "p" in known and bool(proving.prove(known["p"], known).sound)
    return is_sound and all(each.verdict is checks.Verdict.ACCEPTED for each in reports)


def others(files: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    """The files beside one."""
    return {other: content for other, content in files.items() if other != name}


def wandered(files: Mapping[str, bytes], seed: str, most: int) -> tuple[str, ...]:
    """Walk through a process at random, so many times; what was wrong with the first walk that went wrong."""
    try:
        model = instrumented(files)
        spec = parser.parse(model.files, "p")
    except Exception as refusal:  # noqa: BLE001 — whatever the engine refuses it does not play.
        return (f"unplayable: {type(refusal).__name__}",)
    walks = (walk(model, spec, random.Random(f"{seed}/{number}")) for number in range(most))
    return next((troubles for troubles in walks if troubles), ())


def walk(model: Instrumented, spec: Specification, dice: random.Random) -> tuple[str, ...]:
    """Do what is offered, drawn by lot, until the end or for so many acts."""
    host = Drawing(dice, model, dice.choice([1, 2, 4]), dice.choice([0.2, 0.6, 0.9]))
    try:
        play = playing.new_play(spec, host, dict.fromkeys(spec.routing_names, False) | host.drawn())
        play.settle()
        for _ in range(MOST_ACTS):
            if play.ended:
                left = [task for task in play.workflow.tasks.values() if task._state == playing.READY]
                return ("left open",) if left else ()
            if not act(play, host, dice):
                return ("stuck",)
    except Exception as failure:  # noqa: BLE001 — whatever the engine raises, a walk went wrong.
        return (f"failed: {type(failure).__name__}",)
    return ()


def act(play: Any, host: Drawing, dice: random.Random) -> bool:
    """Do one thing that is offered; tell whether there was any."""
    opened = list(waiting.open_tasks(play).values())
    awaited = sorted(waiting.awaited_messages(play))
    if not opened and not awaited:
        return False
    play.engine.accept(host.drawn())
    if opened and (not awaited or dice.random() < 0.8):
        dice.choice(sorted(opened, key=playing.order_of_play)).run()
    else:
        message = workflow.MessageEventDefinition(dice.choice(awaited))
        play.workflow.send_event(workflow.BpmnEvent(message, {}, {}))
    play.settle()
    return True


# The figures.


def main() -> None:
    """Print the figures, and every drawing on which the engine and the check do not agree."""
    asked = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("mutants", 400), ("harmless", 150), ("models", 600), ("lives", 200)):
        asked.add_argument(f"--{name}", type=int, default=usual)
    asked.add_argument("--seed", default="221126")
    said = asked.parse_args()
    for kind in ("mutants", "harmless", "models"):
        seeds = [f"{said.seed}/{number}" for number in range(getattr(said, kind))]
        found = (
            draw_models(seeds, most=said.lives) if kind == "models" else draw(kind, seeds, most=said.lives)
        )
        tell(kind, found)


def tell(kind: str, found: Iterable[Judgement]) -> None:
    """Print the disagreements as they come, then the counts."""
    counts: Counter[str] = Counter()
    for each in found:
        counts[
            f"{'harmful' if each.is_harmful else 'harmless'} {'accepted' if each.accepted else 'refused'}"
        ] += 1
        counts["missed"] += each.is_missed
        if each.is_harmful is each.accepted and (each.accepted or kind == "harmless"):
            print(each, flush=True)
    print(f"{kind}: {dict(sorted(counts.items()))}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
