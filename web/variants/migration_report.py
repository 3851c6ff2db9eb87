"""What became of the projects that were asked to move: each with its outcome, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from engine import errors
from engine.i18n import mark as _
from engine.people import persons
from engine.people.permissions import Permission
from engine.persistence.unit_of_work import SYSTEM
from engine.runtime import cases, version_change
from engine.variants import published
from web import once, typography
from web import work as web_work
from web.auth import requires
from web.basins import asking
from web.variants import foreseen
from web.variants.blueprint import pages
from web.variants.migrating import PER_PAGE, number_in

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.version_change import Line, Report

# Each outcome: its word, how many of it there are, its colour.
OUTCOMES: Mapping[str, tuple[str, str, str | None]] = {
    "waiting": (_("en attente"), _("En attente"), "wait"),
    "moved": (_("passé"), _("Passés"), "done"),
    "refused": (_("resté"), _("Restés"), "late"),
    "skipped": (_("sans objet"), _("Sans objet"), None),
    "failed": (_("erreur"), _("Erreurs"), "late"),
    "undone": (_("revenu"), _("Revenus"), "accent"),
}
UNDONE = _("{firm} est revenu à la version {number} : tâches, brouillons et dates comme avant.")
TOO_LATE = _(
    "{firm} reste sur cette version : {name} a agi sur ce projet le {moment}, cela ne s’annule plus."
)
A_DATE_CAME = _("une date du projet")


@dataclass(frozen=True, slots=True)
class Told:
    """One project of a batch, as its report shows it."""

    id: UUID
    reference: str
    firm: str
    outcome: str
    tone: str | None
    why: list[str]
    former: int | None
    undo_url: str | None
    undone: tuple[str, datetime] | None  # By whom, when.
    act: tuple[str, datetime] | None  # Who acted since, when: nobody undoes it any more.


def report_of(work: UnitOfWork, slug: str, batch_id: UUID) -> tuple[Basin, Report]:
    """A batch of a basin, for those who move its projects. Raises `BatchNotFound`, and as `basin_for`."""
    basin = asking.basin_for(work, slug, Permission.MIGRATE_PROJECTS)
    found = version_change.report(work, batch_id)
    if found.basin_id != basin.id:
        raise version_change.BatchNotFound
    return basin, found


@pages.get("/bassins/<string:slug>/processus/migration/<uuid:batch_id>")
@requires(Permission.MIGRATE_PROJECTS)
def migration_report(slug: str, batch_id: UUID) -> str:
    """Show what became of each project, so far."""
    with web_work.start_reading() as work:
        basin, found = report_of(work, slug, batch_id)
        view = report_view(work, basin, found)
    return render_template("variants/migration_report.html", basin=basin, report=found, **view)


def report_view(work: UnitOfWork, basin: Basin, found: Report) -> dict[str, Any]:
    """The part of the report that the address asks for, its counts, the way to its other parts."""
    shown = request.args.get("montrer", "")
    shown = shown if shown in OUTCOMES else ""
    listed = [each for each in found.lines if not shown or each.outcome == shown]
    last = max(1, -(-len(listed) // PER_PAGE))
    page = min(max(1, number_in(request.args.get("page", "")) or 1), last)
    part = listed[(page - 1) * PER_PAGE : page * PER_PAGE]
    names = persons.names(work, people_in(part, found))

    def address(which: str, to: int = 1) -> str:
        return url_for(
            "variants.migration_report", slug=basin.slug, batch_id=found.id, montrer=which or None,
            page=to if to > 1 else None,
        )  # fmt: skip

    counts = found.counts
    return {
        "by": names.get(found.ordered_by, ""),
        "total": len(found.lines),
        "settled": len(found.lines) - counts["waiting"],
        "parts": [(_("Tous"), len(found.lines), address(""), not shown)]
        + [
            (label, counts[key], address(key), key == shown)
            for key, (_word, label, _tone) in OUTCOMES.items()
            if counts[key] or key == shown
        ],
        "lines": [told(each, basin, found, names, numbers_of(work, basin)) for each in part],
        "key": once.new_key(),
        "here": address(shown, page),
        "previous_url": address(shown, page - 1) if page > 1 else None,
        "next_url": address(shown, page + 1) if page < last else None,
    }


def people_in(part: list[Line], found: Report) -> set[UUID]:
    """Everybody whom a part of a report names."""
    undone = {each.undone_by for each in part if each.undone_by}
    return {found.ordered_by} | undone | {each.act.who for each in part if each.act}


def numbers_of(work: UnitOfWork, basin: Basin) -> dict[UUID, int]:
    """The number of each version of a basin, read once in a page."""
    known: dict[UUID, int] | None = work.memory.get((__name__, basin.id))
    if known is None:
        known = {each.id: each.number for each in published.of_basin(work, basin.id)}
        work.memory[__name__, basin.id] = known
    return known


def told(
    line: Line, basin: Basin, found: Report, names: Mapping[UUID, str], numbers: Mapping[UUID, int]
) -> Told:
    """One project, in the reader's words."""
    word, _label, tone = OUTCOMES[line.outcome]
    undo_url = url_for(
        "variants.undo_migration", slug=basin.slug, batch_id=found.id, project_id=line.case_id
    )  # fmt: skip
    return Told(
        id=line.case_id,
        reference=line.reference,
        firm=line.firm,
        outcome=web_work.translated(word),
        tone=tone,
        why=foreseen.sentences(line.told),
        former=numbers.get(line.from_version_id) if line.from_version_id else None,
        undo_url=undo_url if line.may_undo else None,
        undone=(name_of(line.undone_by, names), line.undone_at) if line.undone_at else None,
        act=(name_of(line.act.who, names), line.act.when) if line.act else None,
    )


