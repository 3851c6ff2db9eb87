"""The gestures of a signature, for whoever plays a basin at work: files made, a code given, a scan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from engine.agreements import drafting
from engine.demo import signing
from engine.persistence.database import Database
from engine.persistence.unit_of_work import UnitOfWork
from engine.projects import documents
from engine.runtime.models import Task
from tests.printing import print_papers

NOBODY = UUID(int=0)


class Signing:
    """What a basin at work knows of signatures; its project and its people are its own."""

    database: Database
    people: dict[str, UUID]
    case_id: UUID

    def task(self, step: str, *, position: int | None = None) -> Task:
        """The open task of a step."""
        raise NotImplementedError

    def complete(self, step: str, by: str, answers: Mapping[str, object], **how: Any) -> None:
        """Complete the open task of a step as somebody."""
        raise NotImplementedError

    def work_as(self, name: str) -> UnitOfWork:
        """An act of somebody."""
        raise NotImplementedError

    def print_papers(self) -> int:
        """Make the documents that the last acts asked for."""
        return print_papers(self.database)

    def sign(self, position: int, **changes: object) -> None:
        """The person of a line signs it, on the files that they are shown, having just given a code."""
        task = self.task("sign_agreement", position=position)
        self.people[f"signatory{position}"] = task.assignee_id or NOBODY
        answers = {"answer": "accept", "consent": True, **self.shown(task), **changes}
        self.complete("sign_agreement", f"signatory{position}", answers, position=position)

    def shown(self, task: Task) -> dict[str, str]:
        """What the page of a signature has sent back, its files made, its person having just given a code."""
        self.print_papers()
        signing.prove(self.database, task.id, task.assignee_id or NOBODY)
        return signing.shown(self.database, task.id, task.assignee_id or NOBODY)

    def scan(self, folder: Path) -> UUID:
        """A PDF that the officer adds to the dossier."""
        with self.work_as("officer") as work:
            return documents.add(
                work, documents.Store(folder), project_id=self.case_id, name="scan.pdf", content=b"%PDF-1.4 x"
            ).id

    def digest(self) -> str:
        """The hash of the text to sign."""
        with self.database.start_reading() as work:
            agreement = drafting.latest(work, self.case_id)
            assert agreement is not None
            return agreement.file_hash or agreement.text_hash
