"""A form sent twice is one act: the hidden key of a page, kept with what was answered (D24)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from flask import abort, redirect, request

from engine import errors
from engine.persistence import idempotency
from web import work as web_work

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage
    from werkzeug.wrappers import Response

    from engine.persistence.unit_of_work import UnitOfWork

FIELD = "key"
LONGEST = 64


class PageUsed(idempotency.AnotherRequest, errors.InvalidAnswers):
    """Un autre envoi de cette page est déjà enregistré : vérifiez celui-ci, puis envoyez-le de nouveau."""


def new_key() -> str:
    """A key for a page just shown: every attempt to send that page carries it."""
    return uuid4().hex


def key_sent() -> str | None:
    """The key that the request carries; none for a page too old to have one."""
    key = request.form.get(FIELD, "")
    return key if 0 < len(key) <= LONGEST and key.isalnum() else None


def answered(work: UnitOfWork) -> Response | None:
    """Where the same request was sent to the first time, or None when this is the first.

    Raises `PageUsed` when the key served for other answers.
    """
    key = key_sent()
    if key is None:
        return None
    asked: dict[str, Any] = {"actor_id": work.actor.person_id, "route": request.path, "key": key}
    idempotency.take_turn(work, **asked)
    try:
        before = idempotency.find(work, request_hash=fingerprint(), **asked)
    except idempotency.AnotherRequest as refusal:
        raise PageUsed from refusal  # People know of no key.
    return None if before is None else redirect(before.location, before.status)


@contextmanager
def start_work() -> Iterator[UnitOfWork]:
    """Open the unit of a form's act; the same form sent again is led where the first was, and acts no more.

    Raises `PageUsed` when the key served for other answers.
    """
    with web_work.start_work() as work:
        before = answered(work)
        if before is not None:
            abort(before)
        yield work


def done(work: UnitOfWork, location: str) -> Response:
    """Keep where this act leads with the act itself, and go there."""
    key = key_sent()
    if key is not None:
        idempotency.remember(
            work, route=request.path, key=key, request_hash=fingerprint(), status=303, location=location
        )
    return redirect(location, 303)


def fingerprint() -> str:
    """What tells one form sent from another: its answers, its files by their names and what is in them."""
    digest = hashlib.sha256()
    for name, value in sorted(request.form.items(multi=True)):
        if name != "csrf_token":
            digest.update(f"{name}\x1f{value}\x1e".encode())
    # Every scanner calls its files alike: only what is in them tells one from the next.
    files = sorted(
        (name, file.filename or "", digest_of(file)) for name, file in request.files.items(multi=True)
    )
    for each in files:
        digest.update(("\x1f".join(each) + "\x1e").encode())
    return digest.hexdigest()


def digest_of(file: FileStorage) -> str:
    """The hash of what is in a file, which is left to be read from where it stood."""
    place = file.stream.tell()
    file.stream.seek(0)
    found = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    file.stream.seek(place)
    return found
