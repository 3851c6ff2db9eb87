"""What a basin's version was published without runs on the newest reference that has it."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from engine.persistence.unit_of_work import Actor
from engine.projects import whereabouts
from engine.registry import versions
from engine.runtime import instances, messages
from engine.runtime.models import Instance
from tests.integration.programme import DIAGRAMS, LONG_AGO, Programme
from tests.integration.test_hot_path import watched
from tests.integration.visits import DIAGRAM, PARIS, Bench

LATE = "late_visit"
VISIT = DIAGRAM.read_bytes()
OTHER = VISIT.replace(b'bpmn:process id="visit"', b'bpmn:process id="late_visit"')


@pytest.fixture
def bench(database) -> Bench:
    """A basin whose version has one process."""
    made = Bench(database)
    made.install()
    return made


def publish(bench: Bench, files: dict[str, bytes]) -> UUID:
    """Publish a new reference."""
    with bench.database.start_work() as work:
        return versions.publish(
            work, basin_id=None, files=files, parameters={}, charter_version="1",
            effective_on=date(2020, 1, 1), chain=UUID(int=2),
        ).id  # fmt: skip


def basin_version(bench: Bench) -> UUID:
    with bench.database.start_reading() as work:
        return versions.in_force(work, basin_id=1, on=date(2026, 11, 16))


def held(bench: Bench, process: str) -> UUID:
    with bench.database.start_reading() as work:
        found = versions.in_force(work, basin_id=1, on=date(2026, 11, 16))
        return versions.holding(work, version_id=found, process=process)


def test_a_version_keeps_what_it_has(bench):
    publish(bench, {"visit.bpmn": VISIT, f"{LATE}.bpmn": OTHER})

    assert held(bench, "visit") == basin_version(bench)


def test_what_it_has_not_is_the_newest_reference_s(bench):
    first = publish(bench, {f"{LATE}.bpmn": OTHER})
    assert held(bench, LATE) == first
    second = publish(bench, {"visit.bpmn": VISIT, f"{LATE}.bpmn": OTHER})
    assert held(bench, LATE) == second
    publish(bench, {"visit.bpmn": VISIT})  # A later one without it changes nothing.
    assert held(bench, LATE) == second


def test_what_nothing_has_cannot_run(bench):
    publish(bench, {"visit.bpmn": VISIT})

    with pytest.raises(versions.NothingPublished):
        held(bench, LATE)


def test_whether_a_version_has_a_process_is_read_once(bench):
    version_id = basin_version(bench)
    with bench.database.start_reading() as work:
        assert versions.has(work, version_id=version_id, process="visit")

    with watched(bench.database) as seen, bench.database.start_reading() as work:
        assert versions.has(work, version_id=version_id, process="visit")
        assert not versions.has(work, version_id=version_id, process=LATE)
    assert not [each for each in seen.statements if "process_version" in each]


def test_an_act_reads_a_version_s_diagrams_once(bench):
    version_id = publish(bench, {"visit.bpmn": VISIT, f"{LATE}.bpmn": OTHER})

    with watched(bench.database) as seen, bench.database.start_reading() as work:
        assert versions.has(work, version_id=version_id, process=LATE)
        versions.specification(work, version_id=version_id, process=LATE)
    assert len([each for each in seen.statements if "process_version" in each]) == 1


def test_a_version_that_does_not_exist_has_nothing(bench):
    with pytest.raises(versions.VersionNotFound), bench.database.start_reading() as work:
        versions.has(work, version_id=uuid4(), process="visit")


def test_a_case_begins_on_the_reference_when_its_basin_has_not_drawn_it(bench):
    reference = publish(bench, {f"{LATE}.bpmn": OTHER})
    case_id = uuid4()
    with bench.database.start_work(Actor(bench.officer)) as work:
        instances.start(
            work, case_id=case_id, basin_id=1, zone=PARIS, process=LATE, reference="ESS-2026-S001",
            firm="Comité (démo)", routing={"visit_on": ""},
        )  # fmt: skip

    [task] = bench.open_tasks(case_id)
    assert (task.version_id, task.process) == (reference, LATE)
    bench.complete(task.id, bench.officer)
    assert bench.told == ["plan"]


def test_beside_an_older_case_what_was_drawn_since_runs_on_the_reference(bench):
    case_id = bench.start()
    reference = publish(bench, {f"{LATE}.bpmn": OTHER})
    with bench.database.start_work(Actor(bench.officer)) as work:
        satellite = messages.start_satellite(work, case_id=case_id, process=LATE, routing={"visit_on": ""})

    with bench.database.start_reading() as work:
        found = dict(
            work.connection.execute(
                sa.select(Instance.id, Instance.version_id).where(Instance.case_id == case_id)
            ).all()
        )
    assert found == {case_id: basin_version(bench), satellite: reference}
    for task in bench.open_tasks(case_id):
        bench.complete(task.id, bench.officer)
    assert bench.told == ["plan", "plan"]


def test_a_project_is_drawn_with_each_process_as_its_own_version_has_it(database, clock):
    every = {path.name: path.read_bytes() for path in sorted(DIAGRAMS.glob("*.bpmn"))}
    missing = every.pop("invalid_address.bpmn")

    class Older(Programme):
        def publish(self, work, chain):
            published(work, self.basin_id, every, chain)

    programme = Older(database, clock).install()
    programme.open()
    with programme.work_as("officer") as work:
        reference = published(work, None, {**every, "invalid_address.bpmn": missing}, UUID(int=2))
        messages.start_satellite(work, case_id=programme.case_id, process="invalid_address", routing={})

    with database.start_reading() as work:
        where = whereabouts.of_project(work, programme.case_id)
        beside = where.find("invalid_address")
        drawn = whereabouts.diagram_of(work, beside.version_id, beside.id)
    assert (beside.version_id, beside.current, beside.beside) == (reference, {"call_person"}, True)
    assert drawn == missing
    assert where.find("project").version_id == where.version_id != reference


def published(work, basin_id, files, chain) -> UUID:
    """Publish diagrams, of a basin or as the reference."""
    return versions.publish(
        work, basin_id=basin_id, files=files, parameters={}, charter_version="2010", effective_on=LONG_AGO,
        chain=chain,
    ).id  # fmt: skip
