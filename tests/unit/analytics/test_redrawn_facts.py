"""What was signed in an older version’s process and in today’s is one step, counted by task or by class."""

from __future__ import annotations

import orjson
import pytest

from engine.analytics import estimates, facts

DAY = 86_400
OLD, NEW = (
    ("agreement", "sign_agreement", "signatory"),
    ("convention_signature", "sign_agreement", "signatory"),
)
OTHER = ("agreement", "prepare_agreement", "operator")


def row(key: tuple[str, str, str], seconds: int, *, late: int = 0, counts: bytes | None = None) -> tuple:
    """A completed task, or the count of a closed month’s tasks by class of duration."""
    return (*key, 1, 0, seconds, 0, late, counts)


def of_class(seconds: int) -> bytes:
    """One task in its class of duration."""
    return orjson.dumps([[estimates.class_of(seconds), 1]])


@pytest.mark.parametrize("keys", [(OLD, NEW), (NEW, OLD), (OLD, OLD)])
def test_tasks_of_both_are_one_step(keys):
    rows = [row(keys[0], DAY, late=1), row(OTHER, 9 * DAY), row(keys[1], 3 * DAY)]

    found = {
        (each.process, each.step, each.waits_for): each for each in facts.gathered(rows, by_classes=False)
    }

    assert set(found) == {NEW, OTHER}
    assert (found[NEW].completed, found[NEW].late, found[NEW].working_seconds) == (2, 1, 4 * DAY)
    assert found[NEW].lasted.count == 2


def test_closed_months_and_tasks_of_both_are_one_step():
    rows = [row(OLD, DAY, counts=of_class(DAY)), row(NEW, DAY), row(NEW, DAY, counts=of_class(DAY))]

    (found,) = facts.gathered(rows, by_classes=True)

    assert (found.process, found.completed, found.lasted.count) == (NEW[0], 3, 3)
