"""The tables of people: national rows, one each, and one dated table of roles (D16)."""

# A person, an account and an organisation say who somebody is; whatever they do for the programme is an
# `Assignment`, with a basin, dates and perhaps a project. Nothing else says what kind of person or
# organisation a row is: the same firm may be a beneficiary one year and a partner company the next.
#
# Assignments are half-open: in force on `valid_from`, no longer on `valid_to`. Their dates are local days
# of the basin. Times of codes, devices, tokens and attempts are the machine's (D6).

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.base import Base, new_id


class Role(StrEnum):
    """What a person or an organisation is, in a basin, on a project or nationally."""

    # Of a person, in a basin (administrator, auditor and national coordinator may be national).
    OPERATOR = "operator"
    CHAIR = "chair"
    SEAT = "seat"
    STEERING = "steering"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    NATIONAL_COORDINATOR = "national_coordinator"
    # Of a person, on one project.
    PRESCRIBER = "prescriber"
    MANDATARY = "mandatary"
    EXPERT = "expert"
    SME_HEAD = "sme_head"
    SIGNATORY = "signatory"
    RECUSED = "recused"  # Gives nothing and takes away: who steps back from a project sees none of it.
    # Of an organisation, in a basin; the beneficiary's, on one project.
    PARTNER_COMPANY = "partner_company"
    ASSOCIATE_PARTNER = "associate_partner"
    LOCAL_AUTHORITY = "local_authority"
    FUNDER = "funder"
    OPERATOR_ORGANISATION = "operator_organisation"
    BENEFICIARY = "beneficiary"


NATIONAL_ROLES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.NATIONAL_COORDINATOR})
# An expert is known in a basin, for plans to name, and holds the role on the projects they help.
BASIN_ROLES = frozenset(
    {Role.OPERATOR, Role.CHAIR, Role.SEAT, Role.STEERING, Role.ADMINISTRATOR, Role.AUDITOR, Role.EXPERT}
)
CASE_ROLES = frozenset(
    {Role.PRESCRIBER, Role.MANDATARY, Role.EXPERT, Role.SME_HEAD, Role.SIGNATORY, Role.RECUSED}
)
# Who a step of a diagram may be for: an organisation, an auditor or an administrator does none.
TASK_ROLES = frozenset(
    {
        Role.OPERATOR, Role.CHAIR, Role.SEAT, Role.STEERING, Role.PRESCRIBER, Role.MANDATARY, Role.EXPERT,
        Role.SME_HEAD, Role.SIGNATORY,
    }
)  # fmt: skip
SINGLE_CASE_ROLES = frozenset({Role.PRESCRIBER, Role.MANDATARY, Role.SME_HEAD})
ORGANISATION_ROLES = frozenset(
    {
        Role.PARTNER_COMPANY, Role.ASSOCIATE_PARTNER, Role.LOCAL_AUTHORITY, Role.FUNDER,
        Role.OPERATOR_ORGANISATION, Role.BENEFICIARY,
    }
)  # fmt: skip


class Person(Base):
    """A human being, with or without an account; one row for the whole country."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    full_name: Mapped[str]
    search_name: Mapped[str]  # Folded: lower case, no accents.
    email: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="fr", server_default="fr")
    address_invalid_at: Mapped[datetime | None]
    fictitious: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]  # Nothing is left here but the identifier that acts refer to.


class Account(Base):
    """How a person signs in; its address is unique, a person's need not be."""

    __tablename__ = "account"

    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)  # Folded to lower case.
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None]
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]  # The time step last accepted: a code is good once.
    # Sessions carry the generation they were opened under; raising it ends them all.
    generation: Mapped[int] = mapped_column(default=1, server_default=sa.text("1"))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands once for a lost second factor."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """One try at signing in, kept as long as limits need it; the address typed is hashed."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email_hash: Mapped[str]
    address: Mapped[str]
    succeeded: Mapped[bool]
    at: Mapped[datetime]

    __table_args__ = (
        sa.Index(None, "email_hash", "at"),
        sa.Index(None, "address", "at"),
        sa.Index(None, "at"),
    )


class SignInCode(Base):
    """Six digits sent to a person's address: ten minutes, five attempts, once (D20)."""

    __tablename__ = "sign_in_code"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    purpose: Mapped[str]
    task_id: Mapped[UUID | None]
    code_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    used_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    __table_args__ = (sa.Index(None, "person_id", "created_at"),)


class SignatureProof(Base):
    """A moment when a person proved who they are: a signature on line leans on a fresh one."""

    __tablename__ = "signature_proof"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    task_id: Mapped[UUID | None]  # Given through this task's mail, and good for it alone.
    means: Mapped[str]
    proved_at: Mapped[datetime]
    address: Mapped[str | None]
    used_count: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    voided_at: Mapped[datetime | None]

    __table_args__ = (sa.Index(None, "person_id", "proved_at"),)


