"""A proof ends in time: with an answer for what may be accepted, without one for what is made to be slow."""

from __future__ import annotations

import time

import pytest

from engine import installing
from engine.benchmark import verifying
from engine.registry import checks, library
from engine.registry.problems import Level

PATIENCE = 20.0  # Much above what a check takes: tests may share a slow machine.
SLACK = 2.0


@pytest.mark.parametrize(("content", "what"), [
    (verifying.long_line(498), "five hundred steps"), (verifying.wide(22), "twenty-two at the same time"),
], ids=lambda each: each if isinstance(each, str) else "")  # fmt: skip
def test_what_is_large_is_proved(content, what):
    report = checks.check_safely(content, filename="p.bpmn", context=verifying.PROFILE, seconds=PATIENCE)

    assert report.sound, what
    assert report.verdict == checks.Verdict.ACCEPTED


def test_what_cannot_be_proved_in_time_is_unknown_and_never_accepted():
    started = time.perf_counter()

    report = checks.check(verifying.inclusive(12), filename="p.bpmn", context=verifying.PROFILE, seconds=0.2)

    assert time.perf_counter() - started < SLACK
    assert report.sound is None
    assert report.levels[Level.SOUNDNESS] == checks.Answer.UNKNOWN
    assert "UNDECIDED" in {problem.code for problem in report.problems}
    assert report.verdict != checks.Verdict.ACCEPTED


def test_the_reference_is_unknown_when_there_is_no_time_at_all():
    files = library.reference()

    report = checks.check_version(files, installing.known(), seconds=0.0)

    assert report.verdict == checks.Verdict.UNKNOWN
    assert (report.sound, report.conformant) == (None, None)
    assert report.levels[Level.CHARTER] == checks.Answer.UNKNOWN
