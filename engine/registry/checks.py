"""Check a diagram without ever executing it, and report level by level (D28)."""

from __future__ import annotations

import dataclasses
import enum
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import i18n
from engine.i18n import mark as _
from engine.registry import graph, isolation, proofs, reading
from engine.registry.charter import articles
from engine.registry.context import Context, read_kept
from engine.registry.problems import Level, Problem, Severity, Told
from engine.registry.rules import RULES, entry
from engine.registry.soundness import effort

NOTHING_KNOWN = Context()
ORDER = tuple(Level)
# Proofs stop by themselves before the limits of the child that runs them: what was found until then is said.
SHARE_OF_PROOFS = 0.8
PROOF_SECONDS = SHARE_OF_PROOFS * isolation.SECONDS
VERSION_SECONDS = 10.0
UNDECIDED = Problem(
    Level.READING,
    "UNDECIDED",
    _("La vérification n’a pas abouti dans ses limites : le fichier ne peut être publié."),
)


MISSING_PROCESS = "MISSING_PROCESS"
MISSING = _(
    "Le processus « {process} » manque, que le programme commence de lui-même : remettez son diagramme, sous "
    "cet identifiant."
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
    UNKNOWN = "unknown"
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


def check(
    content: bytes, *, filename: str, context: Context = NOTHING_KNOWN, seconds: float = PROOF_SECONDS
) -> Report:
    """Look at a file, level by level; what cannot be read is not looked at any further.

    Whatever its name, it stands for the files around it whose processes it draws again. What is proved
    stops after `seconds` and is then undecided. For untrusted files call `check_safely`: a rule's time is
    bounded there, not here.
    """
    started = time.perf_counter()
    until = effort.spent() + seconds
    findings = Findings(levels_of(context))
    diagram = findings.read(reading.read, content, filename, context)
    if diagram is not None:
        around = context.without(diagram)
        findings.look(diagram, around)
        if context.files:
            findings.require(around.processes(diagram), context)
        findings.prove(question_of(diagram, around, until, in_context=bool(context.files)))
    return findings.report(filename, started)


def check_version(
    files: Mapping[str, bytes], context: Context = NOTHING_KNOWN, *, seconds: float = VERSION_SECONDS
) -> Report:
    """Judge the files of a version together, each once and each life once; every problem says its file.

    `context` gives the names of this release; the files are each other's surroundings.
    """
    started = time.perf_counter()
    until = effort.spent() + seconds
    whole = dataclasses.replace(context, files=files)
    findings = Findings(levels_of(whole))
    diagrams = [findings.read(read_kept, content, name, whole) for name, content in files.items()]
    readable = [diagram for diagram in diagrams if diagram is not None]
    for diagram in readable:
        others = {name: content for name, content in files.items() if name != diagram.filename}
        findings.look(diagram, dataclasses.replace(context, files=others))
    if len(readable) == len(diagrams):
        findings.require({each.id: each for diagram in readable for each in diagram.processes}, whole)
        findings.prove(question_of_all(readable, whole, until))
    return findings.report("", started)


def check_safely(
    content: bytes, *, filename: str, context: Context = NOTHING_KNOWN, seconds: float = isolation.SECONDS
) -> Report:
    """Check a file that anybody may have sent, in a child process with limits on memory and time.

    Its death or silence is the verdict `unknown`, which is not publishable.
    """
    if len(content) > reading.LARGEST_FILE:
        return check(content, filename=filename, context=context)  # Refused by its size alone.
    return asked_of_child({filename: content}, filename, context, seconds)


def check_version_safely(
    files: Mapping[str, bytes], context: Context = NOTHING_KNOWN, *, seconds: float = VERSION_SECONDS
) -> Report:
    """Judge the files of a version together, as `check_version`, in the child with limits."""
    return asked_of_child(dict(files), None, context, seconds)


def asked_of_child(files: dict[str, bytes], filename: str | None, context: Context, seconds: float) -> Report:
    """Give the child's report on one file, or on all of them together where none is named."""
    started = time.perf_counter()
    answer = isolation.ask((files, filename, context, SHARE_OF_PROOFS * seconds), seconds=seconds)
    if answer is not None:
        return unpacked(answer)
    return Report(
        file=filename or "",
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
            "story": tuple(Told(**{**told, "flows": tuple(told["flows"])}) for told in problem["story"]),
        })
        for problem in content["problems"]
    )  # fmt: skip
    levels = {Level(level): Answer(said) for level, said in content["levels"].items()}
    verdict = Verdict(content["verdict"])
    return Report(**{**content, "verdict": verdict, "levels": levels, "problems": problems})


def levels_of(context: Context) -> list[Level]:
    """Give the levels that are asked; of the charter, what stands alone can only be refused."""
    profile = [Level.READING, Level.EXECUTION, Level.SOUNDNESS]
    if context.profile_only:
        return profile
    return [*profile, Level.HOUSE, Level.CHARTER] if context.files else [*profile, Level.HOUSE]


