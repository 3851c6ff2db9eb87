"""What signed minutes bring about on each project, one row per item: delivered afterwards, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.committee import sessions
from engine.committee.agenda_models import AgendaItem
from engine.committee.minutes_models import Extract
from engine.committee.models import Decision
from engine.persistence.base import new_id

if TYPE_CHECKING:
    from engine.runtime.acts import Act, Routing


def send_extracts(act: Act) -> Mapping[str, Routing]:
    """Write one extract per item whose decision was signed; nothing is done on a project in this act."""
    work = act.work
    session = sessions.lock(work, act.case.id)
    is_decided = (
        sa.select(1)
        .where(
            Decision.instance_id == AgendaItem.instance_id, Decision.session_id == session.id,
            Decision.signed_at.is_not(None),
        )
        .exists()
    )  # fmt: skip
    decided = work.connection.execute(
        sa.select(AgendaItem.id, AgendaItem.project_id)
        .where(AgendaItem.session_id == session.id, AgendaItem.removed_at.is_(None), is_decided)
        .order_by(AgendaItem.position)
    ).all()
    for item_id, project_id in decided:
        extract = Extract(
            id=new_id(), basin_id=session.basin_id, session_id=session.id, item_id=item_id,
            project_id=project_id, effect="decision", created_at=work.now,
        )  # fmt: skip
        work.database.add(extract)
        sessions.record(work, "committee.extract.created", session, item=item_id, effect=extract.effect)
    return {}
