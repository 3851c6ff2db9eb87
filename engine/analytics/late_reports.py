"""Late reports, basin by basin: what steering is told once a month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.analytics import waiting
from engine.analytics.questions import Question
from engine.analytics.waiting import OpenTask

if TYPE_CHECKING:
    from engine.analytics.bottlenecks import StepFigures
    from engine.persistence.unit_of_work import UnitOfWork

FORM_STEP = ("report", "follow_up_report")


def late_reports(work: UnitOfWork, basin_id: int) -> list[OpenTask]:
    """A basin's reports past their first due day and still open now, the latest of them first."""
    now = work.now.date()
    found = waiting.read(work, Question(now, now, (basin_id,)))
    late = [each for each in found if (each.process, each.step) == FORM_STEP and each.is_late]
    return sorted(late, key=lambda each: (each.due_on, each.reference))


def number_late(steps: Sequence[StepFigures]) -> int:
    """How many reports are past due among the figures of steps."""
    return sum(each.open.late for each in steps if each.key == FORM_STEP)


def number_late_at_first(steps: Sequence[StepFigures]) -> int:
    """How many of these are late by their first due day only: the new mandatary is in time (D9)."""
    return sum(each.open.late_at_first for each in steps if each.key == FORM_STEP)
