"""Tables of a session's agenda: its items, who received it, who steps back, who was there, who said what."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.committee import models as committee  # noqa: F401 -- the tables our foreign keys name
from engine.documents import models as documents  # noqa: F401
from engine.persistence.base import Base, new_id

FREE = "free"  # An item that the officer typed: it is about nothing that the programme knows.


def key_of(kind: str, about: UUID) -> str:
    """What an item of an agenda is known by: its kind, and what it is about (itself when it is free)."""
    return f"{kind}:{about.hex}"


class AgendaItem(Base):
    """An item of a session's agenda: a file that waits for a decision, or anything else to be dealt with.

    `instance_id` is the process whose open decision it is, `subject_id` whatever else it is about. It is
    decided by a decision, or by an outcome of its own.
    """

    __tablename__ = "agenda_item"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee_session.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str]
    key: Mapped[str]  # As `key_of` gives it: nothing stands twice on an agenda.
    project_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    instance_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    title: Mapped[str | None]
    note: Mapped[str | None]
    is_late: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # After the diffusion.
    added_at: Mapped[datetime]
    added_by: Mapped[UUID]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None]
    removed_reason: Mapped[str | None]
    outcome: Mapped[str | None]
    outcome_note: Mapped[str | None]
    outcome_at: Mapped[datetime | None]
    outcome_by: Mapped[UUID | None]
    decision_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("decision.id"), index=True)
    chaired_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    conducted_at: Mapped[datetime | None]


class Diffusion(Base):
    """The agenda as it was sent to one seat, and when its holder said to have received it.

    `position` is the seat's place in a written consultation: it stays when the seat changes hands.
    """

    __tablename__ = "diffusion"
    __table_args__ = (sa.UniqueConstraint("session_id", "version", "seat_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee_session.id"))
    version: Mapped[int]
    seat_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    position: Mapped[int]
    paper_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("paper.id"), index=True)
    message_id: Mapped[UUID | None]
    sent_on: Mapped[date]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_through: Mapped[str | None]  # page | answer


class InterestDeclaration(Base):
    """What links a member to a project, as they said it, and whether they step back from it (F4).

    `assignment_id` is the recusal itself, a dated role; `is_late` says that a decision had been signed.
    """

    __tablename__ = "interest_declaration"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    session_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("committee_session.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    seat_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    situation: Mapped[str]
    details: Mapped[str | None]
    is_recused: Mapped[bool]
    through: Mapped[str]  # self | in_session
    declared_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    assignment_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("assignment.id"))
    is_late: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    ended_on: Mapped[date | None]
    ended_by: Mapped[UUID | None]
    ended_reason: Mapped[str | None]


class Attendance(Base):
    """Whether a seat was there at a session, and to which other one it gave its vote if it was not."""

    __tablename__ = "attendance"
    __table_args__ = (sa.UniqueConstraint("session_id", "seat_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee_session.id"))
    seat_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    presence: Mapped[str]  # present | excused | absent | represented
    proxy_to_seat_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]


class Ballot(Base):
    """What one seat says of one item: an opinion before the session, or a vote in it.

    Given again, the one before is withdrawn and stays, to be read.
    """

    __tablename__ = "ballot"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("agenda_item.id"), index=True)
    kind: Mapped[str]  # opinion | vote
    seat_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    choice: Mapped[str]  # for | against | abstain
    comment: Mapped[str | None]
    through: Mapped[str]  # self | in_session | proxy
    cast_by: Mapped[UUID]
    cast_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


# The last fences: an item once on an agenda, one declaration of a person on a project, one vote of a seat.
for _name, _columns, _stands in (
    ("agenda_item_once", (AgendaItem.session_id, AgendaItem.key), sa.text("removed_at IS NULL")),
    (
        "interest_declaration_once",
        (InterestDeclaration.project_id, InterestDeclaration.person_id),
        sa.text("ended_on IS NULL"),
    ),
    ("ballot_once", (Ballot.item_id, Ballot.kind, Ballot.seat_id), sa.text("withdrawn_at IS NULL")),
):
    sa.Index(_name, *_columns, unique=True, postgresql_where=_stands, sqlite_where=_stands)
