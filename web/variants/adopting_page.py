"""A newer reference taken over into the draft: what both changed is decided by the officer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import render_template, request, url_for

from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.registry import differences, versions
from engine.registry.carrying import Side
from engine.variants import adopting
from web import errors as web_errors
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.basins import asking
from web.page_forms import Messages, show_again_with
from web.sent_late import set_aside
from web.variants import comparing, words
from web.variants.blueprint import pages
from web.variants.drafting import REVISION, draft_of, opened, opened_to_change, revision_sent

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

SETTLED = "keep:"  # What the name of each choice begins with: « keep:appraisal.bpmn/qualify ».


@pages.get("/bassins/<string:slug>/processus/brouillon/reference")
@requires(Permission.EDIT_VARIANT)
def ask_reference(slug: str) -> str:
    """Show what taking the newest reference over would do, and ask what is kept."""
    return reference_page(slug)


def reference_page(slug: str, values: asking.Values | None = None, messages: Messages | None = None) -> str:
    """What a new reference brings, and its choices: one per element that both changed."""
    with web_work.start_reading() as work:
        basin, draft = opened_to_change(work, slug, values)
        found = adopting.prospect(work, draft)
        names = words.names_of(work, draft.reference_id)
        brought = differences.between(
            versions.files_of(work, draft.reference_id), versions.files_of(work, found.reference.id)
        )
        processes = {**names.processes, **words.names_of(work, found.reference.id).processes}
    locale, wrong = web_work.locale(), messages or {}
    return render_template(
        "variants/reference.html",
        basin=basin,
        reference=found.reference,
        conflicts=[
            {
                "name": f"{SETTLED}{each.file}/{each.element}",
                "process": names.title(each.file.removesuffix(".bpmn")),
                "sentence": words.capital(each.sentence(locale)),
                "ours": [said(locale) for said in each.ours],
                "theirs": [said(locale) for said in each.theirs],
                "chosen": (values or {}).get(f"{SETTLED}{each.file}/{each.element}"),
                "problems": wrong.get(f"{each.file}/{each.element}", ()),
            }
            for each in found.conflicts
        ],
        brought=comparing.groups(brought, processes),
        vanished=[web_errors.sentence_of(each) for each in found.vanished],
        general_errors=wrong.get("", ()),
        action=url_for("variants.adopt", slug=slug),
        back_url=draft_of(slug),
        hidden={REVISION: draft.revision},
        key=once.new_key(),
    )


def settled() -> dict[tuple[str, str], Side]:
    """What the officer chose, by file and element; what is no choice is left out."""
    found: dict[tuple[str, str], Side] = {}
    for name, value in request.form.items():
        file, slash, element = name.removeprefix(SETTLED).partition("/")
        if name.startswith(SETTLED) and slash and value in set(Side):
            found[file, element] = Side(value)
    return found


@pages.post("/bassins/<string:slug>/processus/brouillon/reference")
@requires(Permission.EDIT_VARIANT)
@keeps_when_idle(set_aside)
def adopt(slug: str) -> Response:
    """Make the draft stand on the newest reference, with what was chosen."""
    show_again_with(partial(reference_page, slug))
    with web_work.start_reading() as work:
        basin = asking.basin_for(work, slug, Permission.EDIT_VARIANT)
        adopting.prepare(work, basin_id=basin.id, settled=settled())
    with once.start_work() as work:
        _basin, draft = opened(work, slug)
        adopting.adopt(work, draft_id=draft.id, revision=revision_sent(), settled=settled())
        return asking.done(
            work,
            draft_of(slug),
            _("Le brouillon s’appuie maintenant sur la dernière référence : relisez-le."),
        )
