"""The items of a session: what became of each, which are still to be decided, who presides over one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.committee import acting, candidates, decisions, sessions
from engine.committee.agenda_models import AgendaItem, key_of
from engine.committee.item_kinds import DECIDED, LABELS, OUTCOMES, TOLD, Kind, Outcome
from engine.committee.models import CommitteeSession, Decision
from engine.committee.waiting import STEP
from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import basins, chairs, permissions
from engine.persistence.base import new_id
from engine.projects.models import Project
from engine.runtime import cases, messages
from engine.runtime.models import Task

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act

# Long enough for what was decided under an acting chair to be signed, and redone if they send it back.
PRESIDES_FOR = timedelta(days=30)
HIDDEN = _("un point dont vous vous êtes déporté")


class ItemNotFound(errors.NotFound):
    """Ce point n’existe pas, ou ne vous est pas visible."""


class ItemDecided(errors.Conflict):
    """Une décision est consignée sur ce point : c’est elle qui en donne la suite."""


class ItemRemoved(errors.Conflict):
    """Ce point a été retiré de l’ordre du jour."""


class MinutesSigned(errors.Conflict):
    """Le procès-verbal de cette séance est signé : seul un erratum peut encore l’accompagner."""


class NotHeldYet(errors.Conflict):
    """Cette séance n’a pas encore eu lieu : rien ne s’y décide."""


class Undecided(errors.Conflict):
    """Il reste à décider : {items}. Une séance ne se clôt jamais sur un point sans suite."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an item has come: its decision in this session, if any, and whether nothing is left to decide.

    It is moot when what it waited for was settled elsewhere, or its project stopped.
    """

    item: AgendaItem
    decision: Decision | None
    is_moot: bool
    firm: str | None = None
    task_id: UUID | None = None  # The step that records its decision, while it waits.

    @property
    def is_decided(self) -> bool:
        """Whether the session has nothing more to say of it; a decision sent back is to be taken again."""
        return (
            self.item.removed_at is not None
            or self.item.outcome is not None
            or self.has_decision
            or self.is_moot
        )

    @property
    def has_decision(self) -> bool:
        """Whether a decision on it stands, signed or to be signed."""
        return self.decision is not None and self.decision.sent_back_at is None


def standings(work: UnitOfWork, session_id: UUID) -> list[Standing]:
    """Every item of a session in order, removed ones included, in one statement."""
    work.flush()
    waiting = (
        sa.select(Task.id)
        .where(Task.instance_id == AgendaItem.instance_id, Task.step == STEP, Task.closed_at.is_(None))
        .limit(1)
        .scalar_subquery()
    )
    rows = work.database.execute(
        sa.select(AgendaItem, Decision, waiting, Project.firm)
        .outerjoin(Decision, Decision.id == AgendaItem.decision_id)
        .outerjoin(Project, Project.id == AgendaItem.project_id)
        .where(AgendaItem.session_id == session_id)
        .order_by(AgendaItem.position, AgendaItem.added_at, AgendaItem.id)
        .execution_options(populate_existing=True)
    )
    return [
        Standing(item, decision, is_moot(item, decision, is_open=task_id is not None), firm, task_id)
        for item, decision, task_id, firm in rows
    ]


def is_moot(item: AgendaItem, decision: Decision | None, *, is_open: bool) -> bool:
    """Whether a file no longer waits for this session: decided in another, withdrawn, stopped."""
    stands = decision is not None and decision.sent_back_at is None
    return item.kind in DECIDED and not is_open and not stands


def undecided(work: UnitOfWork, session_id: UUID) -> list[Standing]:
    """The items on which the session has not concluded."""
    return [each for each in standings(work, session_id) if not each.is_decided]


def require_decided(work: UnitOfWork, session: CommitteeSession) -> None:
    """Refuse to close a session on an item without an issue.

    Raises `Undecided`, which names what is left, and tells the number of the first.
    """
    kept = [each for each in standings(work, session.id) if each.item.removed_at is None]
    left = {number: each for number, each in enumerate(kept, start=1) if not each.is_decided}
    if left:
        said = ", ".join(named(work, each) for each in left.values())
        raise Undecided(items=said, session_id=session.id, number=min(left))


def named(work: UnitOfWork, standing: Standing) -> str:
    """How a sentence calls an item: the firm it is about, else its title, else what kind it is of.

    Whoever stepped back from its project is told nothing of it.
    """
    if standing.item.project_id in permissions.permissions_of(work, work.actor.person_id).hidden():
        return translate(HIDDEN, work.locale)
    return standing.firm or standing.item.title or translate(LABELS[Kind(standing.item.kind)], work.locale)


def link(act: Act, decision: Decision) -> AgendaItem:
    """The item under which a session took a decision: the one of its file, or one added late.

    The session is locked by the caller, after the project. A decision always has its item, whatever led
    to it; a decision that replaces one sent back takes its place.
    """
    work, session_id = act.work, decision.session_id
    if session_id is None:
        raise LookupError("a decision that no session took has no item")
    work.flush()
    item = work.database.scalars(
        sa.select(AgendaItem)
        .where(
            AgendaItem.session_id == session_id,
            AgendaItem.instance_id == decision.instance_id,
            AgendaItem.kind.in_(sorted(DECIDED)),
        )
        .order_by(AgendaItem.removed_at.is_not(None), AgendaItem.position)
        .execution_options(populate_existing=True)
    ).first()
    if item is None:
        item = added_late(act, decision, session_id)
    item.decision_id, item.conducted_at = decision.id, work.now
    # It had been put off, or taken off the agenda: the committee came to it after all.
    item.outcome, item.outcome_note, item.outcome_at, item.outcome_by = None, None, None, None
    item.removed_at, item.removed_by, item.removed_reason = None, None, None
    return item


def added_late(act: Act, decision: Decision, session_id: UUID) -> AgendaItem:
    """An item at the end of a session's agenda, for what it decided without having foreseen it."""
    kind = kind_of(act, decision)
    last = act.work.database.scalar(
        sa.select(sa.func.max(AgendaItem.position)).where(AgendaItem.session_id == session_id)
    )
    session = sessions.find(act.work, session_id)
    item = AgendaItem(
        id=new_id(),
        basin_id=decision.basin_id,
        session_id=session_id,
        position=(last or 0) + 1,
        kind=kind.value,
        key=key_of(kind, decision.instance_id),
        project_id=decision.project_id,
        instance_id=decision.instance_id,
        is_late=session.diffused_at is not None,
        added_at=act.work.now,
        added_by=act.work.actor.person_id,
    )
    act.work.database.add(item)
    return item


