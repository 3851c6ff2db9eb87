"""Dossiers brought to a stage of their life through the engine, for pages to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from engine.app import Engine
from engine.committee import sessions
from engine.demo import signing
from engine.persistence.unit_of_work import Actor
from engine.projects.models import Project
from engine.runtime import inbox, tasks
from tests.printing import print_papers
from tests.stories import DIAGNOSTIC
from tests.web.installation import World


class Life:
    """One dossier of the first basin, whose people act one after the other."""

    def __init__(self, engine: Engine, world: World, case_id: UUID) -> None:
        self.engine, self.world, self.case_id = engine, world, case_id

    def do(
        self, step: str, by: str | UUID, answers: Mapping[str, object], *, position: int | None = None
    ) -> None:
        """Complete the open task of a step as somebody."""
        task = self.task(step, position=position)
        person = by if isinstance(by, UUID) else self.world.people[by]
        with self.engine.database.start_work(Actor(person)) as work:
            tasks.complete(work, task_id=task.id, answers=answers, channel="json")

    def task(self, step: str, *, position: int | None = None) -> Any:
        """The open task of a step."""
        with self.engine.database.start_reading() as work:
            found = inbox.open_of_case(work, self.case_id)
        return next(
            each for each in found if each.step == step and (position is None or each.position == position)
        )

    def project(self) -> Project:
        """The dossier as it stands."""
        with self.engine.database.start_reading() as work:
            return work.database.get_one(Project, self.case_id)

    def ready(self) -> None:
        """From the intake to a file that waits for the committee."""
        prescriber = str(self.world.people["member"])
        self.do(
            "qualify",
            "officer",
            {"outcome": "continue", "prescriber_id": prescriber, "category": "development", "headcount": 12,
             "commune": "54528"},
        )  # fmt: skip
        self.do("accept_prescription", "member", {"accepted": True})
        self.do("preliminary_diagnostic", "member", DIAGNOSTIC)
        self.do("check_completeness", "officer", {"outcome": "complete"})

    def session(self, on: date) -> UUID:
        """A session of the committee."""
        with self.engine.database.start_work(Actor(self.world.people["officer"])) as work:
            answers = {"held_on": on, "kind": "meeting", "starts_at": "14:00", "place": "Salle du conseil"}
            return sessions.plan(work, basin_id=self.world.basin_id, answers=answers).id

    def decided(self, session_id: UUID) -> None:
        """From the intake to a decision that the chair must sign."""
        self.ready()
        self.decision(session_id)

    def decision(self, session_id: UUID) -> None:
        """From a ready file to a decision that the chair must sign."""
        self.do(
            "committee_decision",
            "officer",
            {"session_id": str(session_id), "outcome": "approved",
             "mandatary_id": str(self.world.people["member2"]),
             "human_means": [
                 {"company_id": str(self.world.companies[3]), "domain": "production", "days": "6"}]},
        )  # fmt: skip

    def to_sign(self, session_id: UUID, today: date) -> None:
        """To an agreement that waits for its four signatures."""
        self.decided(session_id)
        self.do("sign_off_decision", "chair", {"decision": "sign"})
        self.do("notify_decision", "officer", {"channel": "email", "sent_on": today.isoformat()})
        self.do("accept_mandate", "member2", {"accepted": True})
        project, people, firms = self.project(), self.world.people, self.world.companies
        rows = (
            ("beneficiary", project.organisation_id, project.sme_head_id),
            ("chair", firms[0], people["chair"]),
            ("partner_company", firms[3], people["member3"]),
            ("mandatary", project.mandatary_organisation_id, people["member2"]),
        )
        self.do(
            "prepare_agreement",
            "officer",
            {"means_changed": False, "objective": "Une ligne de plus.",
             "signatories": [
                 {"capacity": capacity, "organisation_id": str(firm), "person_id": str(person), "mode": "online"}
                 for capacity, firm, person in rows]},
        )  # fmt: skip
        print_papers(self.engine.database, self.engine.store)

    def sign(self, position: int) -> None:
        """The person of a line signs it, having just given a code."""
        task = self.task("sign_agreement", position=position)
        signing.prove(self.engine.database, task.id, task.assignee_id)
        shown = signing.shown(self.engine.database, task.id, task.assignee_id)
        answers = {"answer": "accept", "consent": True, **shown}
        self.do("sign_agreement", task.assignee_id, answers, position=position)

    def labelled(self, session_id: UUID, today: date) -> None:
        """To a labelled firm, everybody having signed."""
        self.to_sign(session_id, today)
        for position in range(4):
            self.sign(position)
