"""An installation to measure: a basin, its people, and projects that follow their reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine import clock as clocks
from engine.clock import Clock, FrozenClock
from engine.people import assignments, basins, chairs, committee_seats, organisations, partnerships, persons
from engine.people.models import Assignment, Role
from engine.persistence import history
from engine.persistence.base import new_id, table_of
from engine.projects.models import Project
from engine.projects.routing import INITIAL_ROUTING
from engine.registry import library, versions
from engine.runtime.acts import Routing
from engine.runtime.models import Instance, Task
from engine.spiff import workflow
from engine.spiff.steps import Step

if TYPE_CHECKING:
    from engine.app import Engine
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

Build = Callable[[str, Clock], "Engine"]  # Puts an installation together on an address, under a clock.

PARIS = ZoneInfo("Europe/Paris")
LONG_AGO = date(2000, 1, 1)
START = datetime(2010, 3, 1, 9, 0, tzinfo=UTC)
FOLLOW_UP_MONTHS = 600  # Longer than any measure: the grid must not end meanwhile.
ROLES = (Role.OPERATOR, Role.PRESCRIBER, Role.EXPERT)

project = table_of(Project)
instance = table_of(Instance)
assignment = table_of(Assignment)
task = table_of(Task)


class Sleeping:
    """The host of a project laid down where it waits: nothing is done to get there."""

    zone = PARIS
    is_suspended = False

    def __init__(self, now: datetime) -> None:
        self.now = now

    def operate(self, step: Step, routing: Any) -> dict[str, Routing]:
        """Nobody may ask."""
        raise AssertionError(f"{step.id} would act on {len(routing)} variables")


BASINS = 30  # As many as the nation counts.


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a project stands: what its row keeps."""

    state: str
    marking: str
    due_at: datetime