def kind_of(act: Act, decision: Decision) -> Kind:
    """What a file comes to the committee for: anew, or after what it had asked the time before."""
    before = [
        each
        for each in decisions.of_project(act.work, decision.project_id)
        if each.instance_id == decision.instance_id
        and each.turn < decision.turn
        and each.sent_back_at is None
    ]
    return candidates.kind_of_file(act.process, before[0].outcome if before else None)


def outcome(work: UnitOfWork, item_id: UUID, *, outcome: str, note: str | None) -> AgendaItem:
    """Say what became of an item that no decision settles, as often as needed until the minutes are signed.

    Raises `ItemNotFound`, `MinutesSigned`, `NotHeldYet`, `ItemRemoved`, `ItemDecided`,
    `sessions.StillConsulted`, and `errors.InvalidAnswers` for what an item of its kind cannot become.
    """
    session, item = lock(work, item_id)
    require_running(work, session, item)
    if sessions.is_answered_still(work, session):
        raise sessions.StillConsulted
    if outcome not in OUTCOMES[Kind(item.kind)]:
        raise errors.InvalidAnswers({"outcome": [_("Ce point ne peut pas avoir cette suite.")]})
    decision = work.database.get(Decision, item.decision_id) if item.decision_id else None
    if decision is not None and decision.sent_back_at is None:
        raise ItemDecided
    conclude(work, session, item, Outcome(outcome), note)
    return item


def conclude(
    work: UnitOfWork, session: CommitteeSession, item: AgendaItem, outcome: Outcome, note: str | None = None
) -> None:
    """Write what became of an item."""
    item.outcome, item.outcome_note = outcome.value, note
    item.outcome_at, item.outcome_by = work.now, work.actor.person_id
    item.conducted_at = item.conducted_at or work.now
    sessions.record(
        work, "committee.item.decided", session, item=item.id, about=item.kind, outcome=outcome.value,
        content={"note": note},
    )  # fmt: skip


