"""Errata: what signed minutes say wrong, what is right, and why. Nothing signed is ever edited."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.committee import items, readers, session_sheets, sessions
from engine.committee.minutes_models import Erratum
from engine.people import basins
from engine.persistence.base import new_id

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork


class NotSignedYet(errors.Conflict):
    """Le procès-verbal n’est pas encore signé : il se corrige lui-même."""


class ErratumNotFound(errors.NotFound):
    """Cet erratum n’existe pas, ou ne vous est pas visible."""


def record(
    work: UnitOfWork, session_id: UUID, *, item_id: UUID | None, wrong: str, right: str, reason: str
) -> Erratum:
    """Say what signed minutes got wrong; the next session is told of it, and so are members at once.

    Raises `sessions.SessionNotFound`, `NotSignedYet`, `items.ItemNotFound`.
    """
    session = sessions.lock(work, session_id)
    require_signed(session)
    item = None if item_id is None else items.find(work, item_id)
    if item is not None and item.session_id != session.id:
        raise items.ItemNotFound
    erratum = Erratum(
        id=new_id(),
        basin_id=session.basin_id,
        session_id=session.id,
        item_id=item_id,
        decision_id=None if item is None else item.decision_id,
        number=len(of_session(work, session.id)) + 1,
        wrong=wrong,
        right_text=right,
        reason=reason,
        recorded_at=work.now,
        recorded_by=work.actor.person_id,
        occurred_on=basins.today(work, session.basin_id),
    )
    erratum.paper_id = session_sheets.ask_for_erratum(work, session, erratum)
    work.database.add(erratum)
    sessions.record(
        work, "committee.erratum.recorded", session, number=erratum.number, item=item_id,
        content={"wrong": wrong, "right": right, "reason": reason},
    )  # fmt: skip
    readers.tell(work, session, "erratum_recorded", number=erratum.number)
    return erratum


def require_signed(session: CommitteeSession) -> None:
    """Refuse an erratum of minutes that may still be put right themselves. Raises `NotSignedYet`."""
    if session.minutes_signed_on is None:
        raise NotSignedYet


def readable(work: UnitOfWork, session_id: UUID, *, without: Collection[UUID]) -> list[Erratum]:
    """The errata of a session, less those about a project in `without`: its reader stepped back from it."""
    found = of_session(work, session_id)
    if not without:
        return found
    hidden = items.about(work, session_id, without)
    return [each for each in found if each.item_id is not None and each.item_id not in hidden]


def of_session(work: UnitOfWork, session_id: UUID) -> list[Erratum]:
    """The errata of a session's minutes, in order."""
    return list(
        work.database.scalars(
            sa.select(Erratum).where(Erratum.session_id == session_id).order_by(Erratum.number)
        )
    )


def find(work: UnitOfWork, erratum_id: UUID) -> Erratum:
    """An erratum. Raises `ErratumNotFound`."""
    found = work.database.get(Erratum, erratum_id)
    if found is None:
        raise ErratumNotFound
    return found
