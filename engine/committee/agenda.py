"""The agenda of a session: what is ready, as the officer arranged it, frozen once it is sent or held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.committee import candidates, expecting, other_sessions, sessions
from engine.committee.agenda_models import FREE, AgendaItem, key_of
from engine.committee.candidates import RANKS, Candidate
from engine.committee.item_kinds import DECIDED, Kind
from engine.committee.models import CommitteeSession
from engine.people import basins
from engine.persistence.base import new_id
from engine.runtime import cases
from engine.runtime.models import Instance

if TYPE_CHECKING:
    from engine.people.permissions import Rights
    from engine.persistence.unit_of_work import UnitOfWork

# Where an item stands that nobody moved yet: after those that were, in the order of their kinds.
UNPLACED = 0


class NotReady(errors.NotFound):
    """Ce point n’est pas prêt pour une séance, ou ne l’est plus."""


class OnTheAgenda(errors.Conflict):
    """Ce point est déjà à l’ordre du jour."""


class OnAnotherAgenda(errors.Conflict):
    """Ce point est passé à l’ordre du jour d’une autre séance."""


class NotOnTheAgenda(errors.NotFound):
    """Ce point n’est pas à l’ordre du jour."""


class AlreadyDecided(errors.Conflict):
    """Le comité s’est prononcé sur ce point : il ne se retire plus."""


@dataclass(frozen=True, slots=True)
class Line:
    """An item as it stands on an agenda, written down or only foreseen; `number` is its place, from one."""

    key: str
    kind: Kind
    project_id: UUID | None
    instance_id: UUID | None
    subject_id: UUID | None
    title: str | None
    since: date | None  # Since when it waits, while it does.
    position: int
    item: AgendaItem | None = None
    number: int = 0


@dataclass(slots=True)
class Agenda:
    """What a reader sees of a session's agenda; `left_out` counts the items that they stepped back from."""

    lines: list[Line] = field(default_factory=list)
    removed: list[Line] = field(default_factory=list)
    late: list[Candidate] = field(default_factory=list)  # Arrived since it was sent.
    held_back: list[Candidate] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)  # By number.


def shown(work: UnitOfWork, session: CommitteeSession, reader: Rights) -> Agenda:
    """The agenda of a session as somebody may read it; how many statements does not depend on its length.

    What they stepped back from is left out, its number kept. Before it is sent, it is what is ready now,
    as the officer arranged it.
    """
    hidden = reader.hidden()
    ready = offered(work, session)
    standing, removed = merged(work, session, ready)
    seen = Agenda()
    for each in standing:
        if each.project_id in hidden:
            seen.left_out.append(each.number)
        else:
            seen.lines.append(each)
    seen.removed = [each for each in removed if each.project_id not in hidden]
    known = {each.key for each in (*standing, *removed)}
    for other in ready:
        if other.project_id in hidden or other.key in known:
            continue
        if other.held_back is not None:
            seen.held_back.append(other)
        elif session.state == sessions.PLANNED:
            seen.late.append(other)
    return seen


def offered(work: UnitOfWork, session: CommitteeSession) -> list[Candidate]:
    """What a planned session could deal with: all that is ready, and that no other session has to deal with.

    What is ready goes to the soonest meeting whose agenda was not sent: a later one is offered nothing.
    """
    if session.state != sessions.PLANNED:
        return []
    others = other_sessions.open_now(work, session)
    if other_sessions.waits_behind(session, others, basins.today(work, session.basin_id)):
        return []
    elsewhere = {each.key for each in others}
    return [each for each in candidates.of_basin(work, session.basin_id) if each.key not in elsewhere]


def merged(
    work: UnitOfWork, session: CommitteeSession, ready: Sequence[Candidate]
) -> tuple[list[Line], list[Line]]:
    """What stands on an agenda, numbered, and what was taken off it: rows, and what is ready besides."""
    ready_since = {each.key: each.since for each in ready}
    rows = [line_of(each, ready_since.get(each.key)) for each in rows_of(work, session.id)]
    removed = [each for each in rows if each.item is not None and each.item.removed_at is not None]
    standing = [each for each in rows if each.item is not None and each.item.removed_at is None]
    if session.diffused_at is None and session.state == sessions.PLANNED:
        known = {each.key for each in rows}
        if session.kind != sessions.WRITTEN:
            standing += [foreseen(each) for each in ready if each.held_back is None and each.key not in known]
        standing = arranged(standing)
    numbered = [numbered_line(each, number) for number, each in enumerate(standing, start=1)]
    return numbered, removed