def note_what_was_told(work: UnitOfWork, session: CommitteeSession) -> None:
    """Take note of what the committee was only told of, for whoever drafts its minutes need not say so."""
    for each in undecided(work, session.id):
        if each.item.kind in TOLD:
            conclude(work, session, each.item, Outcome.NOTED)


def preside(work: UnitOfWork, item_id: UUID, *, person_id: UUID) -> AgendaItem:
    """Let somebody preside over one item: the chair may not, or is away (R14, D16).

    On a project, they then sign in the chair's place what was decided, for thirty days; whoever was named
    before them signs it no more. Raises `chairs.NotEligibleToChair`, `assignments.AlreadyHeld`, and as
    `outcome`.
    """
    project_id = find(work, item_id).project_id
    if project_id is not None:
        cases.lock(work, project_id)
    session, item = lock(work, item_id)
    require_running(work, session, item)
    able = chairs.chair_candidates(work, session.basin_id, session.held_on, project_id)
    held = [seat for seat in able if seat.person_id == person_id]
    if not held:
        raise chairs.NotEligibleToChair
    if project_id is not None:
        if item.chaired_by_id not in {None, person_id}:
            acting.end_on_project(
                work, basin_id=session.basin_id, case_id=project_id, person_id=item.chaired_by_id,
                on=basins.today(work, session.basin_id),
            )  # fmt: skip
        let_sign(work, session, project_id, person_id)
    item.chaired_by_id, item.conducted_at = person_id, work.now
    sessions.record(work, "committee.item.presided", session, item=item.id, chaired_by=person_id)
    return item


def let_sign(work: UnitOfWork, session: CommitteeSession, project_id: UUID, person_id: UUID) -> None:
    """Let who presides over an item on a project sign there from today, unless they may already."""
    today = basins.today(work, session.basin_id)
    if chairs.eligible_chair(work, person_id, session.basin_id, today, project_id):
        return
    acting.end_those_not_eligible(work, basin_id=session.basin_id, case_id=project_id, on=today)
    made = chairs.designate_acting_chair(
        work, basin_id=session.basin_id, person_id=person_id, case_id=project_id, from_date=today,
        until=today + PRESIDES_FOR,
    )  # fmt: skip
    work.record(
        "committee.acting_chair.designated", chain=project_id, subject=made.id, basin_id=session.basin_id,
        occurred_on=session.held_on, person=person_id, starts_on=made.valid_from,
        ends_on=today + PRESIDES_FOR - timedelta(days=1),
    )  # fmt: skip
    work.flush()
    messages.cancel_satellites(work, case_id=project_id, process=acting.PROCESS, reason="presided_in_session")
    acting.tell(work, basin_id=session.basin_id, case_id=project_id, person_id=person_id)


def about(work: UnitOfWork, session_id: UUID, project_ids: Collection[UUID]) -> set[UUID]:
    """The items of a session that are about some projects."""
    return set(
        work.database.scalars(
            sa.select(AgendaItem.id).where(
                AgendaItem.session_id == session_id, AgendaItem.project_id.in_(list(project_ids))
            )
        )
    )


def find(work: UnitOfWork, item_id: UUID) -> AgendaItem:
    """An item of an agenda. Raises `ItemNotFound`."""
    item = work.database.get(AgendaItem, item_id)
    if item is None:
        raise ItemNotFound
    return item


def lock(work: UnitOfWork, item_id: UUID) -> tuple[CommitteeSession, AgendaItem]:
    """An item and its session, which is locked: its case, then its row. Raises `ItemNotFound`."""
    session = sessions.lock(work, find(work, item_id).session_id)
    item = work.database.get(AgendaItem, item_id, populate_existing=True)
    if item is None:
        raise ItemNotFound
    return session, item


def require_running(work: UnitOfWork, session: CommitteeSession, item: AgendaItem) -> None:
    """Refuse to conduct an item before its session, after its minutes, or once it was removed.

    Raises `MinutesSigned`, `NotHeldYet`, `ItemRemoved`, `sessions.NotPlanned` for a session called off.
    """
    require_not_signed(session)
    if session.state == sessions.CANCELLED:
        raise sessions.NotPlanned
    if session.held_on > basins.today(work, session.basin_id):
        raise NotHeldYet
    if item.removed_at is not None:
        raise ItemRemoved


def require_not_signed(session: CommitteeSession) -> None:
    """Refuse what signed minutes have closed. Raises `MinutesSigned`."""
    if session.minutes_signed_on is not None:
        raise MinutesSigned
