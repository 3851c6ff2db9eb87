"""Every command of `alize` may be given twice: the second one changes nothing more, or is refused in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from click.testing import Result

from engine.clock import RealClock
from engine.persistence.base import Base
from engine.persistence.database import Database
from tests.consoles import Command, alize_in
from tests.web import installation
from web import cli

HERE = "https://alize.exemple.test"
BASIN, NEW = installation.LORRAINE, "pays-de-la-meuse"
PHRASE = "une phrase assez longue"
# What runs until it is stopped, makes a demonstration, or measures for minutes: tests of their own.
ELSEWHERE = {"serve", "scheduler", "demo", "bench", "simulate"}
# What is done again because it was asked again, and history says so: another token, the same password once
# more, another copy of what is held on somebody.
ONCE_MORE = {"user password", "token create", "person export"}


class Story:
    """An installation, and how many rows its tables have."""

    def __init__(self, folder: Path) -> None:
        engine, world = installation.build(folder, RealClock(), environment="production", base_url=HERE)
        self.project = installation.open_project(engine, world)
        engine.close()
        self.folder = folder
        self.alize: Command = alize_in(folder, ALIZE_BASE_URL=HERE, ALIZE_DATA_DIR=str(folder))
        self.database = Database(f"sqlite:///{folder}/alize.db")

    def rows(self) -> dict[str, int]:
        with self.database.start_reading() as work:
            return {
                table.name: work.connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }

    def first_word(self, *line: str) -> str:
        """The identifier that a list begins with."""
        return self.alize(*line).stdout.splitlines()[0].split("\t")[0]

    @property
    def reference(self) -> str:
        with self.database.start_reading() as work:
            found = work.connection.scalar(
                sa.text("SELECT reference FROM instance WHERE reference IS NOT NULL")
            )
        return str(found)


Line = tuple[object, ...]


def lines(story: Story, folder: Path) -> Iterator[Line]:
    """Every command, each where the ones before have led; made as it comes, for the names that come out."""
    one, two, away = "un@exemple.test", "deux@exemple.test", "parti@exemple.test"
    yield from (("init",), ("doctor", "--environment"), ("doctor",))
    yield ("user", "add", one, "Une Personne", "--password", PHRASE, "--role", "operator", "--basin", BASIN)
    yield ("user", "add", two, "Deuxième Personne", "--invite")
    yield ("user", "add", away, "Parti Loin", "--invite")
    yield from (("user", "disable", one), ("user", "enable", one), ("user", "list"))
    yield ("user", "password", one, "--password", PHRASE + " encore")
    yield ("token", "create", one, "--name", "essai")
    yield ("token", "list", one)
    yield ("token", "revoke", one, story.first_word("token", "list", one))
    yield ("user", "handover", "officer@exemple.test", one, "--reason", "Départ.", "--possible")
    yield ("basin", "add", "Pays de la Meuse", "--code", "PDM", "--territory", "FR", "--follow")
    yield ("basin", "validate", NEW, "--on", "2026-09-14", "--minutes", "Relevé nᵒ 3")
    yield from (
        ("basin", "follow", NEW),
        ("basin", "list"),
        ("basin", "ready", NEW),
        ("basin", "parameters", NEW),
    )
    yield ("basin", "set", NEW, "advance.max_months", "48", "--reason", "Vote du comité")
    yield ("basin", "sign", BASIN, "--from", "2028-11-23", "--evaluated-on", "2026-11-01")
    yield ("organisation", "add", "Chambre de la Meuse")
    yield ("organisation", "add", "Forge Un", "--siret", "00000001800002")
    yield ("organisation", "list")
    yield (
        "role", "give", "operator_organisation", "--basin", NEW, "--organisation", "Chambre de la Meuse",
    )  # fmt: skip
    yield ("role", "list", "--basin", NEW)
    yield ("role", "end", story.first_word("role", "list", "--basin", NEW), "--reason", "Fin du mandat.")
    yield ("session", "plan", BASIN, "2099-12-10", "--at", "14:30")
    yield ("basin", "end", BASIN, "--on", "2029-01-01", "--reason", "Dénoncée.")
    yield ("check", "workflows/reference/project.bpmn")
    yield ("publish", f"workflows/basins/{BASIN}", "--basin", BASIN)
    yield ("publish", "workflows/reference")
    yield ("pack", BASIN, folder / "basin.zip")
    yield ("migrate", "--basin", BASIN, "--to", "1", "--reason", "Essai.")
    yield ("adopt", folder / "model.csv", "--basin", BASIN, "--model")
    yield from (("export", "history", "--format", "jsonl"), ("export", "projects", "--format", "csv"))
    yield from (("verify-history",), ("anchors",), ("instance", "check"))
    yield ("instance", "rebuild", story.reference)
    yield ("backup", folder / "alize.zip")
    yield ("restore", folder / "alize.zip")
    yield ("resume", "--mails-since", "2026-11-01", "--yes")
    yield ("person", "find", away)
    who = story.first_word("person", "find", away)
    yield ("person", "export", who, "--to", folder / "person.zip")
    yield ("person", "erase", who, "--yes")


def leaves(group: click.Group, before: str = "") -> Iterator[str]:
    """Every command, with the groups it is in."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield before + name


def name_of(line: Line, known: set[str]) -> str:
    return next(
        name
        for name in (f"{line[0]} {line[-1] if len(line) < 2 else line[1]}", str(line[0]))
        if name in known
    )


def wrong(name: str, first: Result, second: Result, grown: dict[str, int]) -> Iterator[str]:
    """What is not as it should be of a command given twice."""
    for which, result in (("first", first), ("second", second)):
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            yield f"{name}, the {which} time: {result.exception!r}"
        if result.exit_code == 1 and not result.output.strip():
            yield f"{name}, the {which} time: refused without a word"
        if result.exit_code == 2:
            yield f"{name}: {result.stderr}"
    if grown and name not in ONCE_MORE:
        yield f"{name}: the second time made {grown}"


def test_every_command_may_be_given_twice(tmp_path_factory: pytest.TempPathFactory):
    story, folder = Story(tmp_path_factory.mktemp("installed")), tmp_path_factory.mktemp("files")
    known, problems = set(leaves(cli.alize)), []
    tried: set[str] = set()

    for line in lines(story, folder):
        name = name_of(line, known)
        first = story.alize(*line)
        before = story.rows()
        second = story.alize(*line)
        after = story.rows()
        grown = {table: after[table] - before[table] for table in after if after[table] != before[table]}
        problems += wrong(name, first, second, grown)
        tried |= {name} if first.exit_code == 0 else set()

    assert problems == []
    refused_here = {"doctor", "restore", "migrate", "basin ready"}
    assert tried | refused_here >= known - ELSEWHERE
    story.database.dispose()


def test_a_file_that_is_there_is_not_written_over_and_it_is_said(tmp_path):
    story = Story(tmp_path)
    (tmp_path / "model.csv").write_text("filled", encoding="utf-8")

    said = story.alize("adopt", tmp_path / "model.csv", "--basin", BASIN, "--model")

    assert (said.exit_code, (tmp_path / "model.csv").read_text(encoding="utf-8")) == (1, "filled")
    assert "existe déjà" in said.stderr
    story.database.dispose()
