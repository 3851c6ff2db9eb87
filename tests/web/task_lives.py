"""Projects moved on by the people of the test installation, through the engine, as pages do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import drafting
from engine.app import Engine
from engine.committee import sessions
from engine.demo import signing
from engine.people.assignments import assign
from engine.people.models import Role
from engine.persistence.unit_of_work import Actor
from engine.projects.models import Project
from engine.runtime import tasks
from engine.runtime.models import Task
from tests.printing import print_papers
from tests.stories import DIAGNOSTIC
from tests.web import installation
from tests.web.installation import LONG_AGO, World

# What a browser types for a preliminary diagnostic.
TYPED_DIAGNOSTIC = {
    "summary": "Une scierie qui veut sécher son bois.",
    "bearer_rating": "strong",
    "project_rating": "strong",
    "impact_rating": "medium",
    "jobs_to_create": "2",
    "jobs_to_sustain": "6",
    "needs-0-domain": "production",
    "needs-0-days": "3,5",
    "subsidiarity": "Rien d’autre ne finance des jours d’expert.",
    "deadweight": "later",
    "opinion": "favourable",
    "has_interest": "no",
}


@dataclass
class Lives:
    """One installation's projects and who acts on them."""

    engine: Engine
    world: World

    def open(self, number: int = 0) -> UUID:
        """A project waiting for its qualification; another number, another firm."""
        firm = f"Scierie du Lac {number} (démo)" if number else "Scierie du Lac (démo)"
        return installation.open_project(self.engine, self.world, siret=sirets()[number], name=firm)

    def tasks_of(self, case_id: UUID) -> list[Task]:
        """The open tasks of a project."""
        with self.engine.database.start_reading() as work:
            return list(
                work.database.scalars(
                    sa.select(Task)
                    .where(Task.case_id == case_id, Task.closed_at.is_(None))
                    .order_by(Task.position)
                )
            )

    def task(self, case_id: UUID, step: str) -> Task:
        """The open task of a step."""
        found = [each for each in self.tasks_of(case_id) if each.step == step]
        assert found, f"{step} is not open: {[each.step for each in self.tasks_of(case_id)]}"
        return found[0]

    def row(self, task_id: UUID) -> Task:
        """A task, open or not."""
        with self.engine.database.start_reading() as work:
            return work.database.get_one(Task, task_id)

    def act(self, case_id: UUID, step: str, who: str | UUID, answers: Mapping[str, Any]) -> None:
        """Complete the open task of a step as somebody."""
        person = self.world.people[who] if isinstance(who, str) else who
        with self.engine.database.start_work(Actor(person)) as work:
            tasks.complete(work, task_id=self.task(case_id, step).id, answers=answers, channel="json")

    def to_diagnostic(self, number: int = 0) -> Task:
        """Up to the preliminary diagnostic, the member's."""
        return self.to_diagnostic_of(self.open(number))

    def to_diagnostic_of(self, case_id: UUID) -> Task:
        """From a project's qualification to its preliminary diagnostic."""
        self.act(case_id, "qualify", "officer", {
            "outcome": "continue", "prescriber_id": str(self.world.people["member"]),
            "category": "development", "headcount": 12, "commune": "54528",
        })  # fmt: skip
        self.act(case_id, "accept_prescription", "member", {"accepted": True})
        return self.task(case_id, "preliminary_diagnostic")

    def to_signatures(self, *, lender: str = "member3") -> list[Task]:
        """Up to the signatures of the agreement: head, chair, lender (by whom), mandatary."""
        case_id = self.to_agreement_prepared(lender=lender)
        self.print_papers()
        return self.tasks_of(case_id)

    def print_papers(self) -> None:
        """Make the documents that acts asked for."""
        print_papers(self.engine.database, self.engine.store)

    def to_agreement_prepared(self, *, lender: str = "member3") -> UUID:
        """Up to an agreement whose file is not made yet."""
        case_id = self.to_diagnostic().case_id
        self.act(case_id, "preliminary_diagnostic", "member", DIAGNOSTIC)
        self.act(case_id, "check_completeness", "officer", {"outcome": "complete"})
        people, world = self.world.people, self.world
        with self.engine.database.start_work(Actor(people["officer"])) as work:
            assign(work, role=Role.EXPERT, basin_id=world.basin_id, person_id=people["member3"],
                   organisation_id=world.companies[3], from_date=LONG_AGO)  # fmt: skip
            sessions.plan(
                work, basin_id=world.basin_id, answers={"held_on": work.now.date(), "kind": "meeting"}
            )
        self.decide(case_id)
        self.act(case_id, "accept_mandate", "member2", {"accepted": True})
        with self.engine.database.start_reading() as work:
            project = work.database.get_one(Project, case_id)
        self.act(case_id, "prepare_agreement", "officer", {
            "means_changed": False, "objective": "Une ligne de plus.",
            "signatories": [
                {"capacity": capacity, "organisation_id": str(firm), "person_id": str(person), "mode": "online"}
                for capacity, firm, person in (
                    ("beneficiary", project.organisation_id, project.sme_head_id),
                    ("chair", world.companies[0], people["chair"]),
                    ("partner_company", world.companies[3], people[lender]),
                    ("mandatary", project.mandatary_organisation_id, project.mandatary_id),
                )
            ],
        })  # fmt: skip
        return case_id

    def prove(self, task: Task) -> None:
        """Whoever has a line to sign gives the code that they asked for."""
        assert task.assignee_id is not None
        signing.prove(self.engine.database, task.id, task.assignee_id)

    def to_sign_off(self) -> Task:
        """Up to a decision that waits for the chair."""
        case_id = self.to_diagnostic().case_id
        self.act(case_id, "preliminary_diagnostic", "member", DIAGNOSTIC)
        self.act(case_id, "check_completeness", "officer", {"outcome": "complete"})
        with self.engine.database.start_work(Actor(self.world.people["officer"])) as work:
            planned = sessions.plan(
                work, basin_id=self.world.basin_id, answers={"held_on": work.now.date(), "kind": "meeting"}
            )
        answers = {"session_id": str(planned.id), "outcome": "rejected", "reason": "quality"}
        self.act(case_id, "committee_decision", "officer", answers)
        return self.task(case_id, "sign_off_decision")

    def decide(self, case_id: UUID) -> None:
        """The committee approves, the chair signs, the firm is told."""
        with self.engine.database.start_reading() as work:
            today = work.now.date()
            session = sessions.open_for_decisions(work, self.world.basin_id, today)[0].id
        self.act(case_id, "committee_decision", "officer", {
            "session_id": str(session), "outcome": "approved",
            "mandatary_id": str(self.world.people["member2"]),
            "human_means": [{"company_id": str(self.world.companies[3]), "domain": "production", "days": "6"}],
        })  # fmt: skip
        self.act(case_id, "sign_off_decision", "chair", {"decision": "sign"})
        self.act(case_id, "notify_decision", "officer", {"channel": "email", "sent_on": today.isoformat()})

    def digest(self, case_id: UUID) -> str:
        """The hash of the text to sign."""
        with self.engine.database.start_reading() as work:
            found = drafting.latest(work, case_id)
            assert found is not None
            return found.file_hash or found.text_hash


def sirets() -> list[str]:
    """Numbers of the unassigned range whose two keys are right; the first is the installation's firm."""
    found = [installation.FIRM_SIRET]
    for number in range(7, 80):
        siren = next(f"{number:08d}{key}" for key in range(10) if is_right(f"{number:08d}{key}"))
        found.append(
            next(f"{siren}000{key:02d}" for key in range(10, 30) if is_right(f"{siren}000{key:02d}"))
        )
    return found


def is_right(digits: str) -> bool:
    """Luhn's key."""
    doubled = [int(each) * (1 + at % 2) for at, each in enumerate(reversed(digits))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0
