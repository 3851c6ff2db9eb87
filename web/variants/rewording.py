"""Another delay, or another name, for a step of the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import url_for

from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.variants import editing, places
from forms.context import Choice
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.basins import asking
from web.page_forms import Messages, answers_sent, show_again_with
from web.sent_late import set_aside
from web.variants import refused_changes, words
from web.variants.blueprint import pages
from web.variants.drafting import DraftForm, draft_of, opened, opened_to_change, revision_sent

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.models import VariantDraft
    from engine.variants.places import Place

WITHIN = "/"


@dataclass(frozen=True, slots=True)
class Matter:
    """What is said otherwise of a step: its form, which steps, from a clean answer and back."""

    kind: str
    form: str
    concerns: Callable[[Place], bool]
    add: str
    change: str
    part: str  # Of the address, that names the change.


DELAY = Matter(
    "due",
    "variant_delay",
    lambda place: place.has_days,
    "variants.add_delay",
    "variants.change_delay",
    "delay_key",
)
NAME = Matter(
    "name", "variant_name", lambda _place: True, "variants.add_name", "variants.change_name", "name_key"
)


def form_of(work: UnitOfWork, matter: Matter, basin: Basin, draft: VariantDraft) -> DraftForm:
    """The form of a matter, with the steps of the reference that it may concern."""
    said = web_work.translated
    steps = [
        Choice(WITHIN.join((place.process, place.step)), told(place), said(place.process_name))
        for place in places.of_version(work, draft.reference_id)
        if matter.concerns(place)
    ]
    return DraftForm(matter.form, basin, {"step": steps})


def told(place: Place) -> str:
    """A step, with its delay where it has one: « Qualification (10 jours) »."""
    name = web_work.translated(place.name)
    if not place.has_days:
        return name
    return web_work.translated(_("{name} ({days} jours)"), name=name, days=words.days_of(place.due))


def page(
    slug: str,
    matter: Matter,
    key: str | None,
    values: asking.Values | None = None,
    messages: Messages | None = None,
) -> str:
    """The form of another delay, or of another name."""
    with web_work.start_reading() as work:
        basin, draft = opened_to_change(work, slug, values)
        form = form_of(work, matter, basin, draft)
        known = {} if key is None else begun(editing.find_change(draft, key, kind=matter.kind))
        inputs = form.inputs(work, values, messages, prefill=known)
    where = matter.add if key is None else matter.change
    place: dict[str, Any] = {"slug": slug, matter.part: key}
    return form.page(draft, inputs, messages, action=url_for(where, **place))


def begun(change: Mapping[str, Any]) -> dict[str, object]:
    """What the controls hold at first: the change as the draft has it."""
    known: dict[str, object] = {
        "step": WITHIN.join((str(change.get("process")), str(change.get("step")))),
        "reason": change.get("reason"),
    }
    if "due" in change:
        known["due_days"] = words.days_of(change["due"])
    if "name" in change:
        known["name"] = change["name"]
    return known


def put(slug: str, matter: Matter, key: str | None) -> Response:
    """Keep another delay or name in the draft."""
    show_again_with(partial(page, slug, matter, key))
    with once.start_work() as work:
        basin, draft = opened(work, slug)
        clean = form_of(work, matter, basin, draft).read(work)
        process, step = str(clean["step"]).split(WITHIN)
        change = {"kind": matter.kind, "process": process, "step": step, "reason": str(clean["reason"])}
        change |= {"due": f"P{clean['due_days']}D"} if matter is DELAY else {"name": str(clean["name"])}
        refused_changes.require_possible(draft, change, key, answers_sent())
        name = words.names_of(work, draft.reference_id).step(process, step)
        editing.put_change(
            work, draft_id=draft.id, revision=revision_sent(), change=change, subject=name, replaces=key
        )
        return asking.done(work, draft_of(slug), _("« {name} » est dans le brouillon."), name=name)


@pages.get("/bassins/<string:slug>/processus/brouillon/delais/nouveau")
@requires(Permission.EDIT_VARIANT)
def ask_delay(slug: str) -> str:
    """Ask for which step, and how many days."""
    return page(slug, DELAY, None)


@pages.post("/bassins/<string:slug>/processus/brouillon/delais/nouveau")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def add_delay(slug: str) -> Response:
    """Give a step another delay."""
    return put(slug, DELAY, None)


@pages.get("/bassins/<string:slug>/processus/brouillon/delais/<string:delay_key>")
@requires(Permission.EDIT_VARIANT)
def ask_delay_again(slug: str, delay_key: str) -> str:
    """Ask what to change of a delay that is in the draft."""
    return page(slug, DELAY, delay_key)


@pages.post("/bassins/<string:slug>/processus/brouillon/delais/<string:delay_key>")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def change_delay(slug: str, delay_key: str) -> Response:
    """Change a delay of the draft."""
    return put(slug, DELAY, delay_key)


@pages.get("/bassins/<string:slug>/processus/brouillon/noms/nouveau")
@requires(Permission.EDIT_VARIANT)
def ask_name(slug: str) -> str:
    """Ask for which step, and what to call it."""
    return page(slug, NAME, None)


@pages.post("/bassins/<string:slug>/processus/brouillon/noms/nouveau")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def add_name(slug: str) -> Response:
    """Call a step otherwise."""
    return put(slug, NAME, None)


@pages.get("/bassins/<string:slug>/processus/brouillon/noms/<string:name_key>")
@requires(Permission.EDIT_VARIANT)
def ask_name_again(slug: str, name_key: str) -> str:
    """Ask what to change of a name that is in the draft."""
    return page(slug, NAME, name_key)


@pages.post("/bassins/<string:slug>/processus/brouillon/noms/<string:name_key>")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def change_name(slug: str, name_key: str) -> Response:
    """Change a name of the draft."""
    return put(slug, NAME, name_key)
