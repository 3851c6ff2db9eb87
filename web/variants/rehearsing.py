"""Rehearse a basin's process on an imaginary project: choose, read the months, share what came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from flask import render_template, request, url_for

from engine import errors, installing
from engine.i18n import mark as _
from engine.people import persons
from engine.people.permissions import Permission
from engine.registry import shared_rehearsals, versions
from engine.rehearsal import asking as playing
from engine.rehearsal import deciding, places, told
from engine.rehearsal.setting import ENDINGS, OTHERWISE, PACES, Otherwise, Place, Question
from engine.variants import drafts
from forms.context import Context
from web import once
from web import work as web_work
from web.auth import requires, viewer
from web.basins import asking
from web.basins.page import open_basin
from web.variants import rehearsal_page, rehearsal_request
from web.variants.blueprint import pages
from web.variants.drafting import draft_of, opened
from web.variants.rehearsal_request import Asked

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork


# What follows the choices made so far, for whoever has chosen enough.
LEFT_ALONE = (
    (_("Laisser la suite comme d’habitude"), Otherwise.USUAL),
    (_("Laisser la suite au hasard"), Otherwise.RANDOM),
)


@dataclass(frozen=True, slots=True)
class Played:
    """What may be rehearsed: the diagrams, where they would be in force, where its pages are."""

    basin: Basin
    files: Mapping[str, bytes]
    place: Place
    url: str
    share_url: str | None
    title: str
    shared: Sequence[Any]


def of_draft(work: UnitOfWork, slug: str) -> Played:
    """The draft of a basin. Raises what `drafting.opened` and `drafts.files_of` raise."""
    basin, draft = opened(work, slug)
    return Played(
        basin,
        drafts.files_of(work, draft),
        places.place_of(work, basin, draft.parameters, installing.CHARTER_VERSION),
        url_for("variants.rehearse_draft", slug=slug),
        url_for("variants.share_draft_rehearsal", slug=slug),
        web_work.translated(_("Répéter le brouillon")),
        shared_rehearsals.of_basin(work, basin.id),
    )


def of_version(work: UnitOfWork, slug: str) -> Played:
    """The version in force in a basin. Raises `versions.NothingPublished`."""
    basin = open_basin(work, slug)
    found = places.in_force(work, basin, on=web_work.today())
    may_share = viewer().rights.allows(Permission.EDIT_VARIANT, basin_id=basin.id)
    return Played(
        basin,
        found.files,
        found.place,
        url_for("variants.rehearse_version", slug=slug),
        url_for("variants.share_version_rehearsal", slug=slug) if may_share else None,
        web_work.translated(_("Répéter le processus en vigueur")),
        shared_rehearsals.of_basin(work, basin.id),
    )


@pages.get("/bassins/<string:slug>/processus/brouillon/repetition")
@requires(Permission.EDIT_VARIANT)
def rehearse_draft(slug: str) -> str:
    """Rehearse the draft."""
    with web_work.start_reading() as work:
        found = of_draft(work, slug)
    return page(found, back=(_("Brouillon"), draft_of(slug)))


@pages.get("/bassins/<string:slug>/processus/repetition")
@requires(Permission.SEE_BASIN)
def rehearse_version(slug: str) -> str:
    """Rehearse the version in force."""
    with web_work.start_reading() as work:
        found = of_version(work, slug)
    return page(found, back=(_("Notre processus"), url_for("variants.show", slug=slug)))


def page(found: Played, *, back: tuple[str, str]) -> str:
    """The form, and the rehearsal that its address asks for."""
    asked = rehearsal_request.read(request.args, web_work.today())
    played, refusal = None, ""
    if asked.is_played:
        try:
            played = playing.rehearse(question_of(found, asked))
        except playing.CannotRehearse as error:
            refusal = web_work.translated(error.message)
    view = {} if played is None else view_of(played, found.files, found.url, asked)
    return render_template(
        "variants/rehearsal.html",
        basin=found.basin,
        title=found.title,
        back=back,
        asked=asked,
        form=form_of(asked),
        action=found.url,
        refusal=refusal,
        played=played,
        another_url=f"{found.url}?{urlencode(asked.arguments(**with_other_chances(asked)))}",
        share_url=found.share_url,
        already_shared=[
            (
                each.title,
                url_for("variants.show_shared", slug=found.basin.slug, shared_id=each.id),
                each.shared_at.date(),
                each.expires_at.date(),
            )
            for each in found.shared
        ],
        arguments=asked.arguments(),
        key=once.new_key(),
        **view,
    )


def question_of(found: Played, asked: Asked) -> Question:
    """What is asked of whoever plays."""
    return Question(
        dict(sorted(found.files.items())), found.place, asked.choices, asked.starts_on, asked.months,
        asked.seed,
    )  # fmt: skip


def with_other_chances(asked: Asked) -> dict[str, object]:
    """The argument that plays with the next seed."""
    return {rehearsal_request.SEED: asked.seed % rehearsal_request.LARGEST_SEED + 1}


def form_of(asked: Asked) -> dict[str, Any]:
    """What the form proposes, in the reader's language."""
    say = web_work.translated
    outcomes = [
        {
            "name": f"{rehearsal_request.OUTCOME}{each.key}",
            "label": say(each.label),
            "value": asked.outcomes.get(each.key, ""),
            "options": [(one.value, say(one.label)) for one in deciding.options_of(each, Context())],
        }
        for each in rehearsal_request.proposed()
    ]
    return {
        "paces": [(each.value, say(label)) for each, label in PACES.items()],
        "otherwise": [(each.value, say(label)) for each, label in OTHERWISE.items()],
        "endings": [(each.value, say(label)) for each, label in ENDINGS.items()],
        "outcomes": outcomes,
        "is_open": bool(asked.outcomes) or bool(asked.ending),
    }


