"""What people usually answer, where a form alone does not say: means, signatories, days given, names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from engine.calendar import working_days
from engine.rehearsal.answering import Answering, Preferences
from engine.rehearsal.deciding import Deciding, answer_of
from forms import catalogue
from forms.context import Context

if TYPE_CHECKING:
    from engine.rehearsal.stage import Stage
    from engine.runtime.acts import TaskView

APPROVALS = frozenset({"approved", "approved_with_conditions"})
USUAL_ADVANCE = 1_500_000  # Cents.
MONTHS = 24
GIVEN_DAYS = 3
ACTING_FOR = timedelta(days=60)


def answers_to(
    stage: Stage,
    task: TaskView,
    context: Context,
    chosen: tuple[Deciding, str] | None,
    *,
    again: bool = False,
) -> dict[str, Any]:
    """Valid answers to a task's form, the choice made for it among them; `again` after a refusal."""
    decided = {} if chosen is None else answer_of(*chosen, context)
    more = MORE.get(task.form, nothing_more)(stage, task, context, decided)
    if again and task.form == "committee_decision":
        more |= in_the_last_session(context)
    questions = catalogue.form(task.form).questions(context)
    return Answering(context, preferences(stage, task)).answers(questions, {**more, **decided})


def preferences(stage: Stage, task: TaskView) -> Preferences:
    """Who plays which part, where somebody is to be named."""
    people = stage.people
    companies = stage.experts

    def other_mandatary(_known: Mapping[str, object]) -> object:
        return people["deputy"]

    def expert_of(known: Mapping[str, object]) -> object:
        wanted = str(known.get("company_id") or known.get("organisation_id") or "")
        return next((person for person, firm in companies.items() if str(firm) == wanted), people["expert"])

    def lender(_known: Mapping[str, object]) -> object:
        return companies[people["expert"]]

    named = other_mandatary if task.form != "committee_decision" else lambda _known: people["mandatary"]
    return {
        "prescriber_id": lambda _known: people["prescriber"],
        "mandatary_id": named,
        "expert_id": lambda _known: people["expert"],
        "acting_chair_id": other_mandatary,
        "company_id": lender,
        "human_means-company_id": lender,
        "interventions-company_id": lender,
        "interventions-expert_id": expert_of,
        "signatories-person_id": expert_of,
        "ends_on": lambda _known: stage.today + ACTING_FOR,
        "advance_months": lambda _known: min(MONTHS, int(stage.place.current.get("advance.max_months", 24))),
    }


More = Callable[["Stage", "TaskView", Context, Mapping[str, object]], dict[str, Any]]


def nothing_more(
    _stage: Stage, _task: TaskView, _context: Context, _decided: Mapping[str, object]
) -> dict[str, Any]:
    """Nothing that the form does not ask for."""
    return {}


def advance(context: Context) -> int | None:
    """The advance that is asked for and given, where the basin gives any."""
    most, least = context.limit("advance_ceiling", 0), context.limit("advance_floor", 0)
    if not most or context.allows("skills_only"):
        return None
    return max(least, min(USUAL_ADVANCE, most))


def of_diagnostic(
    _stage: Stage, _task: TaskView, context: Context, _decided: Mapping[str, object]
) -> dict[str, Any]:
    """Needs in skills, and an advance with its plan where the basin gives any."""
    asked: dict[str, Any] = {"needs": context.prefill.get("needs") or [{}]}
    amount = advance(context)
    if amount is None:
        return as_json(asked)
    plan = (("use", "Équipement", 2), ("resource", "Avance", 1), ("resource", "Fonds propres", 1))
    lines = [{"side": side, "label": label, "amount": amount * times} for side, label, times in plan]
    return as_json({**asked, "advance_requested": amount, "financing_plan": lines})


def as_json(answers: Mapping[str, object]) -> dict[str, Any]:
    """The same answers as JSON values."""
    return catalogue.to_json(answers)


def in_the_last_session(context: Context) -> dict[str, Any]:
    """The last session that may have decided: the minutes of the one before are signed."""
    found = context.choices.get("session_id", ())
    return {"session_id": found[0].value} if found else {}


def of_decision(
    _stage: Stage, task: TaskView, context: Context, decided: Mapping[str, object]
) -> dict[str, Any]:
    """The means of an approval: days lent, and the advance; those agreed already, where some are."""
    if decided.get("outcome") not in APPROVALS:
        return {}
    means: dict[str, Any] = {"human_means": context.prefill.get("human_means") or [{}]}
    is_first = task.instance_id == task.case_id  # What is decided later brings days alone.
    amount = context.prefill.get("advance_amount") or (advance(context) if is_first else None)
    return as_json({**means, **({"advance_amount": amount} if amount else {})})


def of_intervention(
    stage: Stage, task: TaskView, _context: Context, _decided: Mapping[str, object]
) -> dict[str, Any]:
    """Whole days given since the task was opened, the last of them today."""
    days: list[date] = []
    day = stage.today
    while day >= task.opened_on and len(days) < GIVEN_DAYS:
        if working_days.is_working_day(day, working_days.Territory(stage.place.territory)):
            days.append(day)
        day -= timedelta(days=1)
    return {"worked_days": [{"worked_on": each.isoformat(), "days": "1"} for each in days or [stage.today]]}


def of_signature(
    _stage: Stage, _task: TaskView, context: Context, _decided: Mapping[str, object]
) -> dict[str, Any]:
    """The hashes of what is shown."""
    return {name: value for name, value in context.limits.items() if name.endswith("_digest") and value}


MORE: Mapping[str, More] = {
    "preliminary_diagnostic": of_diagnostic,
    "committee_decision": of_decision,
    "intervention": of_intervention,
    "agreement_signature": of_signature,
    "minutes_sign_off": of_signature,
}
