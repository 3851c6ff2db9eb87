"""Numbers that people quote: one series per basin and year, without a gap, without a race."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.people import models as people
from engine.projects.models import ReferenceCounter

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

PROJECTS = "project"
DECISIONS = "decision"
AGREEMENTS = "agreement"
SESSIONS = "session"

# A project, its decision and its agreement are quoted side by side: no two may look alike.
LETTERS = {PROJECTS: "", DECISIONS: "D", AGREEMENTS: "C", SESSIONS: "S"}
OF_SESSION = re.compile(r"-S\d{3,}$")
OF_SERIES = re.compile(r"-(\d{4})-([A-Z]?)(\d{3,6})$", re.ASCII)

counter = ReferenceCounter.__table__


def names_session(reference: str) -> bool:
    """Whether a case's reference is a session's: its links then lead to the session, at no statement."""
    return OF_SESSION.search(reference) is not None


def next_reference(work: UnitOfWork, *, basin_id: int, series: str, year: int) -> str:
    """Take the next number of a series, as `TDL-2026-001`, `TDL-2026-D001` for a decision.

    The row counts under its own lock, in the act's transaction: two acts take turns, and an act that
    is rolled back gives its number back.
    """
    taken = work.connection.execute(
        insert_of(work)(ReferenceCounter)
        .values(basin_id=basin_id, series=series, year=year, last=1)
        .on_conflict_do_update(
            index_elements=[counter.c.basin_id, counter.c.series, counter.c.year],
            set_={"last": counter.c.last + 1},
        )
        .returning(counter.c.last)
    ).scalar_one()
    return f"{code_of(work, basin_id)}-{year}-{LETTERS[series]}{taken:03d}"


def pass_over(work: UnitOfWork, number: str, *, basin_id: int) -> None:
    """Have the series of a number that was given elsewhere go on behind it, where it is like one of ours.

    Otherwise the act that comes to it later would be refused, and all that follow it.
    """
    code = code_of(work, basin_id)
    found = OF_SERIES.fullmatch(number.removeprefix(code)) if number.startswith(code) else None
    series = next((each for each, letter in LETTERS.items() if found and letter == found[2]), None)
    if found is None or series is None:
        return
    last = int(found[3])
    work.connection.execute(
        insert_of(work)(ReferenceCounter)
        .values(basin_id=basin_id, series=series, year=int(found[1]), last=last)
        .on_conflict_do_update(
            index_elements=[counter.c.basin_id, counter.c.series, counter.c.year],
            set_={"last": sa.case((counter.c.last < last, last), else_=counter.c.last)},
        )
    )


def insert_of(work: UnitOfWork) -> Any:
    """The insertion of this database that can meet a row that is there already."""
    return postgresql.insert if work.connection.dialect.name == "postgresql" else sqlite.insert


def code_of(work: UnitOfWork, basin_id: int) -> str:
    """The letters that begin a basin's numbers."""
    found: str = work.connection.execute(
        sa.select(people.Basin.code).where(people.Basin.id == basin_id)
    ).scalar_one()
    return found
