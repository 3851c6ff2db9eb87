"""One project and the people around it: each verb is an act that somebody does through the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.agreements import signatures
from engine.committee import decisions, sessions
from engine.demo import signing
from engine.documents import plain
from engine.documents.store import Store
from engine.operations import context, page_context
from engine.people import basins
from engine.people.models import Role
from engine.persistence.database import Database
from engine.persistence.unit_of_work import Actor, UnitOfWork
from engine.projects import documents, dossiers
from engine.projects.models import Project
from engine.runtime import tasks
from engine.runtime.models import Task
from forms import catalogue

Answers = Mapping[str, Any]
APPROVALS = frozenset({"approved", "approved_with_conditions"})


class Around(Protocol):
    """The basin around a project: who is there, under which name."""

    id: int
    people: dict[str, UUID]
    organisations: dict[str, UUID]
    experts: dict[UUID, UUID]


def nothing_printed() -> None:
    """Leave documents to whoever makes them in this installation."""


class NoSuchTask(LookupError):
    """The project does not wait for this step."""


@dataclass(slots=True)
class Dossier:
    """A project in a basin. Unless told otherwise, each step is done by the person it is for."""

    database: Database
    basin: Around
    case_id: UUID = field(default=UUID(int=0))
    # Who plays which part on this project, by their names in the basin.
    prescriber: str = "prescriber"
    mandatary: str = "mandatary"
    expert: str = "expert"
    officer: str = "officer"
    # Makes the documents that the last act asked for: what is signed is a file.
    print_papers: Callable[[], object] = nothing_printed
    store: Store | None = None  # Where scans are kept; without one, everybody signs on line.

    def acting(self, name: str, *, on_behalf_of: str | None = None) -> UnitOfWork:
        """An act of somebody of the basin, from their browser."""
        represented = self.basin.people[on_behalf_of] if on_behalf_of else None
        return self.database.start_work(Actor(self.basin.people[name], "web"), on_behalf_of=represented)

    def reading(self) -> UnitOfWork:
        """A look at the dossier."""
        return self.database.start_reading()

    @property
    def today(self) -> date:
        """The programme's day."""
        with self.reading() as work:
            return work.today(self._zone(work))

    def _zone(self, work: UnitOfWork) -> ZoneInfo:
        return basins.zone_of(work, self.basin.id)

    def project(self) -> Project:
        """The dossier as it stands."""
        with self.reading() as work:
            return work.database.get_one(Project, self.case_id)

    def open_tasks(self) -> list[Task]:
        """What waits for somebody, in the order it was opened."""
        with self.reading() as work:
            found = sa.select(Task).where(Task.case_id == self.case_id, Task.closed_at.is_(None))
            return list(work.database.scalars(found.order_by(Task.opened_at, Task.position, Task.step)))

    def steps(self) -> list[str]:
        """The steps that wait for somebody, by name."""
        return sorted(task.step for task in self.open_tasks())

    def task(self, step: str, *, position: int | None = None, capacity: str | None = None) -> Task:
        """The open task of a step. Raises `NoSuchTask`."""
        for each in self.open_tasks():
            if each.step == step and position in {None, each.position} and capacity in {None, each.capacity}:
                return each
        raise NoSuchTask(f"{step} is not open: {self.steps()}")

    def person_for(self, task: Task) -> UUID:
        """Who a task is for: its own person, else the basin's officer or chair."""
        if task.assignee_id is not None:
            return task.assignee_id
        return self.basin.people[self.officer if task.role == Role.OPERATOR else task.role]

    def complete(
        self,
        step: str,
        answers: Answers,
        *,
        by: str | None = None,
        on_behalf_of: str | None = None,
        position: int | None = None,
        capacity: str | None = None,
        occurred_on: date | None = None,
        late_reason: str | None = None,
    ) -> None:
        """Complete the open task of a step, through the form's own validation, as the API does."""
        task = self.task(step, position=position, capacity=capacity)
        person = self.basin.people[by] if by else self.person_for(task)
        represented = self.basin.people[on_behalf_of] if on_behalf_of else None
        with self.database.start_work(Actor(person, "web"), on_behalf_of=represented) as work:
            tasks.complete(
                work, task_id=task.id, answers=answers, occurred_on=occurred_on, late_reason=late_reason,
                channel="json",
            )  # fmt: skip

    # From the intake to a file ready for the committee.

    def open(self, answers: Answers) -> UUID:
        """The officer opens the dossier of a firm."""
        with self.acting(self.officer) as work:
            known = page_context(work, "intake", basin_id=self.basin.id, channel="json")
            clean = catalogue.load("intake", answers, known)
            self.case_id = dossiers.open_project(work, basin_id=self.basin.id, answers=clean)
        return self.case_id

    def qualify(self, **answers: Any) -> None:
        """The officer qualifies the request and names a prescriber."""
        named = {"outcome": "continue", "prescriber_id": str(self.basin.people[self.prescriber])}
        self.complete("qualify", {**named, **answers})

    def accept_prescription(self) -> None:
        """The prescriber takes the file."""
        self.complete("accept_prescription", {"accepted": True})

    def diagnose(self, answers: Answers) -> None:
        """The prescriber sends the preliminary diagnostic."""
        self.complete("preliminary_diagnostic", answers)

    def check(self, outcome: str = "complete", **answers: Any) -> None:
        """The officer checks the file."""
        self.complete("check_completeness", {"outcome": outcome, **answers})

    # The committee.

    def session_id(self) -> str:
        """The latest session in which a decision may be recorded today."""
        with self.reading() as work:
            held = sessions.open_for_decisions(work, self.basin.id, work.today(self._zone(work)))
            return str(held[0].id)

    def record_decision(self, outcome: str = "approved", **answers: Any) -> None:
        """The officer records what the committee decided."""
        named = {"mandatary_id": str(self.basin.people[self.mandatary])} if outcome in APPROVALS else {}
        self.complete(
            "committee_decision", {"session_id": self.session_id(), "outcome": outcome, **named, **answers}
        )

    def sign_off(self, **answers: Any) -> None:
        """The chair signs the decision off."""
        self.complete("sign_off_decision", {"decision": "sign", **answers})

    def notify(self, channel: str = "email") -> None:
        """The officer tells the firm."""
        self.complete("notify_decision", {"channel": channel, "sent_on": self.today.isoformat()})

    def decide(self, outcome: str = "approved", **answers: Any) -> None:
        """Recorded, signed off, notified."""
        self.record_decision(outcome, **answers)
        self.sign_off()
        self.notify()

    def lift_conditions(self, evidence: str) -> None:
        """The officer lifts every condition."""
        with self.reading() as work:
            decision = decisions.latest(work, self.case_id)
            conditions = decisions.conditions_of(work, decision.id) if decision else []
        rows = [
            {"condition_id": str(each.id), "evidence": evidence, "lifted_on": self.today.isoformat()}
            for each in conditions
        ]
        self.complete("lift_conditions", {"conditions": rows})

    # The agreement.

    def accept_mandate(self) -> None:
        """The mandatary accepts to follow the project."""
        self.complete("accept_mandate", {"accepted": True})

    def prepare(self, objective: str, **answers: Any) -> None:
        """The officer drafts the agreement with the signatories that the decision asks for (R25)."""
        self.complete(
            "prepare_agreement",
            {"means_changed": False, "objective": objective, "signatories": self.signatories(), **answers},
        )
        self.print_papers()

    def amend(self, **answers: Any) -> None:
        """The officer drafts the amendment as the page proposes it."""
        proposed = catalogue.to_json(self.proposed("prepare_amendment"))
        kept = {name: value for name, value in proposed.items() if value is not None}
        lines = self.signatories("prepare_amendment")
        self.complete("prepare_amendment", {**kept, "signatories": lines, **answers})
        self.print_papers()

    def proposed(self, step: str) -> Mapping[str, Any]:
        """What the page of a step starts from."""
        task = self.task(step)
        with self.acting(self.officer) as work:
            return context(work, tasks.find(work, task_id=task.id).task, channel="json").prefill

    def signatories(self, step: str = "prepare_agreement") -> list[dict[str, Any]]:
        """The lines the page proposes, an expert named where nobody sits for a company."""
        proposed: Any = self.proposed(step)["signatories"]
        companies = {company: person for person, company in self.basin.experts.items()}
        return [
            {name: str(value) for name, value in row.items() if value is not None}
            | ({} if row["person_id"] else {"person_id": str(companies[row["organisation_id"]])})
            for row in proposed
        ]

    def sign(self, capacity: str, **answers: Any) -> None:
        """The person of a line signs what they were shown, after a code; on paper where it is so."""
        task = self.task("sign_agreement", capacity=capacity)
        self.print_papers()
        if self.store is not None and signing.is_on_paper(self.database, task.id):
            self.sign_on_paper(task)
            return
        signing.prove(self.database, task.id, self.person_for(task))
        shown = {
            "answer": "accept", "consent": True,
            **signing.shown(self.database, task.id, self.person_for(task)),
        }  # fmt: skip
        self.complete("sign_agreement", {**shown, **answers}, position=task.position)
        self.print_papers()

    def sign_on_paper(self, task: Task) -> None:
        """The officer records what was signed on paper today, with its scan, and keeps the original (D18)."""
        if self.store is None:
            raise LookupError("a scan is kept in a store")
        content = plain.one_page(f"scan {self.case_id} {task.id}".encode())
        with self.acting(self.officer) as work:
            scan = documents.add(
                work, self.store, project_id=self.case_id, name="Convention signée.pdf", content=content
            )
            signatures.sign_on_paper(
                work, task_id=task.id, signed_on=work.today(self._zone(work)), document_id=scan.id,
                attested=True,
            )  # fmt: skip
        self.print_papers()

    def sign_everything(self) -> None:
        """Everybody who has not signed yet does."""
        while "sign_agreement" in self.steps():
            self.sign(self.task("sign_agreement").capacity or "")

    # The accompaniment and the follow-up.

    def intervention(self, domain: str, days: str, objective: str) -> dict[str, Any]:
        """A line of the plan: days of this project's expert."""
        person = self.basin.people[self.expert]
        return {
            "company_id": str(self.basin.experts[person]), "expert_id": str(person), "domain": domain,
            "objective": objective, "planned_days": days,
        }  # fmt: skip

    def plan(self, *interventions: Answers) -> None:
        """The officer plans the interventions."""
        self.complete("plan_interventions", {"interventions": list(interventions)})

    def intervene(self, summary: str, *worked: tuple[date, str], position: int | None = None) -> None:
        """The expert says what was done, on which days."""
        days = [{"worked_on": day.isoformat(), "days": amount} for day, amount in worked]
        done = {"outcome": "done", "worked_days": days, "summary": summary, "satisfaction": "4"}
        self.complete("carry_out_intervention", done, position=position)

    def review_accompaniment(self) -> None:
        """The officer finds that everything was done."""
        self.complete("review_accompaniment", {"complete": True})

    def report(self, *, occurred_on: date | None = None, by: str | None = None,
               on_behalf_of: str | None = None, **answers: Any) -> None:  # fmt: skip
        """The mandatary reports."""
        said = {
            "weather": "green", "progress": "Le projet avance comme prévu.", "jobs_created": 1,
            "jobs_sustained": 10, "new_intervention": False,
            "contact_on": (occurred_on or self.today).isoformat(),
        }  # fmt: skip
        if answers.get("nothing_new"):
            said = {name: said[name] for name in ("weather", "jobs_created", "jobs_sustained")}
        self.complete(
            "follow_up_report", {**said, **answers}, occurred_on=occurred_on, by=by, on_behalf_of=on_behalf_of
        )

    # The end.

    def final_review(self, **answers: Any) -> None:
        """The mandatary writes the final review with the head of the firm."""
        said = {
            "jobs_created": 3, "jobs_sustained": 10, "evidence": "certificate", "satisfaction": "5",
            "lessons": "Une organisation qui tient, et un réseau d’entreprises voisines.",
        }  # fmt: skip
        self.complete("final_review", {**said, **answers})

    def sign_closure(self, **answers: Any) -> None:
        """The chair signs the closure."""
        self.complete("sign_closure", {"decision": "sign", **answers})
