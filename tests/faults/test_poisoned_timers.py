"""A dossier whose timer cannot fire stops no other: it is held, once, until somebody has looked."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from engine.people.models import Basin
from engine.runtime import incidents, instances, timers
from tests.faults.trials import Copies
from tests.integration.visits import Bench


def nobody_known(bench: Bench, case_id):
    """The next task's holder cannot be found, for a reason nobody foresaw."""
    cast = bench.database.domain.cast

    def failing(work, case, role, position, instance_id):
        if case.id == case_id:
            raise KeyError(role)
        return cast(work, case, role, position, instance_id)

    object.__setattr__(bench.database.domain, "cast", failing)
    return lambda: object.__setattr__(bench.database.domain, "cast", cast)


def refused_by_the_database(bench: Bench, case_id):
    """What is written with the act breaks a rule of the database."""
    announce = bench.database.domain.announce

    def failing(work, case, opened, closed):
        if case.id == case_id:
            work.write(
                sa.insert(Basin.__table__),
                {"id": 1, "slug": "double", "code": "DBL", "name": "Double (démo)", "created_at": work.now},
            )

    object.__setattr__(bench.database.domain, "announce", failing)
    return lambda: object.__setattr__(bench.database.domain, "announce", announce)


@pytest.mark.parametrize("poison", [nobody_known, refused_by_the_database])
def test_a_poisoned_timer_is_held_once_and_goes_on_when_mended(database, clock, poison):
    bench = Bench(database)
    bench.install()
    sick, *others = [bench.start() for _ in range(3)]
    for case_id in (sick, *others):
        bench.complete(bench.open_tasks(case_id)[0].id, bench.officer)
    clock.advance(days=10)
    mend = poison(bench, sick)

    timers.fire_due(database)

    assert [[task.step for task in bench.open_tasks(case_id)] for case_id in others] == [["meet"], ["meet"]]
    assert timers.fire_due(database) == 0
    with database.start_reading() as work:
        [incident] = incidents.list_open(work)
    assert incident.case_id == sick

    mend()
    with database.start_work() as work:
        incidents.retry(work, incident_id=incident.id)
    timers.fire_due(database)
    assert [task.step for task in bench.open_tasks(sick)] == ["meet"]


@pytest.mark.parametrize("part", ["postpone", "resumed"])
def test_a_suspension_that_cannot_end_holds_its_dossier_and_no_other(database, clock, part):
    bench = Bench(database)
    bench.install()
    sick, *others = [bench.start() for _ in range(3)]
    for case_id in (sick, *others):
        bench.complete(bench.open_tasks(case_id)[0].id, bench.officer)
    with database.start_work() as work:
        instances.suspend(work, case_id=sick, until=date(2026, 11, 18), reason="Travaux.")
    clock.advance(days=10)
    whole = getattr(database.domain, part)

    def failing(work, case, *days):
        if case.id == sick:
            raise ValueError(part)
        return whole(work, case, *days)

    object.__setattr__(database.domain, part, failing)

    timers.fire_due(database)

    assert [[task.step for task in bench.open_tasks(case_id)] for case_id in others] == [["meet"], ["meet"]]
    assert timers.fire_due(database) == 0
    with database.start_reading() as work:
        [incident] = incidents.list_open(work)
    assert (incident.case_id, incident.error) == (sick, f"ValueError: {part}")

    object.__setattr__(database.domain, part, whole)
    with database.start_work() as work:
        incidents.retry(work, incident_id=incident.id)
    timers.fire_due(database)
    clock.advance(days=20)
    timers.fire_due(database)
    assert [task.step for task in bench.open_tasks(sick)] == ["meet"]


def test_a_failure_that_cannot_even_be_recorded_stops_no_other(database, clock, monkeypatch):
    bench = Bench(database)
    bench.install()
    sick, other = bench.start(), bench.start()
    for case_id in (sick, other):
        bench.complete(bench.open_tasks(case_id)[0].id, bench.officer)
    clock.advance(days=10)
    nobody_known(bench, sick)

    def unrecorded(*_, **__):
        raise RuntimeError("no incident can be written")

    monkeypatch.setattr(incidents, "record", unrecorded)

    with pytest.raises(RuntimeError, match="no incident"):
        timers.fire_due(database)

    assert [task.step for task in bench.open_tasks(other)] == ["meet"]


def test_a_process_that_cannot_be_started_by_a_timer_holds_the_one_that_starts_it(copies: Copies):
    with copies.copy() as programme:
        domain = programme.database.domain
        operations = dict(domain.operations)

        def start_nothing_known(act):
            act.start_satellite("no_such_process", {})
            return {}

        object.__setattr__(domain, "operations", {**operations, "escalation.start": start_nothing_known})

        assert timers.fire_due(programme.database) == 1
        assert timers.fire_due(programme.database) == 0

        with programme.database.start_reading() as work:
            [incident] = incidents.list_open(work)
        object.__setattr__(domain, "operations", operations)
        with programme.database.start_work() as work:
            incidents.retry(work, incident_id=incident.id)
        assert timers.fire_due(programme.database) == 1
        assert "escalation.ladder.started" in programme.kinds()
