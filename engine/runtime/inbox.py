"""The inbox: one page of tasks by urgency, and how many there are, whatever the size of the table.

"Mine" and "to be taken in each of my roles" are separate ordered ranges of two partial indexes. Each is
read at most one page deep, then merged. One OR instead makes a database sort every row one may see.
Statements are built once per shape: building one costs four times as much as running it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine.people.models import Role
from engine.people.permissions import PERMISSIONS, Permission, Rights
from engine.persistence.base import table_of
from engine.persistence.unit_of_work import UnitOfWork
from engine.runtime.acts import TaskView
from engine.runtime.models import Draft, Task
from engine.runtime.opening import VIEW_COLUMNS, folded, view_of

PAGE = 50
WIDTH = len(VIEW_COLUMNS)
OWN = 2  # The ranges that are one's own: mine, and those of whom I stand in for.
COUNTED = 100  # Counts stop here, and the page says "99+".

task = table_of(Task)
draft = table_of(Draft)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, with the roles whose tasks they may take: (basin, role), and the dossiers they preside.

    `recused` are the dossiers they stepped back from: no role of theirs shows those, but the officer's.
    """

    person_id: UUID
    roles: tuple[tuple[int, str], ...]
    presided: tuple[UUID, ...] = ()
    recused: tuple[UUID, ...] = ()

    @classmethod
    def of(cls, rights: Rights) -> Viewer:
        """A person by their rights of today; an acting chair of one dossier takes its chair's tasks (D18)."""
        roles = {
            (basin_id, role.value)
            for basin_id, held in rights.basins.items()
            for role in held
            if Permission.COMPLETE_TASK in PERMISSIONS.get(role, ())
        }
        presided = {  # Whoever presides over the basin already takes them all.
            case_id
            for case_id, held in rights.cases.items()
            if Role.CHAIR in held and (rights.case_basins.get(case_id, 0), Role.CHAIR.value) not in roles
        }
        return cls(
            rights.person_id, tuple(sorted(roles)), tuple(sorted(presided)), tuple(sorted(rights.recused))
        )

    @property
    def own(self) -> tuple[int, ...]:
        """Which of the roles are the chair's: its tasks are signed by one person, and taken by nobody."""
        return tuple(number for number, (_basin, role) in enumerate(self.roles) if role == Role.CHAIR.value)

    @property
    def narrowed(self) -> tuple[int, ...]:
        """Which of the roles leave out the dossiers stepped back from: none for those who never did."""
        if not self.recused:
            return ()
        return tuple(
            number for number, (_basin, role) in enumerate(self.roles) if role != Role.OPERATOR.value
        )

    def parameters(self) -> dict[str, object]:
        """What the statements bind."""
        values: dict[str, object] = {"person_id": self.person_id}
        if self.recused:
            values["recused"] = list(self.recused)
        for number, (basin_id, role) in enumerate(self.roles):
            values |= {f"basin_{number}": basin_id, f"role_{number}": role}
        return values | {f"case_{number}": case_id for number, case_id in enumerate(self.presided)}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the page's address says: whose tasks, which words, late ones only, one basin only."""

    scope: str = "all"  # all | mine | claimable
    text: str = ""
    overdue: bool = False
    basin_id: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of tasks, where the next begins, and which of them the viewer has a draft of."""

    tasks: list[TaskView]
    next: tuple[datetime, UUID] | None
    drafts: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks: late among mine, mine (what only I may sign included), to be taken.

    Those of somebody for whom I stand in count as mine.
    """

    late: int
    mine: int
    claimable: int


