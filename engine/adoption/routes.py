"""What the diagrams must know of a project taken over: what the steps before its entry would have written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.adoption import decided, grids
from engine.projects.routing import INITIAL_ROUTING
from forms.adoption import DECIDED, SIGNED

if TYPE_CHECKING:
    from datetime import date

    from engine.projects.models import Project
    from engine.runtime.acts import Routing


def routing_of(project: Project, answers: Mapping[str, Any], today: date) -> dict[str, Routing]:
    """Every routing variable, at the value that the life before the entry would have left."""
    found: dict[str, Routing] = {
        **INITIAL_ROUTING,
        "qualification_outcome": "continue",
        "prescription_accepted": True,
        "completeness_outcome": "complete",
    }
    if DECIDED.holds(answers):
        found |= of_decision(answers)
    if SIGNED.holds(answers):
        found |= of_agreement(project, answers, today)
    return found


def of_decision(answers: Mapping[str, Any]) -> dict[str, Routing]:
    """What an approval says; its condition lapses the day after its date."""
    due_on = answers["condition_due_on"] if answers["condition"] else None
    return {
        "decision_outcome": decided.WITH_CONDITIONS if due_on else decided.APPROVED,
        "decision_signed": True,
        "conditions_due_on": due_on.isoformat() if due_on else "",
        "conditions_lapse_on": (due_on + timedelta(days=1)).isoformat() if due_on else "",
        "follow_up_months": answers["follow_up_months"],
        "cadence_months": answers["cadence_months"],
    }


def of_agreement(project: Project, answers: Mapping[str, Any], today: date) -> dict[str, Routing]:
    """What the last signature says: the eighteen months, the grid, and the report before the next one."""
    if project.effective_on is None or project.follow_up_ends_on is None:
        raise LookupError("a followed project has an effective day")
    return {
        "mandate_accepted": True,
        "agreement_outcome": "signed",
        "effective_on": project.effective_on.isoformat(),
        "follow_up_ends_on": project.follow_up_ends_on.isoformat(),
        "report_number": grids.next_number(answers, today) - 1,
    }
