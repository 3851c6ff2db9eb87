"""Publishing from the console: nobody's writes wait for the check, and nothing coming goes without a word."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path

import pytest

from engine import installing
from engine.people import basins
from engine.persistence.database import Database
from engine.registry import checks, library, versions
from engine.registry.models import ProcessVersion
from tests.consoles import alize_in

SLUG = "cote-des-deux-phares"
PATIENCE = 5.0  # Seconds after which a thread is lost.
BLOCKED = 0.3  # Seconds after which the second publication is taken to wait for the first.
NAME = b'name="Sans nouvelles"'


@pytest.fixture
def alize(tmp_path):
    """Runs a command on an installation that was just made."""
    made = alize_in(tmp_path)
    assert made("init").exit_code == 0
    return made


@pytest.fixture
def elsewhere(alize, tmp_path):
    """The same database, as another process has it."""
    database = Database(f"sqlite:///{tmp_path}/alize.db")
    yield database
    database.dispose()


@pytest.fixture
def folder(tmp_path) -> Path:
    """A basin's folder, outside the package."""
    return copied(tmp_path, "basins", SLUG)


def copied(tmp_path, *place: str) -> Path:
    copy = tmp_path / "copied"
    shutil.copytree(Path(str(library.root())).joinpath(*place), copy)
    return copy


def renamed(folder: Path, name: str) -> None:
    """Call a step of the drawn process otherwise."""
    file = folder / "completion.bpmn"
    file.write_bytes(file.read_bytes().replace(NAME, f'name="{name}"'.encode()))


@pytest.fixture
def writes(elsewhere, monkeypatch):
    """Have somebody write while each check goes on; gives how many could."""
    found = []
    ask = checks.check_version_safely

    def asked(files, context):
        with elsewhere.start_work() as work:
            work.record("tests.thing.done", chain=work.actor.person_id, subject=work.actor.person_id)
        found.append(work)
        return ask(files, context)

    monkeypatch.setattr(checks, "check_version_safely", asked)
    installing.problems_found.cache_clear()
    return found


def test_nobody_waits_for_the_check_of_a_folder_which_is_asked_once(alize, folder, writes):
    renamed(folder, "Silence")

    done = alize("publish", folder, "--basin", SLUG)

    assert done.exit_code == 0, done.output
    assert len(writes) == 1


def test_nobody_waits_for_the_check_of_a_reference(alize, tmp_path, writes):
    reference = copied(tmp_path, "reference")
    renamed(reference, "Silence")

    done = alize("publish", reference)

    assert done.exit_code == 0, done.output
    assert done.output.startswith("Version 2, ")
    assert len(writes) == 1


def test_nobody_waits_for_the_check_of_a_basin_that_follows(alize, folder, tmp_path, writes):
    assert alize("publish", folder, "--basin", SLUG).exit_code == 0
    assert alize("publish", reference_with_another_name(tmp_path)).exit_code == 0

    done = alize("basin", "follow", SLUG)

    assert done.exit_code == 0, done.output
    assert done.output.startswith("Version 2, ")
    assert len(writes) == 3


def reference_with_another_name(tmp_path) -> Path:
    """A reference where a step that no basin changes is called otherwise."""
    made = tmp_path / "newer"
    shutil.copytree(Path(str(library.root())) / "reference", made)
    file = made / "closure.bpmn"
    before = file.read_bytes()
    file.write_bytes(before.replace("Établir le bilan".encode(), b"Faire le bilan"))
    assert file.read_bytes() != before
    return made


def test_nobody_waits_for_the_check_of_a_basin_that_begins_with_the_reference(alize, writes):
    done = alize("basin", "add", "Pays de la Meuse", "--code", "PDM", "--follow")

    assert done.exit_code == 0, done.output
    assert len(writes) == 1


