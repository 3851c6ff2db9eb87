"""A company left before it signed: the officer has another sign for it, or sends the text back (E10)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.agreements import lost_lines, redrafting
from engine.agreements.models import Agreement, Signatory
from engine.people import basins
from engine.projects.recording import coded, project_of, record
from engine.registry import versions
from engine.runtime import cases, in_turn, messages
from engine.runtime.models import Instance, is_live_satellite

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

PROCESS = "signatory_loss"
WITHDRAWN = "agreement_withdrawn"  # The message by which a text goes back to those who decide.


class NobodyLost(errors.Conflict):
    """Plus personne ne manque pour signer : l’entreprise est revenue, ou une autre personne signe."""


class TextChanged(errors.Conflict):
    """Ce texte ne se retire plus : il est signé, ou déjà retourné à ceux qui en décident."""


# What the tick asks: built once, for the day that each turn gives.
LOST_ONES = (
    sa.select(Agreement.project_id)
    .join(Signatory, Signatory.agreement_id == Agreement.id)
    .where(lost_lines.is_lost(sa.bindparam("on", type_=sa.Date())))
    .distinct()
)


def ask_about_losses(database: Database) -> int:
    """Look at every text being signed: ask what becomes of it where a company left; how many were asked.

    Two statements where nothing has changed. Nothing is asked where no published version has the question.
    """
    with database.start_reading() as work:
        today = work.today(basins.NATIONAL_ZONE)
        found = dict.fromkeys(work.connection.scalars(LOST_ONES, {"on": today}))
        asked = set(work.connection.scalars(sa.select(Instance.case_id).where(
            Instance.process == PROCESS, is_live_satellite
        )))  # fmt: skip
    return in_turn.each(found.keys() ^ asked, partial(see_to, database))


def see_to(database: Database, case_id: UUID) -> bool:
    """Ask about the company that left a project, or ask no more, as its lines are now."""
    with database.start_work() as work:
        locked = cases.lock(work, case_id)
        if locked.root.ended_at is not None:
            return False
        lost = lost_lines.of_project(work, case_id, work.today(locked.case.zone))
        if not lost:
            reason = "nobody_lost"
            return messages.cancel_satellites(work, case_id=case_id, process=PROCESS, reason=reason) > 0
        if messages.open_satellites(work, case_id=case_id, process=PROCESS) or not is_drawn(work, case_id):
            return False
        messages.start_satellite(work, case_id=case_id, process=PROCESS, routing={})
        work.record(
            "agreements.loss.found", chain=case_id, subject=lost[0].line.id, basin_id=locked.case.basin_id,
            organisation=lost[0].line.organisation_id, lines=len(lost),
        )  # fmt: skip
        return True


def is_drawn(work: UnitOfWork, case_id: UUID) -> bool:
    """Whether a published version has the question: the project's own, or a reference since."""
    version_id = cases.lock(work, case_id).case.version_id
    try:
        versions.holding(work, version_id=version_id, process=PROCESS)
    except versions.NothingPublished:
        return False
    return True


def settle_loss(act: Act) -> Mapping[str, Routing]:
    """Have another person sign for the company that left, or send the text back to those who decide.

    Another name is another text, which all sign (E4). Raises `NobodyLost`, `TextChanged`, and what
    `redrafting.replace_signatory` raises.
    """
    project = project_of(act)
    lost = next(iter(lost_lines.of_project(act.work, project.id, act.today)), None)
    if lost is None:
        raise NobodyLost
    reason, choice = str(act.answers["reason"]), coded(act.answers["choice"])
    if choice == "replace":
        redrafting.replace_signatory(
            act.work, project, lost.line, person_id=act.answers["person_id"], reason=reason, today=act.today
        )
    elif not messages.is_awaited(act.work, case_id=project.id, name=WITHDRAWN):
        raise TextChanged
    else:
        act.send(WITHDRAWN)
    record(
        act, "agreements.loss.settled", lost.line.id, choice=choice, organisation=lost.line.organisation_id,
        content={"reason": reason},
    )  # fmt: skip
    return {}
