"""The drill of docs/operations.md, as an operator types it: back up, verify, restore elsewhere, resume."""

from __future__ import annotations

import shutil

import pytest

from engine.clock import RealClock
from engine.outbox import notify
from engine.persistence import installation as stamped
from tests.conftest import START
from tests.consoles import alize_in
from tests.web import installation

HERE, STAGING = "https://alize.exemple.test", "https://essai.exemple.test"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An installation in production with a project, a document, and two mails that wait."""
    folder = tmp_path_factory.mktemp("made")
    engine, world = installation.build(folder, RealClock(), environment="production", base_url=HERE)
    installation.open_project(engine, world)
    engine.store.keep(b"%PDF-1.7 un devis")
    for day in (10, 20):
        with engine.database.start_work() as work:
            work.now = START.replace(day=day)
            notify.notify(
                work, kind="project_withdrawn", recipient_id=world.people["member"], basin_id=world.basin_id,
                data={"withdrawn_on": "2026-11-10"},
            )  # fmt: skip
    engine.close()
    return folder


@pytest.fixture
def here(made, tmp_path):
    """The command line of a copy of it, where it serves."""
    folder = tmp_path / "here"
    shutil.copytree(made, folder)
    return alize_in(folder, ALIZE_BASE_URL=HERE, ALIZE_DATA_DIR=str(folder))


def machine(tmp_path, name: str, address: str):
    folder = tmp_path / name
    folder.mkdir()
    return alize_in(folder, ALIZE_BASE_URL=address, ALIZE_SMTP_URL="smtp://mail.exemple.test")


def test_a_backup_is_read_again_at_once_and_on_demand(here, tmp_path):
    file = tmp_path / "alize.zip"

    written, verified = here("backup", file), here("backup", "--verify", file)

    assert (written.exit_code, verified.exit_code) == (0, 0), written.output
    for said in (written, verified):
        assert "Sauvegarde intacte" in said.stderr
        assert "1 document(s)" in said.stderr
    assert "«\u202fproduction\u202f»" in verified.stderr
    file.write_bytes(file.read_bytes()[:-1000])
    refused = here("backup", "--verify", file)
    assert (refused.exit_code, "abîmé" in refused.stderr) == (1, True)


def test_the_drill_on_another_machine_shows_what_would_leave_and_lets_go(here, tmp_path):
    file = tmp_path / "alize.zip"
    here("backup", file)
    there = machine(tmp_path, "there", HERE)

    restored, again = there("restore", file), there("restore", file)
    held = there("doctor")
    shown = there("resume", "--mails-since", "2026-11-15")
    resumed = there("resume", "--mails-since", "2026-11-15", "--yes")
    once_more = there("resume", "--mails-since", "2026-11-15", "--yes")

    assert (restored.exit_code, again.exit_code) == (0, 1), restored.output
    assert "Rien ne part avant" in restored.stderr
    assert "copie" not in restored.stderr
    assert "contient déjà une installation" in again.stderr
    assert "retenue depuis une restauration" in held.stdout
    assert shown.stdout.count("project_withdrawn") == 1, "the older one is not shown"
    assert shown.exit_code == 1
    assert "1 courriel(s) d’avant cette date écarté(s)" in resumed.stderr
    assert "rien à faire" in once_more.stderr
    assert (tmp_path / "there" / "files" / "documents").is_dir()


def test_a_staging_copy_says_that_it_is_one_and_stays_silent(here, tmp_path):
    file = tmp_path / "alize.zip"
    here("backup", file)
    staging = machine(tmp_path, "staging", STAGING)

    restored = staging("restore", file)
    resumed = staging("resume", "--mails-since", "2026-11-01", "--yes")
    told = staging("doctor")
    moved = staging("resume", "--moved", "--mails-since", "2026-11-15", "--yes")

    assert f"Cette base sert à {HERE}" in restored.stderr
    assert resumed.exit_code == 0
    assert resumed.stdout == ""
    assert "copie" in told.stdout
    assert moved.exit_code == 0
    assert "project_withdrawn" in moved.stdout
    assert "copie" not in staging("doctor").stdout


def test_what_was_restored_as_a_copy_never_moves(here, tmp_path):
    file = tmp_path / "alize.zip"
    here("backup", file)
    staging = machine(tmp_path, "staging", HERE)

    restored = staging("restore", "--as-copy", file)
    refused = staging("resume", "--moved", "--mails-since", "2026-11-15", "--yes")

    assert "C’est une copie" in restored.stderr
    assert refused.exit_code == 1
    assert "le reste" in refused.stderr


def test_a_demonstration_is_not_restored_as_production(here, tmp_path):
    file = tmp_path / "alize.zip"
    here("backup", file)
    demonstration = machine(tmp_path, "demo", HERE)

    refused = demonstration("restore", file, ALIZE_ENVIRONMENT="demo")

    assert refused.exit_code == 1
    assert "rien n’est restauré" in refused.stderr


def test_where_it_serves_is_noted_once_somebody_has_said_it(tmp_path):
    alize = alize_in(tmp_path)
    address = []
    for base_url in ("", HERE, STAGING):
        alize("init", **({"ALIZE_BASE_URL": base_url} if base_url else {}))
        from engine.persistence.database import Database

        database = Database(f"sqlite:///{tmp_path}/alize.db")
        with database.start_reading() as work:
            address.append(stamped.standing(work).address)
        database.dispose()

    assert address == [None, HERE, HERE]
