"""What is kept of a signature: the sentence that was agreed to, and how its signatory proved who they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import papers, phrasing, signatories
from engine.agreements.models import Agreement, Signatory, Signature
from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import organisations, persons

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

# Articles and all: what follows « en qualité de ».
AS = {
    "beneficiary": _("responsable de l’entreprise bénéficiaire"),
    "chair": _("présidence du comité d’agrément"),
    "acting_chair": _("présidence par intérim du comité d’agrément"),
    "partner_company": _("signataire d’une entreprise partenaire"),
    "mandatary": _("mandataire"),
    "operator": _("signataire de l’opérateur, pour l’avance remboursable"),
}
CONSENT = _("J’ai lu : {title}, empreinte {digest}, et je m’engage en qualité de {capacity}.")
OFFICER = "officer"
PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One signature as the evidence page says it; `address` is the network’s, `at` the instant recorded."""

    person: str
    organisation: str | None
    capacity: str  # A code.
    mode: str
    identified_by: str | None
    recorded_by: str | None  # Whoever recorded what was signed on paper.
    signed_on: date
    at: datetime
    proved_at: datetime | None
    address: str | None
    digest: str
    consent: str | None
    is_attested: bool
    scan_id: UUID | None
    evidence_id: UUID | None  # The document a provider gave.


def consent(text: Agreement, capacity: str, digest: str, locale: str) -> str:
    """The sentence that whoever signs online agrees to, kept word for word with the signature."""
    return translate(
        CONSENT, locale, title=papers.title_of(text, locale), digest=digest,
        capacity=translate(AS.get(capacity, phrasing.CAPACITIES.get(capacity, capacity)), locale),
    )  # fmt: skip


def of(work: UnitOfWork, text: Agreement) -> list[Evidence]:
    """What proves each signature of a text, in the order of its lines; those struck out are left out."""
    rows = [
        (line, signature)
        for line, signature in work.database.execute(
            sa.select(Signatory, Signature)
            .join(Signature, Signature.signatory_id == Signatory.id)
            .where(
                Signatory.agreement_id == text.id,
                Signature.struck_at.is_(None),
                Signature.signed_on.is_not(None),
            )
            .order_by(Signatory.position)
        )
    ]
    named = {each.person_id for _line, each in rows} | {each.recorded_by for _line, each in rows}
    people = persons.names(work, named)
    firms = organisations.names(work, {line.organisation_id for line, _s in rows if line.organisation_id})
    return list(told(rows, people, firms))


def told(
    rows: list[tuple[Signatory, Signature]], people: dict[UUID, str], firms: dict[UUID, str]
) -> Iterator[Evidence]:
    """Each signature with its names."""
    for line, signature in rows:
        is_on_line = signature.mode == signatories.ONLINE
        yield Evidence(
            person=people.get(signature.person_id, ""),
            organisation=firms.get(line.organisation_id) if line.organisation_id else None,
            capacity=signature.capacity,
            mode=signature.mode,
            identified_by=signature.identified_by,
            recorded_by=None if is_on_line else people.get(signature.recorded_by),
            signed_on=signature.signed_on or signature.recorded_at.date(),
            at=signature.recorded_at,
            proved_at=signature.proved_at,
            address=signature.address,
            digest=signature.text_hash,
            consent=signature.consent,
            is_attested=signature.attested,
            scan_id=signature.document_id,
            evidence_id=signature.evidence_id,
        )
