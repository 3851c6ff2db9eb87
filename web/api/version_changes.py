"""Running projects that go to another version, as the API foresees, asks for, tells and undoes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, jsonify, url_for
from marshmallow import fields, validate

from engine import clock
from engine.i18n import mark as _
from engine.people import permissions, persons
from engine.people.permissions import Permission
from engine.runtime import cases, version_change
from engine.variants import published
from web import work as web_work
from web.api import bodies, representations, writes
from web.api.basins import visible
from web.api.bodies import Body, Identifier, Listing, Text, Whole
from web.api.endpoints import endpoint

if TYPE_CHECKING:
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.version_change import Awaited, Candidate, Line, Prospect
    from engine.spiff.comparing import Refusal
    from web.api.writes import Write

MOST_PROJECTS = 2_000
MOST_VERSIONS = 1_000_000
LONGEST_REASON = 2_000
REFUSALS = (403, 404, 409, 503)
HOW_MANY = _("De un à deux mille projets à la fois.")


class Foreseen(Listing):
    """Which version, and which part of the list."""

    to = Whole(least=1, most=MOST_VERSIONS, required=True)


class Ordered(Body):
    """Which projects go to which version, and why."""

    to = Whole(least=1, most=MOST_VERSIONS, required=True)
    projects = fields.List(
        Identifier(),
        required=True,
        validate=validate.Length(min=1, max=MOST_PROJECTS, error=HOW_MANY),
        error_messages=bodies.MESSAGES,
    )
    reason = Text(longest=LONGEST_REASON, shortest=1, required=True)


def basin_of(work: UnitOfWork, slug: str) -> Basin:
    """The basin of a slug, for those who move its projects. Raises `UnknownBasin`, `MissingPermission`."""
    basin = visible(work, slug)
    permissions.require(work, Permission.MIGRATE_PROJECTS, basin_id=basin.id)
    return basin


@endpoint(
    "GET",
    "/basins/<string:slug>/version-changes/preview",
    title=_("Dire ce que deviendraient les projets en cours dans une autre version"),
    note=_(
        "« to » est le numéro de la version. Pour chaque projet qui est sur une autre : s’il peut y passer, "
        "sinon pourquoi, les dates qui restent, celles qui commenceraient, les délais qui suivraient."
    ),
    permission=Permission.MIGRATE_PROJECTS,
    query=Foreseen,
    answers={200: "VersionProspectList"},
    refusals=(404,),
)
def preview_version_change(slug: str, query: dict[str, Any]) -> Response:
    """Say what would become of each running project, by reference; nothing is written."""
    with web_work.start_reading() as work:
        basin = basin_of(work, slug)
        target = version_change.numbered(work, basin_id=basin.id, number=query["to"])
        found = [
            each
            for each in version_change.candidates(work, basin_id=basin.id, to_version_id=target)
            if each.reference > query["cursor"]
        ]
        part = found[: query["limit"]]
        prospects = version_change.preview(
            work, case_ids=[each.case_id for each in part], to_version_id=target
        )
    zone = ZoneInfo(basin.zone)
    return jsonify(
        items=[foreseen(each, prospect, zone) for each, prospect in zip(part, prospects, strict=True)],
        next=part[-1].reference if len(found) > len(part) else None,
    )


def foreseen(candidate: Candidate, prospect: Prospect, zone: ZoneInfo) -> dict[str, Any]:
    """What would become of one project as the API shows it."""
    return {
        "project": {
            "id": str(candidate.case_id), "reference": candidate.reference, "firm": candidate.firm,
        },
        "version": candidate.number,
        "may_move": prospect.may_move and candidate.asked is None,
        "reasons": sentences([*candidate.refusals, *prospect.told]),
        "remarks": sentences(prospect.remarks),
        "kept": [awaited(each, zone) for each in prospect.kept],
        "begun": [awaited(each, zone) for each in prospect.begun],
        "later": [
            {
                "process": each.process, "step": each.step, "name": each.name, "kind": each.kind,
                "before": each.before, "after": each.after,
            }
            for each in prospect.later
        ],
    }  # fmt: skip


def awaited(date: Awaited, zone: ZoneInfo) -> dict[str, Any]:
    """A date that runs as the API shows it."""
    return {
        "process": date.process,
        "step": date.step,
        "name": date.name,
        "due_on": representations.day(clock.local_date(date.due_at, zone)),
    }


def sentences(refusals: Iterable[Refusal]) -> list[str]:
    """Why, in the reader's language."""
    return [each.told(web_work.locale()) for each in refusals]


@endpoint(
    "GET",
    "/basins/<string:slug>/version-changes",
    title=_("Lister les changements de version demandés dans un bassin"),
    permission=Permission.MIGRATE_PROJECTS,
    answers={200: "VersionChangeList"},
    refusals=(404,),
)
def list_version_changes(slug: str) -> Response:
    """List what was asked for, the latest first, with how many projects there are of each outcome."""
    with web_work.start_reading() as work:
        basin = basin_of(work, slug)
        found = version_change.batches(work, basin_id=basin.id)
        counts = version_change.outcomes(work, [each.id for each in found])
        people = persons.names(work, {each.ordered_by for each in found})
    return jsonify(items=[summary(each, basin, people, counts[each.id]) for each in found], next=None)


