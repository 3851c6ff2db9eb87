"""The drill of docs/operations.md, as an operator types it: back up, verify, restore elsewhere, resume."""

from __future__ import annotations

import shutil

import pytest

from engine import app, scheduler
from engine.clock import RealClock
from engine.outbox import notify
from engine.persistence import installation as stamped
from engine.settings import Settings
from tests.conftest import START
from tests.consoles import alize_in
from tests.mail_server import MailServer
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


def beat(folder, **given: str) -> None:
    """Have a scheduler of this folder's installation run each of its ticks."""
    engine = app.build(
        Settings(
            environment="production", secret_key="long enough for a test", data_dir=str(folder / "files"),
            database_url=f"sqlite:///{folder}/alize.db", **given,
        )
    )  # fmt: skip
    for tick in scheduler.TICKS:
        scheduler.run_tick(engine, tick)
    engine.close()


@pytest.mark.parametrize("is_copy", [True, False])
def test_a_copy_forgets_again_what_was_erased_since_its_backup_and_writes_to_nobody(here, tmp_path, is_copy):
    """At the very address of the installation, with its mail server: only `--as-copy` keeps it silent."""
    file = tmp_path / "older.zip"
    here("user", "add", "odile@exemple.test", "Odile Partie", "--password", "une phrase assez longue")
    here("backup", file)
    who = here("person", "find", "Odile").stdout.split("\t")[0]
    assert here("person", "erase", who, "--yes").exit_code == 0
    (elsewhere := tmp_path / "elsewhere").mkdir()
    listed = (tmp_path / "here" / "erasures.jsonl").rename(elsewhere / "erasures.jsonl")
    copy = machine(tmp_path, "copy", HERE)

    restored = copy("restore", *(["--as-copy"] if is_copy else []), "--erasures", listed, file)
    found = copy("person", "find", who[:8]), copy("person", "find", "Odile")
    with MailServer() as server:
        copy("resume", "--mails-since", "2026-11-01", "--yes")
        beat(tmp_path / "copy", base_url=HERE, smtp_url=server.url)

    assert restored.exit_code == 0, restored.output
    assert "1 effacement(s) d’après cette sauvegarde refait(s)" in restored.stderr
    assert ("C’est une copie" in restored.stderr) is is_copy
    assert "Odile" not in "".join(each.output for each in found)
    assert copy("verify-history").exit_code == 0
    assert bool(server.received) is not is_copy


def test_what_may_never_move_is_refused_before_a_mail_is_shown(here, tmp_path):
    file = tmp_path / "alize.zip"
    here("backup", file)
    copy = machine(tmp_path, "copy", HERE)
    copy("restore", "--as-copy", file)

    refused = copy("resume", "--moved", "--mails-since", "2026-11-01")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "retenue" in copy("doctor").stdout, "it stays held"


@pytest.mark.parametrize(("typed", "said"), [
    ("", "Abandonné"), ("\n", "Abandonné"), ("n\n", "Abandonné"), ("peut-être\n", "Abandonné"),
    ("o\n", "Reprise."), ("Oui\n", "Reprise."),
])  # fmt: skip
def test_a_question_is_answered_in_french_and_only_a_clear_yes_goes_on(here, tmp_path, typed, said):
    file = tmp_path / "alize.zip"
    here("backup", file)
    there = machine(tmp_path, "there", HERE)
    there("restore", file)

    answered = there("resume", "--mails-since", "2026-11-15", typed=typed)

    assert said in answered.stderr
    assert ("retenue" in there("doctor").stdout) is (said == "Abandonné")
