"""A session read item by item, as its chair signs it and its readers follow it: in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee import items, minutes_words
from engine.committee.items import Standing
from engine.projects.models import Project
from engine.projects.written import ITEM, Block
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.committee.minutes_models import Minutes
    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork

SIGN_OFF = "decision_sign_off"


@dataclass(frozen=True, slots=True)
class Read:
    """One item: its title, what was decided of it; its number alone to whoever stepped back."""

    number: int
    standing: Standing
    title: str
    words: list[Block]
    is_hidden: bool
    task_id: UUID | None  # The chair's signature that it waits for.


def of_session(
    work: UnitOfWork, session: CommitteeSession, *, locale: str, without: Collection[UUID] = ()
) -> list[Read]:
    """The items that stand on a session's agenda, in order, in a reader's language.

    `without` are the projects that the reader stepped back from.
    """
    standing = [each for each in items.standings(work, session.id) if each.item.removed_at is None]
    to_sign = open_sign_offs(work, standing)
    found = []
    for number, each in enumerate(standing, start=1):
        is_hidden = each.item.project_id in without
        found.append(
            Read(
                number=number,
                standing=each,
                title="" if is_hidden else minutes_words.titled(work, each.item, locale),
                words=[] if is_hidden else told(work, session, each, locale),
                is_hidden=is_hidden,
                task_id=None if is_hidden else to_sign.get(each.item.instance_id),
            )
        )
    return found


def told(work: UnitOfWork, session: CommitteeSession, standing: Standing, locale: str) -> list[Block]:
    """What was said of an item, as a page sets it."""
    return [
        Block("item", line.removeprefix(ITEM)) if line.startswith(ITEM) else Block("paragraph", line)
        for line in minutes_words.told(work, session, standing, locale)
    ]


def open_sign_offs(work: UnitOfWork, standing: Collection[Standing]) -> dict[UUID | None, UUID]:
    """The decisions that wait for the chair, by the process that asked for each."""
    asked = [each.item.instance_id for each in standing if each.has_decision]
    rows = work.connection.execute(
        sa.select(Task.instance_id, Task.id).where(
            Task.instance_id.in_(asked), Task.form == SIGN_OFF, Task.closed_at.is_(None)
        )
    )
    return {row.instance_id: row.id for row in rows}


def sign_offs(work: UnitOfWork, session_id: UUID) -> set[UUID]:
    """The signatures that the decisions of a session wait for."""
    return set(open_sign_offs(work, items.standings(work, session_id)).values())


def words_of(
    work: UnitOfWork, session: CommitteeSession, found: Minutes, *, without: Collection[UUID] = ()
) -> list[Block] | None:
    """The words of minutes for a reader, less the items on projects they stepped back from.

    None when what would be left still names one of them: the officer wrote it elsewhere.
    """
    parts = minutes_words.blocks(found.body)
    standing = items.standings(work, session.id)
    kept = [each for each in standing if each.item.removed_at is None]
    hidden = {number for number, each in enumerate(kept, start=1) if each.item.project_id in without}
    firms = {each.firm.casefold() for each in standing if each.firm and each.item.project_id in without}
    if not hidden and not firms:
        return parts
    left = minutes_words.without(parts, hidden, work.locale, firms=firms)
    said = " ".join(each.text for each in left).casefold()
    return None if any(firm in said for firm in firms) else left


def typed(work: UnitOfWork, text: str | None, *, without: Collection[UUID] = ()) -> str | None:
    """What the officer typed of a session, for a reader; none where it names what they stepped back from.

    Free words may be about anything: only what they say tells it.
    """
    if not text or not without:
        return text
    firms = work.connection.scalars(sa.select(Project.firm).where(Project.id.in_(list(without))))
    said = text.casefold()
    return None if any(firm.casefold() in said for firm in firms) else text
