"""What comes before a signature online: its files are made, and whoever signs has just given a code."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from engine.agreements import presenting, proving, signatories, signatures
from engine.people import proofs
from engine.persistence.unit_of_work import Actor
from engine.runtime import tasks
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.database import Database

ADDRESS = "192.0.2.1"  # Of the documentation's own network: nobody's.


def shown(database: Database, task_id: UUID, person_id: UUID) -> dict[str, str]:
    """The hashes of what somebody is shown, that they send back when they sign.

    Raises `proving.NotPrintedYet` as long as the files are not made.
    """
    with database.start_reading(Actor(person_id, "web")) as work:
        texts = presenting.texts_of(work, tasks.find(work, task_id=task_id).task)
        return {
            name: proving.signed_hash(text) for name, text in zip(signatures.DIGESTS, texts, strict=False)
        }


def is_on_paper(database: Database, task_id: UUID) -> bool:
    """Whether a line is signed on paper: its basin does so, or its signatory wished it."""
    with database.start_reading() as work:
        row = work.database.get_one(Task, task_id)
        found = signatories.to_sign_at(work, row.case_id, row.position or 0, row.instance_id)
        allowed = proving.ways(work, row.basin_id, {each.text.kind for each in found})
        return (
            signatories.ONLINE not in {each.line.way for each in found} or signatories.ONLINE not in allowed
        )


def prove(database: Database, task_id: UUID, person_id: UUID) -> None:
    """Somebody gives the code that came with a task’s link."""
    with database.start_work(Actor(person_id, "web", ADDRESS)) as work:
        proofs.prove(
            work, person_id=person_id, means=proofs.Means.TASK_CODE, task_id=task_id, address=ADDRESS
        )
