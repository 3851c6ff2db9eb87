"""Do what a task asks, as whoever it is for, through the same doors as pages and the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine import operations
from engine.agreements import proving, signatories, signatures
from engine.committee import items
from engine.committee.item_kinds import OUTCOMES, Kind
from engine.documents import plain
from engine.people import proofs
from engine.people.models import Role
from engine.persistence.unit_of_work import Actor
from engine.projects import closing, documents, dossiers
from engine.rehearsal import company, usual
from engine.rehearsal.deciding import Decider, Deciding
from engine.rehearsal.setting import Ending
from engine.runtime import advance, locking, tasks
from engine.runtime.models import Task
from forms import catalogue

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.rehearsal.stage import Stage
    from engine.runtime.acts import TaskView
    from forms.context import Context

ADDRESS = "192.0.2.1"  # Of the documentation's own network: nobody's.
KEYS = {Role.OPERATOR.value: company.OFFICER, Role.CHAIR.value: company.CHAIR}
WHY_WITHDRAWN = "L’entreprise renonce à son projet (répétition)."
WHY_TERMINATED = "Le projet s’arrête plus tôt que prévu (répétition)."


@dataclass(slots=True)
class Acting:
    """Whoever acts in a rehearsal."""

    stage: Stage
    decider: Decider

    # The project, from outside its steps.

    def open_project(self) -> UUID:
        """The officer opens the dossier of the imaginary firm."""
        with self.as_officer() as work:
            known = operations.page_context(work, "intake", basin_id=self.stage.basin_id, channel="json")
            answers = {
                "siret": company.FIRM_SIRET, "name": company.FIRM, "contact_name": company.HEAD,
                "contact_email": company.HEAD_ADDRESS, "need": "Un projet imaginé pour cette répétition.",
                "information_read": True,
            }  # fmt: skip
            clean = catalogue.load("intake", answers, known)
            return dossiers.open_project(work, basin_id=self.stage.basin_id, answers=clean)

    def put_an_end(self, ending: Ending, project_id: UUID) -> None:
        """The firm withdraws, or an early end is asked for. Raises what the domain refuses."""
        with self.as_officer() as work:
            if ending is Ending.WITHDRAWAL:
                closing.withdraw(work, project_id=project_id, requested_by="sme_head", reason=WHY_WITHDRAWN)
            else:
                closing.request_termination(
                    work, project_id=project_id, requested_by="mandatary", cause="insolvency",
                    reason=WHY_TERMINATED,
                )  # fmt: skip

    # Tasks.

    @contextmanager
    def looking(self, task: TaskView) -> Iterator[Context]:
        """What whoever has a task is shown, for as long as they look at it."""
        with self.stage.database.start_reading(self.actor_of(task)) as work:
            yield operations.context(work, tasks.find(work, task_id=task.id).task, channel="json")

    def do(self, task: TaskView, chosen: tuple[Deciding, str] | None, *, again: bool = False) -> None:
        """Complete a task with valid answers. Raises what the engine refuses."""
        if task.form == "minutes_draft":
            self.conclude(task.case_id)
        is_signing = task.form == signatures.FORM and (chosen is None or chosen[1] == "accept")
        if is_signing:
            way = self.way_of(task)
            if way != signatories.ONLINE:
                self.record_signature(task, way)
                return
            with self.stage.database.start_work(self.actor_of(task)) as work:
                proofs.prove(
                    work, person_id=work.actor.person_id, means=proofs.Means.TASK_CODE, task_id=task.id,
                    address=ADDRESS,
                )  # fmt: skip
        with self.looking(task) as context:
            answers = usual.answers_to(self.stage, task, context, chosen, again=again)
        with self.stage.database.start_work(self.actor_of(task)) as work:
            tasks.complete(work, task_id=task.id, answers=answers, channel="json")

    def way_of(self, task: TaskView) -> str:
        """How a line is signed: online where its basin and its signatory allow it."""
        with self.stage.database.start_reading() as work:
            found = signatories.to_sign_at(work, task.case_id, task.position or 0, task.instance_id)
            allowed = proving.ways(work, task.basin_id, {each.text.kind for each in found})
            lines = {each.line.way for each in found}
        if signatories.ONLINE in allowed and lines <= {signatories.ONLINE}:
            return signatories.ONLINE
        return proving.PAPER if proving.PAPER in allowed else proving.PROVIDER

    def record_signature(self, task: TaskView, way: str) -> None:
        """Record what was signed on paper or at a provider's, with an empty page for a proof."""
        with self.as_officer() as work:
            content = plain.one_page(f"répétition {task.step} {task.position}".encode())
            kept = documents.add(
                work, self.stage.store, project_id=task.case_id, name="Signature.pdf", content=content
            )
            today = work.today(self.stage.place.clock_zone)
            if way == proving.PAPER:
                signatures.sign_on_paper(
                    work, task_id=task.id, signed_on=today, document_id=kept.id, attested=True
                )
                return
            standing, locked = locking.lock(work, task.id)
            answers: Mapping[str, Any] = {
                "answer": "accept", "mode": proving.PROVIDER, "signed_on": today, "evidence": kept.id,
            }  # fmt: skip
            advance.complete_task(work, locked, standing.task, answers, occurred_on=today)

    def conclude(self, session_id: UUID) -> None:
        """The officer notes what became of the items that no decision settles."""
        with self.stage.database.start_reading() as work:
            left = [each.item for each in items.undecided(work, session_id)]
        for item in left:
            with self.as_officer() as work:
                items.outcome(work, item.id, outcome=OUTCOMES[Kind(item.kind)][0], note=None)

    # Who.

    def as_officer(self) -> UnitOfWork:
        """An act of the basin's officer."""
        return self.stage.database.start_work(Actor(self.stage.people[company.OFFICER], "web", ADDRESS))

    def actor_of(self, task: TaskView) -> Actor:
        """Who does a task: its own person, else whoever has the role."""
        return Actor(self.person_of(task), "web", ADDRESS)

    def person_of(self, task: TaskView | Task) -> UUID:
        """Who a task is for, or who has its role in the basin."""
        if task.assignee_id is not None:
            return task.assignee_id
        key = KEYS.get(task.role, task.role)
        return self.stage.people.get(key, self.stage.people[company.OFFICER])
