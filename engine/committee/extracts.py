"""What signed minutes bring about on each project, a row per item: delivered afterwards, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.committee import items, sessions
from engine.committee.minutes_models import Extract
from engine.persistence.base import new_id

if TYPE_CHECKING:
    from engine.committee.items import Standing
    from engine.runtime.acts import Act, Routing

DECISION = "decision"


def send_extracts(act: Act) -> Mapping[str, Routing]:
    """Write an extract for each item about a project on which the session concluded.

    Nothing is done on a project here: its lock comes before the session's.
    """
    work = act.work
    session = sessions.lock(work, act.case.id)
    for each in items.standings(work, session.id):
        effect = effect_of(each)
        if effect is None or each.item.project_id is None:
            continue
        extract = Extract(
            id=new_id(),
            basin_id=session.basin_id,
            session_id=session.id,
            item_id=each.item.id,
            project_id=each.item.project_id,
            effect=effect,
            created_at=work.now,
        )
        work.database.add(extract)
        sessions.record(work, "committee.extract.created", session, item=each.item.id, effect=effect)
    return {}


def effect_of(standing: Standing) -> str | None:
    """What an item brings about on its project; nothing if it was removed or settled elsewhere."""
    if standing.item.removed_at is not None:
        return None
    if standing.has_decision:
        return DECISION
    return standing.item.outcome
