"""Made-up closed and open tasks in number, written straight into the table: for figures and their speed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine import clock as clocks
from engine.people.models import Basin
from engine.persistence.base import table_of
from engine.persistence.database import Database
from engine.runtime.models import Instance, Task

PARIS = ZoneInfo("Europe/Paris")
# Process, step, form, role, whom it waits for, typical days, days given.
STEPS = (
    ("appraisal", "qualify", "qualification", "operator", "operator", 3, 5),
    ("appraisal", "preliminary_diagnostic", "preliminary_diagnostic", "prescriber", "member", 18, 21),
    ("appraisal", "check_completeness", "completeness_check", "operator", "operator", 4, 7),
    ("complementary", "complementary_diagnostic", "complementary_diagnostic", "expert", "expert", 24, 30),
    ("decision", "committee_decision", "committee_decision", "operator", "session", 32, 60),
    ("decision", "sign_off_decision", "decision_sign_off", "chair", "chair", 6, 7),
    ("decision", "notify_decision", "decision_notification", "operator", "operator", 2, 5),
    ("agreement", "accept_mandate", "mandate_answer", "mandatary", "member", 5, 10),
    ("agreement", "prepare_agreement", "agreement_preparation", "operator", "operator", 9, 10),
    ("convention_signature", "sign_agreement", "agreement_signature", "signatory", "firm", 14, 30),
    ("accompaniment", "carry_out_intervention", "intervention", "expert", "expert", 45, 60),
    ("report", "follow_up_report", "follow_up_report", "mandatary", "member", 15, 14),
    ("closure", "final_review", "final_review", "mandatary", "member", 12, 30),
    ("closure", "sign_closure", "closure_sign_off", "chair", "chair", 5, 10),
)
ANYBODY = UUID(int=7)


def generate(
    database: Database,
    *,
    closed: int,
    open_tasks: int = 0,
    basins: int = 30,
    first_day: datetime | None = None,
    days: int = 730,
    seed: int = 20261116,
) -> None:
    """Fill a database with tasks of made-up projects, spread over basins and days; reproducible.

    Needs a published version (any basin's), whose first instance the projects are made to share.
    """
    chance = random.Random(seed)
    start = first_day or datetime(2024, 11, 1, tzinfo=UTC)
    with database.engine.begin() as connection:
        ids = add_basins(connection, basins, start)
        instance_id = add_instance(connection, ids[0], start)
        insert = sa.insert(table_of(Task))
        batch: list[dict[str, Any]] = []
        for row in rows(chance, ids, instance_id, start, days, closed, open_tasks):
            batch.append(row)
            if len(batch) == 5_000:
                connection.execute(insert, batch)
                batch = []
        if batch:
            connection.execute(insert, batch)
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE task")
    else:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE task")


def add_basins(connection: sa.Connection, number: int, at: datetime) -> list[int]:
    """So many basins."""
    table = table_of(Basin)
    known = list(connection.scalars(sa.select(table.c.id).order_by(table.c.id)))
    for position in range(len(known), number):
        row = {"id": 1000 + position, "slug": f"bassin-{position}", "code": f"B{position:02d}",
               "name": f"Bassin {position} (démo)", "chain_id": UUID(int=10_000 + position), "created_at": at}  # fmt: skip
        connection.execute(sa.insert(table), row)
        known.append(1000 + position)
    return known


def add_instance(connection: sa.Connection, basin_id: int, at: datetime) -> UUID:
    """The one instance that the foreign key of every task refers to."""
    from engine.registry.models import ProcessVersion

    version = connection.scalar(sa.select(table_of(ProcessVersion).c.id).limit(1))
    if version is None:
        version = UUID(int=9)
        connection.execute(
            sa.insert(table_of(ProcessVersion)).values(
                id=version,
                basin_id=basin_id,
                number=1,
                content_hash="",
                files={},
                parameters={},
                charter_version="2010",
                effective_on=at.date(),
                published_at=at,
                published_by=ANYBODY,
            )
        )
    instance_id = UUID(int=8)
    connection.execute(
        sa.insert(table_of(Instance)).values(
            id=instance_id,
            case_id=instance_id,
            basin_id=basin_id,
            version_id=version,
            process="project",
            reference="",
            firm="",
            zone="Europe/Paris",
            state="",
            marking="",
            awaited="",
            version=1,
            history_length=0,
            history_hash="",
            anchored_length=0,
            satellites=0,
            started_at=at,
        )
    )
    return instance_id


def rows(
    chance: random.Random,
    basin_ids: Sequence[int],
    instance_id: UUID,
    start: datetime,
    days: int,
    closed: int,
    still_open: int,
) -> Iterator[dict[str, Any]]:
    """Task rows: durations are log-normal around what is typical of their step."""
    end = start + timedelta(days=days)
    for number in range(closed + still_open):
        process, step, form, role, waits_for, typical, given = STEPS[number % len(STEPS)]
        seconds = chance.lognormvariate(0, 0.8) * typical * 86_400
        is_closed = number < closed
        if is_closed:
            done = start + timedelta(seconds=chance.uniform(0, days * 86_400))
            opened = done - timedelta(seconds=seconds)
            recorded = min(end, done + timedelta(days=chance.choice((0, 0, 0, 0, 0, 1, 2, 9))))
        else:
            opened, done, recorded = end - timedelta(seconds=seconds), end, end
        opened_on = clocks.local_date(opened, PARIS)
        due_on = opened_on + timedelta(days=given)
        waiting = int(seconds * chance.uniform(0, 0.6))
        awaited = int(seconds * 0.3) if chance.random() < 0.06 else 0
        yield {
            "id": UUID(int=chance.getrandbits(128)), "instance_id": instance_id, "case_id": UUID(int=chance.getrandbits(11)),
            "basin_id": chance.choice(basin_ids), "version_id": instance_id, "process": process, "step": step,
            "title": step, "form": form, "form_number": 1, "role": role, "pool": role == "operator",
            "personal": False, "waits_for": waits_for, "reference": f"B-{number}", "firm": "Firme (démo)",
            "search_text": "", "opened_at": opened, "opened_on": opened_on, "due_on": due_on,
            "due_at": datetime.combine(due_on, time(22), tzinfo=UTC), "suspended": False,
            "claimed_at": None, "awaited_seconds": awaited if is_closed else 0,
            "closed_at": recorded if is_closed else None, "closed_by": ANYBODY if is_closed else None,
            "outcome": "completed" if is_closed else None,
            "occurred_on": clocks.local_date(done, PARIS) if is_closed else None,
            "waiting_seconds": waiting if is_closed else None,
            "working_seconds": max(0, int(seconds) - waiting - awaited) if is_closed else None,
        }  # fmt: skip
