"""A project goes on in the version it was opened on, once another is published: its agreement is signed (D13)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine.agreements import signatures, striking
from engine.agreements.models import Agreement, Signature
from engine.analytics import bottlenecks
from engine.analytics.questions import Question
from engine.escalation.replacement import replace_mandatary
from engine.people import basins
from engine.projects import requests
from engine.projects.follow_up_models import MandataryReplacement
from engine.projects.models import CommittedMeans
from engine.registry import drawings, versions
from engine.registry.models import ProcessVersion
from engine.runtime import timers
from engine.runtime.models import Instance, Task
from tests.integration import amending
from tests.integration.programme import DIAGRAMS, LONG_AGO, Programme
from tests.workflows import twins


class OlderProgramme(Programme):
    """A basin that publishes the diagrams of before: signatures were part of the agreement's process."""

    def publish(self, work, chain):
        """Publish the diagrams of before."""
        versions.publish(
            work, basin_id=self.basin_id, files=twins.older_files(), parameters={}, charter_version="2010",
            effective_on=LONG_AGO, chain=chain,
        )  # fmt: skip

    def upgrade(self):
        """Publish the diagrams of today."""
        with self.database.start_work() as work:
            versions.publish(
                work, basin_id=self.basin_id,
                files={path.name: path.read_bytes() for path in sorted(DIAGRAMS.glob("*.bpmn"))},
                parameters={}, charter_version="2010", effective_on=self.today, chain=self.case_id,
            )  # fmt: skip

    def processes_of(self, step: str) -> set[str]:
        """The processes in which a step was ever opened."""
        return {each.process for each in self.rows(Task) if (each.case_id, each.step) == (self.case_id, step)}


@pytest.fixture
def programme(database, clock):
    """An agreement to sign on the version of before, another version in force since."""
    found = OlderProgramme(database, clock).install()
    found.appraise()
    found.decide()
    found.prepare()
    found.upgrade()
    return found


def version_numbers(programme) -> tuple[int, int]:
    """The version of the project, and the one that a new project would take."""
    with programme.database.start_reading() as work:
        used = work.connection.scalar(
            sa.select(ProcessVersion.number)
            .join(Instance, Instance.version_id == ProcessVersion.id)
            .where(Instance.id == programme.case_id)
        )
        in_force = drawings.in_force(work, programme.basin_id, on=programme.today)
        assert in_force is not None
        return used, in_force.number


def test_everybody_signs_on_the_version_of_before(programme):
    for position in range(4):
        programme.sign(position)

    assert version_numbers(programme) == (1, 2)
    assert programme.processes_of("sign_agreement") == {"agreement"}
    assert programme.project().status == "labelled"


def test_a_text_that_changes_is_drawn_up_again_and_signed_by_all(programme):
    programme.sign(0)
    with programme.work_as("chair") as work:
        successor = programme.people["successor"]
        replace_mandatary(work, case_id=programme.case_id, to_person=successor, reason="Départ.")

    assert programme.steps() == ["sign_agreement"] * 4
    for position in range(4):
        programme.sign(position)
    assert programme.project().status == "labelled"
    assert [each.version for each in programme.rows(Agreement) if each.voided_at is None] == [2]


def test_a_refusal_brings_the_project_back_to_the_committee(programme):
    task = programme.task("sign_agreement", position=2)
    programme.people["signatory2"] = task.assignee_id
    refusal = {"answer": "refuse", "reason": "Trop de jours.", "document_digest": programme.digest()}
    programme.complete("sign_agreement", "signatory2", refusal, position=2)

    assert programme.steps() == ["committee_decision"]


def test_signatures_that_nobody_gives_run_out_on_their_day(programme):
    programme.clock.advance(days=91)
    timers.fire_due(programme.database)

    assert programme.steps() == ["committee_decision"]
    assert all(each.voided_at is not None for each in programme.rows(Agreement))


def test_a_signature_on_paper_struck_out_is_asked_again(programme, tmp_path):
    scan, task = programme.scan(tmp_path), programme.task("sign_agreement", position=3)
    with programme.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=task.id, signed_on=programme.today, document_id=scan)
    (signature,) = programme.rows(Signature)

    with programme.work_as("officer") as work:
        striking.strike(work, programme.case_id, {"signature_id": signature.id, "reason": "Une erreur."})

    assert programme.steps() == ["sign_agreement"] * 4


def test_figures_count_the_signatures_of_both_versions_as_one_step(programme):
    for position in range(4):
        programme.sign(position)
    programme.clock.advance(days=1)
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.sign(0)

    asked = Question(programme.today - timedelta(days=30), programme.today, (programme.basin_id,), None)
    with programme.database.start_reading() as work:
        found = [each for each in bottlenecks.read(work, asked).steps if each.key[1] == "sign_agreement"]

    (figures,) = found
    assert figures.key == ("convention_signature", "sign_agreement")
    assert (figures.completed.completed, figures.open.waiting) == (5, 3)
    assert programme.processes_of("sign_agreement") == {"convention_signature"}


def test_a_request_goes_on_as_it_was_drawn_and_its_days_count_at_once(programme):
    for position in range(4):
        programme.sign(position)
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key=requests.CHAIR_ALONE, value=10, reason="essai"
        )
    programme.play_until(date(2027, 2, 16))
    programme.report(new_intervention=True, intervention_domain="quality", intervention_days="2")
    lender, expert = str(programme.firms["lender"]), str(programme.people["expert"])
    programme.complete(
        "review_request", "officer", {"forward": True, "company_id": lender, "expert_id": expert}
    )
    programme.decide(human_means=[{"company_id": lender, "domain": "quality", "days": "2"}])

    assert sorted(each.quarter_days for each in programme.rows(CommittedMeans) if each.in_force) == [8, 24]
    programme.complete("carry_out_intervention", "expert", programme.work_done("1"))
    assert [each.kind for each in programme.rows(Agreement)] == ["agreement"]


def test_without_a_reference_that_draws_amendments_a_mandatary_is_replaced_as_before(programme):
    for position in range(4):
        programme.sign(position)

    with programme.work_as("chair") as work:
        replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people["successor"], reason="Départ."
        )

    assert "prepare_amendment" not in programme.steps()
    [kept] = programme.rows(MandataryReplacement)
    assert kept.provisional


def test_an_old_project_is_amended_on_the_reference_s_drawing(programme):
    for position in range(4):
        programme.sign(position)
    with programme.database.start_work() as work:
        versions.publish(
            work, basin_id=None,
            files={path.name: path.read_bytes() for path in sorted(DIAGRAMS.glob("*.bpmn"))},
            parameters={}, charter_version="2010", effective_on=LONG_AGO, chain=programme.case_id,
        )  # fmt: skip
    with programme.work_as("chair") as work:
        replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people["successor"], reason="Départ."
        )

    amending.prepare(programme)
    amending.sign_all(programme)

    [kept] = programme.rows(MandataryReplacement)
    assert not kept.provisional
    assert [(each.kind, each.state) for each in programme.rows(Agreement)] == [
        ("agreement", "effective"), ("amendment", "effective"),
    ]  # fmt: skip
