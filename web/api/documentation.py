"""The API described to programs and to people, without a script from anywhere."""

from __future__ import annotations

from flask import Response, jsonify, render_template

from engine.i18n import mark as _
from web import work as web_work
from web.api import openapi
from web.api.endpoints import endpoint


@endpoint(
    "GET",
    "/openapi.json",
    title=_("Décrire l’API aux programmes"),
    public=True,
    answers={200: "OpenApi"},
)
def openapi_document() -> Response:
    """Describe the API: OpenAPI 3.1."""
    return jsonify(openapi.document(web_work.engine().settings.environment))


@endpoint(
    "GET",
    "/docs",
    title=_("Décrire l’API aux personnes"),
    public=True,
    answers={200: None},
    answer_type="text/html",
)
def docs() -> Response:
    """Describe the API to people, on one page."""
    described = openapi.document(web_work.engine().settings.environment)
    return Response(render_template("api/docs.html", document=described))
