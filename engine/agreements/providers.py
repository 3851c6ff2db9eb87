"""Providers of signatures: what one must know how to do, and the local one of demonstrations and tests."""

from __future__ import annotations

import enum
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from engine import errors
from engine.documents import plain

LOCAL = "local"


class ProviderSilent(errors.Unavailable):
    """Le prestataire de signature ne répond pas : la demande attend, elle est refaite d’elle-même."""


class UnknownReference(errors.NotFound):
    """Cette demande de signature n’existe pas."""


class AlreadyAnswered(errors.Conflict):
    """Une réponse a déjà été donnée à cette demande de signature."""


class Answer(enum.StrEnum):
    """What a provider says of a request."""

    PENDING = "pending"
    SIGNED = "signed"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class ToBeSigned:
    """A file to sign: its name, its content, the hash that the signature binds."""

    name: str
    content: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a provider: one person, one line, every file that they sign at once.

    `id` is ours, and the same at each attempt: a provider asked twice has one request.
    """

    id: UUID
    title: str
    person: str
    email: str | None
    files: tuple[ToBeSigned, ...]


@dataclass(frozen=True, slots=True)
class Started:
    """A request that a provider has taken: its own name for it, and where the person signs."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where a request stands; once answered, of which day, and the provider's own proof."""

    state: Answer
    signed_on: date | None = None
    evidence: bytes | None = None


class Provider(Protocol):
    """Somebody else's service, where people sign. Nothing of it is called while a transaction is open."""

    key: str

    def start(self, request: Request) -> Started:
        """Hand over what is to be signed, once whatever the number of calls. Raises `ProviderSilent`."""
        ...

    def fetch(self, reference: str) -> Fetched:
        """Ask what has become of a request. Raises `ProviderSilent`, `UnknownReference`."""
        ...


class LocalProvider:
    """A provider of demonstrations and tests: its page is ours, and its answers are files of a folder.

    What is signed there is signed for nobody: no installation in production may have it.
    """

    key = LOCAL

    def __init__(self, folder: Path, base_url: str) -> None:
        self._folder = folder
        self._base_url = base_url.rstrip("/")

    def start(self, request: Request) -> Started:
        """Note the request; the same one again is the same."""
        reference = request.id.hex
        if not self._path(reference).exists():
            self._write(reference, {
                "state": Answer.PENDING.value, "title": request.title, "person": request.person,
                "files": [{"name": each.name, "digest": each.digest} for each in request.files],
            })  # fmt: skip
        return Started(reference, f"{self._base_url}/prestataire/{reference}")

    def fetch(self, reference: str) -> Fetched:
        """Read what was answered."""
        found = self.read(reference)
        state = Answer(found["state"])
        if state is Answer.PENDING:
            return Fetched(state)
        proof = plain.one_page(json.dumps(found, sort_keys=True).encode())
        return Fetched(state, date.fromisoformat(found["answered_on"]), proof)

    def answer(self, reference: str, state: Answer, *, on: date) -> None:
        """Keep what the person answered on our page. Raises `UnknownReference`, `AlreadyAnswered`."""
        found = self.read(reference)
        if found["state"] != Answer.PENDING.value:
            raise AlreadyAnswered
        self._write(reference, {**found, "state": state.value, "answered_on": on.isoformat()})

    def read(self, reference: str) -> dict[str, Any]:
        """A request as it was noted. Raises `UnknownReference`."""
        try:
            found: dict[str, Any] = json.loads(self._path(reference).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise UnknownReference from error
        return found

    def _path(self, reference: str) -> Path:
        """The file of a request; its name is only ever hexadecimal. Raises `UnknownReference`."""
        try:
            return self._folder / f"{UUID(hex=reference).hex}.json"
        except ValueError as error:
            raise UnknownReference from error

    def _write(self, reference: str, values: Mapping[str, Any]) -> None:
        """Write a request whole, or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._folder)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(values, file)
        Path(temporary).replace(self._path(reference))


def installed(name: str, *, data_dir: str, base_url: str) -> LocalProvider | None:
    """The provider of an installation, None without one; settings refuse the local one in production."""
    return LocalProvider(Path(data_dir) / "provider", base_url) if name == LOCAL else None
