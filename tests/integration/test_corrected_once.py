"""A wrong record has one right one, whatever the programme would write: the database refuses a second."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engine.persistence.base import Base, new_id, table_of
from engine.projects import corrections, everyday
from engine.projects.models import Correction, Note
from tests.integration.programme import Programme


@pytest.fixture
def corrected(database, clock):
    """A project whose note was put right."""
    programme = Programme(database, clock).install()
    programme.open()
    with programme.work_as("officer") as work:
        note = everyday.write_note(work, project_id=programme.case_id, text="Faux.", audience="operator")
        work.flush()
        corrections.correct(
            work, project_id=programme.case_id, record_id=note.id, changes={"text": "Juste."}, reason="Faute."
        )
    return programme


def write_twice(programme: Programme, table: type[Base], *, replaces: bool) -> None:
    """Write a row once more, as if two corrections had not seen each other."""
    columns = table_of(table)
    with programme.work_as("officer") as work:
        statement = sa.select(columns)
        if replaces:
            statement = statement.where(columns.c.replaces_id.is_not(None))
        row: dict[str, Any] = dict(work.connection.execute(statement).one()._mapping)
        work.connection.execute(sa.insert(columns), row | {"id": new_id()})


def test_the_database_refuses_a_second_right_record(corrected):
    with pytest.raises(sa.exc.IntegrityError):
        write_twice(corrected, Note, replaces=True)

    assert [each.text for each in corrected.rows(Note) if each.struck_at is None] == ["Juste."]


def test_the_database_refuses_a_second_correction_of_one_record(corrected):
    with pytest.raises(sa.exc.IntegrityError):
        write_twice(corrected, Correction, replaces=False)

    assert len(corrected.rows(Correction)) == 1


@pytest.mark.parametrize("kind", sorted(corrections.declared()))
def test_whatever_may_be_corrected_is_replaced_once(kind):
    table = table_of(corrections.declared()[kind])

    assert [index.name for index in table.indexes if index.unique and "replaces_id" in index.columns]
