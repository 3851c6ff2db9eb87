"""Every column that may hold words is in the register, as personal or not: none is forgotten by mistake."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
import sqlalchemy as sa

import engine
from engine.persistence.base import Base
from engine.retention import emptying
from engine.retention.register import Fate
from engine.retention.tables import REGISTER
from tests.architecture import personal_data

WORDS = (sa.Text, sa.String, sa.JSON, sa.LargeBinary)


def every_table() -> dict[str, sa.Table]:
    for module in pkgutil.walk_packages(engine.__path__, "engine."):
        has_tables = module.name.endswith("models") or ".persistence." in module.name
        if has_tables and "migrations" not in module.name:
            importlib.import_module(module.name)
    return dict(Base.metadata.tables)


TABLES = every_table()


def test_every_table_is_in_the_register_and_no_other():
    assert set(TABLES) == set(REGISTER), "engine/retention/tables: say what the table holds of people"


@pytest.mark.parametrize("name", sorted(set(TABLES) & set(REGISTER)))
def test_every_column_of_words_is_personal_or_not(name):
    words = {column.name for column in TABLES[name].columns if isinstance(column.type, WORDS)}
    lists = [REGISTER[name].hidden, REGISTER[name].own, REGISTER[name].told, REGISTER[name].plain]

    assert set(REGISTER[name].kinds()) == words, "engine/retention/tables: classify the column"
    assert sum(map(len, lists)) == len(words), "a column is in two lists"


@pytest.mark.parametrize("name", sorted(set(TABLES) & set(REGISTER)))
def test_every_column_that_names_a_person_is_listed(name):
    line, table = REGISTER[name], TABLES[name]
    listed = {line.person, *line.persons} - {None}
    acts = {
        column.name
        for column in table.columns
        if isinstance(column.type, sa.Uuid)
        and (column.name.endswith("_by") or column.name in {"actor_id", "on_behalf_of", "person_id"})
    }
    keys = {
        column.name
        for column in table.columns
        if any(key.target_fullname == "person.id" for key in column.foreign_keys)
    }
    assert acts | keys <= listed
    assert {*listed, *line.also} <= set(table.columns.keys())


@pytest.mark.parametrize("name", sorted(REGISTER))
def test_what_is_emptied_may_be_emptied(name):
    line, table = REGISTER[name], TABLES[name]
    for column in (*line.own, *line.told, *line.also):
        if line.at_end is Fate.EMPTY or line.at_erasure is Fate.EMPTY:
            emptied = emptying.nothing(table.c[column])
            assert table.c[column].nullable or isinstance(emptied, (str, dict, list))
            assert not (column in line.also and not table.c[column].nullable)


def test_whatever_is_emptied_or_dropped_leads_to_its_project_or_its_person():
    assert not [each for each in REGISTER.values() if each.at_end is not Fate.KEEP and each.case is None]
    assert not [
        each for each in REGISTER.values() if each.at_erasure is not Fate.KEEP and each.person is None
    ]


def test_the_document_says_what_the_register_does():
    page = personal_data.PAGE.read_text(encoding="utf-8")
    assert page == personal_data.written(page), "python -m tests.architecture.personal_data writes it again"
