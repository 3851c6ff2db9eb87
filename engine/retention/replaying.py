"""The list of what was forgotten, kept beside the database: a restored backup forgets it again."""

# It holds kinds, identifiers and instants, so that it may be copied anywhere: whoever reads it learns
# nothing of anybody. It lies in the folder of data, not in the database, since a backup is older than it.

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.documents.store import write_whole
from engine.people.models import Person
from engine.persistence.base import new_id
from engine.projects.models import Project
from engine.retention import contents, erasing, skeletons

if TYPE_CHECKING:
    from engine.documents.store import Store
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

log = logging.getLogger("alize.retention")
FILE = "erasures.jsonl"
KINDS = frozenset({erasing.PERSON, skeletons.SKELETON, skeletons.PIECES})


class NotAList(errors.Conflict):
    """Ce fichier n’est pas une liste d’effacements d’Alizé : ligne {line}."""


def keep(database: Database, folder: Path) -> list[dict[str, Any]]:
    """Bring the list in the folder of data up to date with the database; all its lines. Raises `NotAList`."""
    with database.start_reading() as work:
        known = erasing.state_of(work)
    return merge(folder, known)


def keep_again(database: Database, folder: Path) -> list[dict[str, Any]]:
    """Keep the list as `keep` does, even where what lies there is damaged: that is set aside, and said.

    For whatever has just forgotten: nothing that the database knows must be missing from the list.
    """
    path = folder / FILE
    try:
        return keep(database, folder)
    except NotAList as damaged:
        aside = path.with_name(f"erasures-damaged-{new_id().hex[:8]}.jsonl")
        path.replace(aside)
        log.exception(
            "retention.list.damaged", extra={"line": damaged.details["line"], "kept_as": aside.name}
        )
        return merge(folder, [*readable(aside), *keep(database, folder)])


def is_behind(work: UnitOfWork, folder: Path) -> bool:
    """Whether the list lacks something that the database has forgotten: a process died before it wrote it."""
    path = folder / FILE
    there = {key(each) for each in readable(path)} if path.exists() else set()
    return any(key(each) not in there for each in erasing.state_of(work))


def merge(folder: Path, lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Add lines to the list in the folder of data: whole or not at all, never fewer than before; all of them.

    Two processes write in turn. Raises `NotAList`.
    """
    path = folder / FILE
    folder.mkdir(parents=True, exist_ok=True)
    with turn(folder):
        before = {key(each): each for each in read(path)} if path.exists() else {}
        every = {key(each): dict(each) for each in lines} | before
        if every != before:
            ordered = sorted(every.values(), key=lambda each: (each["at"], each["kind"], each["subject"]))
            write_whole(path, "".join(json.dumps(each) + "\n" for each in ordered).encode())
    return list(every.values())


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Let one process at a time read the list, then write it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def key(each: Mapping[str, Any]) -> tuple[str, str]:
    """What a line is about."""
    return each["kind"], each["subject"]


def read(path: Path) -> list[dict[str, Any]]:
    """The lines of a list. Raises `NotAList`."""
    return [line_of(text, number) for number, text in enumerate(texts(path), start=1)]


def readable(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a damaged list that are still lines."""
    for number, text in enumerate(texts(path), start=1):
        with suppress(NotAList):
            yield line_of(text, number)


def texts(path: Path) -> list[str]:
    """The lines of a file, as they stand."""
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def line_of(text: str, number: int) -> dict[str, Any]:
    """What a line says. Raises `NotAList`."""
    try:
        each: dict[str, Any] = json.loads(text)
        UUID(each["subject"])
        datetime.fromisoformat(each["at"])
        is_known = each["kind"] in KINDS
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise NotAList(line=number) from wrong
    if not is_known:
        raise NotAList(line=number)
    return each


def replay(database: Database, lines: Iterable[Mapping[str, Any]], store: Store) -> int:
    """Forget again, in a database just restored, what was forgotten since its backup; how many.

    Safe to ask again: what is forgotten already is passed over, and so is what came after the backup.
    """
    done = 0
    # Projects first: their skeletons look for the names of people in their history.
    for each in sorted(lines, key=lambda one: one["kind"] == erasing.PERSON):
        subject = UUID(each["subject"])
        done += {erasing.PERSON: again_person, skeletons.SKELETON: again_skeleton,
                 skeletons.PIECES: again_pieces}[each["kind"]](database, subject)  # fmt: skip
    contents.sweep(database, store)
    return done


def again_person(database: Database, person_id: UUID) -> bool:
    """Erase a person again; False when nothing is left of them, or they came later."""
    with database.start_reading() as work:
        found = work.connection.execute(sa.select(Person.erased_at).where(Person.id == person_id)).first()
    if found is None or found.erased_at is not None:
        return False
    erasing.erase(database, person_id, forced=True)
    return True


def again_skeleton(database: Database, case_id: UUID) -> bool:
    """Leave a skeleton again; False when it is one, or came later, or has not ended in this backup."""
    with database.start_reading() as work:
        found = work.connection.execute(
            sa.select(Project.erased_at, Project.ended_on).where(Project.id == case_id)
        ).first()
    if found is None or found.erased_at is not None or found.ended_on is None:
        return False
    # In this backup its process may still have something to end: its time is not over there.
    with suppress(skeletons.NotEnded):
        return erasing.reduce(database, case_id)
    return False


def again_pieces(database: Database, case_id: UUID) -> bool:
    """Forget accounting pieces again."""
    with database.start_work() as work:
        found = work.connection.execute(sa.select(Project.erased_at).where(Project.id == case_id)).first()
        if (
            found is None
            or found.erased_at is None
            or skeletons.is_remembered(work, skeletons.PIECES, case_id)
        ):
            return False
        skeletons.forget_pieces(work, case_id)
        return True
