"""What members answer to a written consultation: one vote per item, each in their own name (§ V)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import errors
from engine.committee import agenda, sessions
from engine.committee.agenda_models import Ballot, Diffusion
from engine.i18n import mark as _
from engine.persistence.base import new_id
from engine.projects.recording import coded

if TYPE_CHECKING:
    from engine.runtime.acts import Act, Routing


def answer_consultation(act: Act) -> Mapping[str, Routing]:
    """Keep the votes of one seat on the items put to it in writing.

    Raises `sessions.NotPlanned`, `errors.InvalidAnswers` for what is not on the agenda.
    """
    work = act.work
    session = sessions.require_planned(work, act.case.id)
    seat = work.database.scalars(
        sa.select(Diffusion)
        .where(
            Diffusion.session_id == session.id,
            Diffusion.position == (act.task.position if act.task is not None else None),
        )
        .order_by(Diffusion.version.desc())
        .limit(1)
    ).one()
    standing = {each.id: each for each in agenda.items_of(work, session.id)}
    for row in act.answers["answers"] or ():
        if row["item_id"] not in standing:
            raise errors.InvalidAnswers({"answers": [_("Ce point n’est pas à l’ordre du jour.")]})
        ballot = Ballot(
            id=new_id(), basin_id=session.basin_id, item_id=row["item_id"], kind="vote",
            seat_id=seat.seat_id, person_id=seat.person_id, choice=str(coded(row["choice"])),
            comment=row.get("comment"), through="self", cast_by=work.actor.person_id, cast_at=work.now,
        )  # fmt: skip
        work.database.add(ballot)
    sessions.record(
        work,
        "committee.consultation.answered",
        session,
        seat=seat.seat_id,
        items=len(act.answers["answers"] or ()),
    )
    return {}
