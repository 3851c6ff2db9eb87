"""Which basin's committee is asked for, and the sessions that a reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g, request

from engine.committee import session_names, sessions
from engine.committee.session_names import Named
from engine.people import basins, permissions
from engine.people.permissions import Permission
from web import work as web_work
from web.auth import viewer

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork


def basin_asked(work: UnitOfWork, permission: Permission) -> Basin:
    """The basin of the address, else the first where the reader may do this; its zone is the page's.

    Raises `basins.UnknownBasin`, `permissions.NotVisible`, `permissions.MissingPermission`.
    """
    slug = request.args.get("bassin", "")
    basin = basins.by_slug(work, slug) if slug else first_basin(work, permission)
    permissions.require(work, permission, basin_id=basin.id)
    g.zone = basins.zone_of(work, basin.id)
    return basin


def first_basin(work: UnitOfWork, permission: Permission) -> Basin:
    """The first basin by name where the reader may do this. Raises `basins.UnknownBasin`."""
    allowed = viewer().rights.basins_with(permission)
    found = [each for each in basins.every(work) if allowed is None or each.id in allowed]
    if not found:
        raise basins.UnknownBasin
    return found[0]


def session_asked(
    work: UnitOfWork, session_id: UUID, permission: Permission
) -> tuple[CommitteeSession, Basin]:
    """A session and its basin. Raises `sessions.SessionNotFound`, and as `basin_asked`."""
    session = sessions.find(work, session_id)
    permissions.require(work, permission, basin_id=session.basin_id)
    basin = basins.find(work, session.basin_id)
    g.zone = ZoneInfo(basin.zone)
    return session, basin


def heading(session: CommitteeSession) -> str:
    """What pages call a session, in the reader’s language."""
    named = Named(session.held_on, session.kind == sessions.WRITTEN)
    return session_names.heading(named, web_work.locale())


def takes_part(basin_id: int) -> bool:
    """Whether the reader reads what is said of a basin's sessions, and joins them.

    Whoever sees its figures alone learns that they take place, and nothing of what is written there.
    """
    return viewer().rights.allows(Permission.SEE_PROJECT, basin_id=basin_id)