def arranged(lines: Sequence[Line]) -> list[Line]:
    """Lines in the order of an agenda: minutes to approve first, those moved by hand, then kind by kind."""

    def order(line: Line) -> tuple[bool, bool, int, int]:
        is_moved = line.position != UNPLACED
        return (
            line.kind is not Kind.PREVIOUS_MINUTES, not is_moved, line.position,
            0 if is_moved else RANKS[line.kind],
        )  # fmt: skip

    return sorted(lines, key=order)


def rows_of(work: UnitOfWork, session_id: UUID) -> list[AgendaItem]:
    """Every row of a session's agenda in order, those taken off it included."""
    work.flush()
    return list(
        work.database.scalars(
            sa.select(AgendaItem)
            .where(AgendaItem.session_id == session_id)
            .order_by(AgendaItem.position, AgendaItem.added_at, AgendaItem.id)
            .execution_options(populate_existing=True)
        )
    )


def items_of(work: UnitOfWork, session_id: UUID) -> list[AgendaItem]:
    """The items written down that stand on a session's agenda, in order."""
    return [each for each in rows_of(work, session_id) if each.removed_at is None]


def line_of(item: AgendaItem, since: date | None = None) -> Line:
    """A row of an agenda, and since when what it is about waits, if it waits still."""
    return Line(
        item.key, Kind(item.kind), item.project_id, item.instance_id, item.subject_id, item.title, since,
        item.position, item,
    )  # fmt: skip


def foreseen(found: Candidate) -> Line:
    """What is ready and not written down yet."""
    return Line(
        found.key, found.kind, found.project_id, found.instance_id, found.subject_id, found.title,
        found.since, UNPLACED,
    )  # fmt: skip


def numbered_line(line: Line, number: int) -> Line:
    """A line with its number."""
    return Line(
        line.key, line.kind, line.project_id, line.instance_id, line.subject_id, line.title, line.since,
        line.position, line.item, number,
    )  # fmt: skip


def freeze(work: UnitOfWork, session: CommitteeSession) -> list[AgendaItem]:
    """Write down what a session's agenda holds, in order, once; the items that stand on it.

    A written consultation takes only what its officer picked. The caller holds the session's lock.
    """
    if session.diffused_at is None:
        standing, _removed = merged(work, session, offered(work, session))
        for line in standing:
            written(work, session, line).position = line.number
        work.database.flush()
    return items_of(work, session.id)


def reorder(work: UnitOfWork, session_id: UUID, *, keys: Sequence[str]) -> list[AgendaItem]:
    """Put a session's agenda in another order; what is not named follows, as it stood.

    Raises `sessions.NotPlanned`, `NotOnTheAgenda` for a key that stands on it no more.
    """
    session = sessions.require_planned(work, session_id)
    standing, _removed = merged(work, session, offered(work, session))
    by_key = {each.key: each for each in standing}
    if not set(keys) <= set(by_key):
        raise NotOnTheAgenda
    asked = dict.fromkeys(keys)
    order = [by_key[key] for key in asked] + [each for each in standing if each.key not in asked]
    first = [each for each in order if each.kind is Kind.PREVIOUS_MINUTES]
    rest = [each for each in order if each.kind is not Kind.PREVIOUS_MINUTES]
    for position, line in enumerate([*first, *rest], start=1):
        written(work, session, line).position = position
    work.database.flush()
    sessions.record(work, "committee.agenda.reordered", session, items=len(order))
    return items_of(work, session.id)


def shift(work: UnitOfWork, session_id: UUID, *, key: str, by: int) -> list[AgendaItem]:
    """Move an item up or down by some places, as far as there is room. As `reorder`."""
    session = sessions.require_planned(work, session_id)
    standing, _removed = merged(work, session, offered(work, session))
    keys = [each.key for each in standing]
    if key not in keys:
        raise NotOnTheAgenda
    at = keys.index(key)
    keys.insert(max(0, at + by), keys.pop(at))
    return reorder(work, session_id, keys=keys)


