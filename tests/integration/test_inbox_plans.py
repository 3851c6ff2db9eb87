"""Whatever a database knows of its rows, a page of the inbox reads one range per role, never every free task."""

from __future__ import annotations

import re

import pytest

from engine import app
from engine.benchmark import installation, listing, raw_bound
from engine.runtime import standing_in
from engine.settings import Settings
from tests.integration.programme import Programme
from tests.integration.test_hot_path import watched

TASKS = 3_000


@pytest.mark.parametrize("analysed", [False, True])
def test_free_tasks_are_found_by_basin_and_role_and_one_s_own_by_person(tmp_path, analysed):
    settings = Settings(environment="test", secret_key="only for the tests", data_dir=str(tmp_path))
    url = f"sqlite:///{tmp_path}/alize.db"
    bench = installation.new_bench(lambda address, clock: app.build(_at(settings, address), clock=clock), url)
    model, people = listing.lay_down_model(bench)
    listing.add(bench, model, people, TASKS)
    if not analysed:
        with bench.database.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM sqlite_stat1")
        bench.database.dispose()

    asked = raw_bound.statements_of(bench.database, listing.inbox_of(bench))

    assert len(asked) <= 4
    for statement in (each for each in asked if "FROM task" in each.text):
        with bench.database.reader.connect() as connection:
            plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement.text, statement.values).all()
        used = re.findall(r"INDEX (task_of_\w+)", " ".join(str(row[3]) for row in plan))
        assert used.count("task_of_role") == 3, used
        assert set(used) == {"task_of_role", "task_of_person", "task_of_substitute"}
    bench.database.dispose()


def test_words_are_looked_for_in_the_index_alone(tmp_path):
    settings = Settings(environment="test", secret_key="only for the tests", data_dir=str(tmp_path))
    url = f"sqlite:///{tmp_path}/alize.db"
    bench = installation.new_bench(lambda address, clock: app.build(_at(settings, address), clock=clock), url)
    model, people = listing.lay_down_model(bench)
    listing.add(bench, model, people, TASKS)

    asked = raw_bound.statements_of(bench.database, listing.inbox_of(bench, text="scierie absente"))

    [searching] = [each for each in asked if "search_text LIKE" in each.text]
    with bench.database.reader.connect() as connection:
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + searching.text, searching.values).all()
    read = [str(row[3]) for row in plan if "task_of_role" in str(row[3])]
    assert len(read) == 3
    assert all("USING COVERING INDEX task_of_role" in each for each in read), read
    bench.database.dispose()


def test_what_somebody_stands_in_for_is_found_without_reading_every_open_task(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    with programme.database.start_reading() as work, watched(programme.database) as seen:
        standing_in.changes(work)

    with sqlite.reader.connect() as connection:
        asked = [each for each in seen.statements if "substitute_id IS NOT NULL" in each]
        assert len(asked) == 2, "tasks and parts"
        for statement in asked:
            plan = str(explained(connection, statement))
            assert "_of_substitute (substitute_id>" in plan, plan
            assert "SCAN" not in plan, plan


def explained(connection, statement: str) -> list:
    """How a statement would be read, whatever its values."""
    values = (None,) * statement.count("?")
    return connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, values).all()


def _at(settings: Settings, address: str) -> Settings:
    return Settings(
        database_url=address, environment=settings.environment, secret_key=settings.secret_key,
        data_dir=settings.data_dir,
    )  # fmt: skip