def page(
    work: UnitOfWork,
    viewer: Viewer,
    filters: Filters = Filters(),
    *,
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> Page:
    """The next tasks by due date. `after` is (due_at, id) of the last one shown: never an OFFSET."""
    words = folded(filters.text).split()[:5]
    values = viewer.parameters() | {"limit": limit + 1, "now": work.now}
    values |= {f"word_{number}": f"%{escaped(word)}%" for number, word in enumerate(words)}
    if after:
        values |= {"after_due": after[0], "after_id": after[1]}
    if filters.basin_id is not None:
        values["only_basin"] = filters.basin_id
    shape = Shape(
        roles=len(viewer.roles),
        presided=len(viewer.presided),
        own=viewer.own,
        narrowed=viewer.narrowed,
        scope=filters.scope,
        words=len(words),
        is_first=after is None,
        overdue=filters.overdue,
        one_basin=filters.basin_id is not None,
    )
    statement = page_statement(shape)
    rows = work.connection.execute(statement, values).all()
    shown = [TaskView(*row[:WIDTH]) for row in rows[:limit]]  # In the order of its fields: no look-up.
    more = len(rows) > limit
    drafts = frozenset(row.id for row in rows[:limit] if row.has_draft)
    return Page(shown, (shown[-1].due_at, shown[-1].id) if more else None, drafts)


def counts(work: UnitOfWork, viewer: Viewer) -> Counts:
    """How many tasks wait, each count stopping at a hundred."""
    values = viewer.parameters() | {"now": work.now}
    statement = counts_statement(len(viewer.roles), len(viewer.presided), viewer.narrowed)
    row = work.connection.execute(statement, values).one()
    late, mine, others = sum(row[:OWN]), sum(row[OWN : 2 * OWN]), row[2 * OWN :]
    by_role, presided = others[: len(viewer.roles)], others[len(viewer.roles) :]
    signed = sum(by_role[number] for number in viewer.own) + sum(presided)
    return Counts(late, mine + signed, sum(by_role) + sum(presided) - signed)


def open_of_case(work: UnitOfWork, case_id: UUID) -> list[TaskView]:
    """What is open on a project, whoever's it is, by due date."""
    rows = work.connection.execute(OF_CASE, {"case_id": case_id})
    return [view_of(row) for row in rows]


def done_of_case(work: UnitOfWork, case_id: UUID, *, at_most: int = 100) -> list[TaskView]:
    """What people have done on a project, the latest first; tasks that vanished undone are left out."""
    rows = work.connection.execute(DONE_OF_CASE, {"case_id": case_id, "limit": at_most})
    return [view_of(row) for row in rows]


def next_after(work: UnitOfWork, viewer: Viewer, *, done: UUID) -> TaskView | None:
    """The task to show after one was submitted: the most urgent of one's own."""
    found = page(work, viewer, Filters(scope="mine"), limit=2)
    return next((each for each in found.tasks if each.id != done and not each.awaiting), None)


def ranges(roles: int, presided: int, narrowed: tuple[int, ...]) -> list[sa.ColumnElement[bool]]:
    """Mine, those of whom I stand in for, then claimable role by role: each one range of one partial index.

    Last, the chair's tasks of each dossier presided: a few rows by the dossier's own index.
    """
    not_recused = task.c.case_id.not_in(bindparam("recused", type_=sa.Uuid, expanding=True))
    is_open, is_free = task.c.closed_at.is_(None), task.c.assignee_id.is_(None)
    mine = sa.and_(is_open, task.c.assignee_id == bindparam("person_id", type_=sa.Uuid))
    stood_in = sa.and_(is_open, task.c.substitute_id == bindparam("person_id", type_=sa.Uuid))
    return [
        mine,
        stood_in,
        *(
            sa.and_(
                is_open,
                is_free,
                task.c.basin_id == bindparam(f"basin_{number}", type_=sa.Integer),
                task.c.role == bindparam(f"role_{number}", type_=sa.Text),
                *([not_recused] if number in narrowed else []),
            )
            for number in range(roles)
        ),
        *(
            sa.and_(
                is_open,
                is_free,
                task.c.case_id == bindparam(f"case_{number}", type_=sa.Uuid),
                task.c.role == Role.CHAIR.value,
            )
            for number in range(presided)
        ),
    ]


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes one question another statement; its values are bound."""

    roles: int
    presided: int
    own: tuple[int, ...]
    narrowed: tuple[int, ...]
    scope: str
    words: int
    is_first: bool
    overdue: bool
    one_basin: bool


@cache
def page_statement(shape: Shape) -> sa.Select[Any]:
    """The page's statement for one shape of question: which tasks, by the indexes alone, then those."""
    all_ranges = ranges(shape.roles, shape.presided, shape.narrowed)
    by_role, presided = all_ranges[OWN : OWN + shape.roles], all_ranges[OWN + shape.roles :]
    signed = [by_role[number] for number in shape.own] + presided
    claimable = [each for number, each in enumerate(by_role) if number not in shape.own]
    wanted = {"mine": [*all_ranges[:OWN], *signed], "claimable": claimable}.get(shape.scope, all_ranges)
    wanted = wanted or [sa.and_(task.c.closed_at.is_(None), sa.false())]
    conditions: list[sa.ColumnElement[bool]] = []
    if not shape.is_first:
        after = sa.tuple_(
            bindparam("after_due", type_=task.c.due_at.type), bindparam("after_id", type_=task.c.id.type)
        )
        conditions.append(sa.tuple_(task.c.due_at, task.c.id) > after)
    if shape.overdue:
        conditions.append(task.c.due_at < bindparam("now", type_=task.c.due_at.type))
    if shape.one_basin:
        conditions.append(task.c.basin_id == bindparam("only_basin", type_=sa.Integer))
    conditions += [
        task.c.search_text.like(bindparam(f"word_{number}", type_=sa.Text), escape="\\")
        for number in range(shape.words)
    ]
    limit = bindparam("limit", type_=sa.Integer)
    parts = [
        sa.select(
            sa.select(task.c.id, task.c.due_at)
            .where(condition, *conditions)
            .order_by(task.c.due_at, task.c.id)
            .limit(limit)
            .subquery()
        )
        for condition in wanted
    ]
    merged = sa.union_all(*parts)
    order = merged.selected_columns.due_at, merged.selected_columns.id
    shown = merged.order_by(*order).limit(limit).subquery("shown")
    return (
        sa.select(*VIEW_COLUMNS, HAS_DRAFT)
        .join_from(shown, task, task.c.id == shown.c.id)
        .order_by(shown.c.due_at, shown.c.id)
    )


@cache
def counts_statement(roles: int, presided: int, narrowed: tuple[int, ...] = ()) -> Any:
    """The counts' statement for a number of roles and of dossiers presided."""
    every = ranges(roles, presided, narrowed)
    now = bindparam("now", type_=task.c.due_at.type)
    late = [sa.and_(own, task.c.due_at < now) for own in every[:OWN]]
    return sa.select(*(_counted(condition) for condition in (*late, *every)))


def _counted(condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    rows = sa.select(sa.literal_column("1")).select_from(task).where(condition).limit(COUNTED).subquery()
    return sa.select(sa.func.count()).select_from(rows).scalar_subquery()


def escaped(word: str) -> str:
    """A word whose wildcard characters mean themselves."""
    return word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


HAS_DRAFT = (
    sa.select(1)
    .where(draft.c.task_id == task.c.id, draft.c.person_id == bindparam("person_id", type_=sa.Uuid))
    .exists()
    .label("has_draft")
)
DONE_OF_CASE = (
    sa.select(*VIEW_COLUMNS)
    .where(task.c.case_id == bindparam("case_id"), task.c.outcome == "completed")
    .order_by(task.c.closed_at.desc(), task.c.opened_at.desc(), task.c.id)
    .limit(bindparam("limit"))
)
OF_CASE = (
    sa.select(*VIEW_COLUMNS)
    .where(task.c.case_id == bindparam("case_id"), task.c.closed_at.is_(None))
    .order_by(task.c.due_at, task.c.id)
)
URGENT_DAYS = 3


def group_of(view: TaskView, *, today: date) -> str:
    """Where the page shows a task: waiting | late | soon (within three days) | later."""
    if view.awaiting and view.awaiting_until and view.awaiting_until >= today:
        return "waiting"
    if view.due_on < today:
        return "late"
    return "soon" if (view.due_on - today).days <= URGENT_DAYS else "later"
