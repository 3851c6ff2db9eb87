"""The drill of an upgrade: a release that changed all it may change is installed over a database at work."""

from __future__ import annotations

import dataclasses
import random
import shutil
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from engine import app, operations
from engine.clock import FrozenClock
from engine.operations import table
from engine.persistence import schema
from engine.registry import library, promises, versions
from engine.runtime.models import Draft, Task
from engine.settings import Settings
from forms import catalogue
from tests.consoles import alize_in
from tests.faults.lives import ANSWERS, Life
from tests.integration.test_stored_installations import brought_back
from tests.stored import keeping

RELEASE = keeping.releases()[-1]
MIGRATION = '''"""Tell projects by a colour."""
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{before}"


def upgrade():
    op.add_column("project", sa.Column("colour", sa.Text(), server_default="blue"))
'''
RENAMED = {"skills.plan_interventions": "skills.draw_up_plan"}


@pytest.fixture
def left(tmp_path):
    """What the last release left: a database at work, in which somebody has begun a report."""
    return leave(tmp_path, f"sqlite:///{tmp_path}/alize.db")


@pytest.fixture
def left_anywhere(tmp_path, address):
    """The same on a database of each kind."""
    return leave(tmp_path, address)


def leave(folder, address):
    """Leave that database at its address."""
    programme, running = brought_back(RELEASE, folder, address)
    with programme.database.engine.begin() as connection:
        report = connection.execute(
            sa.select(Task.id, Task.assignee_id).where(
                Task.step == "follow_up_report", Task.closed_at.is_(None)
            )
        ).first()
        connection.execute(
            sa.insert(Draft).values(
                task_id=report.id, person_id=report.assignee_id, form="follow_up_report", form_number=1,
                answers={"weather": "green", "progress": "Commencé."}, saved_at=programme.clock.instant,
            )
        )  # fmt: skip
    programme.database.dispose()
    return SimpleNamespace(
        programme=programme, running=running, report=report.id, folder=folder, address=address
    )


@pytest.fixture
def next_release(monkeypatch, tmp_path):
    """A release with one more migration, a form under its next number, an operation renamed, a new reference."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    before = schema.expected_release()
    (folder / "next_tell_projects_by_a_colour.py").write_text(
        MIGRATION.format(before=before), encoding="utf-8"
    )
    known = schema.configuration

    def configuration():
        config = known()
        config.set_main_option("path_separator", "space")
        config.set_main_option("version_locations", f"{schema.MIGRATIONS / 'versions'} {folder}")
        return config

    monkeypatch.setattr(schema, "configuration", configuration)
    schema.expected_release.cache_clear()
    report = catalogue.form("follow_up_report")
    monkeypatch.setitem(
        catalogue.FORMS, "follow_up_report", dataclasses.replace(report, number=report.number + 1)
    )
    monkeypatch.setitem(
        catalogue.UPCASTERS, ("follow_up_report", report.number),
        lambda stored: {**stored, "progress": f"{stored.get('progress')} (repris)"},
    )  # fmt: skip
    today = {RENAMED.get(name, name): each for name, each in operations.OPERATIONS.items()}
    monkeypatch.setattr(operations, "OPERATIONS", table.with_successors(today, RENAMED))
    shipped = library.reference()
    drawn = {**shipped, "report.bpmn": shipped["report.bpmn"].replace(b'name="', b'name="Nouveau : ', 1)}
    drawn["accompaniment.bpmn"] = shipped["accompaniment.bpmn"].replace(
        b"skills.plan_interventions", b"skills.draw_up_plan"
    )
    monkeypatch.setattr(library, "reference", lambda: drawn)
    yield
    schema.expected_release.cache_clear()


def opened(left) -> app.Engine:
    """That database, as the new release opens it."""
    settings = Settings(
        database_url=left.address, data_dir=str(left.folder / "files"),
        environment="test", secret_key="only for the tests",
    )  # fmt: skip
    return app.build(settings, clock=FrozenClock(left.programme.clock.instant))


def test_all_that_runs_goes_on_to_its_end_under_a_release_that_changed_everything_it_may(
    left_anywhere, next_release
):
    left = left_anywhere
    engine = opened(left)

    engine.create()
    engine.create()  # Given twice, it changes nothing more.
    engine.require_ready()
    engine.require_promises()

    database = engine.database
    with database.start_reading() as work:
        assert work.connection.scalar(sa.text("SELECT count(*) FROM project WHERE colour = 'blue'")) > 8
        assert len(set(work.connection.scalars(versions.REFERENCES))) == 2, (
            "the old reference and the new one"
        )
        draft = work.database.scalars(sa.select(Draft).where(Draft.task_id == left.report)).one()
        kept = catalogue.upcast(draft.form, draft.form_number, draft.answers)
        assert kept["progress"] == "Commencé. (repris)"
    programme = dataclasses.replace(left.programme, database=database, clock=database.clock)
    assert "follow_up_report" in ANSWERS
    for number, programme.case_id in enumerate(left.running):
        Life(programme, random.Random(number)).go_on()
    with database.start_reading() as work:
        numbers = work.connection.scalars(
            sa.text("SELECT DISTINCT form_number FROM task WHERE form = 'follow_up_report' ORDER BY 1")
        ).all()
        assert numbers == [1, 2], "reports opened before and since"
    engine.close()


def test_without_the_successor_it_is_refused_by_name_and_nothing_is_changed(left, next_release, monkeypatch):
    kept = {name: each for name, each in operations.OPERATIONS.items() if name not in RENAMED}
    monkeypatch.setattr(operations, "OPERATIONS", kept)
    file = left.folder / "alize.db"
    before = file.read_bytes()
    alize = alize_in(left.folder, environment="test")

    checked, installed = alize("init", "--check"), alize("init")

    assert (checked.exit_code, installed.exit_code) == (1, 1)
    for said in (checked, installed):
        assert "skills.plan_interventions" in said.stderr
    with pytest.raises(promises.BrokenPromise):
        opened(left).foretell()
    shutil.rmtree(left.folder / "files", ignore_errors=True)
    assert file.read_bytes() == before


def test_what_would_be_done_is_told_and_not_done(left, next_release):
    alize = alize_in(left.folder, environment="test")
    before = (left.folder / "alize.db").read_bytes()

    told = alize("init", "--check")

    assert told.exit_code == 0, told.output
    assert "next Tell projects by a colour" in told.stdout
    assert "rien ne manque aux projets en cours" in told.stderr
    assert (left.folder / "alize.db").read_bytes() == before


def test_a_database_of_a_newer_release_is_refused_before_it_is_touched(left):
    schema.expected_release.cache_clear()
    engine = opened(left)
    engine.create()
    with engine.database.start_work() as work:
        work.connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.close()
    alize = alize_in(left.folder, environment="test")

    for said in (alize("init", "--check"), alize("init")):
        assert said.exit_code == 1
        assert "9999" in said.stderr
        assert "installez celui qui l’a mise à niveau" in said.stderr
