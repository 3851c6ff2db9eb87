"""A step of the basin's own, put at a declared place without drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import url_for

from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.registry import changes, points
from engine.variants import editing, places
from forms import catalogue
from forms.context import Choice
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.basins import asking
from web.page_forms import Messages, answers_sent, show_again_with
from web.sent_late import set_aside
from web.variants import question_rows, refused_changes, words
from web.variants.blueprint import pages
from web.variants.drafting import DraftForm, asks_for_a_row, draft_of, opened, opened_to_change, revision_sent

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.models import VariantDraft

FORM = "variant_step"


def form_of(basin: Basin) -> DraftForm:
    """The form of a step: the places of the reference, who may be asked there, what may be filled in."""
    said = web_work.translated
    roles = dict.fromkeys(role for point in points.POINTS for role in point.roles)
    return DraftForm(FORM, basin, {
        "point": [Choice(each.key, capital(said(each.label)), said(each.hint)) for each in points.POINTS],
        "role": [Choice(role, capital(words.role_of(role))) for role in roles],
        "form": [Choice(key, said(catalogue.form(key).title), said(catalogue.form(key).intro))
                 for key in changes.FORMS],
    })  # fmt: skip


def capital(text: str) -> str:
    """A label as a list begins it."""
    return text[:1].upper() + text[1:]


@pages.get("/bassins/<string:slug>/processus/brouillon/etapes/nouvelle")
@requires(Permission.EDIT_VARIANT)
def ask_step(slug: str) -> str:
    """Ask what to add, and where."""
    return step_page(slug, None)


@pages.get("/bassins/<string:slug>/processus/brouillon/etapes/<string:step_key>")
@requires(Permission.EDIT_VARIANT)
def ask_step_again(slug: str, step_key: str) -> str:
    """Ask what to change of a step that is in the draft."""
    return step_page(slug, step_key)


def step_page(
    slug: str, key: str | None, values: asking.Values | None = None, messages: Messages | None = None
) -> str:
    """The form of a step."""
    with web_work.start_reading() as work:
        basin, draft = opened_to_change(work, slug, values)
        form = form_of(basin)
        known = {} if key is None else begun(editing.find_change(draft, key, kind=changes.Step.kind))
        inputs = form.inputs(work, values, messages, prefill=known)
    where = "variants.add_step" if key is None else "variants.change_step"
    return form.page(draft, inputs, messages, action=url_for(where, slug=slug, step_key=key))


def begun(change: Mapping[str, Any]) -> dict[str, object]:
    """What the controls hold at first: the step as the draft has it."""
    return {
        **{name: change.get(name) for name in ("name", "point", "role", "form", "reason")},
        "due_days": words.days_of(change["due"]),
        "personal": bool(change.get("personal")),
        "questions": question_rows.rows_of(change.get("questions", ())),
    }


@pages.post("/bassins/<string:slug>/processus/brouillon/etapes/nouvelle")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def add_step(slug: str) -> Response | str:
    """Add the step to the draft."""
    return put_step(slug, None)


@pages.post("/bassins/<string:slug>/processus/brouillon/etapes/<string:step_key>")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def change_step(slug: str, step_key: str) -> Response | str:
    """Change a step of the draft."""
    return put_step(slug, step_key)


def put_step(slug: str, key: str | None) -> Response | str:
    """Keep a step in the draft; « Ajouter une ligne » only shows the page again."""
    show_again_with(partial(step_page, slug, key))
    if asks_for_a_row():
        return step_page(slug, key, answers_sent())
    with once.start_work() as work:
        basin, draft = opened(work, slug)
        clean = form_of(basin).read(work)
        name = str(clean["name"])
        before = {} if key is None else editing.find_change(draft, key, kind=changes.Step.kind)
        identifier = str(before.get("id") or "") or changes.identifier(name, taken(work, draft))
        change = step_of(clean, identifier, before.get("questions", ()))
        refused_changes.require_possible(draft, change, key, answers_sent())
        editing.put_change(
            work, draft_id=draft.id, revision=revision_sent(), change=change, subject=name, replaces=key
        )
        return asking.done(work, draft_of(slug), _("« {name} » est dans le brouillon."), name=name)


def step_of(clean: Mapping[str, Any], identifier: str, before: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A step as an overlay lists it, `before` its questions so far; what it does not say is left out."""
    change: dict[str, Any] = {"kind": changes.Step.kind, "id": identifier, "due": f"P{clean['due_days']}D"}
    change |= {name: str(clean[name]) for name in ("name", "point", "role", "form", "reason")}
    if clean["personal"]:
        change["personal"] = True
    if clean["questions"]:
        change["questions"] = question_rows.kept(clean["questions"], before)
    return change


def taken(work: UnitOfWork, draft: VariantDraft) -> Sequence[str]:
    """The ids that a new step may not have."""
    own = [str(change["id"]) for change in draft.changes if change.get("id")]
    return [*own, *(place.step for place in places.of_version(work, draft.reference_id))]
