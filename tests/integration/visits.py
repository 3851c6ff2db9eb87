"""A small process of three tasks, with people to play it: the runtime's own test bench."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.people.models import Assignment, Basin, Person
from engine.persistence.database import Database
from engine.persistence.unit_of_work import Actor
from engine.registry import versions
from engine.runtime import cases, instances, tasks
from engine.runtime.acts import Act, Casting, Domain
from engine.runtime.models import Task
from forms.context import Context

DIAGRAM = Path(__file__).parent.parent / "diagrams" / "visit.bpmn"
PARIS = ZoneInfo("Europe/Paris")
ANSWERS = {
    "called_on": "2026-11-16", "reached": "yes", "summary": "Joint, il enverra tout demain.",
}  # fmt: skip


@dataclass
class Bench:
    """A basin, an officer, a member, a chair, and what the operations were told."""

    database: Database
    officer: UUID = field(default_factory=uuid4)
    other_officer: UUID = field(default_factory=uuid4)
    member: UUID = field(default_factory=uuid4)
    chair: UUID = field(default_factory=uuid4)
    stranger: UUID = field(default_factory=uuid4)
    told: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)
    visit_in: timedelta = timedelta(days=10)

    def install(self) -> None:
        """Publish the process, and give everybody their role."""
        self.database.sources.insert(0, cases.CaseHeads())
        self.database.domain = self.domain()
        with self.database.start_work() as work:
            people = (self.officer, self.other_officer, self.member, self.chair, self.stranger)
            for person in people:
                work.database.add(
                    Person(
                        id=person, full_name=f"Personne {person.hex[:4]}", search_name="", created_at=work.now
                    )
                )
            basin = Basin(id=1, slug="essai", code="ESS", name="Essai (démo)", created_at=work.now)
            other = Basin(id=2, slug="ailleurs", code="AIL", name="Ailleurs (démo)", created_at=work.now)
            work.database.add_all([basin, other])
            work.database.flush()
            for person, role, basin_id in (
                (self.officer, "operator", 1), (self.other_officer, "operator", 1), (self.chair, "chair", 1),
                (self.member, "seat", 1), (self.stranger, "operator", 2),
            ):  # fmt: skip
                self.assign(work, person, role, basin_id)
            versions.publish(
                work, basin_id=1, files={"visit.bpmn": DIAGRAM.read_bytes()}, parameters={},
                charter_version="1", effective_on=date(2020, 1, 1), chain=basin.chain_id,
            )  # fmt: skip

    def assign(self, work, person: UUID, role: str, basin_id: int, case_id: UUID | None = None) -> None:
        """Give a role from the first of January on."""
        work.database.add(
            Assignment(
                basin_id=basin_id, role=role, person_id=person, case_id=case_id,
                valid_from=date(2026, 1, 1), created_at=work.now, created_by=person,
            )
        )  # fmt: skip

    def start(self) -> UUID:
        """Open a dossier up to its first wait."""
        case_id = uuid4()
        with self.database.start_work(Actor(self.officer)) as work:
            self.assign(work, self.member, "mandatary", 1, case_id)
            work.database.flush()
            instances.start(
                work, case_id=case_id, basin_id=1, zone=PARIS, process="visit", reference="ESS-2026-001",
                firm="Scierie du Lac (démo)", routing={"visit_on": ""},
            )  # fmt: skip
        return case_id

    def open_tasks(self, case_id: UUID) -> list[sa.Row]:
        """The open tasks of a dossier."""
        table = Task.__table__
        with self.database.start_reading() as work:
            return list(
                work.connection.execute(
                    sa.select(table).where(table.c.case_id == case_id, table.c.closed_at.is_(None))
                )
            )

    def complete(self, task_id: UUID, by: UUID, **options) -> None:
        """Complete a task as somebody."""
        on_behalf_of = options.pop("on_behalf_of", None)
        with self.database.start_work(Actor(by), on_behalf_of=on_behalf_of) as work:
            tasks.complete(work, task_id=task_id, answers=ANSWERS, **options)

    def domain(self) -> Domain:
        """Operations that only remember having been called."""

        def operation(name: str, **routing):
            def run(act: Act):
                if name in self.failing:
                    raise ZeroDivisionError(name)
                self.told.append(name)
                visit_on = (act.today + self.visit_in).isoformat()
                return {key: visit_on if value is None else value for key, value in routing.items()}

            return run

        def cast(work, case, role, position, instance_id):
            return Casting(role, self.member if role == "mandatary" else None)

        return Domain(
            operations={
                "tests.plan": operation("plan", visit_on=None), "tests.meet": operation("meet"),
                "tests.tell": operation("tell"), "tests.sign": operation("sign"),
            },
            cast=cast,
            due_on=lambda work, case, rule, routing, opened_on: opened_on + timedelta(days=5),
            context=lambda work, task, **options: Context(limits={"today": work.today(PARIS)}),
            announce=lambda work, case, opened, closed: None,
            ended=lambda work, case, end_event: self.ended.append(end_event),
            postpone=lambda work, case, day, suspended_on, resumed_on: day + (resumed_on - suspended_on),
        )  # fmt: skip
