"""The name under which the application knows the pages of variants, and how their forms come back refused."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from flask import Blueprint, flash, g, redirect, request, url_for

from engine import errors
from engine.variants import drafts
from web import errors as web_errors
from web import page_forms, sent_late

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("variants", __name__)
sent_late.register(pages)


@pages.errorhandler(errors.Conflict)
@web_errors.unless_hidden
def refused(refusal: errors.Conflict) -> Response | tuple[str, int]:
    """Say what changed meanwhile, or what cannot be: above what was typed, or on the draft's page."""
    sentence = web_errors.sentence_of(refusal)
    show: page_forms.ShowAgain | None = g.get("show_again")
    if show is not None:
        # What was refused may be what the page itself needs: a newer reference, a change still in the draft.
        with suppress(errors.Conflict, errors.NotFound):
            return show(page_forms.answers_sent(), {"": [sentence]}), web_errors.status_of(refusal)
    slug = (request.view_args or {}).get("slug")
    if slug is None or (request.method == "GET" and not is_within_the_draft()):
        return web_errors.expected(refusal)
    flash(sentence, "error")
    return redirect(url_for("variants.show_draft", slug=slug), 303)


@pages.errorhandler(drafts.UnknownDraft)
@web_errors.unless_hidden
def gone(refusal: drafts.UnknownDraft) -> Response | tuple[str, int]:
    """Lead whoever comes to a draft that ended, or was never begun, to where another one is begun.

    A program, and the drawing's script, are only told.
    """
    slug = (request.view_args or {}).get("slug")
    if slug is None or request.is_json or request.endpoint == "variants.drawn":
        return web_errors.expected(refusal)
    flash(web_errors.sentence_of(refusal), "error")
    return redirect(url_for("variants.show", slug=slug), 303)


def is_within_the_draft() -> bool:
    """Tell whether a page behind the draft's own was asked for: that one says what may be done instead."""
    return "/processus/brouillon/" in request.path and request.endpoint != "variants.drawn"
