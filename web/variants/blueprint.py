"""The name under which the application knows the pages of variants, and how their forms come back refused."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from flask import Blueprint, flash, g, redirect, request, url_for

from engine import errors
from engine.variants import adopting, drafts, publishing
from web import errors as web_errors
from web import page_forms, sent_late

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("variants", __name__)
# What keeps a form of the draft from being opened at all: the draft's page says what may be done instead.
TOLD_ON_THE_DRAFT = (adopting.NothingNewer, drafts.NotEditable, publishing.NotApproved)
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
    if slug is None or (request.method == "GET" and not isinstance(refusal, TOLD_ON_THE_DRAFT)):
        return web_errors.expected(refusal)
    flash(sentence, "error")
    return redirect(url_for("variants.show_draft", slug=slug), 303)
