"""The one table of endpoints: each line is a route, its permission and its documentation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from engine.people.permissions import Permission
from web.api import access, bodies

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

PREFIX = "/api/v1"
CONVERTER = re.compile(r"<(\w+):(\w+)>")
JSON = "application/json"

View = Callable[..., Response]

pages = Blueprint("api", __name__, url_prefix=PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One verb on one path, as it is routed, guarded and documented.

    `answers` gives the schema of each status that is not a refusal, `refusals` the others that a well
    read request may meet; a `body` of None is not JSON, and read by the function itself. Without a
    permission any token will do, and `public` asks for none. `keyed` asks for an `Idempotency-Key`;
    `only_in` names the environments where the route exists.
    """

    verb: str
    path: str
    title: str
    view: View
    answers: Mapping[int, str | None]
    note: str = ""
    permission: Permission | None = None
    public: bool = False
    refusals: tuple[int, ...] = ()
    query: type[bodies.Body] = bodies.Nothing
    body: type[bodies.Body] | None = bodies.Nothing
    media_type: str = JSON
    answer_type: str = JSON
    keyed: bool = False
    only_in: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the operation: that of its function."""
        return self.view.__name__

    @property
    def documented_path(self) -> str:
        """The path as OpenAPI writes it."""
        return CONVERTER.sub(r"{\2}", self.path)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The kind and the name of each part of the path that changes."""
        return CONVERTER.findall(self.path)


ENDPOINTS: list[Endpoint] = []


def endpoint(verb: str, path: str, **described: Any) -> Callable[[View], View]:
    """Add a line to the table: a French `title`, a `note` when there is more to say, the fields above.

    The function is called with the path's parts, and with the clean `query` and `body` it declares.
    Who asks is looked at before what they ask: 401, 403, then 413, 415, 400 and 422.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**parts: Any) -> Response:
            if not line.public:
                access.require(line.permission)
            query = bodies.read_query(line.query)
            body = bodies.read_body(line.body) if line.body and line.verb != "GET" else {}
            return view(**parts, **({"query": query} if query else {}), **({"body": body} if body else {}))

        line = Endpoint(verb=verb, path=path, view=guarded, **described)
        asked = line.permission.value if line.permission else "signed_in"
        guarded.permission = None if line.public else asked  # type: ignore[attr-defined]
        ENDPOINTS.append(line)
        pages.record(partial(add_route, line=line))
        return guarded

    return decorate


def add_route(state: BlueprintSetupState, *, line: Endpoint) -> None:
    """Route an endpoint, in the environments where it exists."""
    if exists(line, state.app.extensions["alize"].settings.environment):
        state.add_url_rule(line.path, line.name, line.view, methods=[line.verb])


def exists(line: Endpoint, environment: str) -> bool:
    """Tell whether an endpoint exists in an environment."""
    return not line.only_in or environment in line.only_in


@pages.before_request
def identify() -> None:
    """Recognise who asks, before any view."""
    access.identify(request.headers.get("Authorization", ""))
