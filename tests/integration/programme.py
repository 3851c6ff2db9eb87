"""A basin at work with the reference diagrams and the whole domain: the bench of whole lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine import app
from engine.clock import FrozenClock
from engine.committee import sessions
from engine.operations import page_context
from engine.outbox.models import Message
from engine.people import assignments, basins, chairs, committee_seats, organisations, partnerships, persons
from engine.people.models import Assignment, Role
from engine.persistence import history
from engine.persistence.database import Database
from engine.persistence.unit_of_work import Actor, UnitOfWork
from engine.projects import dossiers
from engine.projects.models import Project
from engine.registry import versions
from engine.runtime import cases, tasks, timers
from engine.runtime.models import Task
from forms import catalogue
from tests.integration.signing import NOBODY, Signing
from tests.stretches import remembered

DIAGRAMS = Path(__file__).parents[2] / "workflows" / "reference"
PARIS = ZoneInfo("Europe/Paris")

LONG_AGO = date(2020, 1, 1)
MEMBERS = ("chair", "prescriber", "mandatary", "successor")
FIRM = {
    "siret": "00000001800002",
    "name": "Mécanique du Grand Pré (démo)",
    "contact_name": "Camille Dupré",
    "contact_email": "dirigeant@exemple.test",
    "contact_phone": "01 99 00 11 22",
    "need": "Trouver un responsable de production.",
    "information_read": True,
}
DIAGNOSTIC = {
    "summary": "Un atelier de mécanique veut doubler sa production.",
    "bearer_rating": "strong",
    "project_rating": "strong",
    "impact_rating": "medium",
    "jobs_to_create": 4,
    "jobs_to_sustain": 8,
    "needs": [{"domain": "production", "days": "6"}],
    "subsidiarity": "Les autres dispositifs ne financent pas de jours d’expert.",
    "deadweight": "later",
    "opinion": "favourable",
    "has_interest": False,
}
REPORT = {
    "weather": "green",
    "progress": "La nouvelle ligne tourne.",
    "jobs_created": 2,
    "jobs_sustained": 8,
    "contact_on": "2026-11-16",
    "new_intervention": False,
}
REVIEW = {
    "jobs_created": 5,
    "jobs_sustained": 8,
    "evidence": "declared",
    "satisfaction": "5",
    "lessons": "Une organisation durable.",
}


@dataclass
class Programme(Signing):
    """A basin with its officer, chair, members and expert, and a clock that a test moves."""

    database: Database
    clock: FrozenClock
    people: dict[str, UUID] = field(default_factory=dict)
    firms: dict[str, UUID] = field(default_factory=dict)
    case_id: UUID = NOBODY
    basin_id: int = 0

    def install(self) -> Programme:
        """Publish the reference, seat everybody, sign a partnership agreement, plan a session for today."""
        self.database.sources.insert(0, cases.CaseHeads())
        self.database.domain = app.domain()
        self.furnish()
        return self

    @remembered
    def furnish(self) -> None:
        """Put in an empty database what a basin has on its first morning."""
        with self.database.start_work() as work:
            basin = basins.add(work, slug="toulois", code="TDL", name="Terres de Lorraine")
            self.basin_id = basin.id
            for name in ("officer", "expert", *MEMBERS):
                self.people[name] = persons.add(
                    work,
                    full_name=f"{name.title()} (démo)",
                    email=f"{name}@exemple.test",
                    phone="01 99 00 12 34",
                ).id
            for name in (*MEMBERS, "lender"):
                self.add_company(work, name)
            self.seat(work)
            partnerships.sign(work, basin_id=basin.id, starts_on=date(2026, 1, 1), charter_version="2010",
                              ends_on=date(2032, 12, 31), reason="essai")  # fmt: skip
            self.publish(work, basin.chain_id)
            sessions.plan(work, basin_id=basin.id, answers={"held_on": self.today, "kind": "meeting"})

    def add_company(self, work: UnitOfWork, name: str) -> None:
        """An active partner company."""
        firm = organisations.add(work, name=f"Entreprise {name} (démo)", from_date=LONG_AGO)
        self.firms[name] = firm.id
        held: dict[str, Any] = {"basin_id": self.basin_id, "organisation_id": firm.id}
        assignments.assign(work, role=Role.PARTNER_COMPANY, from_date=LONG_AGO, **held)

    def seat(self, work: UnitOfWork) -> None:
        """The committee: a chair and three members, each for a company; an officer; a known expert."""
        common: dict[str, Any] = {"basin_id": self.basin_id, "from_date": LONG_AGO}
        for name in MEMBERS:
            committee_seats.give_seat(
                work, person_id=self.people[name], organisation_id=self.firms[name], **common
            )
        chairs.appoint_chair(work, person_id=self.people["chair"], **common)
        assignments.assign(work, role=Role.OPERATOR, person_id=self.people["officer"], **common)
        expert, lender = self.people["expert"], self.firms["lender"]
        assignments.assign(work, role=Role.EXPERT, person_id=expert, organisation_id=lender, **common)

    def publish(self, work: UnitOfWork, chain: UUID) -> None:
        """Publish the reference diagrams in the basin."""
        versions.publish(
            work,
            basin_id=self.basin_id,
            files={path.name: path.read_bytes() for path in sorted(DIAGRAMS.glob("*.bpmn"))},
            parameters={},
            charter_version="2010",
            effective_on=LONG_AGO,
            chain=chain,
        )

    def end_role(self, role: Role, name: str) -> None:
        """End a role of a company (of that name) or of a person today."""
        is_company = role is Role.PARTNER_COMPANY
        held = (
            Assignment.organisation_id == self.firms[name]
            if is_company
            else Assignment.person_id == self.people[name]
        )
        with self.work_as("officer") as work:
            found = work.database.scalars(
                sa.select(Assignment).where(Assignment.role == role.value, held)
            ).one()
            assignments.end(work, found.id, reason="départ")

    @property
    def today(self) -> date:
        """The local day."""
        return self.clock.instant.astimezone(PARIS).date()

    def work_as(self, name: str) -> UnitOfWork:
        """An act of somebody."""
        return self.database.start_work(Actor(self.people[name], "web"))

    @remembered
    def open(self, **changes: object) -> UUID:
        """The officer opens a dossier."""
        with self.work_as("officer") as work:
            context = page_context(work, "intake", basin_id=self.basin_id, channel="json")
            answers = catalogue.load("intake", {**FIRM, **changes}, context)
            self.case_id = dossiers.open_project(work, basin_id=self.basin_id, answers=answers)
        return self.case_id

    def task(self, step: str, *, position: int | None = None) -> Task:
        """The open task of a step."""
        found = [
            each for each in self.open_tasks() if each.step == step and position in {None, each.position}
        ]
        assert found, f"{step} is not open: {self.steps()}"
        return found[0]

    def complete(
        self, step: str, by: str, answers: Mapping[str, object], *, position: int | None = None, **how: Any
    ) -> None:
        """Complete the open task of a step as somebody, through validation, as the API does."""
        task = self.task(step, position=position)
        with self.work_as(by) as work:
            tasks.complete(work, task_id=task.id, answers=answers, channel="json", **how)

    def open_tasks(self) -> list[Task]:
        """The open tasks of the dossier."""
        with self.database.start_reading() as work:
            return list(
                work.database.scalars(
                    sa.select(Task)
                    .where(Task.case_id == self.case_id, Task.closed_at.is_(None))
                    .order_by(Task.opened_at, Task.position)
                )
            )

    def steps(self) -> list[str]:
        """The steps that wait for somebody."""
        return sorted(each.step for each in self.open_tasks())

    def project(self) -> Project:
        """The dossier as it stands."""
        with self.database.start_reading() as work:
            return work.database.get_one(Project, self.case_id)

    def rows(self, table: type[Any]) -> list[Any]:
        """Every row of the dossier in a table, in the order they were recorded."""
        with self.database.start_reading() as work:
            statement = sa.select(table).where(table.basin_id == self.basin_id)
            if hasattr(table, "project_id"):
                statement = statement.where(table.project_id == self.case_id)
            return list(work.database.scalars(statement))

    def mails(self, kind: str | None = None) -> list[Message]:
        """The messages written about the dossier, in order."""
        with self.database.start_reading() as work:
            found = work.database.scalars(
                sa.select(Message).where(Message.case_id == self.case_id).order_by(Message.created_at)
            )
            return [each for each in found if kind in {None, each.kind}]

    def kinds(self) -> list[str]:
        """The kinds of the dossier's history, in order."""
        table = history.history
        with self.database.start_reading() as work:
            statement = (
                sa.select(table.c.kind).where(table.c.chain_id == self.case_id).order_by(table.c.number)
            )
            return list(work.connection.scalars(statement))

    def session_id(self) -> str:
        """The latest session in which a decision may be recorded."""
        with self.database.start_reading() as work:
            return str(sessions.open_for_decisions(work, self.basin_id, self.today)[0].id)

    def meet(self, *, since: date) -> None:
        """Plan a session for today, unless one can have decided since a day."""
        with self.work_as("officer") as work:
            if not sessions.open_for_decisions(work, self.basin_id, self.today, since=since):
                sessions.plan(
                    work, basin_id=self.basin_id, answers={"held_on": self.today, "kind": "meeting"}
                )

    def play_until(self, day: date, *, hour: int = 12) -> None:
        """Let time pass, stopping at each due instant to fire it."""
        end = datetime.combine(day, time(hour), tzinfo=PARIS).astimezone(UTC)
        while True:
            timers.fire_due(self.database)
            with self.database.start_reading() as work:
                due = timers.next_due(work)
            if due is None or due > end:
                break
            self.clock.set(max(due, self.clock.instant + timedelta(seconds=1)))
        self.clock.set(end)
        timers.fire_due(self.database)

    # The stretches of a life that most tests only go through.

    @remembered
    def diagnose(self) -> None:
        """From the intake to its diagnostic."""
        self.open()
        self.complete("qualify", "officer", self.qualification())
        self.complete("accept_prescription", "prescriber", {"accepted": True})
        self.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)

    @remembered
    def appraise(self) -> None:
        """From the intake to a file ready for the committee."""
        self.diagnose()
        self.complete("check_completeness", "officer", {"outcome": "complete"})

    @remembered
    def ask_opinion(self) -> None:
        """A file ready but for an expert's opinion."""
        self.diagnose()
        self.complete(
            "check_completeness",
            "officer",
            {
                "outcome": "complementary",
                "question": "Le marché est-il là ?",
                "expert_id": str(self.people["expert"]),
                "complementary_due_on": (self.today + timedelta(days=20)).isoformat(),
            },
        )

    def qualification(self) -> dict[str, object]:
        """A request that goes on, given to the prescriber."""
        return {
            "outcome": "continue",
            "prescriber_id": str(self.people["prescriber"]),
            "category": "development",
            "headcount": 12,
            "commune": "54528",
        }

    def decision(self, outcome: str = "approved", **changes: object) -> dict[str, object]:
        """What the committee decides: six days of a lender, and a mandatary."""
        if outcome not in {"approved", "approved_with_conditions"}:
            return {"session_id": self.session_id(), "outcome": outcome, **changes}
        return {
            "session_id": self.session_id(),
            "outcome": outcome,
            "mandatary_id": str(self.people["mandatary"]),
            "human_means": [{"company_id": str(self.firms["lender"]), "domain": "production", "days": "6"}],
            **changes,
        }

    @remembered
    def decide(self, outcome: str = "approved", **changes: object) -> None:
        """The officer records, the chair signs off, the officer notifies; in a session that saw the file."""
        self.meet(since=self.task("committee_decision").opened_on)
        self.complete("committee_decision", "officer", self.decision(outcome, **changes))
        self.complete("sign_off_decision", "chair", {"decision": "sign"})
        self.complete("notify_decision", "officer", {"channel": "email", "sent_on": self.today.isoformat()})

    def signatories(self) -> list[dict[str, object]]:
        """The four lines that the decision asks for: head, chair, lender, mandatary."""
        project = self.project()
        rows = (
            ("beneficiary", project.organisation_id, project.sme_head_id),
            ("chair", self.firms["chair"], self.people["chair"]),
            ("partner_company", self.firms["lender"], self.people["expert"]),
            ("mandatary", project.mandatary_organisation_id, project.mandatary_id),
        )
        return [
            {"capacity": capacity, "organisation_id": str(firm), "person_id": str(person), "mode": "online"}
            for capacity, firm, person in rows
        ]

    @remembered
    def prepare(self) -> None:
        """The mandatary accepts, the officer drafts the agreement."""
        self.complete("accept_mandate", "mandatary", {"accepted": True})
        self.complete(
            "prepare_agreement",
            "officer",
            {"means_changed": False, "objective": "Une ligne de plus.", "signatories": self.signatories()},
        )
        self.print_papers()

    @remembered
    def label(self) -> None:
        """Everything up to the labelled firm, all signatures today."""
        self.appraise()
        self.decide()
        self.prepare()
        for position in range(4):
            self.sign(position)

    def plan(self) -> None:
        """One intervention of six days by the expert."""
        self.complete("plan_interventions", "officer", {"interventions": [self.intervention()]})

    def intervention(self) -> dict[str, object]:
        """Six days of production."""
        return {
            "company_id": str(self.firms["lender"]),
            "expert_id": str(self.people["expert"]),
            "domain": "production",
            "objective": "Réorganiser l’atelier",
            "planned_days": "6",
        }

    def work_done(self, *days: str) -> dict[str, object]:
        """What the expert reports."""
        return {
            "outcome": "done",
            "summary": "Atelier réorganisé.",
            "worked_days": [{"worked_on": self.today.isoformat(), "days": each} for each in days],
        }

    def report(self, **changes: object) -> None:
        """The mandatary reports."""
        task = self.task("follow_up_report")
        self.people["reporting"] = task.assignee_id or NOBODY
        answers = {**REPORT, "contact_on": self.today.isoformat(), **changes}
        self.complete("follow_up_report", "reporting", answers)
