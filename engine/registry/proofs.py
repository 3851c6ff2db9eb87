"""Prove the lives that a diagram has its part in: that each can end properly, and keeps the charter."""

# A life is a process that begins by itself, with all it calls: a project, or one of the charter's satellites.
# A file is judged in the lives that reach it, with the other files of its version; alone, in the processes
# that nobody in it calls. Whatever was refused is then told by the shortest story that shows it.

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from engine.i18n import mark as _
from engine.registry import graph, telling
from engine.registry.charter import automata, bearers, exits
from engine.registry.charter.articles import Article, Charter, Rule
from engine.registry.charter.bearers import Fault
from engine.registry.problems import Level, Problem
from engine.registry.soundness import effort, proving
from engine.registry.soundness.token_net import Move, Spot

Item = TypeVar("Item", graph.Node, graph.Flow)

LEAST_SECONDS = 0.02  # What a proof is given at least, so that each life is looked at.
MOST_FAULTS = 50  # Nobody reads more, and a file made to harm would have hundreds, each with its story.
LATEST_SECONDS = 0.1  # Later than that nothing more is proved: a file made to harm holds hundreds of lives.
SENTENCES = {
    "LACK_OF_SYNCHRONISATION": _(
        "Deux suites qui avancent en même temps se rejoignent à « {name} », qui aurait lieu deux fois : "
        "refermez par une jonction parallèle ce qu’un partage parallèle a ouvert."
    ),
    "DEADLOCK": _(
        "Tout peut s’arrêter à « {name} », qui attendrait à jamais ce qui ne viendra plus : "
        "vérifiez que tout ce qui s’y rejoint peut y arriver."
    ),
    "IMPROPER_COMPLETION": _(
        "« {name} » peut être encore en cours quand tout se termine : attendez-le avant la fin."
    ),
    "DEAD_ACTIVITY": _(
        "On n’arrive jamais à « {name} » : vérifiez que ce qui doit y mener, ou s’y rejoindre, peut arriver, "
        "ou retirez cette étape."
    ),
    "LIVELOCK": _("Passé « {name} », aucun chemin ne mène plus à une fin : donnez une issue à cette boucle."),
}
UNDECIDED = _(
    "La vérification n’a pas abouti dans ses limites : simplifiez « {name} », par exemple en séparant "
    "ce qui avance en même temps."
)


@dataclass
class Proved:
    """What the proofs of some lives found. None means that nobody proved either way."""

    problems: list[Problem] = field(default_factory=list)
    sound: bool | None = True
    conformant: bool | None = True
    states: int = 0


@dataclass(frozen=True)
class Question:
    """What is to be proved: processes by id, the file of each, the lives, and until when.

    `charter` is None where only soundness is asked. `judged` are the processes whose elements answer for
    the charter; those of other files answered when these were judged. A file that comes alone has a part in
    lives that nobody knows: `in_context` is then false, and the charter's rules about lives are not asked.
    What nobody calls and nobody knows is a project where `stray_is_project`; beside the files of a version
    it is only unused. `until` is an instant of the processor's time, as `effort` tells it.
    """

    processes: Mapping[str, graph.Process]
    file_of: Callable[[str], str]
    lives: tuple[str, ...]
    judged: tuple[str, ...]
    charter: Charter | None
    in_context: bool
    stray_is_project: bool
    until: float


def lives_of(
    processes: Mapping[str, graph.Process], judged: Iterable[str], charter: Charter | None = None
) -> list[str]:
    """Give the lives that reach the judged processes, the projects' first.

    They are what nobody calls, and what the charter knows to begin by itself. Processes that only call each
    other round and round have no beginning: each is then one.
    """
    drawn = {name: process for name, process in processes.items() if process.nodes}
    calls = {name: called_by(process) for name, process in drawn.items()}
    called = set().union(*calls.values())
    known = charter.projects | charter.satellites if charter is not None else frozenset()
    begins = [name for name in drawn if name not in called or name in known]
    wanted = set(judged) & set(drawn)
    lives = [name for name in begins if graph.reachable(calls, [name]) & wanted]
    reached = graph.reachable(calls, lives)
    projects = charter.projects if charter is not None else frozenset()
    return sorted([*lives, *(wanted - reached)], key=lambda name: (name not in projects, name))


def called_by(process: graph.Process) -> set[str]:
    """Give the processes that a process calls; a name may come with the prefix of its namespace."""
    calls = (node.called for node in process.nodes if node.tag == "callActivity" and node.called)
    return {called.rpartition(":")[2] for called in calls}


