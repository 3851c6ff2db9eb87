"""Where contents lie: outside the web's root, each under the hash of what it holds."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine import errors

UNFINISHED = "."  # How the name of a file begins that is being written: no content's does.


# The disk, or this user's share of it, is full.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class NoRoomForFile(errors.Unavailable):
    """Le disque du service est plein : ce fichier n’a pas été gardé. L’administration doit faire de la place ; réessayez ensuite."""  # noqa: E501


class DocumentNotFound(errors.NotFound):
    """Ce document n’existe pas, ou ne vous est pas visible."""


@dataclass(frozen=True, slots=True)
class Store:
    """`folder/ab/cdef…`: one file per content, whatever its names."""

    folder: Path

    def path(self, content_hash: str) -> Path:
        """The file of a content."""
        return self.folder / content_hash[:2] / content_hash[2:]

    def keep(self, content: bytes) -> str:
        """Write a content whole or not at all, and give its hash; a known one is written once.

        Raises `NoRoomForFile`.
        """
        content_hash = digest_of(content)
        path = self.path(content_hash)
        if path.exists():
            return content_hash
        try:
            write_whole(path, content)
        except OSError as error:
            if error.errno in FULL:
                raise NoRoomForFile from error
            raise
        return content_hash

    def read(self, content_hash: str) -> bytes:
        """The content under a hash; an erased document has none. Raises `DocumentNotFound`."""
        if not content_hash:
            raise DocumentNotFound
        try:
            return self.path(content_hash).read_bytes()
        except FileNotFoundError as error:
            raise DocumentNotFound from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name, then give it its own: nobody ever finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def digest_of(content: bytes) -> str:
    """The SHA-256 of a content, in hexadecimal: its name in the store, and what signatures bind."""
    return hashlib.sha256(content).hexdigest()
