"""Who signs an agreement (R25, R26), and those whom a withdrawal concerns (E2)."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest

from engine import errors
from engine.agreements import signatures
from engine.agreements.models import Agreement, Signature
from engine.demo import signing
from engine.people import assignments, organisations
from engine.people.models import Role
from engine.persistence.unit_of_work import Actor
from engine.projects import closing, documents
from engine.projects.models import Document
from engine.runtime import locking, tasks
from forms import catalogue
from tests.integration.programme import DIAGNOSTIC, Programme


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def test_a_line_of_the_agreement_is_signed_by_its_own_person_only(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    task = programme.task("sign_agreement", position=3)
    answers = {"answer": "accept", "consent": True, "document_digest": programme.digest()}

    for name in ("chair", "officer"):
        with programme.work_as(name) as work, pytest.raises((locking.NotYours, locking.PersonalTask)):
            tasks.complete(work, task_id=task.id, answers=answers, channel="json")
    with (
        programme.database.start_work(
            Actor(programme.people["officer"]), on_behalf_of=programme.people["mandatary"]
        ) as work,
        pytest.raises(locking.PersonalTask),
    ):
        tasks.complete(work, task_id=task.id, answers=answers, channel="json")

    assert programme.rows(Signature) == []


def proposed_lines(programme):
    """What the officer's form proposes to sign."""
    task = programme.task("prepare_agreement")
    with programme.database.start_reading() as work:
        return work.domain.context(work, task).prefill["signatories"]


def test_an_advance_is_also_signed_by_the_operator(programme):
    with programme.work_as("officer") as work:
        agency = organisations.add(work, name="Agence du Toulois (démo)").id
        assignments.assign(
            work, role=Role.OPERATOR_ORGANISATION, basin_id=programme.basin_id, organisation_id=agency
        )
    programme.appraise()
    programme.decide(advance_amount=1_500_000, advance_months=24)
    programme.complete("accept_mandate", "mandatary", {"accepted": True})
    lines = proposed_lines(programme)
    assert [each["capacity"] for each in lines] == [
        "beneficiary", "chair", "partner_company", "mandatary", "operator",
    ]  # fmt: skip
    answers = {"means_changed": False, "objective": "Une ligne.", "signatories": programme.signatories()}

    with pytest.raises(errors.InvalidAnswers):
        programme.complete("prepare_agreement", "officer", answers)
    operator = {
        "capacity": "operator", "organisation_id": str(agency), "mode": "online",
        "person_id": str(programme.people["officer"]),
    }  # fmt: skip
    answers["signatories"] = [*programme.signatories(), operator]
    programme.complete("prepare_agreement", "officer", answers)
    for position in range(4):
        programme.sign(position)
    assert programme.project().status == "agreement_to_sign"
    programme.sign(4)
    assert programme.project().status == "labelled"


def test_a_mandatary_whose_company_lends_days_signs_once_in_its_name(programme):
    programme.appraise()
    means = [
        {"company_id": str(programme.firms[name]), "domain": "production", "days": "3"}
        for name in ("mandatary", "lender", "mandatary")
    ]
    programme.decide(human_means=means)
    programme.complete("accept_mandate", "mandatary", {"accepted": True})

    lines = [(each["capacity"], each["organisation_id"]) for each in proposed_lines(programme)]

    assert lines == [
        ("beneficiary", programme.project().organisation_id),
        ("chair", programme.firms["chair"]),
        ("partner_company", programme.firms["mandatary"]),
        ("partner_company", programme.firms["lender"]),
    ]


def stages(programme):
    """Every step before the signature, each with how to come there."""
    yield "qualify", programme.open
    yield (
        "accept_prescription",
        lambda: programme.complete("qualify", "officer", programme.qualification()),
    )
    yield (
        "preliminary_diagnostic",
        lambda: programme.complete("accept_prescription", "prescriber", {"accepted": True}),
    )
    yield (
        "check_completeness",
        lambda: programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC),
    )
    yield (
        "committee_decision",
        lambda: programme.complete("check_completeness", "officer", {"outcome": "complete"}),
    )
    yield (
        "sign_off_decision",
        lambda: programme.complete("committee_decision", "officer", programme.decision()),
    )
    yield (
        "notify_decision",
        lambda: programme.complete("sign_off_decision", "chair", {"decision": "sign"}),
    )
    notified = {"channel": "email", "sent_on": programme.today.isoformat()}
    yield "accept_mandate", lambda: programme.complete("notify_decision", "officer", notified)
    yield (
        "prepare_agreement",
        lambda: programme.complete("accept_mandate", "mandatary", {"accepted": True}),
    )
    draft = {"means_changed": False, "objective": "Une ligne.", "signatories": programme.signatories}
    yield (
        "sign_agreement",
        lambda: programme.complete(
            "prepare_agreement", "officer", {**draft, "signatories": programme.signatories()}
        ),
    )


