"""Tables of what is signed: agreements, annexes and amendments, their lines, signatures, payments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.documents import models as documents  # noqa: F401 -- the tables our foreign keys name
from engine.persistence.base import Base, new_id
from engine.projects.models import Recorded

AGREEMENT = "agreement"
ANNEX = "annex"  # The calendar of an advance, signed with the version of the agreement it belongs to.
AMENDMENT = "amendment"
TO_SIGN = "to_sign"
EFFECTIVE = "effective"
VOIDED = "voided"


class Agreement(Base):
    """One version of a text to sign; a new version voids the signatures of the last.

    `text` is a snapshot of the decision as it was signed off; `body` the agreement in words, made from
    it; `text_hash` the SHA-256 of the body, which every signature binds. `media_type` says how the body
    is read. `file_hash` is that of the file made from it, written once it is made. The database refuses to
    rewrite any of them, and lets them be emptied once their time is over: hash, lines and signatures stay.
    An annex and an amendment have the agreement they belong to as `parent_id`; the `instance_id` of an
    amendment is the process that has it signed, and its days come on top where it `adds`.
    """

    __tablename__ = "agreement"
    __table_args__ = (sa.UniqueConstraint("project_id", "kind", "number", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"))
    number: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    decision_id: Mapped[UUID | None]
    text: Mapped[dict[str, Any]]
    body: Mapped[str]
    media_type: Mapped[str]
    text_hash: Mapped[str]
    state: Mapped[str]
    prepared_on: Mapped[date]
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[UUID]
    effective_on: Mapped[date | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    kind: Mapped[str] = mapped_column(default=AGREEMENT, server_default=AGREEMENT)
    parent_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("agreement.id"), index=True)
    instance_id: Mapped[UUID | None] = mapped_column(index=True)
    locale: Mapped[str] = mapped_column(default="fr", server_default="fr")
    file_hash: Mapped[str | None]
    paper_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("paper.id"), index=True)
    envelope_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("paper.id"), index=True)
    adds: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    changes: Mapped[list[Any]] = mapped_column(default=list, server_default=sa.text("'[]'"))


IMMUTABLE = {
    "postgresql": [
        """CREATE OR REPLACE FUNCTION refuse_other_words() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF TG_OP = 'UPDATE'
                AND (NEW.project_id, NEW.number, NEW.version, NEW.media_type,
                     NEW.text_hash, NEW.kind, NEW.parent_id, NEW.locale)
                  IS NOT DISTINCT FROM
                    (OLD.project_id, OLD.number, OLD.version, OLD.media_type,
                     OLD.text_hash, OLD.kind, OLD.parent_id, OLD.locale)
                AND ((NEW.text::text, NEW.body) IS NOT DISTINCT FROM (OLD.text::text, OLD.body)
                     OR (NEW.text::text = '{}' AND NEW.body = ''))
                AND (NEW.file_hash IS NOT DISTINCT FROM OLD.file_hash
                     OR (OLD.file_hash IS NULL AND NEW.body <> '')
                     OR (NEW.file_hash IS NULL AND NEW.body = ''))
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'an agreement is never rewritten';
           END $$""",
        """CREATE TRIGGER agreement_kept BEFORE UPDATE OR DELETE ON agreement
           FOR EACH ROW EXECUTE FUNCTION refuse_other_words()""",
    ],
    "sqlite": [
        """CREATE TRIGGER agreement_no_delete BEFORE DELETE ON agreement
           BEGIN SELECT RAISE(ABORT, 'an agreement is never rewritten'); END""",
        """CREATE TRIGGER agreement_no_update BEFORE UPDATE ON agreement
           WHEN NEW.project_id IS NOT OLD.project_id OR NEW.number IS NOT OLD.number
             OR NEW.version IS NOT OLD.version
             OR ((NEW.text IS NOT OLD.text OR NEW.body IS NOT OLD.body)
                 AND NOT (NEW.text = '{}' AND NEW.body = ''))
             OR NEW.media_type IS NOT OLD.media_type OR NEW.text_hash IS NOT OLD.text_hash
             OR NEW.kind IS NOT OLD.kind OR NEW.parent_id IS NOT OLD.parent_id
             OR NEW.locale IS NOT OLD.locale
             OR (NEW.file_hash IS NOT OLD.file_hash
                 AND NOT (OLD.file_hash IS NULL AND NEW.body <> '')
                 AND NOT (NEW.file_hash IS NULL AND NEW.body = ''))
           BEGIN SELECT RAISE(ABORT, 'an agreement is never rewritten'); END""",
    ],
}


def _install(_: object, connection: sa.Connection, **__: object) -> None:
    for statement in IMMUTABLE[connection.dialect.name]:
        connection.exec_driver_sql(statement)


sa.event.listen(Agreement.__table__, "after_create", _install)


class Signatory(Base):
    """A line to sign: one capacity of one person, at its place in the agreement (R25)."""

    __tablename__ = "signatory"
    __table_args__ = (sa.UniqueConstraint("agreement_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    agreement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("agreement.id"))
    position: Mapped[int]
    capacity: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    way: Mapped[str] = mapped_column(default="online", server_default="online")  # online | paper | provider


STANDS = sa.text("struck_at IS NULL")


class Signature(Base):
    """What a signatory answered: signed or refused, on which day, on which exact text.

    Online, it keeps how they had proved who they are, when and from where, and the sentence they were shown.
    """

    __tablename__ = "signature"
    # A line is signed once; what was struck out stays beside, to be read (D21).
    __table_args__ = (
        sa.Index(
            "signature_signatory_id",
            "signatory_id",
            unique=True,
            postgresql_where=STANDS,
            sqlite_where=STANDS,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    agreement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("agreement.id"), index=True)
    signatory_id: Mapped[UUID] = mapped_column(sa.ForeignKey("signatory.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    capacity: Mapped[str]
    text_hash: Mapped[str]
    mode: Mapped[str]
    signed_on: Mapped[date | None]
    refused_on: Mapped[date | None]
    refused_reason: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))
    voided_at: Mapped[datetime | None]
    struck_at: Mapped[datetime | None]  # Recorded on paper for somebody who had not signed.
    proof_id: Mapped[UUID | None]
    identified_by: Mapped[str | None]  # task_code | sign_in_code | second_factor | officer | provider
    proved_at: Mapped[datetime | None]
    address: Mapped[str | None]
    consent: Mapped[str | None]
    evidence_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))  # A provider's file.
    attested: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # The paper is held.


IS_GOING_ON = sa.text("state IN ('asked', 'sent')")
PASSED_ON = "passed_on"  # Somebody else signs the line since: the provider’s answer counts for nobody.


class ProviderRequest(Base):
    """One line sent to a provider of signatures: asked for in the act, carried out by a tick."""

    __tablename__ = "provider_request"
    # A line waits for one provider's answer at a time.
    __table_args__ = (
        sa.Index(
            "provider_request_signatory_id",
            "signatory_id",
            unique=True,
            postgresql_where=IS_GOING_ON,
            sqlite_where=IS_GOING_ON,
        ),
        sa.Index(
            "provider_request_due",
            "next_try_at",
            postgresql_where=IS_GOING_ON,
            sqlite_where=IS_GOING_ON,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    signatory_id: Mapped[UUID] = mapped_column(sa.ForeignKey("signatory.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    provider: Mapped[str]
    reference: Mapped[str | None] = mapped_column(index=True)
    url: Mapped[str | None]
    state: Mapped[str]  # asked | sent | signed | refused | expired | failed | passed_on
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID]
    attempts: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    leased_until: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    evidence_document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))
    answered_at: Mapped[datetime | None]


class AdvancePayment(Recorded, Base):
    """The advance as it was paid out: once, the mistaken record struck out."""

    __tablename__ = "advance_payment"
    __table_args__ = (
        sa.Index(
            "advance_payment_once",
            "project_id",
            unique=True,
            postgresql_where=STANDS,
            sqlite_where=STANDS,
        ),
    )

    amount_cents: Mapped[int] = mapped_column(sa.BigInteger)
    paid_on: Mapped[date]
    bank_reference: Mapped[str]