class Device(Base):
    """A browser on which a member is remembered for 90 days (D20)."""

    __tablename__ = "device"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    with_second_factor: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiToken(Base):
    """What a program presents instead of a session: hashed, scoped, expiring, revocable."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Organisation(Base):
    """A firm, an association, a public body; one row for the whole country."""

    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    search_name: Mapped[str] = mapped_column(index=True)  # Folded, legal form left out.
    siren: Mapped[str | None] = mapped_column(unique=True)  # None while the firm is being registered.
    city: Mapped[str | None]
    phone: Mapped[str | None]
    fictitious: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]


class OrganisationIdentifier(Base):
    """The SIRET of an organisation's establishment, for as long as it was there."""

    __tablename__ = "organisation_identifier"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    siret: Mapped[str] = mapped_column(index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Basin(Base):
    """A labour basin: its territory's calendar, its time zone, the chain of its history."""

    __tablename__ = "basin"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    zone: Mapped[str] = mapped_column(default="Europe/Paris", server_default="Europe/Paris")
    territory: Mapped[str] = mapped_column(default="FR", server_default="FR")
    chain_id: Mapped[UUID] = mapped_column(unique=True, default=new_id)
    created_at: Mapped[datetime]


class BasinParameter(Base):
    """One value of a current parameter, from an instant on, with its author and reason (D14)."""

    __tablename__ = "basin_parameter"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    key: Mapped[str]
    value: Mapped[Any] = mapped_column(sa.JSON, nullable=True)
    valid_from: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    reason: Mapped[str]

    __table_args__ = (sa.Index(None, "basin_id", "key", "valid_from"),)


class PartnershipAgreement(Base):
    """The agreement that institutes a basin, for three years; its last day is still in force."""

    __tablename__ = "partnership_agreement"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    charter_version: Mapped[str]
    renewed_from: Mapped[UUID | None] = mapped_column(sa.ForeignKey("partnership_agreement.id"))
    extended_reason: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]

    __table_args__ = (sa.CheckConstraint("ends_on >= starts_on", name="ordered"),)


class Assignment(Base):
    """One role of a person or of an organisation: where, on which project, from when to when."""

    __tablename__ = "assignment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int | None] = mapped_column(sa.ForeignKey("basin.id"))  # None: national.
    role: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    case_id: Mapped[UUID | None]
    acting: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    guest: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # Exclusive.
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    ended_reason: Mapped[str | None]
    # Who does this part's tasks while its holder is away, and until which day, included.
    substitute_id: Mapped[UUID | None]
    substitute_until: Mapped[date | None]

    __table_args__ = (
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ordered"),
        sa.CheckConstraint("person_id IS NOT NULL OR organisation_id IS NOT NULL", name="somebody"),
        # Asked inside the statement that locks a task: does this person hold this role here today?
        sa.Index(None, "person_id", "basin_id", "role", "case_id"),
        sa.Index(None, "case_id", "role"),
        sa.Index(None, "basin_id", "role"),
        sa.Index(
            "assignment_of_substitute",
            "substitute_id",
            postgresql_where=sa.text("substitute_id IS NOT NULL"),
            sqlite_where=sa.text("substitute_id IS NOT NULL"),
        ),
    )


# Two roles without an end cannot both be held: the last fence behind `assignments.require_free`.
_is_open = Assignment.valid_to.is_(None)
for _name, _columns, _condition in (
    (
        "assignment_one_chair",
        (Assignment.basin_id,),
        sa.and_(_is_open, Assignment.role == Role.CHAIR.value, Assignment.acting.is_(sa.false())),
    ),
    (
        "assignment_one_holder",
        (Assignment.case_id, Assignment.role),
        sa.and_(_is_open, Assignment.role.in_(sorted(role.value for role in SINGLE_CASE_ROLES))),
    ),
    (
        "assignment_one_seat",
        (Assignment.basin_id, Assignment.person_id, Assignment.organisation_id),
        sa.and_(_is_open, Assignment.role == Role.SEAT.value),
    ),
):
    sa.Index(_name, *_columns, unique=True, postgresql_where=_condition, sqlite_where=_condition)


class Absence(Base):
    """Days on which a person asked not to be chased, both included."""

    __tablename__ = "absence"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("last_day >= first_day", name="ordered"),
        sa.Index(None, "person_id", "last_day"),
    )


class Substitution(Base):
    """Who does somebody's tasks in a basin while they are away: the days of an absence, both included."""

    __tablename__ = "substitution"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    absence_id: Mapped[UUID] = mapped_column(sa.ForeignKey("absence.id"), index=True)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    substitute_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    end_reason: Mapped[str | None]  # over | withdrawn | away | left

    __table_args__ = (
        sa.CheckConstraint("last_day >= first_day", name="ordered"),
        sa.CheckConstraint("person_id <> substitute_id", name="another"),
    )


_goes_on = Substitution.ended_at.is_(None)
for _name, _column in (
    ("substitution_open_of", Substitution.person_id),
    ("substitution_open_by", Substitution.substitute_id),
):
    sa.Index(_name, _column, Substitution.first_day, postgresql_where=_goes_on, sqlite_where=_goes_on)
