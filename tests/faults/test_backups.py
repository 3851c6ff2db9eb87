"""Promise 10: a backup restored on either kind of database is the same installation, and wakes held."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine import app, backups, exports, scheduler
from engine.agreements import drafting
from engine.agreements.models import ANNEX, Agreement
from engine.committee.models import Decision
from engine.outbox import delivery
from engine.outbox.captured import MailboxTransport
from engine.people import basins
from engine.people.models import Basin
from engine.persistence import anchors, history, installation, schema
from engine.persistence.base import Base, table_of
from engine.persistence.database import Database
from engine.runtime import cases
from engine.settings import Settings
from tests.conftest import START
from tests.faults.trials import opened
from tests.integration.programme import Programme


def empty(kind: str, request: pytest.FixtureRequest, folder: Path, name: str) -> str:
    """The address of a database with no table at all."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/{name}.db"
    server = request.getfixturevalue("postgres_server")
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    database = f"{name}_{folder.name}".replace("-", "_").lower()[:60]
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{database}"')
    admin.dispose()
    return sa.make_url(server).set(database=database).render_as_string(hide_password=False)


def rows_of(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, without what only its own server understands."""
    with database.start_reading() as work:
        return {
            table.name: [
                {
                    name: value
                    for name, value in row._mapping.items()
                    if (table.name, name) not in backups.ONLY_OF_ITS_SERVER
                }
                for row in work.connection.execute(backups.rows_of(table))
            ]
            for table in Base.metadata.sorted_tables
        }


def lived(url: str, documents: Path) -> Programme:
    """An installation with a project whose first report is open, and one document."""
    database = opened(url, START)
    schema.upgrade(database)
    with database.start_work() as work:
        installation.stamp(work, environment="test")
    programme = Programme(database, database.clock).install()
    programme.label()
    with programme.work_as("officer") as work:
        agreement = drafting.latest(work, programme.case_id)
        assert agreement is not None
        annex = {"id": UUID(int=1), "kind": ANNEX, "parent_id": agreement.id}  # Read before its agreement.
        kept = {each.name: getattr(agreement, each.name) for each in table_of(Agreement).columns}
        work.database.add(Agreement(**kept | annex))
    programme.play_until(date(2027, 2, 10))
    documents.mkdir()
    (documents / "ab").mkdir()
    (documents / "ab" / "abcdef").write_bytes("devis signé".encode() * 100)
    (documents / "ab" / ".being-written").write_bytes(b"devis")
    return programme


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
@pytest.mark.parametrize("source", ["sqlite", "postgres"])
def test_a_backup_restored_on_either_database_equals_the_original_and_lives_on(
    request, tmp_path, source, target
):
    programme = lived(empty(source, request, tmp_path, "source"), tmp_path / "documents")
    archive = tmp_path / "alize.zip"
    counts = backups.backup(programme.database, archive, documents=tmp_path / "documents")
    original = rows_of(programme.database)
    assert counts == {name: len(rows) for name, rows in original.items()}

    restored = opened(empty(target, request, tmp_path, "target"), programme.clock.instant)
    assert backups.restore(restored, archive, documents=tmp_path / "restored") == counts

    copy = rows_of(restored)
    held_since = [row.pop("held_since") for rows in (original, copy) for row in rows["installation"]]
    assert (held_since[0], isinstance(held_since[1], datetime)) == (None, True)
    noted = [row.pop("backed_up_at") for rows in (original, copy) for row in rows["installation"]]
    assert noted == [programme.clock.wall(), None]  # Written once the backup was whole.
    for name, rows in original.items():
        assert copy[name] == rows, name
    assert (tmp_path / "restored" / "ab" / "abcdef").read_bytes() == "devis signé".encode() * 100
    assert [path.name for path in (tmp_path / "restored" / "ab").iterdir()] == ["abcdef"]

    with restored.start_reading() as work:
        assert installation.is_held(work)
        assert list(anchors.problems(work)) == []
        assert list(anchors.heads_problems(work, cases.instance, cases.instance.c.id)) == []
        assert list(anchors.heads_problems(work, history.chain_head, history.chain_head.c.chain_id)) == []
    transport = MailboxTransport(restored)
    assert delivery.deliver_due(restored, Settings(environment="test"), transport) == 0

    with pytest.raises(backups.NotEmpty):
        backups.restore(restored, archive, documents=tmp_path / "restored")
    with restored.start_work() as work:
        installation.release(work)
    again = replace(programme, database=restored, clock=restored.clock)
    again.report()
    assert again.steps() == ["plan_interventions"]
    with restored.start_reading() as work:
        assert list(anchors.problems(work)) == []
    for database in (programme.database, restored):
        database.dispose()


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_a_younger_server_gives_the_whole_restored_history(request, tmp_path, target):
    """Its transactions have smaller numbers than those of the server that wrote the entries."""
    programme = lived(empty("sqlite", request, tmp_path, "source"), tmp_path / "documents")
    archive = tmp_path / "alize.zip"
    backups.backup(programme.database, archive, documents=tmp_path / "documents")
    rewrite(
        archive,
        "tables/history.jsonl",
        lambda text: text.replace('"transaction_id": 0', f'"transaction_id": {2**40}'),
        is_told=True,
    )

    restored = opened(empty(target, request, tmp_path, "target"), programme.clock.instant)
    backups.restore(restored, archive, documents=tmp_path / "restored")

    with programme.database.start_reading() as work:
        original = exports.history_after(work, after=0, limit=10_000)
    with restored.start_reading() as work:
        assert exports.history_after(work, after=0, limit=10_000) == original
    with zipfile.ZipFile(archive) as written:
        assert written.read("tables/history.jsonl").count(str(2**40).encode()) == len(original) > 50
    for database in (programme.database, restored):
        database.dispose()


def cut(archive: Path) -> None:
    """A copy that was interrupted."""
    content = archive.read_bytes()
    archive.write_bytes(content[: len(content) // 2])


def without_some_rows(archive: Path) -> None:
    """Somebody took a few lines out."""
    rewrite(archive, "tables/outbox.jsonl", lambda text: "\n".join(text.splitlines()[:-2]))


def rewrite(archive: Path, name: str, change: Callable[[str], str], *, is_told: bool = False) -> None:
    """Change one file of the archive; with `is_told`, its manifest says so."""
    with zipfile.ZipFile(archive) as before:
        contents = {each: before.read(each) for each in before.namelist()}
    contents[name] = change(contents[name].decode()).encode()
    if is_told:
        manifest = json.loads(contents["manifest.json"])
        manifest["digests"][name] = hashlib.sha256(contents[name]).hexdigest()
        contents["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(archive, "w") as after:
        for each, content in contents.items():
            after.writestr(each, content)


def without(archive: Path, prefix: str) -> None:
    """Take out the files that begin so."""
    with zipfile.ZipFile(archive) as before:
        contents = {each: before.read(each) for each in before.namelist() if not each.startswith(prefix)}
    with zipfile.ZipFile(archive, "w") as after:
        for each, content in contents.items():
            after.writestr(each, content)


def with_another(archive: Path) -> None:
    """Somebody put a file in that would land outside the documents."""
    with zipfile.ZipFile(archive, "a") as more:
        more.writestr("documents/../../somewhere", b"else")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut": cut,
    "not a zip": lambda archive: archive.write_bytes(b"PK nothing of the kind"),
    "without some rows": without_some_rows,
    "with other words": lambda archive: rewrite(
        archive, "tables/person.jsonl", lambda text: text.replace("Officer", "Officier", 1)
    ),
    "with another document": lambda archive: rewrite(archive, "documents/ab/abcdef", lambda text: text[:-1]),
    "without its documents": lambda archive: without(archive, "documents/"),
    "without its manifest": lambda archive: without(archive, "manifest"),
    "with a manifest that says nothing": lambda archive: rewrite(archive, "manifest.json", lambda _: "[]"),
    "with a file of no table": with_another,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused_and_leaves_no_installation(request, tmp_path, damage):
    programme = lived(empty("sqlite", request, tmp_path, "source"), tmp_path / "documents")
    archive = tmp_path / "alize.zip"
    backups.backup(programme.database, archive, documents=tmp_path / "documents")
    DAMAGES[damage](archive)

    restored = opened(empty("sqlite", request, tmp_path, "target"), START)
    with pytest.raises(backups.NotABackup):
        backups.verify(archive)
    with pytest.raises(backups.NotABackup):
        backups.restore(restored, archive, documents=tmp_path / "restored")

    with restored.start_reading() as work, pytest.raises(installation.NotCreated):
        installation.require(work, environment="test")
    assert not (tmp_path / "restored").exists()
    for database in (programme.database, restored):
        database.dispose()


@pytest.fixture
def kept(request, tmp_path):
    """A backup, and an empty database to restore it into."""
    programme = lived(empty("sqlite", request, tmp_path, "source"), tmp_path / "documents")
    archive = tmp_path / "alize.zip"
    backups.backup(programme.database, archive, documents=tmp_path / "documents")
    restored = opened(empty("sqlite", request, tmp_path, "target"), programme.clock.instant)
    yield programme, archive, restored
    for database in (programme.database, restored):
        database.dispose()


@pytest.mark.parametrize(("release", "said"), [("9999", "au moins aussi récente"), ("0001", "qui l’a faite")])
def test_a_backup_of_another_release_is_refused_with_what_to_do(kept, tmp_path, release, said):
    _, archive, restored = kept
    rewrite(archive, "manifest.json", lambda text: text.replace(schema.expected_release(), release))

    with pytest.raises(backups.OfAnotherRelease, match=said):
        backups.restore(restored, archive, documents=tmp_path / "restored")

    assert not sa.inspect(restored.engine).get_table_names(), "not one table was made"


def test_a_backup_of_another_environment_is_refused(kept, tmp_path):
    _, archive, restored = kept

    with pytest.raises(backups.OfAnotherEnvironment, match="test"):
        backups.restore(restored, archive, documents=tmp_path / "restored", environment="production")


def test_a_restore_over_a_living_database_of_an_older_release_does_not_even_migrate_it(kept, tmp_path):
    programme, archive, _ = kept
    with programme.database.start_work() as work:
        work.connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))

    with pytest.raises(backups.NotEmpty):
        backups.restore(programme.database, archive, documents=tmp_path / "restored")

    with programme.database.start_reading() as work:
        assert schema.found_release(work.connection) == "0001"
        assert not installation.is_held(work)


def test_a_restore_that_was_stopped_half_way_is_given_again(kept, tmp_path):
    _, archive, restored = kept

    def stop(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backups.restore(restored, archive, documents=tmp_path / "restored", progress=stop)
    told: list[tuple[int, int]] = []
    counts = backups.restore(
        restored, archive, documents=tmp_path / "restored", progress=lambda *given: told.append(given)
    )

    assert told[-1] == (sum(counts.values()) + 1,) * 2, "its rows, and its document"
    assert {name: len(rows) for name, rows in rows_of(restored).items()} == counts


def test_a_backup_that_was_stopped_half_way_leaves_the_one_before_as_it_was(kept):
    programme, archive, _ = kept
    before = archive.read_bytes()

    def stop(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backups.backup(programme.database, archive, documents=archive.parent / "documents", progress=stop)
    assert archive.read_bytes() == before
    backups.backup(programme.database, archive, documents=archive.parent / "documents")
    assert backups.verify(archive)["environment"] == "test"


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_backup_is_of_one_moment_while_people_go_on_acting(request, tmp_path, kind):
    programme = lived(empty(kind, request, tmp_path, "source"), tmp_path / "documents")
    archive, acts = tmp_path / "alize.zip", []

    def meanwhile(done: int, total: int) -> None:
        """An act at each twentieth row: those read later would tell of it."""
        if done % 20 == 0 and len(acts) < 20:
            with programme.work_as("officer") as work:
                code = f"B{len(acts)}"
                made = basins.add(work, slug=f"b{done}", code=code, name="Meuse", zone="Europe/Paris")
                acts.append(made.slug)

    before = rows_of(programme.database)
    backups.backup(programme.database, archive, documents=tmp_path / "documents", progress=meanwhile)
    restored = opened(empty(kind, request, tmp_path, "target"), programme.clock.instant)
    backups.restore(restored, archive, documents=tmp_path / "restored")

    copy = rows_of(restored)
    for rows in (before, copy):
        for row in rows["installation"]:
            row.pop("held_since")
    assert len(acts) > 5
    assert copy == before
    with restored.start_reading() as work:
        assert list(anchors.problems(work)) == []
    for database in (programme.database, restored):
        database.dispose()


SERVED = Settings(environment="production", base_url="https://alize.exemple.test")
STAGING = replace(SERVED, base_url="https://essai.exemple.test")


@pytest.mark.parametrize("how", ["under another address", "as a copy", "moved"])
def test_nothing_leaves_from_a_copy_unless_it_is_said_to_have_moved(kept, tmp_path, how):
    programme, archive, restored = kept
    with programme.database.start_work() as work:
        installation.note_address(work, SERVED.base_url)
    backups.backup(programme.database, archive, documents=tmp_path / "documents")
    backups.restore(restored, archive, documents=tmp_path / "restored", as_copy=how == "as a copy")
    served = SERVED if how == "as a copy" else STAGING
    with restored.start_work() as work:
        installation.release(work)
        if how == "moved":
            installation.move_to(work, STAGING.base_url)
    transport = MailboxTransport(restored)

    sent = delivery.deliver_due(restored, served, transport)

    if how == "moved":
        assert sent > 0
        return
    assert sent == 0
    engine = app.Engine(served, restored, transport)
    assert engine.is_copy()
    for tick in scheduler.TICKS:
        if tick.reaches_out:
            scheduler.run_tick(engine, tick)
            assert tick.name not in engine.beats, "not even tried"
    if how == "as a copy":
        with restored.start_work() as work, pytest.raises(installation.StaysACopy):
            installation.move_to(work, SERVED.base_url)


def test_no_row_is_restored_before_the_one_it_refers_to():
    """Identifiers say nothing of who came first: a decision may have a smaller one than the one it replaces."""
    decisions = table_of(Decision)
    first, second, third, alone = (UUID(int=number) for number in (9, 5, 1, 3))
    rows = [
        {"id": third, "supersedes_id": second}, {"id": alone, "supersedes_id": None},
        {"id": second, "supersedes_id": first}, {"id": first, "supersedes_id": None},
    ]  # fmt: skip

    restored = [row["id"] for row in backups.parents_first(decisions, rows)]

    assert sorted(restored) == sorted([first, second, third, alone])
    assert restored.index(first) < restored.index(second) < restored.index(third)


def test_a_row_whose_parent_is_lost_is_left_to_the_database():
    rows = [{"id": UUID(int=1), "supersedes_id": UUID(int=2)}]

    assert list(backups.parents_first(table_of(Decision), rows)) == rows


def test_rows_that_refer_to_no_other_of_their_table_stay_in_order():
    rows = [{"id": UUID(int=number)} for number in (3, 1, 2)]

    assert list(backups.parents_first(table_of(Basin), rows)) == rows
