"""Put right the day of a signature recorded on paper, while its text is still being signed (D21)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.agreements import annex, redrafting, signatories, signatures
from engine.agreements.models import ANNEX, Agreement, Signatory, Signature
from engine.i18n import mark as _
from engine.people import chairs
from engine.projects.mandates import NotTheChair
from engine.projects.recording import find
from engine.runtime import cases, instances

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


class NotOnPaper(errors.NotFound):
    """Cette signature n’est pas de celles qui ont été enregistrées sur papier pour ce projet."""


class AlreadyInForce(errors.Conflict):
    """La convention est en vigueur depuis sa dernière signature : ces jours ne se corrigent plus."""


def on_paper(work: UnitOfWork, project_id: UUID) -> list[Signature]:
    """The signatures recorded on paper on the text being signed, in order, the agreement or an amendment.

    An annex’s goes with its agreement’s; the operator, who signs the annex alone, is among them.
    """
    agreement = redrafting.being_signed(work, project_id)
    if agreement is None:
        return []
    shown = {line.id for line in signatories.of_issue(work, agreement)}
    return [
        each
        for each in signatures.of_issue(work, agreement)
        if each.mode == signatures.PAPER and each.signed_on is not None and each.signatory_id in shown
    ]


def standing_on_paper(
    work: UnitOfWork, project_id: UUID, signature_id: UUID, *, else_raise: type[errors.Conflict]
) -> Signature:
    """One of them; `else_raise` where no text is being signed, the agreement being in force already.

    Raises `NotOnPaper`.
    """
    found = {each.id: each for each in on_paper(work, project_id)}
    if signature_id in found:
        return found[signature_id]
    if redrafting.being_signed(work, project_id) is None and annex.in_force(work, project_id) is not None:
        raise else_raise
    raise NotOnPaper


def recorded_with(work: UnitOfWork, signature: Signature) -> list[Signature]:
    """A signature and that of the annex, recorded in the same act from the same paper."""
    text = work.database.get_one(Agreement, signature.agreement_id)
    first_id = text.parent_id if text.kind == ANNEX else text.id
    own = sa.select(Signatory.position).where(Signatory.id == signature.signatory_id).scalar_subquery()
    return list(
        work.database.scalars(
            sa.select(Signature)
            .join(Signatory, Signatory.id == Signature.signatory_id)
            .join(Agreement, Agreement.id == Signature.agreement_id)
            .where(
                sa.or_(
                    Agreement.id == first_id,
                    sa.and_(Agreement.parent_id == first_id, Agreement.kind == ANNEX),
                ),
                Signatory.position == own,
                Signature.struck_at.is_(None),
            )
        )
    )


def correct_day(work: UnitOfWork, project_id: UUID, answers: Mapping[str, Any]) -> None:
    """Give a signature on paper the day that the paper bears; the wrong day stays in the history.

    The eighteen months run from the last of these days (D2), so none changes once they run.
    Raises `NotOnPaper`, `AlreadyInForce`, `NotTheChair`, `errors.InvalidAnswers`.
    """
    locked = cases.lock(work, project_id)
    instances.require_alive(locked)
    signature = standing_on_paper(work, project_id, answers["signature_id"], else_raise=AlreadyInForce)
    agreement = work.database.get_one(Agreement, signature.agreement_id)
    wrong, right = signature.signed_on, answers["signed_on"]
    require_possible(work, agreement, signature, right, today=work.today(locked.case.zone))
    for each in recorded_with(work, signature):
        line = work.database.get_one(Signatory, each.signatory_id)
        each.signed_on, each.capacity = right, signatories.capacity_on(work, line, project_id, right)
    work.record(
        "agreements.signature.corrected", chain=project_id, subject=signature.id,
        basin_id=signature.basin_id, occurred_on=right, signed_as=signature.capacity, signed_on=right,
        wrong_on=wrong, person=signature.person_id, content={"reason": answers["reason"]},
    )  # fmt: skip


def require_possible(
    work: UnitOfWork, agreement: Agreement, signature: Signature, right: date, *, today: date
) -> None:
    """Refuse a day that changes nothing, or on which nobody could have signed so (D1, R14)."""
    if right == signature.signed_on:
        raise errors.InvalidAnswers({"signed_on": [_("C’est le jour déjà enregistré.")]})
    signatures.require_possible_day(work, find(work, agreement.project_id), agreement, right, today=today)
    if signature.capacity in (signatories.CHAIR, signatories.ACTING_CHAIR) and not chairs.eligible_chair(
        work, signature.person_id, signature.basin_id, right, agreement.project_id
    ):
        raise NotTheChair