@dataclass(slots=True)
class Bench:
    """An installation made for measuring, and the clock that only it moves."""

    engine: Engine
    # Acts are rehearsed, then undone, on connections of their own: a rollback makes the driver forget plans.
    rehearsals: Database
    clock: FrozenClock
    basin_id: int = 0
    people: dict[str, UUID] = field(default_factory=dict)
    firm_id: UUID = field(default_factory=new_id)
    version_id: UUID = field(default_factory=new_id)
    agreement_id: UUID = field(default_factory=new_id)

    @property
    def database(self) -> Database:
        """The database measured."""
        return self.engine.database

    @property
    def name(self) -> str:
        """The database as the table calls it."""
        return "SQLite" if self.database.is_sqlite else "PostgreSQL"

    def install(self) -> None:
        """Make the tables, publish the reference in a basin, seat its people."""
        self.engine.create()
        with self.database.start_work() as work:
            basin = basins.add(work, slug="mesure", code="MES", name="Bassin de mesure (démo)")
            self.basin_id = basin.id
            for number in range(1, BASINS):  # Their numbers follow the first one's.
                other = basins.add(
                    work, slug=f"mesure-{number}", code=f"M{number}", name=f"Bassin {number} (démo)"
                )
                work.flush()
                seat_chair(work, other.id)
            seat_chair(work, basin.id)
            published = versions.publish(
                work, basin_id=basin.id, files=library.reference(), parameters={}, charter_version="2010",
                effective_on=LONG_AGO, chain=basin.chain_id,
            )  # fmt: skip
            self.version_id = published.id
            self.firm_id = organisations.add(work, name="Firme de mesure (démo)", from_date=LONG_AGO).id
            common: dict[str, Any] = {"basin_id": basin.id, "from_date": LONG_AGO}
            partners = []
            for number in range(4):  # As many as the charter asks for.
                name = f"Partenaire {number} (démo)"
                partners.append(organisations.add(work, name=name, from_date=LONG_AGO).id)
                assignments.assign(work, role=Role.PARTNER_COMPANY, organisation_id=partners[-1], **common)
            for name in ("mandatary", *map(str, ROLES)):
                self.people[name] = persons.add(
                    work, full_name=f"{name.title()} (démo)", email=f"{name}@exemple.test", phone=None
                ).id
            committee_seats.give_seat(
                work, person_id=self.people["mandatary"], organisation_id=partners[0], **common
            )
            for role in (Role.OPERATOR, Role.EXPERT):
                assignments.assign(work, role=role, person_id=self.people[role], **common)
            self.agreement_id = partnerships.sign(
                work, basin_id=basin.id, starts_on=LONG_AGO, charter_version="2010", reason="mesure"
            ).id

    def stand(self, effective_on: date, opens_on: date) -> Stand:
        """Where a labelled project stands that waits for the opening of its first report."""
        with self.database.start_reading() as work:
            spec = versions.specification(work, version_id=self.version_id, process="project")
            host = Sleeping(work.now)
        due_at = clocks.start_of_day(opens_on, PARIS)
        content = {
            "format": 1, "process": "project", "end": None,
            "routing": {
                **INITIAL_ROUTING,
                "effective_on": effective_on.isoformat(),
                "cadence_months": 1,
                "follow_up_months": FOLLOW_UP_MONTHS,
                "follow_up_ends_on": clocks.add_months(effective_on, FOLLOW_UP_MONTHS).isoformat(),
                "report_number": 1,
                "report_due_on": clocks.add_months(effective_on, 1).isoformat(),
                "report_opens_on": opens_on.isoformat(),
                "agreement_outcome": "signed",
            },
            "tokens": [{
                "step": "execution",
                "events": [{"step": "early_termination", "messages": ["termination_requested"]}],
                "inside": [
                    {"step": "execution_join", "arrived": ["accompaniment"]},
                    {"step": "follow_up", "inside": [{
                        "step": "wait_for_report", "due_at": due_at.isoformat(),
                    }]},
                    {"step": "minimum_duration", "due_at": clocks.start_of_day(
                        clocks.add_months(effective_on, 18), PARIS).isoformat()},
                ],
            }],
        }  # fmt: skip
        marking = json.dumps(content)
        return Stand(workflow.rebuild(spec, marking, host), marking, due_at)

    def follow(self, count: int) -> list[UUID]:
        """Projects labelled a little less than a month ago, whose first report opens now."""
        today = clocks.local_date(self.clock.now(), PARIS)
        effective_on = clocks.add_months(today + timedelta(days=5), -1)
        opens_on = clocks.add_months(effective_on, 1) - timedelta(days=14)
        stands = self.stand(effective_on, opens_on)
        ids = [new_id() for _ in range(count)]
        with self.database.start_work() as work:
            work.connection.execute(sa.insert(project), [self.project_row(each, number, effective_on)
                                                         for number, each in enumerate(ids)])  # fmt: skip
            work.connection.execute(sa.insert(instance), [self.instance_row(each, stands) for each in ids])
            work.connection.execute(sa.insert(assignment), [self.mandate_row(each) for each in ids])
        return ids

    def project_row(self, case_id: UUID, number: int, effective_on: date) -> dict[str, Any]:
        """A labelled project of the firm."""
        return {
            "id": case_id, "basin_id": self.basin_id, "organisation_id": self.firm_id,
            "reference": f"MES-{effective_on.year}-{case_id.hex[:8]}-{number:03}",
            "firm": "Firme de mesure (démo)", "status": "labelled", "search_text": "", "opened_at": START,
            "opened_by": self.people["operator"], "opened_on": LONG_AGO, "contact_name": "", "need": "",
            "partnership_agreement_id": self.agreement_id, "charter_version": "2010", "schemes": [],
            "advance_cents": 0, "adopted": False, "mandatary_id": self.people["mandatary"],
            "effective_on": effective_on, "follow_up_months": FOLLOW_UP_MONTHS, "cadence_months": 1,
        }  # fmt: skip

    def instance_row(self, case_id: UUID, stands: Stand) -> dict[str, Any]:
        """The project's root, asleep until its report opens."""
        return {
            "id": case_id, "case_id": case_id, "basin_id": self.basin_id, "version_id": self.version_id,
            "process": "project", "reference": f"MES-{case_id.hex[:8]}", "firm": "Firme de mesure (démo)",
            "zone": PARIS.key, "state": stands.state, "marking": stands.marking,
            "awaited": "termination_requested", "due_at": stands.due_at, "wake_at": stands.due_at,
            "version": 1, "history_length": 0, "history_hash": history.GENESIS, "started_at": START,
        }  # fmt: skip

    def mandate_row(self, case_id: UUID) -> dict[str, Any]:
        """The mandatary's role on the project."""
        return {
            "id": new_id(), "basin_id": self.basin_id, "role": Role.MANDATARY.value,
            "person_id": self.people["mandatary"], "case_id": case_id, "acting": False, "guest": False,
            "valid_from": LONG_AGO, "created_at": START, "created_by": self.people["operator"],
        }  # fmt: skip

    def open_reports(self) -> dict[UUID, UUID]:
        """The open reports: project → task."""
        with self.database.start_reading() as work:
            found = work.connection.execute(
                sa.select(task.c.case_id, task.c.id).where(
                    task.c.form == "follow_up_report", task.c.closed_at.is_(None)
                )
            )
            return {row.case_id: row.id for row in found}

    def sizes(self, cases: Iterable[UUID]) -> list[int]:
        """How many bytes of state these projects keep."""
        with self.database.start_reading() as work:
            found = work.connection.execute(
                sa.select(sa.func.length(instance.c.state)).where(instance.c.id.in_(list(cases)))
            )
            return [int(row[0]) for row in found]


def seat_chair(work: UnitOfWork, basin_id: int) -> None:
    """Give a basin somebody who presides: a seat for a partner company, and the chair."""
    firm = organisations.add(work, name=f"Présidence {basin_id} (démo)", from_date=LONG_AGO)
    person = persons.add(work, full_name=f"Présidente {basin_id} (démo)", email=None, phone=None)
    common: dict[str, Any] = {"basin_id": basin_id, "organisation_id": firm.id, "from_date": LONG_AGO}
    assignments.assign(work, role=Role.PARTNER_COMPANY, **common)
    committee_seats.give_seat(work, person_id=person.id, **common)
    work.flush()
    chairs.appoint_chair(work, person_id=person.id, **common)


def new_bench(build: Build, url: str, instant: datetime = START) -> Bench:
    """A bench on an empty database."""
    clock = FrozenClock(instant)
    bench = Bench(build(url, clock), build(url, clock).database, clock)
    bench.install()
    return bench
