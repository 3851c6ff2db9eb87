"""What does harm when it is played is refused; what does none, and was meant to do none, is accepted (D29)."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from engine.registry import library
from tests import effort
from tests.workflows import judging, mutants, sheets

LIVES = effort.times(20, 200)
# Of edits meant to do no harm. The others do not fit on the page any more, or put a step where the charter wants
# nothing between two others, or where a second round may begin before the first is over: the messages say so.
ACCEPTED = 0.75


def seeds(purpose: str, sampled: int, exhaustive: int) -> list[int]:
    """Fresh seeds each day, told in a failing test's name, the same in every process of one run."""
    dice = effort.dice("mutants", purpose)
    return [dice.randrange(1_000_000_000) for _ in range(effort.times(sampled, exhaustive))]


@pytest.mark.parametrize("seed", seeds("mutants", 10, 400))
def test_no_drawing_that_does_harm_is_accepted(seed):
    [found] = judging.draw("mutants", [seed], most=LIVES)

    assert not found.is_missed, str(found)


@pytest.mark.parametrize("seed", seeds("models", 20, 1_500))
def test_no_edited_process_that_gets_stuck_is_accepted(seed):
    found = list(judging.draw_models([seed], most=LIVES))

    assert not any(each.is_missed for each in found), [str(each) for each in found]


def test_most_edits_that_do_no_harm_are_accepted():
    drawn = list(judging.draw("harmless", seeds("harmless", 8, 200), most=LIVES))

    assert not [str(each) for each in drawn if each.is_missed]
    fine = [each for each in drawn if not each.is_harmful]
    counted = Counter(each.accepted for each in fine)
    least = ACCEPTED if len(fine) > 100 else ACCEPTED - 0.25  # A few drawn by lot may be unlucky.
    assert counted[True] >= least * len(fine), [str(each) for each in fine if not each.accepted]


@pytest.mark.parametrize(
    ("operator", "process", "trouble"),
    [
        ("ask_steering", "decision", "breach: steering"),
        ("end_plainly", "agreement", "breach: signatures"),
        ("remove_boundary", "report", "breach: escalation"),
        ("remove_boundary", "late_report", "left open"),
    ],
)
def test_the_judge_sees_harm_that_is_known(operator, process, trouble):
    found = []
    for seed in range(40):
        dice = random.Random(seed)
        files = library.reference()
        try:
            mutant = sheets.edited(files, f"{process}.bpmn", operator, mutants.OPERATORS[operator], dice)
        except sheets.NoPlace:
            continue
        found += judging.harm_of(mutant.files, str(seed), 40)
        if any(each.startswith(trouble) for each in found):
            return
    pytest.fail(f"{trouble} was not seen: {Counter(found)}")
