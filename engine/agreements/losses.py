"""A company left before it signed: the officer has another sign for it, or sends the text back (E10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine import errors
from engine.agreements import redrafting, signatories
from engine.agreements.models import AGREEMENT, AMENDMENT, TO_SIGN, Agreement, Signatory, Signature
from engine.people import assignments, basins, committee_seats
from engine.people.models import Assignment, Role
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
_partner = aliased(Assignment)
_named = aliased(Assignment)


class NobodyLost(errors.Conflict):
    """Plus personne ne manque pour signer : l’entreprise est revenue, ou une autre personne signe."""


class TextChanged(errors.Conflict):
    """Ce texte ne se retire plus : il est signé, ou déjà retourné à ceux qui en décident."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A line that nobody may sign any more for its company."""

    project_id: UUID
    line: Signatory
    text: Agreement


def is_lost(on: assignments.Day) -> sa.ColumnElement[bool]:
    """The condition that a line waits for a company that left, and that nobody was named for it since."""
    partnership = sa.and_(
        _partner.organisation_id == Signatory.organisation_id,
        _partner.basin_id == Signatory.basin_id,
        _partner.role == Role.PARTNER_COMPANY.value,
    )
    later = sa.exists().where(
        partnership,
        sa.or_(_partner.valid_to > _named.valid_from, _partner.ended_at >= _named.created_at),
    )
    named_since = sa.exists().where(
        _named.case_id == Agreement.project_id,
        _named.role == Role.SIGNATORY.value,
        _named.person_id == Signatory.person_id,
        _named.organisation_id == Signatory.organisation_id,
        assignments.in_force(on, _named),
        ~later,
    )
    signed = sa.exists().where(Signature.signatory_id == Signatory.id, Signature.struck_at.is_(None))
    return sa.and_(
        Agreement.state == TO_SIGN,
        Agreement.kind.in_([AGREEMENT, AMENDMENT]),
        Signatory.capacity == signatories.PARTNER_COMPANY,
        sa.exists().where(partnership, _partner.valid_to <= on),
        ~committee_seats.is_partner(Signatory.organisation_id, Signatory.basin_id, on),
        ~signed,
        ~named_since,
    )


# What the tick asks: built once, for the day that each turn gives.
LOST_ONES = (
    sa.select(Agreement.project_id)
    .join(Signatory, Signatory.agreement_id == Agreement.id)
    .where(is_lost(sa.bindparam("on", type_=sa.Date())))
    .distinct()
)


def lost_lines(work: UnitOfWork, project_id: UUID, on: date) -> list[Lost]:
    """The lines of a project that nobody may sign any more for their company, in order."""
    work.flush()
    rows = work.database.execute(
        sa.select(Signatory, Agreement)
        .join(Agreement, Agreement.id == Signatory.agreement_id)
        .where(Agreement.project_id == project_id, is_lost(on))
        .order_by(Agreement.prepared_at, Signatory.position)
    )
    return [Lost(project_id, line, text) for line, text in rows]


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
        lost = lost_lines(work, case_id, work.today(locked.case.zone))
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
    lost = next(iter(lost_lines(act.work, project.id, act.today)), None)
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