def add(
    work: UnitOfWork,
    session_id: UUID,
    *,
    key: str | None = None,
    title: str | None = None,
    note: str | None = None,
) -> AgendaItem:
    """Put something ready (`key`) or an item of the officer's own (`title`) on an agenda.

    It is late once the agenda has been sent. What a consultation takes up waits for that one from then on.
    Raises `sessions.NotPlanned`, `NotReady`, `OnTheAgenda`.
    """
    with refused_as(NotReady):
        lock_project(work, session_id, key or "")
    session = sessions.require_planned(work, session_id)
    standing, removed = merged(work, session, ready := offered(work, session))
    if any(each.key == key for each in (*standing, *removed)):
        raise OnTheAgenda
    if key is None:
        identifier = new_id()
        line = Line(key_of(FREE, identifier), Kind.FREE, None, None, None, title, None, UNPLACED)
    else:
        found = next((each for each in ready if each.key == key and each.held_back is None), None)
        if found is None:
            raise NotReady
        line = foreseen(found)
    item = written(work, session, line)
    item.note, item.is_late = note, session.diffused_at is not None
    if item.is_late:
        item.position = 1 + max((each.position for each in standing), default=0)
    work.database.flush()
    sessions.record(work, "committee.item.added", session, item=item.id, about=item.kind, late=item.is_late)
    expecting.follow(work, session.basin_id)
    return item


def remove(work: UnitOfWork, session_id: UUID, *, key: str, reason: str) -> AgendaItem:
    """Take an item off a session's agenda, with the reason; its file waits for the session after.

    The project is locked before the session, as its day follows. Raises `sessions.NotPlanned`,
    `NotOnTheAgenda`, `AlreadyDecided`.
    """
    lock_project(work, session_id, key)
    session = sessions.require_planned(work, session_id)
    standing, _removed = merged(work, session, offered(work, session))
    line = next((each for each in standing if each.key == key), None)
    if line is None:
        raise NotOnTheAgenda
    item = written(work, session, line)
    if item.decision_id is not None or item.outcome is not None:
        raise AlreadyDecided
    item.removed_at, item.removed_by, item.removed_reason = work.now, work.actor.person_id, reason
    work.database.flush()
    sessions.record(
        work, "committee.item.removed", session, item=item.id, about=item.kind, content={"reason": reason}
    )
    expecting.follow(work, session.basin_id)
    return item


def restore(work: UnitOfWork, session_id: UUID, *, key: str) -> AgendaItem:
    """Put back an item that was taken off a session's agenda, and that no other took up since.

    As `remove`; raises `OnTheAgenda`, `OnAnotherAgenda` too.
    """
    lock_project(work, session_id, key)
    session = sessions.require_planned(work, session_id)
    rows = [each for each in rows_of(work, session.id) if each.key == key]
    if any(each.removed_at is None for each in rows):
        raise OnTheAgenda
    if not rows:
        raise NotOnTheAgenda
    if any(each.key == key for each in other_sessions.open_now(work, session)):
        raise OnAnotherAgenda
    item = rows[-1]
    item.removed_at, item.removed_by, item.removed_reason = None, None, None
    work.database.flush()
    sessions.record(work, "committee.item.restored", session, item=item.id, about=item.kind)
    expecting.follow(work, session.basin_id)
    return item


@contextmanager
def refused_as(refusal: type[errors.EngineError]) -> Iterator[None]:
    """Say in its own words that what was to be locked is nowhere."""
    try:
        yield
    except NotOnTheAgenda:
        raise refusal from None


def lock_project(work: UnitOfWork, session_id: UUID, key: str) -> None:
    """Lock the project whose file an item is, before the session is: its day follows the agenda's."""
    kind, _colon, about = key.partition(":")
    if kind not in DECIDED:
        return
    try:
        instance_id = UUID(hex=about)
    except ValueError:
        raise NotOnTheAgenda from None
    case_id = work.connection.scalar(
        sa.select(Instance.case_id)
        .join(CommitteeSession, CommitteeSession.basin_id == Instance.basin_id)
        .where(Instance.id == instance_id, CommitteeSession.id == session_id)
    )
    if case_id is None:
        raise NotOnTheAgenda
    cases.lock(work, case_id)


def written(work: UnitOfWork, session: CommitteeSession, line: Line) -> AgendaItem:
    """The row of a line, written down if it was only foreseen."""
    if line.item is not None:
        return line.item
    item = AgendaItem(
        id=new_id(), basin_id=session.basin_id, session_id=session.id, position=line.position,
        kind=line.kind.value, key=line.key, project_id=line.project_id, instance_id=line.instance_id,
        subject_id=line.subject_id, title=line.title, added_at=work.now, added_by=work.actor.person_id,
    )  # fmt: skip
    work.database.add(item)
    return item
