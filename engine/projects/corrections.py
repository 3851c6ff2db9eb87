"""Put a recorded act right: the wrong one stays, struck through; what followed from it is listed (D21)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.people import persons
from engine.persistence import history
from engine.persistence.base import new_id
from engine.projects import alerts
from engine.projects.follow_up_models import Report, ReportPeriod
from engine.projects.models import Correction, Diagnostic, Document, Recorded, SkillNeed
from engine.projects.recording import find_kept
from engine.runtime import cases

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

# What stands without a value once struck out; the others carry figures, and are replaced.
STRIKEABLE = frozenset({"note", "phone_call", "document"})

# Kept by the runtime about itself: they follow every act, and say nothing of what it led to.
NOISE = ("runtime.message.", "runtime.timer.", "runtime.task.completed", "outbox.")


class NotCorrectable(errors.Conflict):
    """Cet acte ne se corrige pas ici, ou l’a déjà été."""


class AlreadyCorrected(NotCorrectable):
    """Cet acte a déjà été corrigé par {name}, le {when} : l’historique du projet dit ce qui est juste."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """Something that followed from a recorded act, as the history has it."""

    kind: str
    subject_id: UUID
    recorded_at: datetime
    occurred_on: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """A record that may be corrected: its kind, itself, and what may be changed of it."""

    kind: str
    record: Any
    fields: tuple[str, ...]


def declared() -> dict[str, type[Any]]:
    """The tables of what may be corrected, by kind: each declares what a correction may change of it."""
    tables: list[Any] = Recorded.__subclasses__()
    return {table.__tablename__: table for table in tables if table.correctable}


def find(work: UnitOfWork, record_id: UUID, *, project_id: UUID) -> Found:
    """A record of a dossier that may be corrected. Raises `NotCorrectable`, `AlreadyCorrected`."""
    for kind, table in declared().items():
        found = work.database.get(table, record_id)
        if found is not None and found.project_id == project_id:
            require_standing(work, found)
            return Found(kind, found, table.correctable)
    raise NotCorrectable


def require_standing(work: UnitOfWork, record: Recorded) -> None:
    """Refuse a record struck out already, and say by whom and when. Raises `AlreadyCorrected`."""
    if record.struck_at is None:
        return
    first = work.database.scalars(sa.select(Correction).where(Correction.original_id == record.id)).one()
    name = persons.names(work, [first.recorded_by]).get(first.recorded_by, "")
    raise AlreadyCorrected(who=first.recorded_by, name=name, when=first.recorded_at)


def correctable(work: UnitOfWork, project_id: UUID) -> list[Found]:
    """Every record of a dossier that may be corrected, the latest first."""
    found: list[Found] = []
    for kind, table in declared().items():
        rows: Iterable[Any] = work.database.scalars(
            sa.select(table).where(table.project_id == project_id, table.struck_at.is_(None))
        )
        found += [Found(kind, row, table.correctable) for row in rows]
    return sorted(found, key=lambda each: each.record.recorded_at, reverse=True)


def what_followed(work: UnitOfWork, record: Recorded) -> list[Consequence]:
    """What was recorded on the dossier in the same act or later, before anybody confirms a correction."""
    table = history.history
    rows = work.connection.execute(
        sa.select(table.c.kind, table.c.subject_id, table.c.recorded_at, table.c.occurred_on)
        .where(
            table.c.chain_id == record.project_id,
            table.c.recorded_at >= record.recorded_at,
            table.c.subject_id.not_in([record.id, record.told_of]),
        )
        .order_by(table.c.number)
    )
    return [Consequence(*row) for row in rows if not row.kind.startswith(NOISE)]


def correct(
    work: UnitOfWork, *, project_id: UUID, record_id: UUID, changes: Mapping[str, object], reason: str
) -> Any:
    """Replace a wrong record by the right one, and strike the wrong one out; gives the new record.

    Figures asked as of an earlier day still read the one that was in force then.
    Raises `NotCorrectable`, `errors.InvalidAnswers`.
    """
    cases.lock(work, project_id)
    find_kept(work, project_id)
    found = find(work, record_id, project_id=project_id)
    if not reason.strip():
        raise errors.InvalidAnswers({"reason": [_("Dites pourquoi cet acte est corrigé.")]})
    require_changes(found, changes)
    followed = what_followed(work, found.record)
    right = replacement(work, found, changes)
    work.database.add(right)
    work.database.flush()
    carry_parts(work, found.record, right)
    tell_if_red(work, found.record, right)
    _keep(work, found, right, reason.strip(), followed)
    return right


def strike_out(work: UnitOfWork, *, project_id: UUID, record_id: UUID, reason: str, correction: str) -> None:
    """Strike out a note, a call or a document, and say what should have been read instead.

    Raises `NotCorrectable` for what carries figures: those are replaced, never left without a value.
    """
    cases.lock(work, project_id)
    find_kept(work, project_id)
    found = find(work, record_id, project_id=project_id)
    if found.kind not in STRIKEABLE:
        raise NotCorrectable
    followed = what_followed(work, found.record)
    found.record.struck_at = work.now
    _keep(work, found, None, reason.strip(), followed, correction=correction.strip())


def require_changes(found: Found, changes: Mapping[str, object]) -> None:
    """Refuse a correction of nothing, or of what is not to be corrected. Raises `errors.InvalidAnswers`."""
    unknown = [name for name in changes if name not in found.fields]
    if unknown:
        raise errors.InvalidAnswers({name: [_("Ceci ne se corrige pas.")] for name in unknown})
    if all(getattr(found.record, name) == value for name, value in changes.items()):
        raise errors.InvalidAnswers({"correction": [_("Rien n’est changé : corrigez au moins une réponse.")]})


def replacement(work: UnitOfWork, found: Found, changes: Mapping[str, object]) -> Any:
    """The same record with other values, recorded now; the wrong one is struck out."""
    columns = [attribute.key for attribute in sa.inspect(type(found.record)).column_attrs]
    values = {name: getattr(found.record, name) for name in columns} | dict(changes)
    values |= {
        "id": new_id(),
        "replaces_id": found.record.id,
        "recorded_at": work.now,
        "recorded_by": work.actor.person_id,
        "on_behalf_of": work.on_behalf_of,
    }
    found.record.struck_at = work.now
    return type(found.record)(**values)


def carry_parts(work: UnitOfWork, wrong: Any, right: Any) -> None:
    """What belongs to the wrong record belongs to the right one: periods, needs in skills, attachments."""
    if isinstance(right, Report):
        covered = sa.update(ReportPeriod).where(ReportPeriod.report_id == wrong.id)
        work.database.execute(covered.values(report_id=right.id))
    if isinstance(right, Diagnostic):
        needs = work.database.scalars(sa.select(SkillNeed).where(SkillNeed.diagnostic_id == wrong.id))
        # Copied rather than moved: the diagnostic struck out stays as it was sent.
        work.database.add_all(
            SkillNeed(
                basin_id=need.basin_id, diagnostic_id=right.id, domain=need.domain,
                description=need.description, quarter_days=need.quarter_days,
            )
            for need in needs
        )  # fmt: skip
    attached = sa.update(Document).where(
        Document.project_id == right.project_id, Document.subject_id == wrong.id
    )
    work.database.execute(attached.values(subject_id=right.id))


def tell_if_red(work: UnitOfWork, wrong: Any, right: Any) -> None:
    """A report that turns out to be in red is an alert like one given in red (E5)."""
    if isinstance(right, Report) and right.weather == alerts.RED != wrong.weather:
        alerts.tell_red_report(
            work, project_id=right.project_id, number=right.number, occurred_on=right.occurred_on
        )


def _keep(
    work: UnitOfWork,
    found: Found,
    right: Any,
    reason: str,
    followed: Sequence[Consequence],
    *,
    correction: str | None = None,
) -> None:
    kept = Correction(
        id=new_id(),
        basin_id=found.record.basin_id,
        project_id=found.record.project_id,
        kind=found.kind,
        original_id=found.record.id,
        replacement_id=None if right is None else right.id,
        reason=reason,
        correction=correction,
        recorded_at=work.now,
        recorded_by=work.actor.person_id,
        followed=[{"kind": each.kind, "subject_id": each.subject_id.hex} for each in followed],
    )
    work.database.add(kept)
    work.record(
        f"projects.{found.kind}.corrected", chain=kept.project_id,
        subject=kept.replacement_id or kept.original_id, basin_id=kept.basin_id,
        occurred_on=found.record.occurred_on, original=kept.original_id,
        content={"reason": reason, "correction": correction},
    )  # fmt: skip


def of_project(work: UnitOfWork, project_id: UUID) -> list[Correction]:
    """The corrections made on a dossier, the latest first."""
    return list(
        work.database.scalars(
            sa.select(Correction)
            .where(Correction.project_id == project_id)
            .order_by(Correction.recorded_at.desc())
        )
    )