def prove(question: Question) -> Proved:
    """Prove each life, then look at who bears the charter's steps in the judged processes."""
    proved = Proved(sound=True if question.lives else None)
    for life in question.lives:
        add(proved, question, life, proof_of(question, life))
    charter = question.charter
    if charter is None:
        proved.conformant = None
        return proved
    faults = (
        fault
        for process in question.judged
        for look in (bearers.faults, exits.faults)
        for fault in look(charter, question.processes[process], question.processes)
    )
    found = list(itertools.islice(faults, MOST_FAULTS))
    if found:
        proved.conformant = False
        proved.problems += told_faults(question, charter, found)
    proved.problems = without_repetition(proved.problems)
    return proved


def proof_of(question: Question, life: str) -> proving.Proof:
    """Prove one life, with the charter's rules that bind it."""
    lines = [rule.line for _article, rule in rules_asked(question, life)]
    return run(question, life, question.processes, lines)


def rules_asked(question: Question, life: str) -> list[tuple[Article, Rule]]:
    """Give the charter's rules that bind a life, where they are asked."""
    charter = question.charter
    if charter is None or not question.in_context:
        return []
    if not question.stray_is_project and life not in charter.projects | charter.satellites:
        return []
    return charter.rules_of(life)


def run(
    question: Question, life: str, processes: Mapping[str, graph.Process], lines: list[automata.Line]
) -> proving.Proof:
    """Run a proof in the time that is left."""
    left = question.until - effort.spent()
    if left < -LATEST_SECONDS:
        return proving.Proof(None, (), (), states=0, undecided=True)
    left = max(LEAST_SECONDS, left)
    bounds = dataclasses.replace(proving.BOUNDS, seconds=left)
    entries = {} if question.charter is None else question.charter.asserted_in(life)
    return proving.prove(processes[life], processes, automata=lines, entries=entries, bounds=bounds)


def add(proved: Proved, question: Question, life: str, proof: proving.Proof) -> None:
    """Add what the proof of one life says to what is known."""
    proved.states += proof.states
    if proof.undecided:
        proved.problems.append(undecided(question, life))
    else:
        proved.problems += [of_finding(question, life, finding) for finding in proof.findings]
    proved.sound = all_of(proved.sound, proof.sound)
    rules = {rule.line.code: (article, rule) for article, rule in rules_asked(question, life)}
    for violation in proof.violations:
        proved.problems.append(of_violation(question, life, *rules[violation.automaton], violation.story))
    kept = True if proof.sound and question.in_context else None
    proved.conformant = all_of(proved.conformant, False if proof.violations else kept)


def all_of(*answers: bool | None) -> bool | None:
    """Tell whether all hold: a no settles it, a doubt stays one."""
    if False in answers:
        return False
    return None if None in answers else True


# ── What a proof found, as problems ─────────────────────────────────────────────────────────────────────────


def of_finding(question: Question, life: str, finding: proving.Finding) -> Problem:
    """Say what keeps a life from ending properly, where, and the shortest story that shows it."""
    spots, story = finding.elements or (Spot(life, ""),), finding.story
    if finding.code is proving.Code.DEAD_ACTIVITY:
        spots = first_of(question.processes, spots)
        story = way_to(question, life, spots[0])
    process = spots[0].process
    name = telling.name_of(question.processes[process], spots[0].element)
    problem = Problem(
        Level.SOUNDNESS, finding.code.value, SENTENCES[finding.code], {"name": name},
        telling.ids_of(process, spots), file=question.file_of(process), process=process,
    )  # fmt: skip
    return with_story(question, life, problem, story)


def first_of(processes: Mapping[str, graph.Process], dead: tuple[Spot, ...]) -> tuple[Spot, ...]:
    """Give, of the steps that nothing reaches, those that something comes right before: the others follow.

    Where nothing comes before any of them, all are given.
    """
    lost = set(dead)
    first = [spot for spot in dead if any(before not in lost for before in before_it(processes, spot))]
    return tuple(first) or dead


def before_it(processes: Mapping[str, graph.Process], spot: Spot) -> list[Spot]:
    """Give what comes right before a step in its own process."""
    process = processes[spot.process]
    node = process.node(spot.element)
    attached = [node.attached_to] if node is not None and node.attached_to else []
    return [Spot(spot.process, each) for each in
            [*attached, *(flow.source for flow in process.incoming(spot.element))]]  # fmt: skip


def way_to(question: Question, life: str, spot: Spot) -> tuple[Move, ...]:
    """Find the shortest story of what comes right before a step that nothing reaches."""
    marks = {before: f"@{before.process}.{before.element}" for before in before_it(question.processes, spot)}
    processes = {**question.processes, spot.process: remarked(question.processes[spot.process], {
        before.element: mark for before, mark in marks.items()})}  # fmt: skip
    lines = [automata.never(mark, steps=[mark]) for mark in marks.values()]
    stories = [violation.story for violation in run(question, life, processes, lines).violations]
    return min(stories, key=len, default=())


