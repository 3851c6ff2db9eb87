"""The draft of a basin's process: what it changes, what the check says of it, what may be done next."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import render_template, url_for

from engine.i18n import mark as _
from engine.people import persons
from engine.people.permissions import Permission
from engine.registry import points
from engine.variants import checking, drafts, editing, following, published, resuming, reviewing
from engine.variants.models import State
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.basins import asking
from web.page_forms import Messages, show_again_with
from web.sent_late import set_aside
from web.variants import overview, verdicts, words
from web.variants.blueprint import pages
from web.variants.drafting import DraftForm, draft_of, opened, opened_to_change, revision_sent

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.models import VariantDraft

WISHES = "variant_wishes"
# The page where a change of each kind is taken up again, and what its address calls the change.
EDITED_AT: Mapping[str, tuple[str, str]] = {
    "step": ("variants.ask_step_again", "step_key"),
    "questions": ("variants.ask_questions_again", "questions_key"),
    "due": ("variants.ask_delay_again", "delay_key"),
    "name": ("variants.ask_name_again", "name_key"),
}


@pages.post("/bassins/<string:slug>/processus/brouillon")
@requires(Permission.EDIT_VARIANT)
def begin(slug: str) -> Response:
    """Begin a draft from the last version, or go on with the one that is begun."""
    with once.start_work() as work:
        basin = asking.basin_for(work, slug, Permission.EDIT_VARIANT)
        drafts.open_draft(work, basin_id=basin.id)
        return once.done(work, draft_of(slug))


@pages.get("/bassins/<string:slug>/processus/brouillon")
@requires(Permission.EDIT_VARIANT)
def show_draft(slug: str) -> str:
    """Show the draft, judged as it stands."""
    with web_work.start_reading() as work:
        basin, draft = opened(work, slug)
        model = view_of(work, basin, draft)
        whole = checking.composed(work, draft)
        is_as_before = reviewing.is_as_before(model["base"], whole.files)
    return render_template(
        "variants/draft.html",
        verdict=verdicts.shown(checking.judge(whole)),
        is_as_before=is_as_before,
        **model,
    )


def view_of(work: UnitOfWork, basin: Basin, draft: VariantDraft) -> dict[str, Any]:
    """What the page of a draft shows, but for the check."""
    names = words.names_of(work, draft.reference_id, draft.drawn)
    told = words.told_of(work, draft.reference_id, draft.drawn)
    base = reviewing.base_of(work, draft)
    known = following.references(work)
    last = next(iter(published.of_basin(work, basin.id)), None)
    review = reviewing.asked_for(draft, base)
    return {
        "basin": basin,
        "draft": draft,
        "state": web_work.translated(overview.STATES.get(draft.state, draft.state)),
        "tone": overview.tone_of(draft),
        "is_editable": draft.state in drafts.EDITABLE,
        "is_approved": draft.state == State.APPROVED,
        "base": base,
        "reference": following.number_of(known, draft.reference_id),
        "newer": following.newer_than(known, draft.reference_id),
        "overtaken": last if last is not None and last.id != draft.base_id else None,
        "parameters": words.parameter_lines(draft.parameters, draft.reasons),
        "changes": [(line, edit_url(basin.slug, change)) for line, change in
                    zip(words.lines_of(draft.changes, names, told), draft.changes, strict=True)],
        "review_asked": [web_work.translated(words.KINDS.get(kind, kind)) for kind in sorted(review)],
        "drawable": [(each.name, drawn_at(basin.slug, each.process)) for each in names.drawn],
        "people": persons.names(work, {draft.opened_by, draft.submitted_by, draft.reviewed_by}),
        "places": [(each.key, web_work.translated(each.label)) for each in points.POINTS],
        "key": once.new_key(),
    }  # fmt: skip


def edit_url(slug: str, change: Any) -> str | None:
    """Where a change is taken up again."""
    if change.get("kind") == "diagram":
        return drawn_at(slug, str(change.get("process")))
    endpoint, part = EDITED_AT.get(str(change.get("kind")), (None, ""))
    if endpoint is None:
        return None
    return url_for(endpoint, slug=slug, **{part: editing.key_of(change)})  # type: ignore[arg-type]


def drawn_at(slug: str, process: str) -> str:
    """Where a process is drawn."""
    return url_for("variants.draw", slug=slug, process=process)


@pages.post("/bassins/<string:slug>/processus/brouillon/changements/<string:change_key>/retirer")
@requires(Permission.EDIT_VARIANT)
def remove(slug: str, change_key: str) -> Response:
    """Take a change out of the draft."""
    with once.start_work() as work:
        _basin, draft = opened(work, slug)
        change = editing.find_change(draft, change_key)
        name = words.name_of(change, words.names_of(work, draft.reference_id, draft.drawn))
        editing.remove_change(work, draft_id=draft.id, revision=revision_sent(), key=change_key, subject=name)
        return asking.done(work, draft_of(slug), _("« {name} » est retiré du brouillon."), name=name)


@pages.post("/bassins/<string:slug>/processus/brouillon/abandonner")
@requires(Permission.EDIT_VARIANT)
def abandon(slug: str) -> Response:
    """Give the draft up; its history stays."""
    with once.start_work() as work:
        _basin, draft = opened(work, slug)
        drafts.abandon(work, draft_id=draft.id, revision=revision_sent())
        return asking.done(work, url_for("variants.show", slug=slug), _("Le brouillon est abandonné."))


@pages.post("/bassins/<string:slug>/processus/brouillon/reprendre")
@requires(Permission.EDIT_VARIANT)
def take_back(slug: str) -> Response:
    """Take the draft back from its review, to change it again."""
    with once.start_work() as work:
        _basin, draft = opened(work, slug)
        reviewing.take_back(work, draft_id=draft.id, revision=revision_sent())
        return asking.done(work, draft_of(slug), _("Le brouillon est de nouveau à vous."))


@pages.post("/bassins/<string:slug>/processus/brouillon/repartir")
@requires(Permission.EDIT_VARIANT)
def resume(slug: str) -> Response:
    """Begin anew from a version published meanwhile, the draft's own changes kept."""
    with once.start_work() as work:
        _basin, draft = opened(work, slug)
        resuming.resume(work, draft_id=draft.id, revision=revision_sent())
        return asking.done(
            work, draft_of(slug), _("Le brouillon part maintenant de la dernière version : relisez-le.")
        )


