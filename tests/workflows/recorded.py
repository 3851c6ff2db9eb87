"""What our operations decide and write in a project's history, told without a database."""

# A life is played with the engine alone, so that hundreds of them take seconds. What its operations would
# have recorded is told here, one function for each; tests/workflows/test_lives.py checks it against a project
# that lives in a database. The fences of the domain are left out on purpose: they stop at run time what a
# diagram should never have let come, and it is the diagram that is judged.

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from engine.projects import grid
from engine.projects.charter_watch import Happened
from engine.projects.reports import grid_of
from engine.projects.routing import WORDS
from engine.spiff.steps import Step
from tests.workflows.twins import USUAL

CAPACITIES = ("beneficiary", "chair", "partner_company", "mandatary")
ENDS = {"closed": "closed", "withdrawn": "withdrawn", "terminated": "terminated"}
OPENS_BEFORE = timedelta(days=14)
LATER_RUNGS = {"reminder_on": 9, "call_on": 15, "chair_on": 45}
Decided = dict[str, Any]


@dataclass(frozen=True)
class Done:
    """A step that was carried out: by whom among several, and the routing as it stood."""

    step: Step
    position: int | None
    routing: Mapping[str, Any]

    @property
    def role(self) -> str | None:
        """Who did it; nobody, of what the engine does by itself."""
        return self.step.role if self.step.kind == "user" else None


@dataclass
class Records:
    """One project's history as it is written, and what its operations need to know of it."""

    dice: random.Random
    surprise: float  # How often something else than the usual is decided.
    signatories: int
    cadence_months: int
    interventions: int
    today: date = date.min
    entries: list[Happened] = field(default_factory=list)
    outcome: str = ""  # Of the decision that was recorded last.
    begins_ladder: bool = False  # Asked of who plays: a ladder beside the project …
    closes_report: bool = False  # … or its end.
    has_ladder: bool = False
    awaits_report: bool = False
    reported: int = 0  # The last report that was given.

    def perform(self, step: Step, position: int | None, routing: Mapping[str, Any]) -> Decided:
        """Carry out a step's operation: give what it decides, having written what it records."""
        operation = OPERATIONS.get(step.operation or "")
        return {} if operation is None else operation(self, Done(step, position, routing))

    def write(self, kind: str, done: Done | None = None, **figures: Any) -> None:
        """Write an entry in the history."""
        capacity = None if done is None else done.role
        self.entries.append(Happened(kind, self.today, capacity, figures))

    def open(self, step: Step) -> None:
        """Write that a task was opened."""
        self.awaits_report |= step.operation == "projects.record_report"
        self.write("runtime.task.opened", role=step.role)

    def end(self, event: str | None) -> None:
        """Write that the project's own process has come to an end."""
        self.write("projects.project.ended", end=ENDS.get(event or "", "not_pursued"))

    def is_usual(self) -> bool:
        """Whether what is decided now is what usually is."""
        return self.dice.random() >= self.surprise

    def yes(self, name: str, *, usual: bool = True) -> bool:
        """Decide a yes or a no, mostly the usual one."""
        usually = bool(USUAL.get(name, usual))
        return usually if self.is_usual() else not usually

    def word(self, name: str) -> str:
        """Decide one of the words that a variable knows, mostly the usual one."""
        return str(USUAL[name]) if self.is_usual() else self.dice.choice(sorted(WORDS[name]))

    def later(self, first: int, last: int) -> str:
        """A day to come, as the routing has it."""
        return (self.today + timedelta(days=self.dice.randint(first, last))).isoformat()


# The appraisal.


def record_qualification(life: Records, _done: Done) -> Decided:
    return {"qualification_outcome": life.word("qualification_outcome")}


def record_prescription_answer(life: Records, _done: Done) -> Decided:
    return {"prescription_accepted": life.yes("prescription_accepted")}


def record_diagnostic(life: Records, done: Done) -> Decided:
    life.write("projects.diagnostic.recorded", done)
    return {}


