"""A basin that asks more than the programme: a step of its own, and questions on the diagnostic."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.projects import basin_steps
from engine.projects.basin_steps import Given
from engine.registry import changes, overlay, parameters, versions
from engine.runtime.models import Submission, Task
from tests.integration.programme import DIAGNOSTIC, DIAGRAMS, LONG_AGO, Programme

BANK = {
    "kind": "step",
    "point": "before_diagnostic",
    "id": "basin_bank",
    "name": "Avis de la banque",
    "role": "operator",
    "due": "P10D",
    "form": "basin_opinion",
    "reason": "La banque du territoire suit chaque projet.",
    "questions": [{"key": "branch", "label": "Quelle agence\u202f?", "type": "text"}],
}
MORE = {
    "kind": "questions",
    "form": "preliminary_diagnostic",
    "reason": "Le bassin suit les ateliers qu’il loue.",
    "questions": [
        {"key": "rent", "label": "Loyer annuel", "type": "money", "mandatory": True},
        {"key": "owner", "label": "Le dirigeant est-il propriétaire\u202f?", "type": "yes_no",
         "mandatory": True},
    ],
}  # fmt: skip
OPINION = {"opinion": "reserved", "reasons": "Le bail court jusqu’en juin.", "extra_branch": "Toul (démo)"}
ANSWERED = {"extra_rent": 1_200_000, "extra_owner": False}


class Asking(Programme):
    """The bench of whole lives, in a basin that asks more."""

    def publish(self, work: Any, chain: UUID) -> None:
        """Publish the reference with what the basin adds to it."""
        self.publish_with(work, chain, [BANK, MORE])

    def publish_with(self, work: Any, chain: UUID, asked: list[dict[str, Any]]) -> None:
        """Publish the reference with some changes; new dossiers take it."""
        reference = {path.name: path.read_bytes() for path in sorted(Path(DIAGRAMS).glob("*.bpmn"))}
        published = parameters.defaults(parameters.Kind.PUBLISHED)
        files = overlay.apply(reference, published=published, changes=changes.read({"changes": asked}))
        versions.publish(
            work, basin_id=self.basin_id, files=files, parameters=published, charter_version="2010",
            effective_on=LONG_AGO, chain=chain,
        )  # fmt: skip

    def diagnose(self) -> None:
        """From the intake to its diagnostic, the basin's step and questions on the way."""
        self.open()
        self.complete("qualify", "officer", self.qualification())
        self.complete("accept_prescription", "prescriber", {"accepted": True})
        self.complete("basin_bank", "officer", OPINION)
        self.clock.advance(minutes=20)
        self.complete("preliminary_diagnostic", "prescriber", {**DIAGNOSTIC, **ANSWERED})

    def given(self, locale: str = "fr") -> list[Given]:
        """What the basin asked of the dossier besides the programme, and what was answered."""
        with self.database.start_reading() as work:
            return basin_steps.of_project(work, self.case_id, locale=locale)

    def kept(self) -> dict[str, Submission]:
        """The answers kept of the dossier, by step."""
        with self.database.start_reading() as work:
            rows = work.database.execute(
                sa.select(Task.step, Submission)
                .join(Task, Task.id == Submission.task_id)
                .where(Submission.case_id == self.case_id)
            ).all()
        return {row.step: row.Submission for row in rows}
