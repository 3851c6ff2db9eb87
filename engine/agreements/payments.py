"""The advance, once it is paid out: never before everybody has signed what it rests on (R26)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.agreements import amendments, annex
from engine.agreements.differences import ADVANCE
from engine.agreements.models import AdvancePayment
from engine.i18n import mark as _
from engine.persistence.base import new_id
from engine.projects import possible_days
from engine.projects.recording import find, stamped
from engine.runtime import cases, instances

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


class NoAdvance(errors.Conflict):
    """Le comité n’a pas décidé d’avance pour ce projet."""


class AlreadyPaid(errors.Conflict):
    """L’avance de ce projet est déjà notée comme versée."""


class NotPaid(errors.Conflict):
    """Aucun versement de l’avance n’est noté sur ce projet."""


class AdvanceBeingAmended(errors.Conflict):
    """Un avenant en signature change cette avance : elle se verse une fois qu’il est signé ou abandonné."""


def mark_paid(
    work: UnitOfWork, *, project_id: UUID, paid_on: date, amount_cents: int, bank_reference: str
) -> AdvancePayment:
    """Record that the advance was paid out: once, the amount decided, not before the last signature.

    Raises `NoAdvance`, `AlreadyPaid`, `annex.AnnexNotSigned`, `AdvanceBeingAmended`,
    `errors.InvalidAnswers` on `paid_on` or `amount`, `instances.CaseEnded`.
    """
    locked = cases.lock(work, project_id)
    instances.require_alive(locked)
    project = find(work, project_id)
    if not project.advance_cents:
        raise NoAdvance
    if project.advance_paid_on is not None:
        raise AlreadyPaid
    annex.require_signed(work, project_id)
    being_signed = amendments.in_signature(work, project_id)
    if being_signed is not None and any(each["name"] in ADVANCE for each in being_signed.changes):
        raise AdvanceBeingAmended
    if amount_cents != project.advance_cents:
        raise errors.InvalidAnswers({"amount": [_("Le montant versé est celui que le comité a décidé.")]})
    if paid_on > work.today(locked.case.zone):
        raise errors.InvalidAnswers({"paid_on": [_("Cette date est dans le futur.")]})
    possible_days.require_since(work, "paid_on", paid_on, project.effective_on, amended_on(work, project_id))
    payment = AdvancePayment(
        id=new_id(),
        **stamped(work, project_id, project.basin_id, paid_on),
        amount_cents=amount_cents,
        paid_on=paid_on,
        bank_reference=bank_reference,
    )
    work.database.add(payment)
    project.advance_paid_on = paid_on
    work.record(
        "agreements.advance.paid", chain=project_id, subject=payment.id, basin_id=project.basin_id,
        occurred_on=paid_on, amount_cents=amount_cents, content={"bank_reference": bank_reference},
    )  # fmt: skip
    return payment


def amended_on(work: UnitOfWork, project_id: UUID) -> date | None:
    """Since when the advance is what it is; none where no amendment has changed it."""
    days = [
        text.effective_on
        for text in amendments.of_project(work, project_id)
        if text.effective_on is not None and any(each["name"] in ADVANCE for each in text.changes)
    ]
    return max(days, default=None)


def strike(work: UnitOfWork, *, project_id: UUID, reason: str) -> None:
    """Strike out a payment recorded by mistake: it stays, to be read, and the right one may be recorded.

    Raises `NotPaid`, `instances.CaseEnded`.
    """
    locked = cases.lock(work, project_id)
    instances.require_alive(locked)
    project, payment = find(work, project_id), of_project(work, project_id)
    if payment is None:
        raise NotPaid
    payment.struck_at = work.now
    project.advance_paid_on = None
    work.record(
        "agreements.advance.struck", chain=project_id, subject=payment.id, basin_id=project.basin_id,
        amount_cents=payment.amount_cents, paid_on=payment.paid_on, content={"reason": reason},
    )  # fmt: skip
    work.flush_objects()


def struck(work: UnitOfWork, project_id: UUID) -> set[UUID]:
    """The payments of a project that were recorded by mistake."""
    return set(
        work.database.scalars(
            sa.select(AdvancePayment.id).where(
                AdvancePayment.project_id == project_id, AdvancePayment.struck_at.is_not(None)
            )
        )
    )


def of_project(work: UnitOfWork, project_id: UUID) -> AdvancePayment | None:
    """The payment of a project's advance, once it is recorded."""
    return work.database.scalars(
        sa.select(AdvancePayment).where(
            AdvancePayment.project_id == project_id, AdvancePayment.struck_at.is_(None)
        )
    ).first()
