"""Open a firm's dossier in a basin, look it up, list the dossiers of those who ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.people import basins, holders, organisations, partnerships, persons
from engine.people.folding import fold, fold_name
from engine.people.models import Basin, Organisation, Person, Role
from engine.persistence import keyset
from engine.persistence.base import new_id
from engine.projects import references
from engine.projects.due_at_first import FIRST_DUE_ON
from engine.projects.models import Project
from engine.projects.recording import find
from engine.projects.routing import INITIAL_ROUTING
from engine.projects.statuses import STATUSES_OF_PHASE, Phase, Status
from engine.runtime import instances
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

PROCESS = "project"
LONGEST_PAGE = 200
NEVER = datetime(9999, 12, 31, tzinfo=UTC)

__all__ = ["Page", "duplicates", "find", "known_name", "list_projects", "open_project"]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A dossier of the basin, open or ended, whose firm may be this one."""

    project_id: UUID
    reference: str
    firm: str
    status: str


def open_project(work: UnitOfWork, *, basin_id: int, answers: Mapping[str, Any]) -> UUID:
    """Open a dossier from the clean answers of an intake, and start its process; gives its id.

    It keeps for ever the partnership agreement and the charter it was opened under (D16).
    Raises `partnerships.NoAgreementInForce`, `versions.NothingPublished`, `errors.InvalidAnswers`.
    """
    zone = ZoneInfo(basins.find(work, basin_id).zone)
    today = work.today(zone)
    agreement = partnerships.require_in_force(work, basin_id, today)
    firm = organisations.find_or_add(
        work, name=answers["name"], siret=answers.get("siret"), city=answers.get("city")
    )
    project = Project(
        id=new_id(),
        basin_id=basin_id,
        **asked(work, answers),
        **named(work, basin_id, firm, today),
        status=Status.QUALIFYING.value,
        opened_at=work.now,
        opened_by=work.actor.person_id,
        opened_on=today,
        partnership_agreement_id=agreement.id,
        charter_version=agreement.charter_version,
    )
    work.database.add(project)
    work.database.flush()
    work.record(
        "projects.project.opened", chain=project.id, subject=project.id, basin_id=basin_id,
        occurred_on=today, reference=project.reference, organisation=firm.id,
        partnership_agreement=agreement.id, charter=agreement.charter_version,
        content={"firm": project.firm, "need": project.need},
    )  # fmt: skip
    hold_first_roles(work, project)
    instances.start(
        work, case_id=project.id, basin_id=basin_id, zone=zone, process=PROCESS,
        reference=project.reference, firm=project.firm, routing=dict(INITIAL_ROUTING), occurred_on=today,
    )  # fmt: skip
    return project.id