def undecided(question: Question, life: str) -> Problem:
    """Say that a life is too intricate to be judged, and cannot be published."""
    process = question.processes[life]
    values: dict[str, object] = {"name": process.name or process.id}
    return Problem(
        Level.SOUNDNESS, "UNDECIDED", UNDECIDED, values, (), file=question.file_of(life), process=life
    )


def of_violation(
    question: Question, life: str, article: Article, rule: Rule, story: tuple[Move, ...]
) -> Problem:
    """Say which line of the charter a life may break, and the shortest story that shows it."""
    process, element = (story[-1].process, story[-1].element) if story else (life, "")
    problem = Problem(
        Level.CHARTER, article.code, rule.refused, {}, (element,) if element else (),
        file=question.file_of(process), process=process,
        article=article.paragraph, rule=article.text, remedy=article.remedy,
    )  # fmt: skip
    return with_story(question, life, problem, story)


def with_story(question: Question, life: str, problem: Problem, story: tuple[Move, ...]) -> Problem:
    """Give a problem its story: sentences, and ids."""
    return dataclasses.replace(
        problem, story=telling.tell(question.processes, story), trace=telling.ids_of(life, story)
    )


def without_repetition(problems: Iterable[Problem]) -> list[Problem]:
    """Say once what several lives show: the shortest story is kept."""
    kept: dict[tuple[str, str, str, tuple[str, ...]], Problem] = {}
    for problem in problems:
        key = (problem.code, problem.template, problem.process, problem.elements)
        if key not in kept or len(problem.story) < len(kept[key].story):
            kept[key] = problem
    return list(kept.values())


# ── Who bears the charter's steps ───────────────────────────────────────────────────────────────────────────


def told_faults(question: Question, charter: Charter, found: list[Fault]) -> list[Problem]:
    """Say what is wrong with each element, and how a life comes to it.

    For the time of one more proof these elements stand for nothing: what their articles ask then shows
    what they were there for. Where an article asks nothing of the order, the story leads to the element.
    """
    told = [of_fault(question, fault) for fault in found]
    processes = {**question.processes, **dict(disowned(question, found))}
    for life in question.lives:
        if all(problem.story for problem in told):
            break
        shown = shown_in(question, charter, life, processes, found)
        for number, fault in enumerate(found):
            story = next((shown[code] for code in codes_of(charter, life, fault) if code in shown), None)
            if story is not None and not told[number].story:
                told[number] = with_story(question, life, told[number], story)
    return told


def shown_in(
    question: Question,
    charter: Charter,
    life: str,
    processes: Mapping[str, graph.Process],
    found: list[Fault],
) -> dict[str, tuple[Move, ...]]:
    """Find, in one life, how each faulty element is come to, and what its absence lets through."""
    concerned = {fault.article.id for fault in found}
    lines = [rule.line for article, rule in charter.rules_of(life) if article.id in concerned]
    marks = {mark_of(fault) for fault in found}
    come_to = [automata.never(mark, steps=[mark, mark + automata.ENTERED]) for mark in sorted(marks)]
    proof = run(question, life, processes, [*lines, *come_to])
    return {violation.automaton: violation.story for violation in proof.violations}


def codes_of(charter: Charter, life: str, fault: Fault) -> list[str]:
    """Give what may show a fault, the most telling first: its article's rules, then the way to it."""
    rules = [rule.line.code for article, rule in charter.rules_of(life) if article.id == fault.article.id]
    return [*rules, mark_of(fault)]


def disowned(question: Question, found: list[Fault]) -> Iterator[tuple[str, graph.Process]]:
    """Give the processes of faulty elements, each with a mark of its own instead of the charter's step."""
    for name in {fault.process for fault in found}:
        marks = {fault.element: mark_of(fault) for fault in found if fault.process == name}
        yield name, remarked(question.processes[name], marks)


def remarked(process: graph.Process, marks: Mapping[str, str]) -> graph.Process:
    """Give a process, some of whose elements have a mark of their own as their step."""
    return dataclasses.replace(
        process,
        nodes=tuple(marked(node, marks) for node in process.nodes),
        flows=tuple(marked(flow, marks) for flow in process.flows),
    )


def marked(item: Item, marks: Mapping[str, str]) -> Item:
    """Give an element with its mark as its step, if it has one."""
    if item.id not in marks:
        return item
    return dataclasses.replace(item, alize={**item.alize, "step": marks[item.id]})


def mark_of(fault: Fault) -> str:
    """Give the label under which a faulty element is looked for; no step of a diagram is written so."""
    return f"@{fault.process}.{fault.element}"


def of_fault(question: Question, fault: Fault) -> Problem:
    """Say what an element lacks to stand for its step."""
    article = fault.article
    return Problem(
        Level.CHARTER, article.code, fault.template, fault.values, (fault.element,),
        file=question.file_of(fault.process), process=fault.process,
        article=article.paragraph, rule=article.text, remedy=article.remedy,
    )  # fmt: skip
