"""The name under which the application knows the pages of basins, and how their forms come back refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g

from engine import errors
from engine.people import partnerships
from engine.registry import current
from web import errors as web_errors
from web import page_forms, sent_late

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("basins", __name__)
sent_late.register(pages)


@pages.errorhandler(partnerships.TooFewPartners)
@pages.errorhandler(partnerships.AgreementsOverlap)
@pages.errorhandler(current.ChangesWithVersion)
@web_errors.unless_hidden
def impossible(refusal: errors.EngineError) -> Response | tuple[str, int]:
    """Show the form again with what was typed, saying why the whole of it cannot be."""
    show: page_forms.ShowAgain | None = g.get("show_again")
    if show is None:
        return web_errors.expected(refusal)
    shown = show(page_forms.answers_sent(), {"": [web_errors.sentence_of(refusal)]})
    return shown, web_errors.status_of(refusal)
