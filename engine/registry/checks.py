"""Check a diagram without ever executing it, and report level by level (D28)."""

from __future__ import annotations

import dataclasses
import enum
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine import i18n
from engine.i18n import mark as _
from engine.registry import graph, isolation, reading
from engine.registry.context import Context
from engine.registry.problems import Level, Problem, Severity
from engine.registry.rules import RULES

NOTHING_KNOWN = Context()
UNDECIDED = Problem(
    Level.READING,
    "UNDECIDED",
    _("La vérification n’a pas abouti dans ses limites : le fichier ne peut être publié."),
)


class Verdict(enum.StrEnum):
    """Whether a file may be published; unknown may not."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Answer(enum.StrEnum):
    """What one level says."""

    OK = "ok"
    REFUSED = "refused"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. `sound` and `conformant` are None where nobody proved either way."""

    file: str
    verdict: Verdict
    levels: Mapping[Level, Answer]
    problems: tuple[Problem, ...]
    milliseconds: float
    sound: bool | None = None
    conformant: bool | None = None
    states: int | None = None

    def as_json(self, locale: str = i18n.SOURCE) -> dict[str, Any]:
        """Give the report as `alize check --format json` prints it."""
        return {
            "file": self.file,
            "verdict": self.verdict.value,
            "sound": self.sound,
            "conformant": self.conformant,
            "levels": {level.value: self.levels[level].value for level in Level},
            "problems": [problem.as_json(locale) for problem in self.problems],
            "states": self.states,
            "milliseconds": round(self.milliseconds, 1),
        }


def check(content: bytes, *, filename: str, context: Context = NOTHING_KNOWN) -> Report:
    """Look at a file, level by level; a level that refuses stops those that would build on it.

    For untrusted files call `check_safely`: a rule's time is bounded there, not here.
    """
    started = time.perf_counter()
    try:
        diagram = reading.read(content, filename)
    except reading.Unreadable as refusal:
        return report_of(filename, [refusal.problem], [Level.READING], started)
    problems: list[Problem] = []
    asked: list[Level] = []
    for level in levels_of(context):
        asked.append(level)
        problems += found(level, diagram, context)
        if level is Level.READING and any(is_error(problem) for problem in problems):
            break
    return report_of(filename, problems, asked, started)


def check_safely(
    content: bytes, *, filename: str, context: Context = NOTHING_KNOWN, seconds: float = isolation.SECONDS
) -> Report:
    """Check a file that anybody may have sent, in a child process with limits on memory and time.

    Its death or silence is the verdict `unknown`, which is not publishable.
    """
    started = time.perf_counter()
    if len(content) > reading.LARGEST_FILE:
        return check(content, filename=filename, context=context)  # Refused by its size alone.
    answer = isolation.ask((content, filename, context), seconds=seconds)
    if answer is not None:
        return unpacked(answer)
    return Report(
        file=filename,
        verdict=Verdict.UNKNOWN,
        levels=dict.fromkeys(Level, Answer.NOT_ASKED),
        problems=(UNDECIDED,),
        milliseconds=elapsed(started),
    )


def packed(report: Report) -> bytes:
    """Write a report as the child sends it: plain JSON, so that nothing in it can be more than data."""
    return json.dumps(dataclasses.asdict(report)).encode()


def unpacked(answer: bytes) -> Report:
    """Read a report that the child sent."""
    content = json.loads(answer)
    problems = tuple(
        Problem(**{
            **problem,
            "level": Level(problem["level"]),
            "severity": Severity(problem["severity"]),
            "elements": tuple(problem["elements"]),
            "trace": tuple(problem["trace"]),
        })
        for problem in content["problems"]
    )  # fmt: skip
    levels = {Level(level): Answer(said) for level, said in content["levels"].items()}
    verdict = Verdict(content["verdict"])
    return Report(**{**content, "verdict": verdict, "levels": levels, "problems": problems})


def levels_of(context: Context) -> list[Level]:
    """Give the levels that rules answer for; soundness is proved elsewhere."""
    profile = [Level.READING, Level.EXECUTION]
    return profile if context.profile_only else [*profile, Level.HOUSE, Level.CHARTER]


def found(level: Level, diagram: graph.Diagram, context: Context) -> list[Problem]:
    """Give the problems of one level, in the order of the rules."""
    return [problem for rule in RULES if rule.level is level for problem in rule.check(diagram, context)]


def report_of(filename: str, problems: list[Problem], asked: list[Level], started: float) -> Report:
    """Put what was found into a report."""
    levels = {level: answer_of(level, problems, asked) for level in Level}
    return Report(
        file=filename,
        verdict=Verdict.REFUSED if any(map(is_error, problems)) else Verdict.ACCEPTED,
        levels=levels,
        problems=tuple(problems),
        milliseconds=elapsed(started),
        conformant=False if levels[Level.CHARTER] is Answer.REFUSED else None,
    )


def answer_of(level: Level, problems: Iterable[Problem], asked: list[Level]) -> Answer:
    """Give one level's answer.

    The charter's rules look at the drawing only: they can refuse it, but what they let through is not
    proved to keep the charter, and the report says so.
    """
    if any(problem.level is level and is_error(problem) for problem in problems):
        return Answer.REFUSED
    return Answer.OK if level in asked and level is not Level.CHARTER else Answer.NOT_ASKED


def is_error(problem: Problem) -> bool:
    """Tell whether a problem forbids publication."""
    return problem.severity is Severity.ERROR


def elapsed(started: float) -> float:
    """Give the milliseconds since."""
    return 1000 * (time.perf_counter() - started)
