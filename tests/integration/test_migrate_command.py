"""`alize migrate`: say what would happen, do it, go on after a stop, take a project back."""

from __future__ import annotations

import pytest

from engine.runtime import version_change
from tests.consoles import alize_in
from tests.integration.migrating import GONE, REASON, labelled, order, published, report
from tests.integration.programme import Programme

BASIN = ("migrate", "--basin", "toulois")


@pytest.fixture
def programme(sqlite, clock):
    """A labelled project whose report is open, and one that has just been opened."""
    return labelled(Programme(sqlite, clock))


@pytest.fixture
def alize(programme, tmp_path, monkeypatch):
    """Runs a command on that database, whose tables are taken as this release's."""
    monkeypatch.setattr("engine.app.Engine.require_ready", lambda _engine: None)
    return alize_in(tmp_path, *BASIN, url=programme.database.url, environment="test")


def reference(programme):
    return programme.project().reference


def test_a_dry_run_tells_each_project_its_dates_and_changes_nothing(programme, alize):
    published(programme)

    said = alize("--to", "2", "--dry-run")

    assert said.exit_code == 0, said.output
    assert said.stdout.splitlines() == [
        f"{reference(programme)}\tpasserait",
        f"{reference(programme)}\tdate gardée\tJour dit\t2027-02-16",
        f"{reference(programme)}\tdate gardée\tDurée minimale du suivi\t2028-05-16",
    ]
    assert "runtime.version.changed" not in programme.kinds()


def test_a_dry_run_says_what_keeps_a_project_back_and_ends_with_one(programme, alize):
    published(programme, GONE)

    said = alize("--to", "2", "--dry-run")

    assert said.exit_code == 1
    assert f"{reference(programme)}\tresterait\t« Rendre compte du suivi »" in said.stdout


def test_projects_move_and_go_back_by_their_reference(programme, alize):
    published(programme)

    moved = alize("--to", "2", "--reference", reference(programme), "--reason", REASON)
    back = alize("--undo", "--reference", reference(programme))
    again = alize("--undo", "--reference", reference(programme))

    assert (moved.exit_code, moved.stdout) == (0, f"{reference(programme)}\tpassé\n")
    assert "passé : 1." in moved.stderr
    assert (back.exit_code, back.stdout) == (0, f"{reference(programme)}\trevenu\n")
    assert again.exit_code == 1
    assert "déjà été annulé" in again.stderr
    assert programme.kinds()[-2:] == ["runtime.version.changed", "runtime.version.undone"]


def test_without_a_reference_all_that_run_elsewhere_move_and_then_none_is_left(programme, alize):
    published(programme)

    first, second = (alize("--to", "2", "--reason", REASON) for _ in range(2))

    assert f"{reference(programme)}\tpassé" in first.stdout
    assert (second.exit_code, second.stdout) == (0, "")
    assert "Aucun autre projet en cours" in second.stderr


def test_what_was_stopped_is_finished_first(programme, alize):
    batch_id = order(programme, published(programme))

    said = alize("--to", "2", "--reason", REASON)

    assert said.exit_code == 0
    assert "Reprise d’un changement de version interrompu." in said.stderr
    assert report(programme, batch_id).counts == {version_change.Outcome.MOVED: 1}


def test_one_that_cannot_move_is_said_and_the_command_ends_with_one(programme, alize):
    published(programme, GONE)

    said = alize("--to", "2", "--reason", REASON)

    assert said.exit_code == 1
    assert "\tresté\t« Rendre compte du suivi »" in said.stdout
    assert "resté : 1." in said.stderr


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        (("--undo",), 2, "nommez chaque projet par --reference"),
        ((), 2, "Dites par --to le numéro de la version."),
        (("--to", "9", "--reason", "x"), 1, "Cette version de processus n’existe pas."),
        (("--to", "1", "--reference", "TDL-1999-001", "--reason", "x"), 1, "Ce projet n’existe pas"),
    ],
)
def test_a_wrong_use_is_said(alize, line, status, said):
    refused = alize(*line)

    assert refused.exit_code == status
    assert said in refused.stderr


def test_moving_without_a_reason_is_refused(programme, alize):
    published(programme)

    refused = alize("--to", "2")

    assert refused.exit_code == 1
    assert "Dites pourquoi" in refused.stderr
