"""Check a diagram that anybody may have drawn; it is never executed."""

from __future__ import annotations

from flask import Response, jsonify, request
from werkzeug.exceptions import UnsupportedMediaType

from engine import installing
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.registry import checks, library
from engine.registry.context import Context
from engine.registry.reading import LARGEST_FILE
from web import work as web_work
from web.api import bodies, refusals
from web.api.bodies import Body, Switch, Text
from web.api.endpoints import endpoint

XML = "application/xml"
MEDIA_TYPES = {XML, "text/xml", "application/octet-stream"}


class CheckAsked(Body):
    """How the file is called, and which levels are asked."""

    filename = Text(longest=120, load_default="diagram.bpmn")
    profile_only = Switch(load_default=False)


@endpoint(
    "POST",
    "/processes/check",
    title=_("Vérifier un diagramme"),
    note=_(
        "Le corps est un fichier BPMN, un mégaoctet au plus ; il est lu, jamais exécuté. Même "
        "rapport que « alize check --format json »."
    ),
    permission=Permission.CHECK_PROCESS,
    query=CheckAsked,
    body=None,
    media_type=XML,
    answers={200: "CheckReport"},
)
def check_process(query: dict[str, object]) -> Response:
    """Check a BPMN file: the same report as `alize check --format json`.

    The body is the file, one megabyte at most; it is read in a child process with limits, never run.
    """
    content = bodies.read_bytes(LARGEST_FILE)
    if request.mimetype not in MEDIA_TYPES:
        raise UnsupportedMediaType
    if not content:
        raise refusals.malformed(bodies.NO_FILE)
    name = str(query["filename"])
    report = checks.check_safely(
        content, filename=name, context=context(name, only=bool(query["profile_only"]))
    )
    return jsonify(report.as_json(web_work.locale()))


def context(name: str, *, only: bool) -> Context:
    """What the check knows besides the file: the reference's processes, and the names of this release."""
    return Context(profile_only=True) if only else installing.known(library.reference(), name)
