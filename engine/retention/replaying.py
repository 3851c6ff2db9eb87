"""The list of what was forgotten, kept beside the database: a restored backup forgets it again."""

# It holds kinds, identifiers and instants, so that it may be copied anywhere: whoever reads it learns
# nothing of anybody. It lies in the folder of data, not in the database, since a backup is older than it.

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.people.models import Person
from engine.projects.models import Project
from engine.retention import contents, erasing, skeletons

if TYPE_CHECKING:
    from engine.documents.store import Store
    from engine.persistence.database import Database

FILE = "erasures.jsonl"
KINDS = frozenset({erasing.PERSON, skeletons.SKELETON, skeletons.PIECES})


class NotAList(errors.Conflict):
    """Ce fichier n’est pas une liste d’effacements d’Alizé : ligne {line}."""


def keep(database: Database, folder: Path) -> list[dict[str, Any]]:
    """Bring the list in the folder of data up to date with the database; all its lines. Raises `NotAList`."""
    with database.start_reading() as work:
        known = erasing.state_of(work)
    return merge(folder, known)


def merge(folder: Path, lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Add lines to the list in the folder of data: whole or not at all, never fewer than before; all of them.

    Raises `NotAList`.
    """
    path = folder / FILE
    before = {key(each): each for each in read(path)} if path.exists() else {}
    every = {key(each): dict(each) for each in lines} | before
    if every != before:
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(FILE + ".partial")
        ordered = sorted(every.values(), key=lambda each: (each["at"], each["kind"], each["subject"]))
        partial.write_text("".join(json.dumps(each) + "\n" for each in ordered), encoding="utf-8")
        partial.replace(path)
    return list(every.values())


def key(each: Mapping[str, Any]) -> tuple[str, str]:
    """What a line is about."""
    return each["kind"], each["subject"]


def read(path: Path) -> list[dict[str, Any]]:
    """The lines of a list. Raises `NotAList`."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        try:
            each = json.loads(line)
            UUID(each["subject"])
            datetime.fromisoformat(each["at"])
            is_known = each["kind"] in KINDS
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            raise NotAList(line=number) from wrong
        if not is_known:
            raise NotAList(line=number)
        found.append(each)
    return found


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
    erasing.reduce(database, case_id)
    return True


def again_pieces(database: Database, case_id: UUID) -> bool:
    """Forget accounting pieces again."""
    with database.start_work() as work:
        found = work.connection.execute(sa.select(Project.ended_on).where(Project.id == case_id)).first()
        if found is None or found.ended_on is None:
            return False
        skeletons.forget_pieces(work, case_id)
        return True
