"""A refusal that shows its page again never fails in doing so."""

from __future__ import annotations

from flask import Blueprint

from engine import errors
from web import api
from web import app as web_app
from web import errors as web_errors
from web.auth import public

# These show nothing that can be gone, or see to it themselves.
ELSEWHERE = {"second_factor_needed", "try_again", "keep_answers", "older_page"}


class Gone(errors.NotFound):
    """Cette page n’est plus là."""


def test_what_is_gone_meanwhile_is_told_and_is_no_fault(engine):
    pages = Blueprint("trial", __name__)

    @pages.errorhandler(errors.Conflict)
    @web_errors.unless_hidden
    def again(_refusal: errors.Conflict) -> str:
        raise Gone

    @pages.post("/essai")
    @public
    def act() -> str:
        raise errors.Conflict

    made = web_app.create_app(engine)
    made.config["WTF_CSRF_ENABLED"] = False
    made.register_blueprint(pages)

    answer = made.test_client().post("/essai")

    assert answer.status_code == 404
    assert "Cette page n’est plus là." in answer.text


def test_every_refusal_that_shows_a_page_again_is_guarded(flask_app):
    found = {
        handler
        for blueprint, by_status in flask_app.error_handler_spec.items()
        if blueprint not in {None, api.pages.name}
        for handlers in by_status.values()
        for handler in handlers.values()
    }

    assert len(found) >= 12
    unguarded = {each.__name__ for each in found if not hasattr(each, "tells_what_is_hidden")}
    assert unguarded <= ELSEWHERE
