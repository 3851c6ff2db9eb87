"""Whatever is sent is answered: precisely, alike each time, within limits; and what is accepted runs."""

from __future__ import annotations

import contextlib
import random
import re
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine import installing
from engine.registry import checks, library, reading
from engine.registry.context import Context
from engine.registry.normalising import normalised
from engine.registry.soundness import effort as spending
from engine.spiff import parser, workflow
from tests import effort
from tests.properties import any_files, drawn_files, huge_files

PROFILE = Context(profile_only=True)
PATIENCE = 30.0  # Much above what a check takes: tests may share a slow machine.
SEEDS = st.integers(0, 2**32)
MAKERS = {
    "odd": any_files.odd_file,
    "drawn": drawn_files.drawn_file,
    "damaged": any_files.damaged_file,
}
GENERATED = re.compile(r"generated_flow_\d+")
PLACEHOLDER = re.compile(r"\{(?!x\}|id\})[a-z_]+\}")


def seeded(function):
    """Draw as many files as the effort asks for; a failure prints its seed."""
    return given(seed=SEEDS)(function)


class Known:
    """What a finding may point at: an id of the file, one of a process it calls, a generated one."""

    def __init__(self, *contents: bytes) -> None:
        self.ids: set[str] = set()
        for content in contents:
            with contextlib.suppress(etree.XMLSyntaxError, ValueError):
                root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, huge_tree=True))
                self.ids |= {element.get("id") for element in root.iter(etree.Element) if element.get("id")}

    def has(self, element: str) -> bool:
        process, _, inner = element.partition(".")
        is_elsewhere = process in self.ids and inner in self.ids
        return element in self.ids or is_elsewhere or GENERATED.fullmatch(element) is not None


def require_precise(report: checks.Report, content: bytes, *siblings: bytes) -> None:
    """Every finding is a sentence in both languages, and points at what is in the file, or at nothing.

    One of a process that calls others may point at what is in theirs.
    """
    known = Known(content, *siblings)
    for problem in report.problems:
        assert problem.message().strip(), problem
        assert problem.message("en").strip(), problem
        assert not PLACEHOLDER.search(problem.message()), problem
        if not problem.file or problem.file == report.file:
            lost = [element for element in problem.elements if not known.has(element)]
            assert not lost, (problem, lost)
        assert all(isinstance(value, str | int) for value in problem.values.values()), problem
    assert (report.verdict is checks.Verdict.REFUSED) == any(map(checks.is_error, report.problems))


# ── Any file is answered ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("maker", MAKERS)
@seeded
def test_any_file_is_answered_precisely_and_alike_each_time(maker, seed):
    content = MAKERS[maker](any_files.dice_of(seed))

    report = checks.check(content, filename="any.bpmn", context=PROFILE, seconds=PATIENCE)
    again = checks.check(content, filename="any.bpmn", context=PROFILE, seconds=PATIENCE)

    require_precise(report, content)
    assert report.problems == again.problems
    assert report.levels == again.levels


@pytest.mark.parametrize("seed", [4, 66, 96])  # Their stories are among those long to shorten.
def test_a_much_slower_machine_tells_the_same_story(monkeypatch, seed):
    content = drawn_files.drawn_file(any_files.dice_of(seed))
    here = checks.check(content, filename="any.bpmn", context=PROFILE, seconds=PATIENCE)

    monkeypatch.setattr(spending, "spent", lambda: 20 * time.thread_time())
    there = checks.check(content, filename="any.bpmn", context=PROFILE, seconds=PATIENCE)

    assert any(problem.trace for problem in here.problems)
    assert there.problems == here.problems


@seeded
def test_any_damaged_file_is_answered_among_its_siblings_too(seed):
    content = any_files.damaged_file(any_files.dice_of(seed))
    context = installing.known(library.reference(), "report.bpmn")

    report = checks.check(content, filename="report.bpmn", context=context, seconds=PATIENCE)

    require_precise(report, content, *library.reference().values())


def test_child_gives_the_same_answer_whatever_the_order_of_its_sets():
    for seed in range(effort.times(12, 200)):
        content = any_files.damaged_file(effort.dice("child", seed))
        here = checks.check(content, filename="any.bpmn", context=PROFILE, seconds=PATIENCE)
        there = checks.check_safely(content, filename="any.bpmn", context=PROFILE, seconds=PATIENCE)

        assert [problem.as_json() for problem in there.problems] == [
            problem.as_json() for problem in here.problems
        ]


