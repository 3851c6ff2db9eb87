"""A project whose report is awaited, with the programme's own diagrams: the escalation's test bench."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine.escalation import operations
from engine.escalation.climbing import rungs_of_case
from engine.outbox import delivery, mail_log, notify
from engine.outbox.captured import MailboxTransport
from engine.outbox.delivery import Hooks
from engine.outbox.models import CapturedMail
from engine.people import basins, committee_seats, holders, organisations, persons
from engine.people.assignments import assign
from engine.people.models import PartnershipAgreement, Role
from engine.persistence.database import Database
from engine.persistence.unit_of_work import Actor
from engine.projects.models import Project
from engine.registry import versions
from engine.runtime import cases, instances, tasks, timers
from engine.runtime.acts import Casting, Domain
from engine.runtime.mail_facts import facts_of
from engine.runtime.models import Task
from engine.settings import Settings
from forms.context import Choice, Context

DIAGRAMS = Path(__file__).parents[2] / "workflows" / "reference"
PARIS = ZoneInfo("Europe/Paris")
SETTINGS = Settings(environment="test", base_url="https://alize.test")
LONG_AGO = date(2020, 1, 1)
DUE_ON = date(2026, 11, 30)  # A Monday, fourteen days after the tests' clock starts.

REPORTED = {
    "weather": "green", "progress": "Tout va bien.", "jobs_created": "2", "jobs_sustained": "8",
    "contact_on": "2026-11-16",
}  # fmt: skip


@dataclass
class LateReports:
    """A basin with its officer, its chair and two members; one project followed by the first."""

    database: Database
    people: dict[str, UUID] = field(default_factory=dict)
    case_id: UUID = field(default_factory=uuid4)
    cancelled: list[str] = field(default_factory=list)

    def install(self) -> None:
        """Publish the two diagrams, seat everybody, open the project up to its first report."""
        self.database.sources.insert(0, cases.CaseHeads())
        self.database.domain = self.domain()
        with self.database.start_work() as work:
            basin = basins.add(work, slug="toulois", code="TDL", name="Terres de Lorraine")
            self.basin_id = basin.id
            for name in ("officer", "chair", "mandatary", "successor", "steering"):
                person = persons.add(
                    work,
                    full_name=f"{name.title()} (démo)",
                    email=f"{name}@exemple.test",
                    phone="01 99 00 12 34",
                )
                self.people[name] = person.id
            common = {"basin_id": basin.id, "from_date": LONG_AGO}
            for name in ("chair", "mandatary", "successor"):
                firm = organisations.find_or_add(work, name=f"Entreprise {name} (démo)")
                assign(work, role=Role.PARTNER_COMPANY, organisation_id=firm.id, **common)
                committee_seats.give_seat(
                    work, person_id=self.people[name], organisation_id=firm.id, **common
                )
                if name == "chair":
                    assign(
                        work, role=Role.CHAIR, person_id=self.people[name], organisation_id=firm.id, **common
                    )
            assign(work, role=Role.OPERATOR, person_id=self.people["officer"], **common)
            assign(work, role=Role.STEERING, person_id=self.people["steering"], **common)
            versions.publish(
                work,
                basin_id=basin.id,
                files={name: (DIAGRAMS / name).read_bytes() for name in ("report.bpmn", "late_report.bpmn")},
                parameters={},
                charter_version="1",
                effective_on=LONG_AGO,
                chain=basin.chain_id,
            )

    def open_project(self, work) -> None:
        """Lay down the row of the project and its mandatary."""
        firm = organisations.find_or_add(work, name="Scierie du Val (démo)")
        agreement = PartnershipAgreement(
            basin_id=self.basin_id,
            starts_on=LONG_AGO,
            ends_on=date(2030, 1, 1),
            charter_version="1",
            recorded_at=work.now,
            recorded_by=self.people["officer"],
        )
        work.database.add(agreement)
        work.database.flush()
        work.database.add(
            Project(
                id=self.case_id,
                basin_id=self.basin_id,
                reference="TDL-2026-014",
                organisation_id=firm.id,
                firm=firm.name,
                status="labelled",
                search_text="",
                opened_at=work.now,
                opened_by=self.people["officer"],
                opened_on=LONG_AGO,
                contact_name="",
                need="",
                partnership_agreement_id=agreement.id,
                charter_version="1",
            )
        )
        work.database.flush()
        holders.hold(
            work,
            role=Role.MANDATARY,
            case_id=self.case_id,
            person_id=self.people["mandatary"],
            basin_id=self.basin_id,
            from_date=LONG_AGO,
        )

    def start(self, *, due_on: date = DUE_ON) -> None:
        """Open the project's report, as the follow-up does fourteen days before it is due."""
        with self.database.start_work(Actor(self.people["officer"])) as work:
            self.open_project(work)
            instances.start(
                work,
                case_id=self.case_id,
                basin_id=self.basin_id,
                zone=PARIS,
                process="report",
                reference="TDL-2026-014",
                firm="Scierie du Val (démo)",
                routing={"report_number": 2, "report_due_on": due_on.isoformat()},
            )

    def play_until(self, clock, day: date, *, hour: int = 12) -> None:
        """Let time pass as the scheduler does: stop at each due instant, fire, let the mails leave."""
        end = clock.instant.replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=0)
        while True:
            timers.fire_due(self.database)
            self.deliver()
            with self.database.start_reading() as work:
                stops = [timers.next_due(work), mail_log.next_departure(work), end]
                later = [stop for stop in stops if stop is not None and stop > work.now]
            if clock.instant >= end:
                return
            clock.set(min([*later, end]))

    def deliver(self) -> int:
        """Send what may leave."""
        return delivery.deliver_due(
            self.database,
            SETTINGS,
            MailboxTransport(self.database),
            hooks=Hooks(facts=facts_of, on_invalid_address=lambda work, message: None),
        )

    def complete(self, step: str, by: str, answers: dict[str, object]) -> None:
        """Complete the open task of a step as somebody."""
        [task] = [each for each in self.open_tasks() if each.step == step]
        with self.database.start_work(Actor(self.people[by])) as work:
            tasks.complete(work, task_id=task.id, answers=answers)

    def report(self) -> None:
        """The mandatary reports at last."""
        [task] = [each for each in self.open_tasks() if each.step == "follow_up_report"]
        with self.database.start_work(Actor(task.assignee_id)) as work:
            tasks.complete(work, task_id=task.id, answers=REPORTED)

    def open_tasks(self) -> list[sa.Row]:
        """The open tasks of the project."""
        table = Task.__table__
        with self.database.start_reading() as work:
            return list(
                work.connection.execute(
                    sa.select(table).where(table.c.case_id == self.case_id, table.c.closed_at.is_(None))
                )
            )

    def steps(self) -> list[str]:
        """The steps that wait for somebody."""
        return sorted(task.step for task in self.open_tasks())

    def mails(self, to: str = "mandatary") -> list[tuple[str, date]]:
        """The mails somebody got, with their local days."""
        with self.database.start_reading() as work:
            rows = work.connection.execute(
                sa.select(CapturedMail.kind, CapturedMail.captured_at)
                .where(CapturedMail.recipient_id == self.people[to])
                .order_by(CapturedMail.captured_at)
            )
            return [(row.kind, row.captured_at.astimezone(PARIS).date()) for row in rows]

    def rungs(self) -> list[tuple[str, str, date]]:
        """The rungs climbed: which, how it ended, on which planned day."""
        with self.database.start_reading() as work:
            return [(rung.rung, rung.outcome, rung.planned_on) for rung in rungs_of_case(work, self.case_id)]

    def domain(self) -> Domain:
        """The escalation's own operations; a report that only closes its ladder."""

        def record_report(act):
            act.send("report_closed")
            return {}

        def cast(work, case, role, position, instance_id):
            if role == "mandatary":
                held = holders.holder(work, role=Role.MANDATARY, case_id=case.id, on=work.today(case.zone))
                return Casting(role, held.person_id)
            return Casting(role, self.people["chair"] if role == "chair" else None)

        def due_on(work, case, rule, routing, opened_on):
            if rule in routing:
                return date.fromisoformat(str(routing[rule]))
            return opened_on + timedelta(days=int(rule.strip("PD")))

        def announce(work, case, opened, closed):
            notify.post(
                work,
                [
                    notify.row(
                        work,
                        kind="report_opened",
                        recipient_id=each.task.assignee_id,
                        case_id=case.id,
                        basin_id=case.basin_id,
                        task_id=each.task.id,
                        data={"report_number": each.routing["report_number"]},
                        counts_for=each.routing["report_number"],
                        reference=case.reference,
                    )
                    for each in opened
                    if each.task.step == "follow_up_report"
                ],
            )

        return Domain(
            operations={
                "projects.record_report": record_report,
                **{
                    f"escalation.{name}": getattr(operations, name)
                    for name in (
                        "start",
                        "recall_due_date",
                        "remind_mandatary",
                        "pause_before_call",
                        "pause_before_choice",
                        "record_call",
                        "choose_mandatary",
                    )
                },
            },
            cast=cast,
            due_on=due_on,
            context=lambda work, task, **options: Context(
                limits={"today": work.today(PARIS)},
                choices={"mandatary_id": [Choice(str(self.people["successor"]), "Successor (démo)")]},
            ),
            announce=announce,
            ended=lambda work, case, end_event: None,
            postpone=lambda work, case, day, suspended_on, resumed_on: day + (resumed_on - suspended_on),
        )