class Findings:
    """What a check finds as it goes, level by level."""

    def __init__(self, asked: list[Level]) -> None:
        self.asked = asked
        self.problems: list[Problem] = []
        self.is_readable = True
        self.proved: proofs.Proved | None = None

    def read(
        self,
        reader: Callable[[bytes, str], graph.Diagram],
        content: bytes,
        filename: str,
        context: Context,
    ) -> graph.Diagram | None:
        """Read a file; nothing when it cannot be looked at any further, and why is then a problem."""
        try:
            diagram = reader(content, filename)
        except reading.Unreadable as refusal:
            self.problems.append(dataclasses.replace(refusal.problem, file=filename))
            self.is_readable = False
            return None
        found = found_at(Level.READING, diagram, context)
        self.problems += found
        if any(map(is_error, found)):
            self.is_readable = False
            return None
        return diagram

    def look(self, diagram: graph.Diagram, context: Context) -> None:
        """Ask the rules that look at one drawing."""
        for level in self.asked:
            if level is not Level.READING:
                self.problems += found_at(level, diagram, context)

    def require(self, processes: Mapping[str, graph.Process], context: Context) -> None:
        """Ask that whatever the programme begins by itself can be begun, and taken over where it went on."""
        if context.reference is None or Level.HOUSE not in self.asked:
            return
        charter = articles.charter()
        for name in sorted((charter.projects | charter.satellites) & set(context.reference)):
            if name not in processes:
                self.problems.append(Problem(Level.HOUSE, MISSING_PROCESS, MISSING, {"process": name}))
        for name in entry.missing(charter, processes) if charter.projects & set(processes) else ():
            self.problems.append(Problem(Level.HOUSE, entry.CODE, entry.MISSING, {"entry": name}))

    def prove(self, question: proofs.Question) -> None:
        """Ask what only a proof can answer."""
        self.proved = proofs.prove(question)
        self.problems += self.proved.problems

    def report(self, filename: str, started: float) -> Report:
        """Put what was found into a report."""
        proved = self.proved
        return Report(
            file=filename,
            verdict=self.verdict(),
            levels={level: self.answer(level) for level in Level},
            problems=tuple(sorted(self.problems, key=lambda problem: ORDER.index(problem.level))),
            milliseconds=elapsed(started),
            sound=None if proved is None else proved.sound,
            conformant=None if proved is None else proved.conformant,
            states=None if proved is None else proved.states,
        )

    def verdict(self) -> Verdict:
        """Tell whether what was looked at may be published: only what was proved may."""
        if any(map(is_refusal, self.problems)):
            return Verdict.REFUSED
        undecided = any(problem.code == UNDECIDED.code for problem in self.problems)
        return Verdict.UNKNOWN if undecided else Verdict.ACCEPTED

    def answer(self, level: Level) -> Answer:
        """Give one level's answer; a level that was asked and has no proof either way is unknown."""
        if any(problem.level is level and is_refusal(problem) for problem in self.problems):
            return Answer.REFUSED
        if level not in self.asked or (level is not Level.READING and not self.is_readable):
            return Answer.NOT_ASKED
        proved = {
            Level.SOUNDNESS: self.proved.sound if self.proved else None,
            Level.CHARTER: self.proved.conformant if self.proved else None,
        }
        return Answer.OK if proved.get(level, True) else Answer.UNKNOWN


def found_at(level: Level, diagram: graph.Diagram, context: Context) -> list[Problem]:
    """Give the problems of one level, in the order of the rules."""
    return [
        dataclasses.replace(problem, file=diagram.filename)
        for rule in RULES
        if rule.level is level
        for problem in rule.check(diagram, context)
    ]


def question_of(
    diagram: graph.Diagram, context: Context, until: float, *, in_context: bool
) -> proofs.Question:
    """Ask of one file what its part in the lives that reach it is worth."""
    processes = context.processes(diagram)
    own = tuple(process.id for process in diagram.processes)
    charter = None if context.profile_only else articles.charter()
    return proofs.Question(
        processes=processes,
        file_of=lambda process: diagram.filename if process in own else context.file_of(process),
        lives=tuple(proofs.lives_of(processes, own, charter)),
        judged=own,
        charter=charter,
        in_context=in_context,
        stray_is_project=True,
        until=until,
    )


def question_of_all(diagrams: Sequence[graph.Diagram], context: Context, until: float) -> proofs.Question:
    """Ask of the files of a version what all their lives are worth."""
    owners = {process.id: diagram.filename for diagram in diagrams for process in diagram.processes}
    processes = {process.id: process for diagram in diagrams for process in diagram.processes}
    charter = None if context.profile_only else articles.charter()
    return proofs.Question(
        processes=processes,
        file_of=lambda process: owners.get(process, ""),
        lives=tuple(proofs.lives_of(processes, processes, charter)),
        judged=tuple(processes),
        charter=charter,
        in_context=True,
        stray_is_project=charter is not None and not charter.projects & set(processes),
        until=until,
    )


def is_refusal(problem: Problem) -> bool:
    """Tell whether a problem settles that its level says no."""
    return is_error(problem) and problem.code != UNDECIDED.code


def is_error(problem: Problem) -> bool:
    """Tell whether a problem forbids publication."""
    return problem.severity is Severity.ERROR


def elapsed(started: float) -> float:
    """Give the milliseconds since."""
    return 1000 * (time.perf_counter() - started)