@pytest.mark.parametrize("name", huge_files.HUGE)
def test_huge_file_is_answered_within_the_limits_of_memory_and_time(name):
    content = huge_files.huge_file(name)

    report = checks.check_safely(content, filename="huge.bpmn", context=PROFILE, seconds=PATIENCE)

    assert report.verdict is not checks.Verdict.UNKNOWN, "the child died or fell silent"
    require_precise(report, content)


# ── What is rewritten ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("maker", MAKERS)
@seeded
def test_any_file_is_rewritten_once_or_is_unreadable(maker, seed):
    content = MAKERS[maker](any_files.dice_of(seed))

    try:
        once = normalised(content)
    except reading.Unreadable:
        return  # The check says why.

    assert normalised(once) == once


# ── What is accepted runs ───────────────────────────────────────────────────────────────────────────────────


class Host:
    """A host whose days and answers fall at random."""

    zone = ZoneInfo("Europe/Paris")
    is_suspended = False

    def __init__(self, dice: random.Random, names: frozenset[str]) -> None:
        self.dice, self.names = dice, sorted(names)
        self.now = datetime(2027, 1, 15, 9, tzinfo=UTC)

    def operate(self, _step, _routing):
        return self.answers()

    def answers(self) -> dict[str, object]:
        return {name: self.day() if name.endswith("_on") else self.dice.random() < 0.5 for name in self.names}

    def day(self) -> str:
        return (self.now.date() + timedelta(days=self.dice.choice((1, 3, 40)))).isoformat()


def play_at_random(content: bytes, dice: random.Random, acts: int = 30) -> str:
    """Start what a file draws and act at random, saved and restored between acts; tell how it went."""
    specification = parser.parse({"any.bpmn": content}, "p")
    host = Host(dice, specification.routing_names)
    advanced = workflow.start(specification, host, host.answers())
    for _ in range(acts):
        if advanced.ended:
            return "ended"
        advanced = act(specification, advanced, host)
    return "going on"


def act(specification, advanced: workflow.Advanced, host: Host) -> workflow.Advanced:
    """Do one of the things that can be done."""
    opened = workflow.open_steps(specification, advanced.state)
    possible = (
        ["step"] * 3 * bool(opened) + ["day"] * bool(advanced.due_at) + ["message"] * bool(advanced.awaited)
    )
    assert possible, f"nothing can be done any more: {advanced.marking}"
    match host.dice.choice(possible):
        case "step":
            task = host.dice.choice(sorted(opened, key=lambda each: (each.step.id, str(each.position))))
            return workflow.complete(specification, advanced.state, host, task.id, host.answers())
        case "day":
            host.now = max(host.now, advanced.due_at)
            return workflow.fire_timers(specification, advanced.state, host)
    message = host.dice.choice(sorted(advanced.awaited))
    return workflow.send_message(specification, advanced.state, host, message)


def test_what_is_accepted_can_be_read_started_and_always_goes_on():
    accepted = 0
    tries = effort.times(120, 6_000)
    for number in range(tries):
        dice = effort.dice("accepted", number)
        content = drawn_files.drawn_file(dice)
        report = checks.check(content, filename="any.bpmn", context=PROFILE, seconds=PATIENCE)
        if report.verdict is not checks.Verdict.ACCEPTED:
            continue
        accepted += 1
        assert report.sound
        for walk in range(3):
            play_at_random(normalised(content), effort.dice("walk", number, walk))

    assert accepted > tries / 5, f"{accepted} of {tries} accepted: the files drawn say too little"


@seeded
def test_what_is_accepted_of_damaged_files_can_be_read(seed):
    content = any_files.damaged_file(any_files.dice_of(seed))
    report = checks.check(content, filename="any.bpmn", context=PROFILE, seconds=PATIENCE)

    # What the profile does not ask of a step, its operation and its questions, the reader does.
    is_asked = b"serviceTask" not in content and b"question" not in content
    if report.verdict is checks.Verdict.ACCEPTED and is_asked:
        written = normalised(content)
        for process in reading.read(written, "any.bpmn").processes:
            if process.executable:
                assert parser.parse({"any.bpmn": written}, process.id).process == process.id


def test_version_with_a_damaged_file_is_answered_file_by_file():
    reference = library.reference()
    for number in range(effort.times(4, 200)):
        dice = effort.dice("version", number)
        name = dice.choice(sorted(reference))
        damaged = dice.choice(any_files.DAMAGES)(reference[name], dice)

        report = checks.check_version({**reference, name: damaged}, installing.known(), seconds=PATIENCE)

        known = {file: Known(content) for file, content in {**reference, name: damaged}.items()}
        for problem in report.problems:
            assert problem.message().strip()
            assert problem.file in known, problem
            lost = [each for each in problem.elements if not any(ids.has(each) for ids in known.values())]
            assert not lost, (problem, lost)
