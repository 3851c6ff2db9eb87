"""`alize person` and `alize restore` forget from the command line, and say what they do."""

from __future__ import annotations

import json
import re
import stat
import zipfile

import pytest

from tests.consoles import alize_in

GONE = "odile@exemple.test"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("erasing")


@pytest.fixture(scope="module")
def alize(folder):
    """Runs a command on an installation with an administrator and somebody without a role."""
    run = alize_in(folder)
    assert run("init").exit_code == 0
    for email, name, role in (
        ("admin@exemple.test", "Ada Admin", "administrator"),
        (GONE, "Odile Partie", None),
    ):
        given = ("--role", role) if role else ()
        assert run("user", "add", email, name, "--password", "une phrase assez longue", *given).exit_code == 0
    return run


def identifier(alize, text: str) -> str:
    return alize("person", "find", text).stdout.split("\t")[0]


def test_a_person_is_found_exported_erased_once_and_forgotten_again_by_a_restore(alize, folder, tmp_path):
    who = identifier(alize, "Partie")
    assert re.fullmatch(r"[0-9a-f-]{36}", who)
    assert who == identifier(alize, GONE)
    assert alize("person", "export", who, "--to", str(tmp_path / "odile.zip")).exit_code == 0
    assert stat.S_IMODE((tmp_path / "odile.zip").stat().st_mode) == 0o600, (
        "nobody else of this machine reads it"
    )
    data = json.loads(zipfile.ZipFile(tmp_path / "odile.zip").read("donnees.json"))
    assert data["parts"]["account"]["rows"][0]["email"] == GONE
    assert alize("backup", str(tmp_path / "older.zip")).exit_code == 0

    done = alize("person", "erase", who, "--yes")
    assert done.exit_code == 0, done.stderr
    assert "Personne effacée." in done.stderr
    assert "Gardé" in done.stderr
    again = alize("person", "erase", who, "--yes")
    assert again.exit_code == 1
    assert "déjà effacée" in again.stderr
    assert alize("verify-history").exit_code == 0
    lists = list(folder.rglob("erasures.jsonl"))
    assert len(lists) == 1

    other = tmp_path / "other"
    other.mkdir()
    restore = alize_in(other)
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("pas une liste\n", encoding="utf-8")
    refused = restore("restore", str(tmp_path / "older.zip"), "--erasures", str(wrong))
    assert refused.exit_code == 1
    assert "ligne 1" in refused.stderr
    restored = restore("restore", str(tmp_path / "older.zip"), "--erasures", str(lists[0]))
    assert restored.exit_code == 0, restored.stderr
    assert "1 effacement(s)" in restored.stderr
    assert "Odile" not in restore("person", "find", "Partie").stdout
    assert restore("verify-history").exit_code == 0
    assert restore("resume", "--mails-since", "2026-11-21", "--yes").exit_code == 0


def test_who_has_a_role_is_refused_with_what_to_do(alize):
    refused = alize("person", "erase", identifier(alize, "Admin"), "--yes")

    assert refused.exit_code == 1
    assert "mettez-y fin d’abord" in refused.stderr


def test_nobody_is_somebody_unknown(alize, tmp_path):
    unknown = "00000000-0000-0000-0000-000000000007"
    assert alize("person", "erase", unknown, "--yes").exit_code == 1
    assert alize("person", "export", unknown, "--to", str(tmp_path / "x.zip")).exit_code == 1
    assert not (tmp_path / "x.zip").exists()
