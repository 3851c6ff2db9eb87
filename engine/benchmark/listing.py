"""P4: a page of the inbox over a thousand tasks, then over a million."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine import clock as clocks
from engine.benchmark import cloning, raw_bound
from engine.benchmark.figures import Figure, Times
from engine.benchmark.installation import PARIS, ROLES, Bench, task
from engine.people import permissions, persons
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.persistence.unit_of_work import Actor
from engine.runtime import inbox

if TYPE_CHECKING:
    from uuid import UUID

    from engine.persistence.unit_of_work import UnitOfWork

OTHERS = 200  # Persons among whom the tasks that are somebody's are shared.
FULL_PAGE = 1_000  # The tasks among which the viewer's own are, a page of them.
GROWTH, STATEMENTS, DATA, SEARCH = 1.5, 4, 2.0, 30.0
Page = Callable[[], object]


def measure(bench: Bench, *, quick: bool) -> list[Figure]:
    """The same page over few tasks and over many: its statements, its data, a search."""
    few, many = 1_000, 100_000 if quick else 1_000_000
    model, people = lay_down_model(bench)
    add(bench, model, people, few)
    small = timed(inbox_of(bench))
    add(bench, model, people, many - few)
    large = timed(inbox_of(bench))
    asked = raw_bound.statements_of(bench.database, inbox_of(bench))
    searched = timed(inbox_of(bench, text="scierie absente"))
    name = bench.name
    return [
        Figure("P4", name, f"données de l’inbox, {few} tâches ouvertes", small.median, "ms", DATA,
               note=small.note),
        Figure("P4", name, f"données de l’inbox, {many} tâches ouvertes", large.median, "ms", DATA,
               note=large.note),
        Figure("P4", name, f"{many} tâches / {few}", large.median / small.median, "×", GROWTH),
        Figure("P4", name, "instructions SQL d’une page", len(asked), "", STATEMENTS,
               note="droits, page, comptes"),
        Figure("P4", name, f"recherche sans résultat dans son périmètre, {many} tâches", searched.median,
               "ms", SEARCH, note=searched.note),
    ]  # fmt: skip


def lay_down_model(bench: Bench) -> tuple[UUID, list[UUID]]:
    """One open task to copy, and people whose tasks they will be."""
    [case_id] = bench.follow(1)
    row = open_task(bench, case_id)
    with bench.database.start_work() as work:
        people = [
            persons.add(work, full_name=f"Membre {number} (démo)", email=None, phone=None).id
            for number in range(OTHERS)
        ]
        work.flush()
        work.connection.execute(task.insert(), row)
    return row["id"], people


def open_task(bench: Bench, case_id: UUID) -> dict[str, Any]:
    """A task that waits for any officer of the basin."""
    today = clocks.local_date(bench.clock.now(), PARIS)
    return {
        "id": new_id(), "instance_id": case_id, "case_id": case_id, "basin_id": bench.basin_id,
        "version_id": bench.version_id, "process": "appraisal", "step": "qualify", "form_number": 1,
        "title": "Qualifier la demande", "form": "qualification", "role": Role.OPERATOR.value, "pool": True,
        "personal": False, "waits_for": "operator", "reference": "MES-2010-001",
        "firm": "Firme de mesure (démo)", "search_text": "qualifier la demande firme de mesure mes-2010-001",
        "opened_at": bench.clock.now(), "opened_on": today, "due_on": today,
        "due_at": bench.clock.now() + timedelta(days=3), "awaited_seconds": 0, "suspended": False,
    }  # fmt: skip


def add(bench: Bench, model: UUID, people: list[UUID], count: int) -> None:
    """Open tasks: half of them somebody's, the others to be taken in thirty basins and three roles.

    Of the first thousand, fifty are the viewer's own: a page is full, and nobody is given more because the
    nation has more.
    """
    viewer = bench.people["mandatary"]
    with bench.database.start_work() as work:
        connection = work.connection
        is_sqlite = bench.database.is_sqlite
        connection.exec_driver_sql("DROP TABLE IF EXISTS among")
        kind = "text" if is_sqlite else "uuid"
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE among (place integer PRIMARY KEY, person {kind})")
        everybody = [viewer, *people]
        connection.exec_driver_sql(
            "INSERT INTO among (place, person) VALUES "
            + ", ".join(f"({place}, '{each.hex}')" for place, each in enumerate(everybody))
        )
        cloning.number_ids(connection, count)
        turn = "n - n / {0} * {0}".format
        role, is_taken = "n / 30 - n / 90 * 3", "n / 90 - n / 180 * 2 = 1"
        own = f"CASE WHEN {turn(10)} = 1 AND n <= {FULL_PAGE} THEN 0 ELSE 1 + {turn(OTHERS)} END"
        roles = " ".join(f"WHEN {place} THEN '{role.value}'" for place, role in enumerate(ROLES))
        cloning.clone(connection, task, model, {
            "id": "u",
            "assignee_id": f"CASE WHEN {is_taken} THEN (SELECT person FROM among WHERE place = {own}) END",
            "pool": f"NOT ({is_taken})",
            "basin_id": f"{bench.basin_id} + {turn(30)}",
            "role": f"CASE {role} {roles} END",
            "due_at": cloning.instants(bench.database, "2010-03-04 00:00:00", step=61, cycle=400_000),
        })  # fmt: skip
    cloning.settle(bench.database)


def inbox_of(bench: Bench, text: str = "") -> Page:
    """What the page reads: the viewer's rights, the tasks, the counts."""
    person_id = bench.people["mandatary"]

    def read() -> inbox.Page:
        with bench.database.start_reading(Actor(person_id)) as work:
            viewer = viewer_of(bench, work)
            found = inbox.page(work, viewer, inbox.Filters(text=text))
            inbox.counts(work, viewer)
        return found

    return read


def viewer_of(bench: Bench, work: UnitOfWork) -> inbox.Viewer:
    """A member who may also take the tasks of three roles of their basin."""
    rights = permissions.permissions_of(work, bench.people["mandatary"])
    return inbox.Viewer(rights.person_id, tuple((bench.basin_id, role.value) for role in ROLES))


def timed(page: Page) -> Times:
    """How long a page takes, once it has been read a few times."""
    times = Times()
    for turn in range(240):
        started = time.perf_counter()
        page()
        if turn >= 40:
            times.seconds.append(time.perf_counter() - started)
    return times