def asked(work: UnitOfWork, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the firm asked, as the dossier keeps it."""
    return {
        "siret": answers.get("siret"),
        "not_registered": bool(answers.get("not_registered")),
        "contact_name": answers["contact_name"],
        "contact_email": answers.get("contact_email"),
        "contact_phone": answers.get("contact_phone"),
        "need": answers["need"],
        "brought_by_id": answers.get("brought_by_id"),
        "known_member_id": answers.get("known_member_id"),
        "sme_head_id": contact(work, answers).id,
    }


def named(work: UnitOfWork, basin_id: int, firm: Organisation, today: date) -> dict[str, Any]:
    """The dossier's number and its firm, and the earlier dossier that it submits again (E1)."""
    reference = references.next_reference(
        work, basin_id=basin_id, series=references.PROJECTS, year=today.year
    )
    return {
        "reference": reference,
        "organisation_id": firm.id,
        "firm": firm.name,
        "city": firm.city,
        "search_text": fold(f"{reference} {firm.name} {firm.city or ''}"),
        "resubmission_of": earlier(work, basin_id, firm),
    }


def hold_first_roles(work: UnitOfWork, project: Project) -> None:
    """The firm is the project's beneficiary, its contact the firm's head."""
    common: dict[str, Any] = {
        "case_id": project.id,
        "basin_id": project.basin_id,
        "organisation_id": project.organisation_id,
        "from_date": project.opened_on,
    }
    holders.hold(work, role=Role.BENEFICIARY, **common)
    holders.hold(work, role=Role.SME_HEAD, person_id=project.sme_head_id, **common)


def contact(work: UnitOfWork, answers: Mapping[str, Any]) -> Person:
    """The firm's head: the person known by this name and address, else a new one."""
    email, name = answers.get("contact_email"), answers["contact_name"]
    for person in persons.by_email(work, email) if email else []:
        if person.search_name == fold(name):
            return person
    return persons.add(work, full_name=name, email=email, phone=answers.get("contact_phone"))


def earlier(work: UnitOfWork, basin_id: int, firm: Organisation) -> UUID | None:
    """The last ended dossier of the same firm in the basin: this one submits it again (E1)."""
    return work.database.scalars(
        sa.select(Project.id)
        .where(
            Project.basin_id == basin_id, Project.organisation_id == firm.id, Project.ended_on.is_not(None)
        )
        .order_by(Project.opened_at.desc())
        .limit(1)
    ).first()


def duplicates(work: UnitOfWork, *, basin_id: int, name: str, siret: str | None = None) -> list[Duplicate]:
    """The dossiers of the basin whose firm may be this one: same SIREN, or a name that resembles.

    They are shown before a dossier is opened, and refuse nothing: a firm may come back.
    """
    alike = [card.id for card in organisations.find_similar(work, basin_id, name, siret)]
    if not alike:
        return []
    found = work.database.scalars(
        sa.select(Project)
        .where(Project.basin_id == basin_id, Project.organisation_id.in_(alike))
        .order_by(Project.ended_on.is_not(None), Project.opened_at.desc())
    )
    return [Duplicate(each.id, each.reference, each.firm, each.status) for each in found]


def known_name(work: UnitOfWork, *, name: str, siret: str | None) -> str | None:
    """The name a firm's SIREN is known under, when it is not the one typed; the dossier would bear it.

    It may be known from another basin, or the number may be another firm's: only a person can tell.
    """
    known = organisations.by_siren(work, siret[:9]) if siret else None
    if known is None or fold_name(known.name) == fold_name(name):
        return None
    return known.name


@dataclass(frozen=True, slots=True)
class Page:
    """A page of dossiers, the latest opened first; `next` asks for the following one."""

    projects: Sequence[Project]
    next: str | None


def list_projects(
    work: UnitOfWork,
    *,
    basin_ids: Collection[int] | None = None,
    basin: str | None = None,
    phase: str | None = None,
    state: str | None = None,
    q: str = "",
    firms: Collection[UUID] | None = None,
    also: Collection[UUID] = (),
    without: Collection[UUID] = (),
    archives: Collection[int] | None = None,
    status: str | None = None,
    late: bool = False,
    by_lateness: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """List dossiers by filters, one page at a time, in an order that new dossiers do not disturb.

    `basin_ids` are those the reader may see (None: all of them), `basin` the slug of one; `phase` a
    phase, `state` a status, `open` or `ended` (`status` narrows that further); `q` words of the
    reference, the firm or the city; `firms` keeps dossiers of these identifiers only, `also` are dossiers
    the reader has a part in, wherever they are, and `without` those they stepped back from; `archives` are
    the basins whose projects put apart are theirs to read (None: all of them). `late` keeps
    those where something is past due, be it a report handed over to somebody who still is in time (D9);
    `by_lateness` puts first what has been due for longest, instead of what was opened last. Raises
    `errors.InvalidAnswers` by filter.
    """
    statement = visible(basin_ids, also, without, archives)
    if basin:
        of_slug = sa.select(Basin.id).where(Basin.slug == basin).scalar_subquery()
        statement = statement.where(Project.basin_id == of_slug)
    if firms is not None:
        statement = statement.where(Project.id.in_(list(firms)))
    for condition in (*of_phase(phase), *of_state(state), *of_state(status)):
        statement = statement.where(condition)
    for word in fold(q).split():
        statement = statement.where(Project.search_text.contains(word, autoescape=True))
    due = first_due()
    if late:
        statement = statement.where(sa.or_(due < work.now, due_before(work)))
    size = max(1, min(limit, LONGEST_PAGE))
    ordered = (
        in_order(statement, due, after).add_columns(due.label("key"))
        if by_lateness
        else latest_opened(statement, after).add_columns(Project.opened_at.label("key"))
    )
    rows = work.database.execute(ordered.limit(size + 1)).all()
    following = keyset.cursor(rows[size - 1].key, rows[size - 1][0].id) if len(rows) > size else None
    return Page([row[0] for row in rows[:size]], following)


def visible(
    basin_ids: Collection[int] | None,
    also: Collection[UUID],
    without: Collection[UUID] = (),
    archives: Collection[int] | None = None,
) -> sa.Select[Any]:
    """The dossiers of some basins (None: of all) but a few, and those a reader has a part in.

    Those put apart are there for the basins of `archives` alone (None: for all).
    """
    found = sa.select(Project)
    if archives is not None:
        found = found.where(sa.or_(Project.archived_at.is_(None), Project.basin_id.in_(list(archives))))
    if basin_ids is None:
        return found
    here: sa.ColumnElement[bool] = Project.basin_id.in_(list(basin_ids))
    if without:
        here = sa.and_(here, Project.id.not_in(list(without)))
    return found.where(sa.or_(here, Project.id.in_(list(also))))


def first_due() -> sa.ColumnElement[datetime]:
    """When the first of a dossier's open tasks is due, far away for one without; as the figures count it."""
    soonest = sa.select(sa.func.min(Task.due_at)).where(
        Task.case_id == Project.id, Task.closed_at.is_(None), Task.suspended.is_(sa.false())
    )
    return sa.func.coalesce(soonest.correlate(Project).scalar_subquery(), NEVER)


def due_before(work: UnitOfWork) -> sa.ColumnElement[bool]:
    """The condition that a dossier's open report is past the day it was due at first, as the figures count.

    That is a day of the dossier's basin: those that share a zone share it.
    """
    of_zones: dict[str, list[int]] = {}
    for basin_id, zone in work.connection.execute(sa.select(Basin.id, Basin.zone)):
        of_zones.setdefault(zone, []).append(basin_id)
    past = [
        sa.and_(Task.basin_id.in_(ids), work.today(ZoneInfo(zone)) > FIRST_DUE_ON)
        for zone, ids in of_zones.items()
    ]
    handed_over = sa.select(Task.id).where(
        Task.case_id == Project.id,
        Task.closed_at.is_(None),
        Task.suspended.is_(sa.false()),
        sa.or_(sa.false(), *past),
    )
    return handed_over.correlate(Project).exists()


def latest_opened(statement: sa.Select[Any], after: str | None) -> sa.Select[Any]:
    """The dossiers opened last first, from a cursor on."""
    if after:
        statement = statement.where(
            sa.tuple_(Project.opened_at, Project.id) < keyset.place(after, Project.opened_at, Project.id)
        )
    return statement.order_by(Project.opened_at.desc(), Project.id.desc())


def in_order(statement: sa.Select[Any], key: sa.ColumnElement[datetime], after: str | None) -> sa.Select[Any]:
    """The dossiers by something that is due, the oldest first, from a cursor on."""
    if after:
        statement = statement.where(
            sa.tuple_(key, Project.id) > keyset.place(after, Project.opened_at, Project.id)
        )
    return statement.order_by(key, Project.id)


def of_phase(phase: str | None) -> list[sa.ColumnElement[bool]]:
    """The condition that a dossier is in a phase. Raises `errors.InvalidAnswers`."""
    if not phase:
        return []
    if phase not in set(Phase):
        raise errors.InvalidAnswers({"phase": [_("Cette phase n’existe pas.")]})
    return [Project.status.in_([status.value for status in STATUSES_OF_PHASE[Phase(phase)]])]


def of_state(state: str | None) -> list[sa.ColumnElement[bool]]:
    """The condition that a dossier has a status, is open or has ended. Raises `errors.InvalidAnswers`."""
    if not state:
        return []
    if state == "open":
        return [Project.ended_on.is_(None)]
    if state == "ended":
        return [Project.ended_on.is_not(None)]
    if state not in set(Status):
        raise errors.InvalidAnswers({"state": [_("Cet état n’existe pas.")]})
    return [Project.status == state]
