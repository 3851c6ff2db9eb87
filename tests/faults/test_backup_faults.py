"""What a bad day does to a backup or a restore: no room, no lock, two at once, a file in the wrong place."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import backups
from engine.backups import reading
from engine.documents.store import Store
from engine.persistence import installation, schema
from engine.persistence.database import Database
from engine.projects import documents
from tests.conftest import START
from tests.consoles import alize_in
from tests.faults.test_backups import empty
from tests.faults.trials import opened
from tests.integration.programme import Programme


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request) -> str:
    return request.param


@pytest.fixture
def lived(request, kind, tmp_path) -> Programme:
    """An installation with a project, and a document that a row of it names."""
    database = opened(empty(kind, request, tmp_path, "source"), START)
    schema.upgrade(database)
    with database.start_work() as work:
        installation.stamp(work, environment="test")
    programme = Programme(database, database.clock).install()
    programme.appraise()
    with programme.work_as("officer") as work:
        documents.add(
            work, Store(tmp_path / "documents"), project_id=programme.case_id, name="plan.pdf",
            content=b"%PDF-1.4 plan",
        )  # fmt: skip
    yield programme
    database.dispose()


@pytest.fixture
def target(request, kind, tmp_path, lived) -> Database:
    """An empty database, of the same kind."""
    database = opened(empty(kind, request, tmp_path, "target"), lived.clock.instant)
    yield database
    database.dispose()


def written(lived: Programme, folder: Path, **how) -> Path:
    path = folder / "alize.zip"
    backups.backup(lived.database, path, documents=folder / "documents", **how)
    return path


class Idle:
    """Whether the database is asked for anything while files are copied, which may take hours."""

    def __init__(self, database: Database, rows: int) -> None:
        self.pool, self.rows = database.engine.pool, rows
        self.seen: list[int] = []

    def __call__(self, done: int, total: int) -> None:
        if done > self.rows:
            self.seen.append(self.pool.checkedout())


def test_no_transaction_stays_open_while_a_backup_copies_documents(lived, tmp_path):
    """PostgreSQL ends one that is idle for half a minute, and SQLite's journal would grow meanwhile."""
    rows = sum(written(lived, tmp_path) and reading.verify(tmp_path / "alize.zip")["rows"].values())
    idle = Idle(lived.database, rows)

    written(lived, tmp_path, progress=idle)

    assert idle.seen
    assert set(idle.seen) == {0}


def test_no_transaction_stays_open_while_a_restore_writes_documents(lived, target, tmp_path):
    path, seen = written(lived, tmp_path), []

    def look(done: int, _total: int) -> None:
        is_there = any(each.is_file() for each in (tmp_path / "restored").rglob("*"))
        seen.append((target.engine.pool.checkedout(), is_there, done))

    backups.restore(target, path, documents=tmp_path / "restored", progress=look)

    (_, first_file, one), *rest = seen
    assert (seen[0][0], first_file, one) == (0, True, 1), "the document came first, outside any transaction"
    assert {used for used, _, _ in rest} == {1}


def test_a_full_disk_leaves_no_half_of_a_backup_and_the_one_before(lived, tmp_path, monkeypatch):
    path = written(lived, tmp_path)
    before = path.read_bytes()

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(backups.NoRoomForBackup, match="aucune sauvegarde n’a été écrite"):
        written(lived, tmp_path)

    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.glob("alize.zip*")] == ["alize.zip"]


def test_a_full_disk_stops_a_restore_before_any_row_and_it_is_given_again(
    lived, target, tmp_path, monkeypatch
):
    path = written(lived, tmp_path)

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(os, "fsync", full)
        with pytest.raises(backups.NoRoomToRestore, match="rien n’est restauré"):
            backups.restore(target, path, documents=tmp_path / "restored")
    assert not sa.inspect(target.engine).get_table_names()

    assert backups.restore(target, path, documents=tmp_path / "restored") == reading.verify(path)["rows"]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_backup_is_read_by_its_owner_only(lived, tmp_path):
    assert stat.S_IMODE(written(lived, tmp_path).stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_backup_does_not_hold_itself(lived, tmp_path):
    """It would be read as fast as it grows, until the disk is full."""
    inside = tmp_path / "documents" / "alize.zip"

    with pytest.raises(backups.AmongDocuments, match="ailleurs"):
        backups.backup(lived.database, inside, documents=tmp_path / "documents")

    assert not list((tmp_path / "documents").glob("alize.zip*"))


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_two_backups_into_one_file_do_not_mix(lived, tmp_path):
    refused = []

    def another(done: int, _total: int) -> None:
        if done == 1:
            with pytest.raises(backups.AlreadyWriting, match="attendez") as refusal:
                written(lived, tmp_path)
            refused.append(refusal)

    path = written(lived, tmp_path, progress=another)

    assert len(refused) == 1
    assert reading.verify(path)["environment"] == "test"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_a_killed_backup_left_is_written_over(lived, tmp_path):
    (tmp_path / "alize.zip.partial").write_bytes(b"half" * 1_000_000)

    path = written(lived, tmp_path)

    assert reading.verify(path)["rows"]
    assert path.stat().st_size < 1_000_000
    assert [each.name for each in tmp_path.glob("alize.zip*")] == ["alize.zip"]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_documents_that_come_and_go_meanwhile_are_no_trouble(lived, tmp_path):
    store = Store(tmp_path / "documents")
    gone, dated = store.path(store.keep(b"erased meanwhile")), store.path(store.keep(b"of another age"))
    os.utime(dated, (0, 0))  # A zip knows nothing before 1980.

    def meanwhile(done: int, _total: int) -> None:
        if done == 1:
            gone.unlink()
            store.keep(b"come since")

    path = written(lived, tmp_path, progress=meanwhile)

    with reading.opened(path) as archive:
        held = [name.removeprefix("documents/").replace("/", "") for name in reading.document_names(archive)]
    assert gone.name not in str(held)
    assert dated.name in str(held)
    assert reading.verify(path)["lost"] == 0


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_backup_says_which_documents_it_could_not_find(lived, tmp_path):
    backups.backup(lived.database, tmp_path / "alize.zip", documents=tmp_path / "elsewhere")

    said = alize_in(tmp_path)("backup", "--verify", tmp_path / "alize.zip")

    assert (said.exit_code, said.stderr.count("1 document(s) que la base nomme n’y sont pas")) == (0, 1)


def test_two_restores_at_once_leave_one_installation(lived, target, tmp_path):
    """The second one looked while the base was empty, and comes to write once it no longer is."""
    path, other = written(lived, tmp_path), opened(target.url, lived.clock.instant)

    def overtaken(done: int, _total: int) -> None:
        if done == 1:  # Its document is back, its rows are not.
            backups.restore(other, path, documents=tmp_path / "restored")

    with pytest.raises(backups.NotEmpty):
        backups.restore(target, path, documents=tmp_path / "restored", progress=overtaken)

    with target.start_reading() as work:
        assert installation.is_held(work)
    other.dispose()