def record_completeness(life: Records, _done: Done) -> Decided:
    outcome = life.word("completeness_outcome")
    is_asked = outcome == "complementary"
    return {"completeness_outcome": outcome} | (
        {"complementary_due_on": life.later(5, 40)} if is_asked else {}
    )


# The committee.


def record_decision(life: Records, done: Done) -> Decided:
    life.outcome = life.word("decision_outcome")
    life.write("committee.decision.recorded", done, outcome=life.outcome)
    decided: Decided = {"decision_outcome": life.outcome, "decision_signed": False}
    decided |= {"conditions_due_on": "", "conditions_lapse_on": ""}
    if life.outcome == "complementary_diagnostic":
        decided["complementary_due_on"] = life.later(5, 40)
    if life.outcome == "approved_with_conditions":
        last = life.today + timedelta(days=life.dice.randint(10, 60))
        decided["conditions_due_on"] = last.isoformat()
        decided["conditions_lapse_on"] = (last + timedelta(days=1)).isoformat()
    if life.outcome in ("approved", "approved_with_conditions"):
        decided |= {"follow_up_months": grid.MINIMUM_MONTHS, "cadence_months": life.cadence_months}
    return decided


def sign_off_decision(life: Records, done: Done) -> Decided:
    signed = life.yes("decision_signed")
    figures = {"outcome": life.outcome} if signed else {}
    life.write("committee.decision.signed" if signed else "committee.decision.sent_back", done, **figures)
    return {"decision_signed": signed}


# The agreement.


def record_mandate_answer(life: Records, _done: Done) -> Decided:
    return {"mandate_accepted": life.yes("mandate_accepted")}


def reassign_mandate(_life: Records, _done: Done) -> Decided:
    return {"mandate_accepted": False}


def prepare(life: Records, done: Done) -> Decided:
    if life.yes("means_changed"):
        life.write("agreements.means.changed", done)
        return {"means_changed": True, "signatory_count": 0}
    return redraft(life, done) | {"means_changed": False}


def redraft(life: Records, done: Done) -> Decided:
    life.write("agreements.agreement.prepared", done)
    return {"signature_refused": False, "signatory_count": life.signatories}


def sign(life: Records, done: Done) -> Decided:
    refused = life.yes("signature_refused")
    kind = "agreements.signature.refused" if refused else "agreements.agreement.signed"
    place = done.position or 0
    is_named = done.role == "signatory" and place < len(CAPACITIES)
    capacity = CAPACITIES[place] if is_named else done.role
    life.entries.append(Happened(kind, life.today, capacity, {"signed_as": capacity}))
    return {"signature_refused": refused}


def return_to_committee(life: Records, done: Done) -> Decided:
    life.write("agreements.project.returned", done)
    return {
        "signature_refused": False, "means_changed": False, "mandate_accepted": False, "signatory_count": 0,
        "agreement_outcome": "returned",
    }  # fmt: skip


def label_firm(life: Records, done: Done) -> Decided:
    life.write("agreements.firm.labelled", done, effective_on=life.today.isoformat())
    months = int(done.routing["follow_up_months"] or grid.MINIMUM_MONTHS)
    return {
        "effective_on": life.today.isoformat(),
        "follow_up_ends_on": grid.ends_on(life.today, months).isoformat(),
        "follow_up_months": months,
        "cadence_months": life.cadence_months,
        "report_number": 0,
        "agreement_outcome": "signed",
    }


# What follows the label.


def plan_interventions(life: Records, _done: Done) -> Decided:
    return {"intervention_count": life.interventions}


def review_accompaniment(life: Records, _done: Done) -> Decided:
    return {"accompaniment_complete": life.yes("accompaniment_complete")}


def schedule_report(life: Records, done: Done) -> Decided:
    planned = grid_of(done.routing)
    number = planned.next_number(int(done.routing["report_number"]), life.today)
    due_on = planned.due_on(number)
    return {
        "report_number": number, "report_due_on": due_on.isoformat(),
        "report_opens_on": (due_on - OPENS_BEFORE).isoformat(), "intervention_requested": False,
    }  # fmt: skip


def review_term(life: Records, done: Done) -> Decided:
    planned = grid_of(done.routing)
    return {
        "follow_up_over": planned.is_over(planned.next_number(int(done.routing["report_number"]), life.today))
    }


