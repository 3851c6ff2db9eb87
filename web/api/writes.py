"""A write asked for twice is done once: the first answer is given again (D24)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, request

from engine.i18n import mark as _
from engine.people import tokens
from engine.persistence import idempotency
from web import work as web_work
from web.api import access, refusals

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
NO_KEY = _(
    "Donnez un en-tête « Idempotency-Key », différent à chaque demande : "
    "répétée avec la même clé, elle n’est faite qu’une fois."
)
ODD_KEY = _("L’en-tête « Idempotency-Key » est un texte ASCII de 200 caractères au plus.")


@dataclass(slots=True)
class Write:
    """One write being done, or found to have been done: what it answers, and where the result is read."""

    work: UnitOfWork
    is_first: bool
    status: int = HTTPStatus.OK
    location: str = ""

    def done(self, location: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Say what the first request is answered, and where its result is read."""
        self.location, self.status = location, status.value

    @property
    def made_id(self) -> UUID:
        """What the first request made: the last word of its place."""
        return UUID(self.location.rsplit("/", 1)[-1])

    def answer(self, response: Response) -> Response:
        """Give this answer the status and the place of the first one."""
        response.status_code = self.status
        response.headers["Location"] = self.location
        return response


@dataclass(frozen=True, slots=True)
class Asked:
    """A keyed request: its key belongs to one actor and one route, its body to the key."""

    actor_id: UUID
    route: str
    key: str
    request_hash: str


def asked() -> Asked:
    """The request's key. Raises a 400 refusal when there is none, or an odd one."""
    key = request.headers.get(HEADER, "").strip()
    if not key:
        raise refusals.malformed(NO_KEY)
    if len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise refusals.malformed(ODD_KEY)
    body = request.get_data(cache=True)
    # The rule leaves the identifiers out: the same key on another task is another request, as it is with
    # another question after the address.
    place = request.path.encode() + (b"?" + request.query_string if request.query_string else b"")
    return Asked(
        actor_id=web_work.actor().person_id,
        route=f"{request.method} {request.url_rule}",
        key=key,
        request_hash=idempotency.fingerprint(place + b"\x1f" + body),
    )


@contextmanager
def once(*, on_behalf_of: UUID | None = None) -> Iterator[Write]:
    """Open the unit of a keyed write; the caller acts only when `is_first`, and says what is `done`.

    The key is written in the act's own transaction: both are kept, or neither. Raises
    `idempotency.AnotherRequest` (422), `idempotency.StillRunning` (409).
    """
    this = asked()
    with (
        idempotency.running(actor_id=this.actor_id, route=this.route, key=this.key),
        web_work.start_work(on_behalf_of=on_behalf_of) as work,
    ):
        idempotency.hold(work, actor_id=this.actor_id, route=this.route, key=this.key)
        known = idempotency.find(
            work, actor_id=this.actor_id, route=this.route, key=this.key, request_hash=this.request_hash
        )
        if known is not None:
            yield Write(work, is_first=False, status=known.status, location=known.location)
            return
        write = Write(work, is_first=True)
        yield write
        tokens.note_use(work, access.caller().bearer.token_id)
        idempotency.remember(
            work, route=this.route, key=this.key, request_hash=this.request_hash, status=write.status,
            location=write.location,
        )  # fmt: skip


def act(do: Callable[[UnitOfWork], object], place: str, *, on_behalf_of: UUID | None = None) -> Write:
    """Do this once; the result is read at `place`. Raises what `do` and `once` raise."""
    with once(on_behalf_of=on_behalf_of) as write:
        if write.is_first:
            do(write.work)
            write.done(place)
    return write


def create(make: Callable[[UnitOfWork], str]) -> Write:
    """Make something once: `make` says where it is read. Raises what `make` and `once` raise."""
    with once() as write:
        if write.is_first:
            write.done(make(write.work), HTTPStatus.CREATED)
    return write
