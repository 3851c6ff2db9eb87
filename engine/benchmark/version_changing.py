"""P12: running projects change version, each in a unit of work of its own, and some are taken back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.benchmark.figures import Figure, Times
from engine.benchmark.installation import LONG_AGO, PARIS, Bench
from engine.people import basins
from engine.people.models import Assignment, Role
from engine.persistence.unit_of_work import Actor
from engine.registry import library, versions
from engine.runtime import version_change
from engine.runtime.models import Instance
from engine.runtime.timers import fire_due

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECTS, FEW = 1_000, 200
UNDONE = 50
MOST_SECONDS = 30.0  # For a thousand; a quick measure has as many seconds less as projects.
BEFORE, AFTER = b"Rendre compte du suivi", "Rendre compte du suivi au comité".encode()


def measure(bench: Bench, *, quick: bool) -> list[Figure]:
    """Preview, move and take back projects that wait for their report."""
    count = FEW if quick else PROJECTS
    ids = bench.follow(count)
    while fire_due(bench.database):  # Their reports open: each has a task, and a date that runs.
        pass
    version_id = publish(bench)
    actor = Actor(bench.people[Role.OPERATOR])
    previewed = timed_preview(bench, actor, ids, version_id)
    with bench.database.start_work(actor) as work:
        batch_id = version_change.order(
            work, basin_id=bench.basin_id, case_ids=ids, to_version_id=version_id, reason="Mesure."
        )
    started = time.perf_counter()
    version_change.carry_out(bench.database, batch_id)
    taken = time.perf_counter() - started
    with bench.database.start_reading(actor) as work:
        moved = version_change.report(work, batch_id).counts[version_change.Outcome.MOVED]
    undone = timed_undoing(bench, actor, ids[:UNDONE])
    send_to_sleep(bench, ids)
    name, most = bench.name, MOST_SECONDS * count / PROJECTS
    return [
        Figure("P12", name, f"changer {count} projets de version", taken, "s", most,
               note=f"{taken / count * 1000:.1f} ms chacun, un à un"),
        Figure("P12", name, "projets qui ont changé de version", moved, "", count, at_least=True),
        Figure("P12", name, f"dire d’avance ce que deviendraient {count} projets", previewed, "s"),
        Figure("P12", name, "annuler le changement d’un projet", undone.median, "ms", note=undone.note),
    ]  # fmt: skip


def publish(bench: Bench) -> UUID:
    """Another version of the basin: the report's step bears another name."""
    files = {name: content.replace(BEFORE, AFTER) for name, content in library.reference().items()}
    with bench.database.start_work() as work:
        return versions.publish(
            work, basin_id=bench.basin_id, files=files, parameters={}, charter_version="2010",
            effective_on=LONG_AGO, chain=basins.chain_of(work, bench.basin_id),
        ).id  # fmt: skip


def timed_preview(bench: Bench, actor: Actor, ids: Sequence[UUID], version_id: UUID) -> float:
    """Say what would become of each; how many seconds it took."""
    started = time.perf_counter()
    with bench.database.start_reading(actor) as work:
        version_change.preview(work, case_ids=ids, to_version_id=version_id)
    return time.perf_counter() - started


def timed_undoing(bench: Bench, actor: Actor, ids: Sequence[UUID]) -> Times:
    """Take some back, one by one."""
    times = Times()
    for case_id in ids:
        started = time.perf_counter()
        with bench.database.start_work(actor) as work:
            version_change.undo(work, case_id=case_id)
        times.seconds.append(time.perf_counter() - started)
    return times


def send_to_sleep(bench: Bench, ids: Sequence[UUID]) -> None:
    """Let nothing that is measured next wake these projects: nobody holds hundreds of mandates at once."""
    with bench.database.start_work() as work:
        today = work.today(PARIS)
        work.connection.execute(sa.update(Instance).where(Instance.id.in_(ids)).values(wake_at=None))
        work.connection.execute(
            sa.update(Assignment).where(Assignment.case_id.in_(ids)).values(valid_to=today)
        )
