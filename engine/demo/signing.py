"""What comes before a signature online: its files are made, and whoever signs has just given a code."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from engine.agreements import presenting, proving, signatures
from engine.people import proofs
from engine.persistence.unit_of_work import Actor
from engine.runtime import tasks

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


def prove(database: Database, task_id: UUID, person_id: UUID) -> None:
    """Somebody gives the code that came with a task’s link."""
    with database.start_work(Actor(person_id, "web", ADDRESS)) as work:
        proofs.prove(
            work, person_id=person_id, means=proofs.Means.TASK_CODE, task_id=task_id, address=ADDRESS
        )