@pages.get("/bassins/<string:slug>/processus/brouillon/motif")
@requires(Permission.EDIT_VARIANT)
def ask_wishes(slug: str) -> str:
    """Ask why the draft is made, and from when it should be in force."""
    return wishes_page(slug)


def wishes_page(slug: str, values: asking.Values | None = None, messages: Messages | None = None) -> str:
    """The form of the draft's wishes."""
    with web_work.start_reading() as work:
        basin, draft = opened_to_change(work, slug, values)
        form = DraftForm(WISHES, basin)
        known = {"reason": draft.reason, "effective_on": draft.effective_on}
        inputs = form.inputs(work, values, messages, prefill=known)
    return form.page(draft, inputs, messages, action=url_for("variants.wish", slug=slug))


@pages.post("/bassins/<string:slug>/processus/brouillon/motif")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def wish(slug: str) -> Response:
    """Keep why the draft is made, and from when it should be in force."""
    show_again_with(partial(wishes_page, slug))
    with once.start_work() as work:
        basin, draft = opened(work, slug)
        clean = DraftForm(WISHES, basin).read(work)
        editing.wish(
            work, draft_id=draft.id, revision=revision_sent(), effective_on=clean["effective_on"],
            reason=clean["reason"],
        )  # fmt: skip
        return asking.done(work, draft_of(slug), _("C’est noté dans le brouillon."))
