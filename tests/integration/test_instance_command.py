"""`alize instance` finds what is damaged and puts it right, from the command line alone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import backups
from engine.persistence.base import table_of
from engine.runtime.models import Instance
from tests.consoles import alize_in
from tests.web import installation


@pytest.fixture
def project(tmp_path, clock):
    """A project, its reference, and the command line of its installation."""
    engine, world = installation.build(tmp_path, clock)
    case_id = installation.open_project(engine, world)
    with engine.database.start_reading() as work:
        reference = work.database.get_one(Instance, case_id).reference
    yield engine, reference, alize_in(tmp_path, environment="test")
    engine.close()


def spoil(engine, *columns: str) -> None:
    with engine.database.engine.begin() as connection:
        connection.execute(sa.update(table_of(Instance)).values(dict.fromkeys(columns, "{")))


def test_nothing_damaged_is_said_and_ends_with_zero(project):
    _, reference, alize = project

    said, rebuilt = alize("instance", "check"), alize("instance", "rebuild", reference)

    assert (said.exit_code, rebuilt.exit_code) == (0, 0), said.output
    assert "1 processus en cours : tous se lisent." in said.stderr
    assert "il n’y a rien à faire" in rebuilt.stderr


def test_what_is_damaged_is_named_then_put_right_and_a_second_time_nothing_is_done(project):
    engine, reference, alize = project
    spoil(engine, "state")

    found = alize("instance", "check", reference)
    first, second = (alize("instance", "rebuild", reference) for _ in range(2))
    after = alize("instance", "check")

    assert (found.exit_code, first.exit_code, second.exit_code, after.exit_code) == (1, 0, 0, 0)
    assert found.stdout.startswith(f"{reference}\tproject\tétat : JSONDecodeError")
    assert first.stdout == f"{reference}\tproject\tremis en état\n"
    assert "rien à faire" in second.stderr


def test_with_the_marking_lost_too_a_backup_is_asked_for_and_serves(project, tmp_path):
    engine, reference, alize = project
    file = tmp_path / "alize.zip"
    backups.backup(engine.database, file, documents=engine.documents)
    spoil(engine, "state", "marking")

    refused = alize("instance", "rebuild", reference)
    rebuilt = alize("instance", "rebuild", reference, "--from", file)

    assert (refused.exit_code, rebuilt.exit_code) == (1, 0)
    assert f"« alize instance rebuild {reference} --from FICHIER »" in refused.stderr
    assert alize("instance", "check").exit_code == 0


def test_a_file_that_is_no_backup_and_an_unknown_project_are_refused(project, tmp_path):
    _, reference, alize = project
    file = tmp_path / "lettre.zip"
    file.write_bytes(b"Bonjour")

    assert "n’est pas une sauvegarde" in alize("instance", "rebuild", reference, "--from", file).stderr
    for line in (("rebuild", "TDL-1"), ("check", "TDL-1")):
        assert "TDL-1" in alize("instance", *line).stderr
