"""Keep what this release leaves: `make stored`, once, when it is released; never again for the same one."""

from __future__ import annotations

import random
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import installing
from engine.clock import FrozenClock
from engine.people import partnerships
from engine.persistence import schema
from engine.persistence.database import Database
from engine.registry import library
from engine.runtime.models import Task
from engine.spiff import codec, waiting, workflow
from tests.conftest import START
from tests.faults.lives import ANSWERS, Life
from tests.integration.programme import Programme
from tests.stored import keeping
from tests.stored.keeping import Kept
from tests.workflows import twins

WALKS = 60  # Of each process; what rests nowhere new is not kept.
LONGEST = 120
LIVES = 30
ROOT = Path(__file__).parents[2]


def rests_of(spec: workflow.Specification, advanced: workflow.Advanced, *, is_suspended: bool) -> set[str]:
    """What an instance waits for, each in a word: open steps, armed timers, messages, repeated steps begun."""
    play = codec.load(spec, advanced.state, workflow.Asleep())
    opened = [waiting.open_step(play, task) for task in waiting.open_tasks(play).values()]
    found = {f"step {each.step.process}.{each.step.id}" for each in opened}
    found |= {f"timer {each.process}.{each.step}" for each in advanced.timers}
    found |= {f"message {name}" for name in advanced.awaited}
    found |= {
        f"half done {each.step.process}.{each.step.id}"
        for each in opened
        if each.position is not None and half_done(advanced.marking)
    }
    if '"arrived"' in advanced.marking:
        found.add("join")
    return {f"suspended {each}" for each in found} if is_suspended else found


def half_done(marking: str) -> bool:
    """Whether some instances of a repeated step are over and some are not."""
    return '"done":' in marking and '"done":0' not in marking


def walked(files: dict[str, bytes], process: str, elsewhere: set[str] | None = None) -> list[Kept]:
    """Instances of a process at every kind of rest that many walks came to, but for those known elsewhere."""
    known = set(elsewhere or ())
    kept = []
    for seed in range(WALKS):
        twin = twins.Twins(files, process, seed)
        for _ in range(LONGEST):
            restored = twin.compare()
            if twin.kept.ended:
                break
            rests = rests_of(twin.spec, twin.saved, is_suspended=False)
            if not rests <= known:
                known |= rests
                now = twin.hosts[1].now
                kept.append(Kept(process, tuple(sorted(rests)), now, twin.saved.state, twin.saved.marking))
            twin.act(restored)
            if seed == 0 and not twin.kept.ended and twin.saved.due_at:
                kept += suspended(twin, known)
    return kept


def suspended(twin: twins.Twins, known: set[str]) -> list[Kept]:
    """The same instance as a suspension leaves it, with delays that began meanwhile (D7)."""
    host = twins.WalkingHost(twin.hosts[1].words, random.Random(1), twin.hosts[1].now, 0, is_suspended=True)
    found, state = [], twin.saved
    for task in workflow.open_steps(twin.spec, state.state)[:1]:
        state = workflow.complete(twin.spec, state.state, host, task.id, host.decisions())
        rests = set() if state.ended else rests_of(twin.spec, state, is_suspended=True)
        if not rests <= known:
            known |= rests
            kept = Kept(twin.process, tuple(sorted(rests)), host.now, state.state, state.marking, True)
            found.append(kept)
    return found


def keep_variants(folder: Path, reference: dict[str, bytes], kept: list[Kept]) -> None:
    """Keep what each basin makes of the reference: its own diagrams, instances that rest in them."""
    rests = {rest for each in kept for rest in each.rests}
    for slug in library.slugs():
        files = library.basin(slug).apply(library.reference())
        own = {name: content for name, content in files.items() if content != reference.get(name)}
        drawn = tuple(f" {name.removesuffix('.bpmn')}." for name in own)
        elsewhere = {rest for rest in rests if not any(each in rest for each in drawn)}
        place = folder / keeping.VARIANTS / slug
        place.mkdir(parents=True)
        keeping.keep_diagrams(place, own)
        found = [each for process in twins.own_instances(files) for each in walked(files, process, elsewhere)]
        keeping.keep_instances(place, found)


def installed(folder: Path) -> tuple[Path, dict[str, Any]]:
    """An installation whose projects stand at every step that lives lead to."""
    file = folder / "alize.db"
    database = Database(f"sqlite:///{file}", clock=FrozenClock(START))
    schema.upgrade(database)
    installing.stamp(database, environment="test")
    programme = Programme(database, database.clock).install()
    with database.start_work() as work:
        partnerships.sign(
            work, basin_id=programme.basin_id, starts_on=date(2033, 1, 1), ends_on=date(3000, 1, 1),
            charter_version="2010", reason="essai",
        )  # fmt: skip
    running = [life.programme.case_id for life in lives(programme)]
    about = {
        "now": programme.clock.instant.astimezone(UTC).isoformat(),
        "basin_id": programme.basin_id,
        "people": {name: str(identifier) for name, identifier in programme.people.items()},
        "firms": {name: str(identifier) for name, identifier in programme.firms.items()},
        "cases": [str(each) for each in running],
        "steps": sorted(open_steps(programme)),
    }
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return file, about


def lives(programme: Programme) -> Iterator[Life]:
    """Projects that wait at a step where none waited yet: as time goes on, some that did go further."""
    for number in range(LIVES):
        wanted = set(ANSWERS) - set(open_steps(programme))
        life = Life(programme, random.Random(number))
        life.begin()
        for _ in range(150):
            if life.project_ended() or wanted & set(programme.steps()):
                break
            life.turn()
        if not life.project_ended():
            yield life


def open_steps(programme: Programme) -> Sequence[str]:
    """The steps that wait for somebody, in any project."""
    with programme.database.start_reading() as work:
        return work.connection.scalars(sa.select(Task.step).where(Task.closed_at.is_(None)).distinct()).all()


def main(release: str) -> None:
    """Keep what this release leaves, in a folder of its name."""
    folder = keeping.FOLDER / release
    folder.mkdir()
    files = twins.reference_files()
    keeping.keep_diagrams(folder, files)
    kept = [each for process in twins.own_instances(files) for each in walked(files, process)]
    keeping.keep_instances(folder, kept)
    keep_variants(folder, files, kept)
    with tempfile.TemporaryDirectory() as scratch:
        file, about = installed(Path(scratch))
        keeping.keep_database(folder, file, about)
    sizes = ", ".join(f"{path.name} {path.stat().st_size // 1000} kB" for path in sorted(folder.iterdir()))
    told = f"{len(kept)} instances, {len(about['cases'])} projects at {len(about['steps'])} steps: {sizes}\n"
    sys.stdout.write(told)


if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    main(sys.argv[1] if len(sys.argv) > 1 else project["version"])
