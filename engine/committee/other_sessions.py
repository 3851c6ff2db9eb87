"""The other sessions of a basin: what is theirs to deal with, and which takes first what is ready."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.committee import sessions
from engine.committee.agenda_models import AgendaItem
from engine.committee.item_kinds import Outcome
from engine.committee.models import CommitteeSession, Decision

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


def open_now(work: UnitOfWork, session: CommitteeSession) -> Sequence[Any]:
    """The other open sessions of a basin: a row for each item of their own, one at least for each session."""
    return work.connection.execute(
        sa.select(
            CommitteeSession.held_on, CommitteeSession.kind, CommitteeSession.state,
            CommitteeSession.diffused_at, AgendaItem.key,
        )
        .outerjoin(AgendaItem, is_its_own())
        .where(
            CommitteeSession.basin_id == session.basin_id,
            CommitteeSession.id != session.id,
            CommitteeSession.state != sessions.CANCELLED,
            CommitteeSession.minutes_signed_on.is_(None),
        )
    ).all()  # fmt: skip


def is_its_own() -> sa.ColumnElement[bool]:
    """The condition that an item is its session's alone: of one to come, or to be concluded by one held.

    Of one that was held, neither what it put off nor what came back since it decided.
    """
    is_decided = sa.exists().where(Decision.id == AgendaItem.decision_id, Decision.sent_back_at.is_(None))
    is_put_off = sa.func.coalesce(AgendaItem.outcome, "") == Outcome.POSTPONED.value
    return sa.and_(
        AgendaItem.session_id == CommitteeSession.id,
        AgendaItem.removed_at.is_(None),
        sa.or_(CommitteeSession.state == sessions.PLANNED, sa.and_(sa.not_(is_put_off), sa.not_(is_decided))),
    )


def waits_behind(session: CommitteeSession, others: Sequence[Any], today: date) -> bool:
    """Whether another meeting, sooner and with its agenda still open, takes what is ready.

    One of today takes what it finds when it is held.
    """
    if session.kind == sessions.WRITTEN or session.diffused_at is not None:
        return False
    return any(
        each.state == sessions.PLANNED
        and each.kind != sessions.WRITTEN
        and each.diffused_at is None
        and today < each.held_on < session.held_on
        for each in others
    )