def record_report(life: Records, done: Done) -> Decided:
    planned = grid_of(done.routing)
    number = int(done.routing["report_number"])
    first, *others = planned.covered(number, occurred_on=life.today, today=life.today)
    life.closes_report, life.awaits_report = True, False
    life.reported = number + len(others)
    life.write(
        "projects.report.recorded", done, number=number, last_number=number + len(others),
        days_late=first.days_late,
    )  # fmt: skip
    return {
        "intervention_requested": life.yes("intervention_requested", usual=False),
        "follow_up_over": planned.is_over(planned.next_number(number, life.today)),
    }


def request_intervention(_life: Records, _done: Done) -> Decided:
    return {"intervention_requested": False}


# The ladder.


def begin_ladder(life: Records, done: Done) -> Decided:
    number = int(done.routing.get("report_number") or 0)
    due_on = str(done.routing.get("report_due_on") or "9999-12-31")
    opens_late = date.fromisoformat(due_on) <= life.today and number > life.reported
    if (life.awaits_report or opens_late) and not life.has_ladder:
        life.begins_ladder = True
        life.write("escalation.ladder.started", report_number=number)
    return {}


def next_rungs(life: Records, done: Done) -> Decided:
    due_on = date.fromisoformat(str(done.routing["report_due_on"]))
    later = [name for name in LATER_RUNGS if done.step.id != "remind_mandatary" or name != "reminder_on"]
    return {name: max(due_on + timedelta(days=LATER_RUNGS[name]), life.today).isoformat() for name in later}


def pause(rung: str) -> Callable[[Records, Done], Decided]:
    """The operation that puts a rung off, now and then."""

    def paused(life: Records, _done: Done) -> Decided:
        is_paused = life.yes("ladder_paused", usual=False)
        return {"ladder_paused": is_paused} | ({rung: life.later(1, 21)} if is_paused else {})

    return paused


def choose_mandatary(life: Records, _done: Done) -> Decided:
    is_replaced = life.yes("mandatary_replacement", usual=False)
    return {"mandatary_replacement": is_replaced} | ({} if is_replaced else {"chair_on": life.later(45, 45)})


# The ends.


def sign_closure(life: Records, done: Done) -> Decided:
    signed = life.yes("closure_signed")
    life.write("projects.closure.signed" if signed else "projects.closure.sent_back", done)
    return {"closure_signed": signed}


def sign_termination(life: Records, done: Done) -> Decided:
    signed = life.yes("termination_signed", usual=life.dice.random() < 0.5)
    life.write("projects.termination.signed" if signed else "projects.termination.refused", done)
    return {"termination_signed": signed}


OPERATIONS: Mapping[str, Callable[[Records, Done], Decided]] = {
    "projects.record_qualification": record_qualification,
    "projects.record_prescription_answer": record_prescription_answer,
    "projects.record_diagnostic": record_diagnostic,
    "projects.record_completeness": record_completeness,
    "committee.record_decision": record_decision,
    "committee.sign_off_decision": sign_off_decision,
    "projects.record_mandate_answer": record_mandate_answer,
    "projects.reassign_mandate": reassign_mandate,
    "agreements.prepare": prepare,
    "agreements.redraft": redraft,
    "agreements.sign": sign,
    "agreements.return_to_committee": return_to_committee,
    "agreements.label_firm": label_firm,
    "skills.plan_interventions": plan_interventions,
    "skills.review_accompaniment": review_accompaniment,
    "projects.schedule_report": schedule_report,
    "projects.review_term": review_term,
    "projects.record_report": record_report,
    "projects.request_intervention": request_intervention,
    "escalation.start": begin_ladder,
    "escalation.recall_due_date": next_rungs,
    "escalation.remind_mandatary": next_rungs,
    "escalation.pause_before_call": pause("call_on"),
    "escalation.pause_before_choice": pause("chair_on"),
    "escalation.choose_mandatary": choose_mandatary,
    "projects.sign_closure": sign_closure,
    "projects.sign_termination": sign_termination,
}
