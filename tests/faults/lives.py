"""Whole projects played at random through the runtime: whoever is asked answers, well or badly."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from stdnum import luhn

from engine import errors
from engine.persistence.unit_of_work import Actor
from engine.projects import closing
from engine.registry import versions
from engine.runtime import tasks, timers
from engine.runtime.models import Instance, Task
from forms import catalogue
from tests.integration import amending
from tests.integration.programme import DIAGNOSTIC, REPORT, REVIEW, Programme

Answers = dict[str, Any]
LONGEST_LIFE = 600  # Acts; a life needs some thirty, and chance sends it back now and then.
BY_ROLE = {"operator": "officer", "chair": "chair", "seat": "prescriber"}


@dataclass
class Life:
    """One project from its intake to its end: at each turn somebody acts, or time passes."""

    programme: Programme
    dice: random.Random
    told: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    largest_state: int = 0

    def play(self) -> str:
        """Play a new project to the end; how it ended."""
        self.begin()
        return self.go_on()

    def begin(self) -> None:
        """Open a project."""
        establishment = f"000000018{self.dice.randrange(10_000):04}"
        self.programme.open(
            siret=establishment + luhn.calc_check_digit(establishment),
            name=f"Atelier {self.dice.randrange(10**6)} (démo)",
        )

    def go_on(self) -> str:
        """Play the project to its end; how it ended."""
        for _ in range(LONGEST_LIFE):
            if self.project_ended():
                return str(self.programme.project().end_kind)
            self.turn()
        raise AssertionError(f"no end after {LONGEST_LIFE} acts: {self.programme.steps()}, {self.told[-12:]}")

    def project_ended(self) -> bool:
        """Whether nothing is left to do; the state is measured on the way."""
        with self.programme.database.start_reading() as work:
            root = work.database.get_one(Instance, self.programme.case_id)
            self.largest_state = max(self.largest_state, len(root.state))
            return root.ended_at is not None

    def turn(self) -> None:
        """One act: an open task, time passing, or somebody who has had enough."""
        if self.dice.random() < 0.03:
            versions._cell.cache_clear()  # As another process would: nothing parsed yet.
        opened = self.programme.open_tasks()
        if opened and self.dice.random() < 0.85:
            self.complete(self.dice.choice(opened))
        elif self.dice.random() < 0.04:
            self.give_up()
        else:
            self.let_time_pass(nothing_open=not opened)

    def complete(self, task: Task) -> None:
        """Somebody answers; what is refused is answered plainly the next time."""
        surprising = self.dice.random() < 0.25
        answers = ANSWERS[task.step](self, task, surprising)
        person = task.assignee_id or self.programme.people[BY_ROLE[task.role]]
        try:
            with self.programme.database.start_work(Actor(person)) as work:
                tasks.complete(work, task_id=task.id, answers=answers, channel="json")
        except (catalogue.InvalidAnswers, errors.InvalidAnswers) as refusal:
            self.refused.append(f"{task.step}: {refusal.messages}")
            assert len(self.refused) < 60, self.refused[-5:]
            self.let_time_pass(nothing_open=False)
        except (errors.Conflict, errors.NotAllowed) as refusal:
            self.refused.append(f"{task.step}: {refusal}")
            assert len(self.refused) < 60, self.refused[-5:]
            self.let_time_pass(nothing_open=False)
        else:
            self.told.append(task.step)

    def give_up(self) -> None:
        """The firm withdraws, or asks for an early end once it has signed."""
        reason = {"requested_by": "firm", "reason": "Elle renonce."}
        try:
            with self.programme.work_as("officer") as work:
                if self.programme.project().effective_on is None:
                    closing.withdraw(work, project_id=self.programme.case_id, **reason)
                else:
                    closing.request_termination(
                        work, project_id=self.programme.case_id, cause="ceased", **reason
                    )
        except (errors.Conflict, errors.NotAllowed) as refusal:
            self.refused.append(f"give up: {refusal}")
        else:
            self.told.append("give up")

    def let_time_pass(self, *, nothing_open: bool) -> None:
        """To the next timer when everybody waits, else a few days."""
        clock = self.programme.clock
        with self.programme.database.start_reading() as work:
            due = timers.next_due(work)
        if nothing_open:
            assert due is not None, f"nobody and nothing is waited for: {self.told[-12:]}"
            clock.set(max(due, clock.instant))
        else:
            clock.advance(days=self.dice.choice([1, 3, 12, 40]))
        while timers.fire_due(self.programme.database):
            pass

    def session_id(self) -> str:
        """A session in which a decision may be recorded today, planned if none saw the file."""
        programme = self.programme
        ready_on = [each.opened_on for each in programme.open_tasks() if each.form == "committee_decision"]
        programme.meet(since=max(ready_on, default=programme.today))
        return programme.session_id()

    def later(self, days: int = 20) -> str:
        """A day to come."""
        return (self.programme.today + timedelta(days=days)).isoformat()

    def other(self, task: Task) -> str:
        """A member who is not the one whose task it is."""
        names = ("mandatary", "successor", "prescriber")
        people = [self.programme.people[name] for name in names]
        project = self.programme.project()
        return str(self.dice.choice([each for each in people if each != project.mandatary_id]))


def qualify(life: Life, task: Task, surprising: bool) -> Answers:
    plain = life.programme.qualification()
    if surprising and life.dice.random() < 0.2:
        return {"outcome": "drop", "reason": "Hors du programme."}
    return {
        **plain,
        "prescriber_id": str(life.programme.people[life.dice.choice(["prescriber", "successor"])]),
    }


def check_completeness(life: Life, task: Task, surprising: bool) -> Answers:
    if not surprising:
        return {"outcome": "complete"}
    return life.dice.choice([{"outcome": "incomplete", "missing": "Le bilan."}, opinion(life)])


def opinion(life: Life) -> Answers:
    return {
        "outcome": "complementary", "question": "La ligne tiendra-t-elle ?",
        "expert_id": str(life.programme.people["expert"]), "complementary_due_on": life.later(),
    }  # fmt: skip


def committee_decision(life: Life, task: Task, surprising: bool) -> Answers:
    known = {"session_id": life.session_id()}
    granted_to = life.programme.project().mandatary_id
    if granted_to is not None and task.instance_id != task.case_id:
        known["mandatary_id"] = str(granted_to)  # A new intervention replaces nobody.
    if not surprising:
        return {**life.programme.decision(), **known}
    return life.dice.choice(
        [
            {**known, "outcome": "rejected", "reason": "quality"},
            {**known, "outcome": "reoriented", "explanation": "Un autre dispositif convient mieux."},
            {**known, "outcome": "adjourned", "explanation": "Préciser le marché."},
            {**known, **opinion(life), "outcome": "complementary_diagnostic"},
            {
                **life.programme.decision(), **known, "outcome": "approved_with_conditions",
                "conditions": [{"text": "Bail signé", "due_on": life.later(30)}],
            },
        ]
    )  # fmt: skip


def signing_off(life: Life, task: Task, surprising: bool) -> Answers:
    if surprising:
        return {"decision": "send_back", "reason": "À revoir."}
    return {"decision": "sign"}


def lift_conditions(life: Life, task: Task, surprising: bool) -> Answers:
    with life.programme.database.start_reading() as work:
        found = work.domain.context(work, task).choices["conditions-condition_id"]
    lifted_on = life.programme.today.isoformat()
    return {
        "conditions": [
            {"condition_id": each.value, "evidence": "Bail.", "lifted_on": lifted_on} for each in found
        ]
    }


def answer(life: Life, task: Task, surprising: bool) -> Answers:
    return {"accepted": False, "reason": "Pas le temps."} if surprising else {"accepted": True}


def prepare_agreement(life: Life, task: Task, surprising: bool) -> Answers:
    if surprising:
        return {"means_changed": True, "change": "Deux jours de plus."}
    return {
        "means_changed": False, "objective": "Une ligne de plus.", "signatories": life.programme.signatories(),
    }  # fmt: skip


def sign_agreement(life: Life, task: Task, surprising: bool) -> Answers:
    if surprising and life.dice.random() < 0.3:
        return {"answer": "refuse", "reason": "Les jours ne sont plus disponibles.", "consent": False}
    return {"answer": "accept", "consent": True, **life.programme.shown(task)}


def prepare_amendment(life: Life, task: Task, surprising: bool) -> Answers:
    if surprising:
        return {"drop": True, "drop_reason": "L’entreprise n’en veut plus."}
    proposal = amending.proposed(life.programme)
    return {**proposal, "signatories": amending.rows(proposal, life.programme)}


def plan_interventions(life: Life, task: Task, surprising: bool) -> Answers:
    count = life.dice.choice([1, 2]) if surprising else 1
    each = {**life.programme.intervention(), "planned_days": "6" if count == 1 else "3"}
    return {"interventions": [each] * count}


def report(life: Life, task: Task, surprising: bool) -> Answers:
    said: Answers = {**REPORT, "contact_on": life.programme.today.isoformat()}
    if surprising:
        said |= {"new_intervention": True, "intervention_domain": "quality", "intervention_days": "2"}
    return said


def review_request(life: Life, task: Task, surprising: bool) -> Answers:
    if surprising:
        return {"forward": False, "reason": "Déjà prévu."}
    return {"forward": True, "expert_id": str(life.programme.people["expert"])}


def keep_or_replace(life: Life, task: Task, surprising: bool) -> Answers:
    if surprising:
        return {"choice": "replace", "mandatary_id": life.other(task), "reason": "Trop de retard."}
    return {"choice": "keep"}


def always(**answers: Any) -> Callable[[Life, Task, bool], Answers]:
    """The same answer whatever happens."""
    return lambda life, task, surprising: answers


ANSWERS: dict[str, Callable[[Life, Task, bool], Answers]] = {
    "qualify": qualify,
    "accept_prescription": answer,
    "preliminary_diagnostic": always(**DIAGNOSTIC),
    "check_completeness": check_completeness,
    "complementary_diagnostic": always(findings="Oui.", recommendation="favourable", days_spent="0.5"),
    "committee_decision": committee_decision,
    "sign_off_decision": signing_off,
    "notify_decision": lambda life, task, surprising: {
        "channel": "email", "sent_on": life.programme.today.isoformat(),
    },
    "complete_file": always(completion="Deux clients nouveaux."),
    "lift_conditions": lift_conditions,
    "accept_mandate": answer,
    "reassign_mandate": lambda life, task, surprising: {"mandatary_id": life.other(task)},
    "prepare_agreement": prepare_agreement,
    "sign_agreement": sign_agreement,
    "plan_interventions": plan_interventions,
    "carry_out_intervention": lambda life, task, surprising: life.programme.work_done("1"),
    "review_accompaniment": lambda life, task, surprising: {"complete": not surprising},
    "follow_up_report": report,
    "final_review": always(**REVIEW),
    "sign_closure": signing_off,
    "sign_termination": signing_off,
    "call_mandatary": lambda life, task, surprising: {
        "reached": False, "called_on": life.programme.today.isoformat(), "summary": "Sans réponse.",
    },
    "keep_or_replace": keep_or_replace,
    "review_request": review_request,
    "approve_request": lambda life, task, surprising: {"decision": "committee" if surprising else "sign"},
    "prepare_amendment": prepare_amendment,
    "settle_signatory": always(choice="return", reason="Elle a quitté le bassin."),
    "designate_acting_chair": lambda life, task, surprising: {
        "acting_chair_id": str(life.programme.people["successor"]), "ends_on": life.later(60),
    },
    "name_mandatary": lambda life, task, surprising: {
        "mandatary_id": life.other(task), "reason": "Départ en retraite.",
    },
    "choose_prescriber": lambda life, task, surprising: {
        "choice": "replace", "prescriber_id": life.other(task), "reason": "Départ en retraite.",
    },
    "call_person": always(outcome="confirmed"),
}  # fmt: skip
