"""Hold a decision to the votes that were noted on its item: quorum, majority, a consensus that is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.committee import decisions, sessions, taking_part, voices, votes
from engine.committee.agenda_models import AgendaItem, Ballot
from engine.i18n import mark as _
from engine.projects.recording import coded
from forms.choices import DecisionMode

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act

# Without a quorum a committee concludes nothing; it may put a file off, or note that it was withdrawn.
WITHOUT_QUORUM = frozenset({"adjourned", "withdrawn"})
NO_QUORUM = _("Le quorum n’est pas atteint : le point ne peut être qu’ajourné, ou retiré par l’entreprise.")
NOT_CARRIED = _("Les votes notés sur ce point ne l’approuvent pas.")
CARRIED = _("Les votes notés sur ce point l’approuvent : il n’est pas rejeté.")
ONE_AGAINST = _("Une voix est contre : ce n’est pas un consensus, passez au vote.")
NOBODY_ANSWERED = _(
    "Personne n’a répondu par écrit sur ce point : il ne peut être qu’ajourné, ou retiré par l’entreprise."
)
OTHER_COUNT = _("Les votes notés sur ce point en donnent un autre nombre : relisez-les.")


def require_carried(act: Act, session: CommitteeSession) -> None:
    """Refuse a decision that the votes on its item do not carry; the session is locked by the caller.

    With votes noted seat by seat, they are what was voted. Where a basin only types how many, its quorum
    still holds, once it was noted who was there. In writing, silence approves nothing. Raises
    `errors.InvalidAnswers`.
    """
    outcome = str(coded(act.answers["outcome"]))
    mode = coded(act.answers.get("mode")) or DecisionMode.CONSENSUS.value
    item = item_of(act.work, session.id, act.instance_id)
    has_votes = item is not None and bool(voices.standing(act.work, item.id, voices.VOTE))
    if item is not None and has_votes:
        found = voices.result(act.work, session, item, mode)
        messages = problems_of(found, outcome, act.answers, is_vote=mode == DecisionMode.VOTE.value)
    elif mode == DecisionMode.VOTE.value:
        messages = {} if has_quorum(act, session, item) else lacking(outcome)
    elif session.kind == voices.WRITTEN and session.diffused_at is not None:
        messages = lacking(outcome, NOBODY_ANSWERED)
    else:
        return
    if messages:
        raise errors.InvalidAnswers(messages)


def problems_of(
    found: votes.Result, outcome: str, answers: Mapping[str, object], *, is_vote: bool
) -> dict[str, list[str]]:
    """What the votes noted on an item forbid."""
    if not is_vote:
        return {} if found.is_carried else {"mode": [ONE_AGAINST]}
    messages: dict[str, list[str]] = {}
    for name in ("votes_for", "votes_against", "abstentions"):
        if answers.get(name) != getattr(found, name):
            messages[name] = [OTHER_COUNT]
    if not found.has_quorum:
        messages |= lacking(outcome)
    elif outcome in decisions.APPROVING and not found.is_carried:
        messages["outcome"] = [NOT_CARRIED]
    elif outcome == "rejected" and found.is_carried:
        messages["outcome"] = [CARRIED]
    return messages


def lacking(outcome: str, why: str = NO_QUORUM) -> dict[str, list[str]]:
    """What a committee without its quorum may not conclude."""
    return {} if outcome in WITHOUT_QUORUM else {"outcome": [why]}


def has_quorum(act: Act, session: CommitteeSession, item: AgendaItem | None) -> bool:
    """Whether enough seats were there or represented; nobody knows where it was never noted."""
    if not taking_part.attendance_of(act.work, session.id):
        return True
    chaired_by_id = None if item is None else item.chaired_by_id
    voters = voices.voters(act.work, session, act.case.id, chaired_by_id=chaired_by_id)
    rules = voices.rules(act.work, session, voices.VOTE)
    needed = votes.quorum(len(voters.eligible), rules.quorum_percent)
    return len(votes.represented_by(voters, rules)) >= needed


def item_of(work: UnitOfWork, session_id: UUID, instance_id: UUID) -> AgendaItem | None:
    """The item under which a session deals with a file, when it has one."""
    return work.database.scalars(
        sa.select(AgendaItem)
        .where(
            AgendaItem.session_id == session_id,
            AgendaItem.instance_id == instance_id,
            AgendaItem.removed_at.is_(None),
        )
        .order_by(AgendaItem.position)
        .limit(1)
    ).first()


def session_of(work: UnitOfWork, session_ids: Sequence[UUID], instance_id: UUID) -> UUID | None:
    """The first of some sessions in which votes on a file were noted; None where they were in none."""
    rows = work.connection.scalars(
        sa.select(AgendaItem.session_id)
        .join(Ballot, Ballot.item_id == AgendaItem.id)
        .where(
            AgendaItem.instance_id == instance_id,
            AgendaItem.removed_at.is_(None),
            AgendaItem.session_id.in_(session_ids),
            Ballot.kind == voices.VOTE,
            Ballot.withdrawn_at.is_(None),
        )
    )
    noted = set(rows)
    return next((each for each in session_ids if each in noted), None)


def counts(work: UnitOfWork, session_id: UUID, instance_id: UUID) -> dict[str, object]:
    """What a decision starts from when votes were noted on its item: that it was voted, how, and so what."""
    item = item_of(work, session_id, instance_id)
    if item is None or not voices.standing(work, item.id, voices.VOTE):
        return {}
    found = voices.result(work, sessions.find(work, session_id), item, voices.VOTE)
    return {
        "outcome": proposed(found),
        "mode": DecisionMode.VOTE.value,
        "votes_for": found.votes_for,
        "votes_against": found.votes_against,
        "abstentions": found.abstentions,
    }


def proposed(found: votes.Result) -> str:
    """What the votes come to: approved, rejected, or put off for want of a quorum."""
    if not found.has_quorum:
        return "adjourned"
    return "approved" if found.is_carried else "rejected"