STEPS = ("qualify", "accept_prescription", "preliminary_diagnostic", "check_completeness",
         "committee_decision", "sign_off_decision", "notify_decision", "accept_mandate",
         "prepare_agreement", "sign_agreement")  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_a_withdrawal_ends_the_project_at_any_step_before_the_signature(programme, step):
    for reached, come in stages(programme):
        come()
        if reached == step:
            break
    assert step in programme.steps()

    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Vente.")

    project = programme.project()
    assert programme.open_tasks() == []
    assert (project.status, project.end_kind, project.end_reason) == ("withdrawn", "withdrawn", "Vente.")
    told = {each.recipient_id for each in programme.mails("project_withdrawn")}
    assert project.sme_head_id in told
    if step != "qualify":
        assert programme.people["prescriber"] in told
    if step == "sign_agreement":
        assert programme.people["expert"] in told  # He was asked to sign for the lender.
        [agreement] = programme.rows(Agreement)
        assert agreement.voided_at is not None


def test_an_expert_whose_opinion_is_awaited_is_told_of_a_withdrawal(programme):
    programme.ask_opinion()

    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Vente.")

    told = [each.recipient_id for each in programme.mails("project_withdrawn")]
    assert sorted(told) == sorted(
        [programme.project().sme_head_id, programme.people["prescriber"], programme.people["expert"]]
    )


def test_a_withdrawal_to_come_is_refused(programme):
    programme.open()

    with programme.work_as("officer") as work, pytest.raises(errors.InvalidAnswers):
        closing.withdraw(
            work, project_id=programme.case_id, requested_by="firm", reason="Vente.",
            occurred_on=programme.today + timedelta(days=1),
        )  # fmt: skip


def test_a_voided_version_is_signed_neither_on_line_nor_on_paper(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    stale = programme.task("sign_agreement", position=3)
    digest = programme.digest()
    programme.sign(0, answer="refuse", reason="À revoir.")
    programme.decide()
    programme.prepare()

    with programme.work_as("mandatary") as work, pytest.raises(locking.AlreadyClosed):
        tasks.complete(work, task_id=stale.id, answers={"answer": "accept"}, channel="json")
    with pytest.raises(catalogue.InvalidAnswers):
        programme.sign(3, document_digest=digest)
    assert all(each.voided_at is not None for each in programme.rows(Signature))


# Paper: the officer's act, with a scan of its own (D18).


def to_sign_by_the_mandatary(programme, clock, tmp_path):
    """An agreement that three have signed, five days old; the mandatary's task, and a PDF of the dossier."""
    programme.appraise()
    programme.decide()
    programme.prepare()
    for position in range(3):
        programme.sign(position)
    clock.advance(days=5)
    return programme.task("sign_agreement", position=3), programme.scan(tmp_path)


@pytest.mark.parametrize("channel", ["json", "html"])
def test_a_signatory_cannot_say_that_they_signed_on_paper_earlier(programme, clock, tmp_path, channel):
    task, scan = to_sign_by_the_mandatary(programme, clock, tmp_path)
    earlier = (programme.today - timedelta(days=4)).isoformat()
    on_paper = {"mode": "paper", "signed_on": earlier, "scan": [str(scan)]}
    answers = {"answer": "accept", "consent": True, "document_digest": programme.digest()}

    signing.prove(programme.database, task.id, programme.people["mandatary"])

    with programme.work_as("mandatary") as work, contextlib.suppress(catalogue.InvalidAnswers):
        tasks.complete(work, task_id=task.id, answers=answers | on_paper, channel=channel)

    assert [each for each in programme.rows(Signature) if each.mode == "paper"] == []
    assert programme.project().effective_on in {None, programme.today}


def test_the_proof_of_a_paper_signature_is_named_by_it_and_cannot_be_moved(programme, clock, tmp_path):
    task, scan = to_sign_by_the_mandatary(programme, clock, tmp_path)
    with programme.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=task.id, signed_on=programme.today, document_id=scan)
    paper = next(each for each in programme.rows(Signature) if each.mode == "paper")

    with programme.work_as("officer") as work:
        documents.attach(work, [scan], project_id=programme.case_id, subject_id=programme.case_id)

    assert paper.document_id == scan
    assert [each.subject_id for each in programme.rows(Document)] == [paper.id]


def test_a_paper_signature_needs_a_free_document_of_its_own_project(programme, clock, tmp_path):
    task, scan = to_sign_by_the_mandatary(programme, clock, tmp_path)
    with programme.work_as("officer") as work:
        documents.attach(work, [scan], project_id=programme.case_id, subject_id=programme.case_id)

    for document_id in (scan, task.id):
        with programme.work_as("officer") as work, pytest.raises(documents.DocumentNotFound):
            signatures.sign_on_paper(
                work, task_id=task.id, signed_on=programme.today, document_id=document_id
            )

    assert len(programme.rows(Signature)) == 3
