"""« Notre processus »: what differs from the reference, what is coming, what is being worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, url_for

from engine.i18n import mark as _
from engine.people import basins, persons
from engine.people.permissions import Permission
from engine.registry.models import ProcessVersion
from engine.registry.parameters import TABLE, Kind
from engine.runtime import version_change
from engine.variants import drafts, following, published
from web import once
from web import work as web_work
from web.auth import requires, viewer
from web.basins import parameters
from web.basins.page import open_basin
from web.variants import words
from web.variants.blueprint import pages

if TYPE_CHECKING:
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.models import VariantDraft
    from engine.variants.published import Listed

STATES = {
    "draft": _("en cours"),
    "submitted": _("en relecture"),
    "returned": _("à revoir"),
    "approved": _("approuvé"),
}


@pages.get("/bassins/<string:slug>/processus")
@requires(Permission.SEE_BASIN)
def show(slug: str) -> str:
    """Show a basin's process, as its officer would tell it."""
    with web_work.start_reading() as work:
        basin = open_basin(work, slug)
        today = web_work.today()
        listed = published.of_basin(work, basin.id)
        in_force = published.in_force_on(listed, today)
        whole = None if in_force is None else work.database.get(ProcessVersion, in_force.id)
        known = following.references(work)
        return render_template(
            "variants/overview.html",
            basin=basin,
            version=in_force,
            reference=following.number_of(known, whole.reference_id if whole else None),
            newer=following.newer_than(known, whole.reference_id if whole else None) if known else None,
            coming=[each for each in listed if each.effective_on > today],
            lines=[] if whole is None else differences(work, whole),
            current=current_lines(work, basin),
            draft=draft_card(work, basin),
            elsewhere=elsewhere(work, basin, in_force),
            may_edit=may_edit(basin),
            begin_url=url_for("variants.begin", slug=slug),
            key=once.new_key(),
        )


def may_edit(basin: Basin) -> bool:
    """Tell whether the reader shapes this basin's process."""
    return viewer().rights.allows(Permission.EDIT_VARIANT, basin_id=basin.id)


def elsewhere(work: UnitOfWork, basin: Basin, in_force: Listed | None) -> int:
    """How many running projects are on another version than that in force, for those who may move them."""
    may_move = viewer().rights.allows(Permission.MIGRATE_PROJECTS, basin_id=basin.id)
    if in_force is None or not may_move:
        return 0
    return version_change.count_elsewhere(work, basin_id=basin.id, version_id=in_force.id)


def differences(work: UnitOfWork, version: ProcessVersion) -> list[words.Line]:
    """What a version does otherwise than the reference: its published parameters, its changes."""
    names = words.names_of(work, version.reference_id or version.id, version.drawn)
    told = words.parameter_lines(version.parameters, version.reasons)
    drawn = words.told_of(work, version.reference_id, version.drawn)
    return [*told, *words.lines_of(version.changes, names, drawn)]


def current_lines(work: UnitOfWork, basin: Basin) -> list[words.Line]:
    """The current parameters that the basin chose, which are in no version."""
    latest = {each.key: each for each in basins.changes(work, basin.id) if each.valid_from <= work.now}
    lines = {line.key: line for line in TABLE if line.kind is Kind.CURRENT}
    return [
        words.Line(
            kind=web_work.translated(_("Paramètre")),
            sentence=web_work.translated(
                _("{label} : {value}."), label=web_work.translated(line.label),
                value=parameters.in_words(line, latest[key].value),
            ),
            reason=parameters.why(latest[key].reason),
            since=latest[key].valid_from.astimezone(web_work.zone()).date(),
            key=key.replace("_", "-"),
            name=web_work.translated(line.label),
        )
        for key, line in lines.items()
        if key in latest and plain(latest[key].value) != plain(line.default)
    ]  # fmt: skip


def plain(value: object) -> object:
    """A value as the database keeps it: pairs are lists."""
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def draft_card(work: UnitOfWork, basin: Basin) -> dict[str, Any] | None:
    """The draft in progress, for those who work on it: its state, who was there last."""
    if not may_edit(basin):
        return None
    draft = drafts.open_of(work, basin.id)
    if draft is None:
        return None
    return {
        "state": web_work.translated(STATES.get(draft.state, draft.state)),
        "tone": tone_of(draft),
        "by": last_name(work, draft),
        "opened_at": draft.opened_at,
        "changes": len(draft.changes),
        "url": url_for("variants.show_draft", slug=basin.slug),
    }


def tone_of(draft: VariantDraft) -> str:
    """The colour of a draft's state, which its words say too."""
    return {"approved": "done", "returned": "late", "submitted": "wait"}.get(draft.state, "accent")


def last_name(work: UnitOfWork, draft: VariantDraft) -> str:
    """Who changed a draft last, or began it."""
    edits = drafts.edits_of(work, draft.id)
    person_id = edits[-1].made_by if edits else draft.opened_by
    return persons.names(work, {person_id}).get(person_id, "")
