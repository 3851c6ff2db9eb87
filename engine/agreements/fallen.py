"""A text that falls while it is signed: what became of it, and telling those whose signature fell with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import lost_lines, signatories
from engine.agreements.models import ANNEX, Agreement, Signature
from engine.outbox import notify
from engine.outbox.models import Message

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, TaskView

VOIDED, REDRAFTED = "agreement_voided", "agreement_redrafted"
KINDS = frozenset({VOIDED, REDRAFTED})
# Why an agreement went back to the committee while it was being signed.
REFUSED, NOT_SIGNED, DECISION_CANCELLED = "refused", "not_signed", "decision_cancelled"
COMPANY_LEFT = "company_left"
CANCELLED_AT = "cancel_agreement"  # The step where a decision that was cancelled sends it back.


@dataclass(frozen=True, slots=True)
class Fallen:
    """A text that is signed no more: since when, and who refused it, if somebody did."""

    at: datetime
    refused_by: UUID | None


def signed_of(work: UnitOfWork, agreement: Agreement) -> list[UUID]:
    """Who has signed a text or its annex, and is bound by it still, each once."""
    rows = work.database.scalars(
        sa.select(Signature.person_id)
        .join(Agreement, Agreement.id == Signature.agreement_id)
        .where(
            sa.or_(Agreement.id == agreement.id, Agreement.parent_id == agreement.id),
            Signature.signed_on.is_not(None),
            Signature.voided_at.is_(None),
        )
        .order_by(Signature.recorded_at)
    )
    return list(dict.fromkeys(rows))


def refusal_of(work: UnitOfWork, agreement: Agreement) -> Signature | None:
    """The refusal by which a text fell; none when nobody refused it."""
    return work.database.scalars(
        sa.select(Signature)
        .where(Signature.agreement_id == agreement.id, Signature.refused_on.is_not(None))
        .order_by(Signature.recorded_at.desc())
        .limit(1)
    ).first()


def tell(act: Act, agreement: Agreement, signed: Iterable[UUID], because: Mapping[str, str]) -> None:
    """Tell those who had signed an agreement that it is void, why, and what comes next; each once.

    Whoever refused it knows.
    """
    refusal = refusal_of(act.work, agreement) if because["cause"] == REFUSED else None
    refused_by = refusal.person_id if refusal is not None else None
    data = {"number": agreement.number, "version": agreement.version, **because}
    notify.post(
        act.work,
        [
            notify.row(
                act.work, kind=VOIDED, recipient_id=person_id, case_id=act.case.id,
                basin_id=act.case.basin_id, reference=act.case.reference, data=data,
                dedupe_key=f"{VOIDED}/{agreement.id}/{person_id}",
            )
            for person_id in signed
            if person_id != refused_by
        ],
    )  # fmt: skip


def why(act: Act, agreement: Agreement) -> dict[str, str]:
    """Why a text is about to fall, by codes: a refusal and its capacity, or what it was not signed for.

    To be asked before the text is voided: a company is missed by a text being signed only.
    """
    refusal = refusal_of(act.work, agreement) if act.routing.get("signature_refused") else None
    if refusal is not None:
        return {"cause": REFUSED, "signed_as": refusal.capacity}
    if act.step == CANCELLED_AT:
        return {"cause": DECISION_CANCELLED}
    has_lost = lost_lines.of_project(act.work, agreement.project_id, act.today)
    return {"cause": COMPANY_LEFT if has_lost else NOT_SIGNED}


def is_moot(work: UnitOfWork, message: Message) -> bool:
    """Whether somebody has signed anew what they were to be told had fallen."""
    signed_since = sa.select(Signature.id).join(Agreement, Agreement.id == Signature.agreement_id)
    return (
        work.connection.execute(
            signed_since.where(
                Agreement.project_id == message.case_id,
                Signature.person_id == message.recipient_id,
                Signature.signed_on.is_not(None),
                Signature.voided_at.is_(None),
                Signature.recorded_at >= message.created_at,
            ).limit(1)
        ).first()
        is not None
    )


def of_task(work: UnitOfWork, task: TaskView) -> Fallen | None:
    """What became of the text that a task asked to sign; none as long as it stands."""
    text = work.database.scalars(
        sa.select(Agreement)
        .where(
            *signatories.asked_by(task.case_id, task.instance_id),
            Agreement.kind != ANNEX,
            Agreement.prepared_at <= task.opened_at,
        )
        .order_by(Agreement.prepared_at.desc(), Agreement.version.desc())
        .limit(1)
    ).first()
    if text is None or text.voided_at is None:
        return None
    refusal = refusal_of(work, text)
    return Fallen(text.voided_at, refusal.person_id if refusal is not None else None)
