"""A backup older than an erasure is restored: what was forgotten since is forgotten again."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import backups, doctor
from engine.documents.store import Store
from engine.people import persons
from engine.persistence import installation, schema
from engine.projects import documents
from engine.projects.models import Project
from engine.retention import contents, erasing, plans, replaying
from engine.runtime import cases
from tests.conftest import START
from tests.faults.trials import opened
from tests.integration.programme import Programme


@pytest.fixture
def lived(tmp_path) -> Programme:
    """An installation with a rejected project, a person whom nothing keeps, and a file."""
    database = opened(f"sqlite:///{tmp_path}/lived.db", START)
    schema.upgrade(database)
    with database.start_work() as work:
        installation.stamp(work, environment="test")
    programme = Programme(database, database.clock).install()
    programme.appraise()
    with programme.work_as("officer") as work:
        store = Store(tmp_path / "documents")
        documents.add(work, store, project_id=programme.case_id, name="plan.pdf", content=b"%PDF-1.4 plan")
        programme.people["gone"] = persons.add(work, full_name="Odile Partie", email="odile@exemple.test").id
    programme.decide("rejected", reason="quality", explanation="Pas prêt.")
    yield programme
    database.dispose()


def restored(tmp_path, path: Path):
    database = opened(f"sqlite:///{tmp_path}/restored.db", START)
    backups.restore(database, path, documents=tmp_path / "again")
    return database


def test_what_was_forgotten_since_an_older_backup_is_forgotten_again(lived, tmp_path):
    folder, store = tmp_path / "var", Store(tmp_path / "documents")
    backups.backup(lived.database, tmp_path / "older.zip", documents=store.folder)
    erasing.erase(lived.database, lived.people["gone"])
    erasing.reduce(lived.database, lived.case_id)
    contents.sweep(lived.database, store)
    lines = replaying.keep(lived.database, folder)
    kept = (folder / replaying.FILE).read_text(encoding="utf-8")
    assert {each["kind"] for each in lines} == {"person", "skeleton"}
    assert not any(name in kept for name in ("Odile", "Dupré", "TDL"))

    database = restored(tmp_path, tmp_path / "older.zip")
    again = Store(tmp_path / "again")
    assert [each for each in again.folder.rglob("*") if each.is_file()]
    with database.start_reading() as work:
        assert persons.find(work, lived.people["gone"]).full_name == "Odile Partie"
    assert replaying.replay(database, replaying.read(folder / replaying.FILE), again) >= 2
    assert replaying.replay(database, replaying.read(folder / replaying.FILE), again) == 0

    with database.start_reading() as work:
        assert persons.find(work, lived.people["gone"]).full_name == "Personne effacée"
        project = work.database.get_one(Project, lived.case_id)
        assert (project.firm, project.contact_name) == ("Entreprise effacée", "Personne effacée")
        assert list(doctor.history_problems(work)) == []
        assert installation.is_held(work)
    assert not [each for each in again.folder.rglob("*") if each.is_file()]
    assert len(replaying.keep(database, folder)) == len(lines)
    database.dispose()


def test_an_erasure_that_a_backup_caught_half_way_is_finished_after_its_restore(lived, tmp_path):
    who = lived.people["gone"]
    with lived.database.start_work() as work:
        erasing.begin(work, who)
    backups.backup(lived.database, tmp_path / "half.zip", documents=tmp_path / "documents")
    database = restored(tmp_path, tmp_path / "half.zip")
    with database.start_reading() as work:
        lines = erasing.state_of(work)
    replaying.replay(database, lines, Store(tmp_path / "again"))

    with database.start_reading() as work:
        assert persons.find(work, who).full_name == "Personne effacée"
        assert not erasing.unfinished(work)
    assert plans.forget_due(database, Store(tmp_path / "again")) == 0
    database.dispose()


@pytest.mark.parametrize(
    "line", ["pas du JSON", "{}", '{"kind": "person", "subject": "x", "at": "2026-01-01"}',
             '{"kind": "other", "subject": "00000000000000000000000000000001", "at": "2026-01-01"}', "[]", "7"]
)  # fmt: skip
def test_a_list_that_is_none_is_refused_with_its_line(tmp_path, line):
    good = json.dumps({"kind": "person", "subject": "0" * 32, "at": "2026-01-01T00:00:00+00:00"})
    path = tmp_path / "erasures.jsonl"
    path.write_text(f"{good}\n{line}\n", encoding="utf-8")

    with pytest.raises(replaying.NotAList) as refused:
        replaying.read(path)
    assert refused.value.message.endswith("ligne 2.")


def test_what_came_after_a_backup_is_passed_over(lived):
    unknown = [{"kind": kind, "subject": "0" * 31 + "7", "at": "2026-01-01"} for kind in replaying.KINDS]
    assert replaying.replay(lived.database, unknown, Store(Path("nowhere"))) == 0


def test_a_list_never_gets_shorter(lived, tmp_path):
    line = {"kind": "person", "subject": "0" * 31 + "7", "at": "2026-01-01T00:00:00+00:00"}
    replaying.merge(tmp_path, [line])
    erasing.erase(lived.database, lived.people["gone"])
    assert len(replaying.keep(lived.database, tmp_path)) == 2
    assert len(replaying.read(tmp_path / replaying.FILE)) == 2
    with lived.database.start_reading() as work:
        assert (
            work.connection.execute(sa.select(sa.func.count()).select_from(erasing.erasure)).scalar_one() == 1
        )


def test_a_damaged_list_is_set_aside_and_nothing_that_was_forgotten_is_missing_from_the_new_one(
    lived, tmp_path
):
    erasing.erase(lived.database, lived.people["gone"])
    kept = {"kind": "skeleton", "subject": "0" * 31 + "7", "at": "2026-01-01T00:00:00+00:00"}
    path = tmp_path / replaying.FILE
    path.write_text(f'{json.dumps(kept)}\n{{"kind": "per', encoding="utf-8")

    replaying.keep_again(lived.database, tmp_path)

    subjects = {each["subject"] for each in replaying.read(path)}
    assert subjects == {kept["subject"], lived.people["gone"].hex}
    [aside] = tmp_path.glob("erasures-damaged-*.jsonl")
    assert aside.read_text(encoding="utf-8").endswith('{"kind": "per')
    with pytest.raises(replaying.NotAList):
        replaying.merge(aside.parent, replaying.read(aside))


def test_a_list_that_a_dead_process_left_behind_is_brought_up_to_date_by_the_next_tick(lived, tmp_path):
    store = Store(tmp_path / "documents")
    plans.forget_daily(lived.database, store)
    erasing.erase(lived.database, lived.people["gone"])
    assert not (tmp_path / replaying.FILE).exists() or not replaying.read(tmp_path / replaying.FILE)

    plans.forget_daily(lived.database, store)
    assert [each["subject"] for each in replaying.read(tmp_path / replaying.FILE)] == [
        lived.people["gone"].hex
    ]


def test_a_project_still_going_on_in_the_backup_stops_no_restore(lived, tmp_path):
    with lived.database.start_work() as work:
        work.connection.execute(sa.update(cases.instance).values(ended_at=None))
    lines = [{"kind": "skeleton", "subject": lived.case_id.hex, "at": "2026-01-01T00:00:00+00:00"},
             {"kind": "pieces", "subject": lived.case_id.hex, "at": "2026-01-01T00:00:00+00:00"},
             {"kind": "person", "subject": lived.people["gone"].hex, "at": "2026-01-01T00:00:00+00:00"}]  # fmt: skip

    assert replaying.replay(lived.database, lines, Store(tmp_path / "documents")) == 1
    with lived.database.start_reading() as work:
        assert persons.find(work, lived.people["gone"]).full_name == "Personne effacée"


def test_two_processes_that_keep_the_list_at_once_lose_no_line(tmp_path):
    def keep(number):
        for place in range(20):
            line = {"kind": "person", "subject": f"{number}{place:031x}", "at": "2026-01-01T00:00:00+00:00"}
            replaying.merge(tmp_path, [line])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(keep, (1, 2)))
    assert len(replaying.read(tmp_path / replaying.FILE)) == 40
