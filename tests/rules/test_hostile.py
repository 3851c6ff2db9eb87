"""Files made to harm: none can be published, none is executed, none makes the check hang or crash."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import isolation as isolated_by
from engine.isolation import child_of
from engine.registry import checks, isolation, reading
from engine.registry.context import Context
from engine.registry.problems import Level

FOLDER = Path(__file__).parent / "hostile"
PROFILE = Context(profile_only=True)
PATIENCE = 20.0  # Much above what a check takes: tests may share a slow machine.
CANARY = Path("/tmp/never")  # noqa: S108 - what the programs in these files would create

REFUSED = {
    "local_file_entity": "DTD_FORBIDDEN",
    "entity_bomb": "DTD_FORBIDDEN",
    "quadratic_entity": "DTD_FORBIDDEN",
    "external_document_type": "DTD_FORBIDDEN",
    "parameter_entity": "DTD_FORBIDDEN",
    "empty_document_type_utf16": "DTD_FORBIDDEN",
    "not_xml": "NOT_XML",
    "empty": "NOT_XML",
    "binary": "NOT_XML",
    "cut_short": "NOT_XML",
    "unknown_encoding": "NOT_XML",
    "wrong_namespace": "NO_PROCESS",
    "no_process": "NO_PROCESS",
    "drawing_only_svg": "NO_PROCESS",
    "deep_subprocesses": "TOO_DEEP",
    "two_thousand_levels": "TOO_DEEP",
    "script": "SCRIPT_FORBIDDEN",
    "condition_program": "EXPRESSION_FORBIDDEN",
    "timer_program": "DURATION_NOT_LITERAL",
    "endless_call": "RECURSIVE_CALL",
    "endless_loop": "AUTOMATIC_CYCLE",
}
# Nothing of these is executed or expanded; pages escape every text they show.
HARMLESS = {
    "xinclude", "stylesheet_instruction", "markup_in_name", "markup_in_documentation", "flows_without_ids",
    "utf16", "many_parallel_branches",
}  # fmt: skip


def content_of(name: str) -> bytes:
    return (FOLDER / f"{name}.bpmn").read_bytes()


def safely(content: bytes) -> checks.Report:
    return checks.check_safely(content, filename="sent.bpmn", context=PROFILE, seconds=PATIENCE)


def diagram(body: str) -> bytes:
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><process id="p">'
    return f"{head}{body}</process></definitions>".encode()


def test_every_hostile_file_has_its_expected_outcome():
    assert {path.stem for path in FOLDER.glob("*.bpmn")} == set(REFUSED) | HARMLESS


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_hostile_file_is_refused_for_what_it_is(name):
    report = safely(content_of(name))

    assert report.verdict == checks.Verdict.REFUSED
    assert REFUSED[name] in {problem.code for problem in report.problems}
    assert not CANARY.exists()


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_harmless_look_alike_is_accepted(name):
    report = safely(content_of(name))

    assert [problem.code for problem in report.problems] == []
    assert report.verdict == checks.Verdict.ACCEPTED


def test_included_file_is_never_read():
    diagram_read = reading.read(content_of("xinclude"), "xinclude.bpmn")

    assert "root:" not in repr(diagram_read)


def test_file_above_the_size_limit_is_refused_before_it_is_parsed():
    report = safely(b"<definitions>" + b" " * reading.LARGEST_FILE)

    assert [problem.code for problem in report.problems] == ["TOO_LARGE"]


def test_six_hundred_steps_are_refused():
    report = safely(diagram("".join(f'<userTask id="t{number}"/>' for number in range(600))))

    assert [problem.code for problem in report.problems] == ["TOO_MANY_NODES"]


def test_thousands_of_processes_with_nothing_in_them_are_refused():
    report = safely(diagram("").replace(b"</definitions>", b'<process id="q"/>' * 600 + b"</definitions>"))

    assert [problem.code for problem in report.problems] == ["TOO_MANY_NODES"]


def test_more_elements_than_the_engine_reads_are_refused():
    report = safely(diagram("<laneSet>" + "<lane/>" * 20_000 + "</laneSet>"))

    assert [problem.code for problem in report.problems] == ["TOO_MANY_ELEMENTS"]


def test_thousands_of_attributes_do_not_hang_the_check():
    attributes = " ".join(f'a{number}="b"' for number in range(40_000))
    report = safely(diagram(f'<userTask id="t" {attributes}/>'))

    assert [problem.code for problem in report.problems] == ["TOO_MANY_ATTRIBUTES"]


def test_hundreds_of_steps_that_may_not_bear_their_mark_do_not_hang_the_check():
    steps = "".join(f'<userTask id="t{number}" alize:step="closure_sign_off"/>' for number in range(400))
    arrows = "".join(
        f'<sequenceFlow id="f{number}" sourceRef="t{number}" targetRef="t{number + 1}"/>'
        for number in range(399)
    )

    content = diagram(
        f'<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t0"/>{steps}{arrows}'
    )
    content = content.replace(b"<definitions ", b'<definitions xmlns:alize="https://alize.example/bpmn" ', 1)
    report = checks.check_safely(content, filename="sent.bpmn", seconds=PATIENCE)

    assert report.verdict == checks.Verdict.REFUSED
    assert sum(problem.code == "CHARTER_PERSONAL" for problem in report.problems) <= 50


def test_thousands_of_arrows_between_hundreds_of_gateways_do_not_hang_the_check():
    nodes = "".join(f'<exclusiveGateway id="g{number}"/>' for number in range(490))
    arrows = "".join(
        f'<sequenceFlow id="f{a}_{b}" sourceRef="g{a}" targetRef="g{b}"/>'
        for a in range(490)
        for b in range(a, a + 20)
    )
    started = time.perf_counter()

    report = safely(diagram(nodes + arrows))

    assert report.verdict == checks.Verdict.REFUSED
    assert time.perf_counter() - started < PATIENCE


def test_calls_that_double_at_each_level_do_not_hang_the_check():
    calls = "".join(
        f'<process id="p{n}"><startEvent id="s{n}"/><callActivity id="a{n}" calledElement="p{n + 1}"/>'
        f'<callActivity id="b{n}" calledElement="p{n + 1}"/><endEvent id="e{n}"/>'
        f'<sequenceFlow id="f{n}" sourceRef="s{n}" targetRef="a{n}"/><sequenceFlow id="g{n}" sourceRef="a{n}" '
        f'targetRef="b{n}"/><sequenceFlow id="h{n}" sourceRef="b{n}" targetRef="e{n}"/></process>'
        for n in range(40)
    )
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">'

    report = safely(f"{head}{calls}</definitions>".encode())

    assert "UNKNOWN_CALL" in {problem.code for problem in report.problems}


def test_check_that_does_not_answer_in_time_is_unknown_and_the_next_one_works():
    safely(content_of("utf16"))
    os.kill(child_of(isolation.CHILD).pid, signal.SIGSTOP)

    slow = checks.check_safely(content_of("utf16"), filename="slow.bpmn", context=PROFILE, seconds=0.2)

    assert slow.verdict == checks.Verdict.UNKNOWN
    assert [problem.code for problem in slow.problems] == ["UNDECIDED"]
    assert safely(content_of("utf16")).verdict == checks.Verdict.ACCEPTED


def test_child_that_reads_nothing_keeps_nobody_waiting_who_has_much_to_say():
    safely(content_of("utf16"))
    os.kill(child_of(isolation.CHILD).pid, signal.SIGSTOP)

    answer = isolation.ask(b"longer than a pipe holds" * 100_000, seconds=0.2)

    assert answer is None
    assert safely(content_of("utf16")).verdict == checks.Verdict.ACCEPTED


def test_child_may_not_take_more_memory_than_its_share():
    program = (
        "from engine import isolation\n"
        "from engine.registry.isolation import MEGABYTES\n"
        "isolation.limit_memory(MEGABYTES)\n"
        "bytearray(MEGABYTES * 500_000)\n"
        "try:\n    bytearray(MEGABYTES * 1_100_000)\n"
        "except MemoryError:\n    print('refused')"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "refused\n"


def test_death_of_the_child_is_unknown_and_the_next_check_works():
    safely(content_of("utf16"))
    isolation.stop()

    assert isolation.ask("not a question", seconds=PATIENCE) is None
    assert safely(content_of("utf16")).verdict == checks.Verdict.ACCEPTED


def test_a_question_given_up_is_not_answered_to_the_next(monkeypatch):
    """Whoever waits may be stopped: the child’s answer to them is nobody else’s."""
    safely(content_of("utf16"))

    def stopped(*_asked: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as waiting, pytest.raises(KeyboardInterrupt):
        waiting.setattr(isolated_by, "receive", stopped)
        safely(content_of("script"))

    assert safely(content_of("utf16")).verdict == checks.Verdict.ACCEPTED


def test_a_server_with_thousands_of_files_open_still_hears_the_child():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    read_end, write_end = os.pipe()
    try:
        far = fcntl.fcntl(read_end, fcntl.F_DUPFD, 2_000)
        os.write(write_end, isolated_by.LENGTH.pack(2) + b"ok")
        with os.fdopen(far, "rb", buffering=0) as pipe:
            assert isolated_by.receive(pipe, time.monotonic() + PATIENCE) == b"ok"
    finally:
        os.close(read_end)
        os.close(write_end)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_child_and_caller_give_the_same_report():
    content = content_of("condition_program")

    here = checks.check(content, filename="sent.bpmn", context=PROFILE)
    there = safely(content)

    assert there.problems == here.problems
    assert there.levels == here.levels
    assert there.as_json()["problems"][0]["level"] == Level.EXECUTION.value


@given(st.binary(max_size=400))
@settings(max_examples=80, deadline=None)
def test_any_bytes_are_answered_and_nothing_is_raised(content):
    assert checks.check(content, filename="any.bpmn", context=PROFILE).verdict == checks.Verdict.REFUSED


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_reference_with_a_damaged_byte_is_answered_and_nothing_is_raised(data):
    content = bytearray(content_of("many_parallel_branches"))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    report = checks.check(bytes(content), filename="damaged.bpmn")

    assert report.verdict in (checks.Verdict.ACCEPTED, checks.Verdict.REFUSED)