def name_of(person_id: UUID | None, names: Mapping[UUID, str]) -> str:
    """Who acted; what nobody did came with a date."""
    if person_id is None or person_id == SYSTEM.person_id:
        return web_work.translated(A_DATE_CAME)
    return names.get(person_id, "")


@pages.post("/bassins/<string:slug>/processus/migration/<uuid:batch_id>/projets/<uuid:project_id>/defaire")
@requires(Permission.MIGRATE_PROJECTS)
def undo_migration(slug: str, batch_id: UUID, project_id: UUID) -> Response:
    """Take one project back to the version it was on, as long as nobody has acted on it since."""
    place = url_for("variants.migration_report", slug=slug, batch_id=batch_id)
    try:
        with once.start_work() as work:
            basin, found = report_of(work, slug, batch_id)
            line = line_of(found, project_id)
            version_change.undo(work, case_id=project_id, batch_id=batch_id)
            former = numbers_of(work, basin).get(line.from_version_id) if line.from_version_id else None
            return asking.done(work, place, UNDONE, firm=line.firm, number=former or "")
    except version_change.TooLate:
        flash(too_late(slug, batch_id, project_id), "error")
    except version_change.NothingToUndo as refusal:
        flash(web_work.translated(refusal.template), "error")
    return redirect(place, 303)


def line_of(found: Report, project_id: UUID) -> Line:
    """One project of a batch. Raises `cases.CaseNotFound`."""
    for each in found.lines:
        if each.case_id == project_id:
            return each
    raise cases.CaseNotFound


def too_late(slug: str, batch_id: UUID, project_id: UUID) -> str:
    """Say who acted on the project since, and when."""
    with web_work.start_reading() as work:
        _basin, found = report_of(work, slug, batch_id)
        line = line_of(found, project_id)
        if line.act is None:
            return web_work.translated(errors.first_paragraph(version_change.TooLate))
        name = name_of(line.act.who, persons.names(work, {line.act.who}))
        moment = typography.moment_in_words(line.act.when, web_work.locale(), zone=web_work.zone())
    return web_work.translated(TOO_LATE, firm=line.firm, name=name, moment=moment)
