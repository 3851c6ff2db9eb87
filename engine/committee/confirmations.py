"""A decision brought back by an interest declared too late: confirmed, or undone (E17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine import errors
from engine.committee import decisions
from engine.committee.agenda_models import AgendaItem
from engine.committee.item_kinds import Outcome
from engine.committee.models import Decision
from engine.i18n import mark as _
from engine.i18n import translate
from engine.outbox import notify
from engine.projects import alerts, closing, recording
from engine.projects.models import CommittedMeans
from engine.projects.statuses import AFTER_SIGNATURE, BEFORE_SIGNATURE
from engine.runtime import cases, messages

if TYPE_CHECKING:
    from engine.committee.minutes_models import Extract
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project

# The message by which the agreement being prepared or signed falls, and the file goes back to the committee.
CANCELLED = "decision_cancelled"
# The message by which an amendment being signed falls, and nothing of it takes effect.
WITHDRAWN = "agreement_withdrawn"
TERMINATION = "termination_requested"
STANDS = "amendment_stands"  # The mail that says what remains to be done where it was signed by all.
BY_COMMITTEE, ANOTHER = "committee", "other"
REASON = _("Le comité a annulé sa décision : un de ses membres avait un intérêt déclaré après coup.")


class NotThereYet(errors.Conflict):
    """La décision n’est pas encore notifiée à l’entreprise : l’annulation suivra."""


def take(work: UnitOfWork, extract: Extract) -> None:
    """Apply what the committee made of a decision that it was asked to confirm; its project is locked.

    Cancelled before the agreement is signed, an approval falls with what was signed of it, and the file
    waits for a session again. Once the firm is labelled, an early end is asked for, which the chair signs.
    What was decided beside, of an amendment, falls as `undo_beside` says. On a project that is over, the
    history says it: the firm may come back. Raises `NotThereYet`.
    """
    item = work.database.get_one(AgendaItem, extract.item_id)
    decision = work.database.get_one(Decision, item.subject_id, populate_existing=True)
    if decision.reviewed is not None:
        return
    # Written first: what is voided next says why.
    decision.reviewed, decision.reviewed_in = extract.effect, extract.session_id
    if extract.effect == Outcome.CANCELLED:
        undo(work, decision)
    work.record(
        f"committee.decision.{extract.effect}", chain=decision.project_id, subject=decision.id,
        basin_id=decision.basin_id, number=decision.number, session=extract.session_id,
        content={"note": item.outcome_note},
    )  # fmt: skip


def undo(work: UnitOfWork, decision: Decision) -> None:
    """Undo on its project what a cancelled decision had begun there, as far as it has gone."""
    project = recording.find(work, decision.project_id)
    if decision.outcome not in decisions.APPROVING:
        return
    if decision.instance_id != project.id:
        undo_beside(work, project, decision)
    elif project.decision_id != decision.id:
        return
    elif project.status in AFTER_SIGNATURE:
        ask_for_its_end(work, project)
    elif project.status in BEFORE_SIGNATURE and not messages.send(
        work, case_id=project.id, name=CANCELLED, required=False
    ):
        raise NotThereYet


def undo_beside(work: UnitOfWork, project: Project, decision: Decision) -> None:
    """Undo what was decided of an amendment or of a request: as long as all have not signed, it falls.

    Its text in signature is voided; what is not drafted yet may only be given up. Once its days count, what
    everybody has signed stands, and those who may ask for another amendment, or for an early end, are told.
    """
    if cases.lock(work, project.id).root.ended_at is not None:
        return
    stopped = messages.send_to(work, case_id=project.id, instance_id=decision.instance_id, name=WITHDRAWN)
    if not stopped and counts(work, decision):
        tell_it_stands(work, project, decision)


def counts(work: UnitOfWork, decision: Decision) -> bool:
    """Whether the days of a decision count today."""
    of_decision = sa.select(CommittedMeans.id).where(
        CommittedMeans.decision_id == decision.id, CommittedMeans.in_force.is_(True)
    )
    return work.database.scalars(of_decision.limit(1)).first() is not None


def tell_it_stands(work: UnitOfWork, project: Project, decision: Decision) -> None:
    """Tell the officers and the chair that a signature is not taken back, and what they may do."""
    notify.post(
        work,
        [
            notify.row(
                work, kind=STANDS, recipient_id=reader, case_id=project.id, basin_id=project.basin_id,
                reference=project.reference, data={"number": decision.number or ""},
                dedupe_key=f"{STANDS}/{decision.id.hex}/{reader.hex}",
            )
            for reader in alerts.readers(work, project)
        ],
    )  # fmt: skip


def ask_for_its_end(work: UnitOfWork, project: Project) -> None:
    """Ask the chair to end a labelled firm's project early, unless that is asked for, or its closure is."""
    is_possible = TERMINATION in cases.lock(work, project.id).root.awaited
    if is_possible and closing.pending(work, project.id) is None:
        closing.request_termination(
            work, project_id=project.id, requested_by=BY_COMMITTEE, cause=ANOTHER,
            reason=translate(REASON, work.locale),
        )  # fmt: skip