def view_of(
    played: told.Rehearsal, files: Mapping[str, bytes], url: str, asked: Asked | None
) -> dict[str, Any]:
    """What the page of a rehearsal shows; the reader's filters are in its address."""
    role, shown = request.args.get("qui", ""), request.args.get("quoi", "")
    process = request.args.get("processus", "") or first_process(played)
    kept = {"qui": role or None, "quoi": shown or None, "processus": process}

    def link(**more: object) -> str:
        arguments = {**({} if asked is None else asked.arguments()), **kept, **more}
        return f"{url}?{urlencode({name: value for name, value in arguments.items() if value})}"

    say = web_work.translated
    return {
        "tone": rehearsal_page.TONES[played.how],
        "sentence": rehearsal_page.sentence_of(played),
        "months": rehearsal_page.months(played, role=role, shown=shown),
        "table": rehearsal_page.table_of(played),
        "roles": [("", say(_("Tous")), link(qui=None), not role)]
        + [(each, rehearsal_page.role_name(each), link(qui=each), each == role)
           for each in rehearsal_page.roles_of(played)],
        "kinds": [(say(label), link(quoi=key or None), key == shown)
                  for key, (label, _kinds) in rehearsal_page.SHOWN.items()],
        "drawing": rehearsal_page.drawn(played, files, process),
        "processes": [(name, link(processus=each), each == process)
                      for each, name in rehearsal_page.ways_in(played, files)],
        "leave_it": [(say(label), link(sinon=rest.value)) for label, rest in LEFT_ALONE],
        "people": [(rehearsal_page.role_name(each), who) for each, who in played.people.items()],
        "options": [(say(each.label), link(choix=",".join((*asked.decided, each.value))))
                    for each in played.choice.options] if played.choice and asked else [],
    }  # fmt: skip


def first_process(played: told.Rehearsal) -> str:
    """The diagram to show first: where a choice waits, else the project's own."""
    return played.choice.process if played.choice else rehearsal_page.MAIN


# ── Share it ────────────────────────────────────────────────────────────────────────────────────────────────


@pages.post("/bassins/<string:slug>/processus/brouillon/repetition")
@requires(Permission.EDIT_VARIANT)
def share_draft_rehearsal(slug: str) -> Response:
    """Keep the rehearsal of the draft as a page."""
    with web_work.start_reading() as work:
        found = of_draft(work, slug)
    return share(slug, found)


@pages.post("/bassins/<string:slug>/processus/repetition")
@requires(Permission.EDIT_VARIANT)
def share_version_rehearsal(slug: str) -> Response:
    """Keep the rehearsal of the version in force as a page."""
    with web_work.start_reading() as work:
        found = of_version(work, slug)
    return share(slug, found)


def share(slug: str, found: Played) -> Response:
    """Play it again, for it is the same each time, and keep it for ninety days."""
    asked = rehearsal_request.read(request.form, web_work.today())
    played = playing.rehearse(question_of(found, asked))
    title = request.form.get("titre", "").strip() or found.title
    with once.start_work() as work:
        basin = asking.basin_for(work, slug, Permission.EDIT_VARIANT)
        shared_id = shared_rehearsals.share(
            work, basin_id=basin.id, title=title[:120], content_hash=versions.content_hash(found.files),
            asked=asked.arguments(), result=told.as_mapping(played),
        )  # fmt: skip
        target = url_for("variants.show_shared", slug=slug, shared_id=shared_id)
        return asking.done(work, target, _("La page est partagée : son adresse vaut quatre-vingt-dix jours."))


@pages.get("/bassins/<string:slug>/processus/repetitions/<uuid:shared_id>")
@requires(Permission.SEE_BASIN)
def show_shared(slug: str, shared_id: UUID) -> str:
    """Show a rehearsal that somebody shared, to whoever sees the basin."""
    with web_work.start_reading() as work:
        basin = open_basin(work, slug)
        shared = shared_rehearsals.read(work, shared_id)
        if shared.basin_id != basin.id:
            raise shared_rehearsals.UnknownRehearsal
        by = persons.names(work, [shared.shared_by]).get(shared.shared_by, "")
        files = files_of(work, shared)
    played = told.from_mapping(shared.result)
    url = url_for("variants.show_shared", slug=slug, shared_id=shared_id)
    return render_template(
        "variants/rehearsal.html",
        basin=basin,
        title=shared.title,
        back=(_("Notre processus"), url_for("variants.show", slug=slug)),
        asked=None,
        shared=shared,
        shared_by=by,
        played=played,
        refusal="",
        share_url=None,
        **view_of(played, files, url, None),
    )


def files_of(work: UnitOfWork, shared: shared_rehearsals.SharedRehearsal) -> Mapping[str, bytes]:
    """The diagrams that were played, where they are still there: of a version, or of the draft as it is."""
    found = shared_rehearsals.version_played(work, shared)
    if found is not None:
        return versions.files_of(work, found)
    draft = drafts.open_of(work, shared.basin_id)
    if draft is None:
        return {}
    try:
        files = drafts.files_of(work, draft)
    except errors.EngineError:
        return {}
    return files if versions.content_hash(files) == shared.content_hash else {}