def summary(
    batch: Any, basin: Basin, people: Mapping[UUID, str], counts: Mapping[str, int]
) -> dict[str, Any]:
    """A batch without its projects."""
    return {
        "id": str(batch.id),
        "basin": basin.slug,
        "to": batch.number,
        "reason": batch.reason,
        "ordered_at": representations.instant(batch.ordered_at),
        "ordered_by": people.get(batch.ordered_by),
        "ended_at": representations.maybe_instant(batch.ended_at),
        "counts": {name: count for name, count in sorted(counts.items()) if count},
    }


@endpoint(
    "POST",
    "/basins/<string:slug>/version-changes",
    title=_("Faire passer des projets en cours à une autre version"),
    note=_(
        "« to » est le numéro d’une version en vigueur. Les projets passent ensuite un à un : la réponse "
        "relue dit ce que chacun est devenu."
    ),
    permission=Permission.MIGRATE_PROJECTS,
    body=Ordered,
    keyed=True,
    answers={201: "VersionChange"},
    refusals=REFUSALS,
)
def order_version_change(slug: str, body: dict[str, Any]) -> Response:
    """Ask for projects to go to a version of their basin; each has its turn soon after."""

    def asked(work: UnitOfWork) -> str:
        basin = basin_of(work, slug)
        batch_id = version_change.order(
            work, basin_id=basin.id, case_ids=body["projects"], reason=body["reason"],
            to_version_id=version_change.numbered(work, basin_id=basin.id, number=body["to"]),
        )  # fmt: skip
        return url_for("api.show_version_change", slug=slug, batch_id=batch_id)

    write = writes.create(asked)
    return shown(slug, write.made_id, write)


@endpoint(
    "GET",
    "/basins/<string:slug>/version-changes/<uuid:batch_id>",
    title=_("Dire ce que sont devenus les projets d’un changement de version"),
    permission=Permission.MIGRATE_PROJECTS,
    answers={200: "VersionChange"},
    refusals=(404,),
)
def show_version_change(slug: str, batch_id: UUID) -> Response:
    """Show a batch: each project with its outcome, whether it may still be undone, who acted since."""
    return shown(slug, batch_id)


@endpoint(
    "POST",
    "/basins/<string:slug>/version-changes/<uuid:batch_id>/projects/<uuid:project_id>/undo",
    title=_("Ramener un projet à la version qu’il avait"),
    note=_("Tant que personne n’a agi sur le projet depuis : après, la demande est refusée."),
    permission=Permission.MIGRATE_PROJECTS,
    keyed=True,
    answers={200: "VersionChange"},
    refusals=REFUSALS,
)
def undo_version_change(slug: str, batch_id: UUID, project_id: UUID) -> Response:
    """Take one project of a batch back, until the first act on it."""

    def undone(work: UnitOfWork) -> None:
        basin = basin_of(work, slug)
        found = version_change.report(work, batch_id)
        if found.basin_id != basin.id or project_id not in {each.case_id for each in found.lines}:
            raise cases.CaseNotFound
        version_change.undo(work, case_id=project_id, batch_id=batch_id)

    place = url_for("api.show_version_change", slug=slug, batch_id=batch_id)
    return shown(slug, batch_id, writes.act(undone, place))


def shown(slug: str, batch_id: UUID, write: Write | None = None) -> Response:
    """A batch as it is now; what a write answers, when there was one. Raises `BatchNotFound`."""
    with web_work.start_reading() as work:
        basin = basin_of(work, slug)
        found = version_change.report(work, batch_id)
        if found.basin_id != basin.id:
            raise version_change.BatchNotFound
        people = persons.names(work, people_in(found.lines) | {found.ordered_by})
        numbers = {each.id: each.number for each in published.of_basin(work, basin.id)}
    answer = jsonify(
        **summary(found, basin, people, Counter(found.counts)),
        projects=[told(each, people, numbers) for each in found.lines],
    )
    return answer if write is None else write.answer(answer)


def people_in(lines: Sequence[Line]) -> set[UUID]:
    """Everybody whom the lines of a batch name."""
    undone = {each.undone_by for each in lines if each.undone_by}
    return undone | {each.act.who for each in lines if each.act}


def told(line: Line, people: Mapping[UUID, str], numbers: Mapping[UUID, int]) -> dict[str, Any]:
    """One project of a batch as the API shows it; nobody acted where a date was reached."""
    act = line.act
    return {
        "project": {"id": str(line.case_id), "reference": line.reference, "firm": line.firm},
        "outcome": line.outcome,
        "reasons": sentences(line.told),
        "former_version": numbers.get(line.from_version_id) if line.from_version_id else None,
        "settled_at": representations.maybe_instant(line.settled_at),
        "may_undo": line.may_undo,
        "undone_at": representations.maybe_instant(line.undone_at),
        "undone_by": people.get(line.undone_by) if line.undone_by else None,
        "acted_at": representations.maybe_instant(act.when) if act else None,
        "acted_by": people.get(act.who) if act else None,
    }