def test_nobody_waits_for_the_check_of_an_installation(alize, tmp_path, monkeypatch, writes):
    newer = library.diagrams_in(reference_with_another_name(tmp_path))
    monkeypatch.setattr(library, "reference", lambda: newer)

    done = alize("init")

    assert done.exit_code == 0, done.output
    assert len(writes) == 1


def test_references_published_at_once_follow_each_other(database, monkeypatch):
    installing.stamp(database, environment="test")
    monkeypatch.setattr(installing, "problems_of", lambda files: ())
    first_is_in, released = threading.Event(), threading.Event()

    def published(name: str, until: Callable[[], object]) -> int:
        files = library.reference()
        files["closure.bpmn"] = files["closure.bpmn"].replace("Établir le bilan".encode(), name.encode())
        with database.start_work() as work:
            made = installing.publish_reference(work, files)
            first_is_in.set()
            until()
        return made.number

    with ThreadPoolExecutor() as threads:
        first = threads.submit(published, "Faire le bilan", lambda: released.wait(PATIENCE))
        assert first_is_in.wait(PATIENCE)
        second = threads.submit(published, "Dire le bilan", lambda: None)
        wait([second], timeout=BLOCKED)
        released.set()

    assert (first.result(), second.result()) == (2, 3)


# ── What waits for its day ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def coming(alize, folder, elsewhere):
    """The day from which the basin's second version would be in force."""
    assert alize("publish", folder, "--basin", SLUG).exit_code == 0
    with elsewhere.start_work() as work:
        basin = basins.by_slug(work, SLUG)
        last = versions.last_version(work, basin.id)
        day = basins.today(work, basin.id) + timedelta(days=30)
        files = versions.files_of(work, last.id)
        files["closure.bpmn"] += b"<!-- relu -->"
        versions.publish(
            work, basin_id=basin.id, files=files, parameters=last.parameters, charter_version="2010",
            effective_on=day, chain=basin.chain_id, reference_id=last.reference_id,
            made_of=versions.MadeOf(
                last.changes, {name: text.encode() for name, text in last.drawn.items()}, {"why": "relu"}
            ),
        )  # fmt: skip
    return day


def listed(database):
    """The number and the day of each version of the basin, in order."""
    with database.start_reading() as work:
        basin_id = basins.by_slug(work, SLUG).id
        found = (
            work.database.query(ProcessVersion).filter_by(basin_id=basin_id).order_by(ProcessVersion.number)
        )
        return [(each.number, each.effective_on) for each in found]


def test_a_version_that_waits_for_its_day_is_not_replaced_without_a_word(alize, folder, elsewhere, coming):
    before = listed(elsewhere)
    renamed(folder, "Silence")

    refused = alize("publish", folder, "--basin", SLUG)

    assert refused.exit_code == 1
    assert "La version 2, publiée pour le" in refused.output
    assert str(coming.year) in refused.output
    assert listed(elsewhere) == before

    done = alize("publish", folder, "--basin", SLUG, "--replace")

    assert done.exit_code == 0, done.output
    assert "Elle prend la place de la version 2, publiée pour le" in done.output
    assert [number for number, _day in listed(elsewhere)] == [1, 2, 3]


def test_a_basin_that_follows_is_told_which_version_gives_way(alize, elsewhere, tmp_path, coming):
    assert alize("publish", reference_with_another_name(tmp_path)).exit_code == 0

    done = alize("basin", "follow", SLUG)

    assert done.exit_code == 0, done.output
    assert "Elle prend la place de la version 2, publiée pour le" in done.output
    assert listed(elsewhere)[-1] == (3, coming)


def test_a_later_day_leaves_what_comes_before_it(alize, elsewhere, coming):
    with elsewhere.start_reading() as work:
        basin = basins.by_slug(work, SLUG)
        later = versions.replaced(work, basin.id, coming + timedelta(days=1))
        same_day = versions.replaced(work, basin.id, coming)
        today = versions.replaced(work, basin.id, basins.today(work, basin.id))

    assert later == ()
    assert [each.number for each in same_day] == [each.number for each in today] == [2]
