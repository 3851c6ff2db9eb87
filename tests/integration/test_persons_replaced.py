"""Another person takes a part on a project over: prescriber, expert, head of the firm, signatory (D16 to D19)."""

from __future__ import annotations

from uuid import UUID

import pytest

from engine.agreements import drafting, signatories
from engine.agreements.models import Agreement
from engine.operations import page_context
from engine.operations.file_acts import FILE_ACTS
from engine.people import committee_seats, holders, persons
from engine.people.models import Role
from engine.projects import closing, replacing
from engine.projects.models import ComplementaryDiagnostic
from engine.runtime import instances, locking, tasks
from engine.skills.models import Intervention
from forms import catalogue
from tests.integration.programme import DIAGNOSTIC, LONG_AGO, Programme

CHANGE = FILE_ACTS["person_replacement"]


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


def offered(programme, name="part_id"):
    """What the form proposes: label → value."""
    with programme.work_as("officer") as work:
        context = page_context(
            work, "person_replacement", basin_id=programme.basin_id, case_id=programme.case_id
        )
        return {choice.label: choice.value for choice in context.choices[name]}


def replace(programme, part, *, to=None, by="officer", **new):
    """The officer hands a part over, through validation; `part` begins the label of the choice."""
    [part_id] = [value for label, value in offered(programme).items() if label.startswith(part)]
    person = {} if to is None else {"person_id": str(programme.people[to])}
    with programme.work_as(by) as work:
        context = page_context(
            work, "person_replacement", basin_id=programme.basin_id, case_id=programme.case_id,
            channel="json",
        )  # fmt: skip
        answers = {"part_id": part_id, **person, **new, "reason": "Départ."}
        CHANGE(work, programme.case_id, catalogue.load("person_replacement", answers, context))


def diagnosing(programme):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})


def told(programme, kind):
    names = {person_id: name for name, person_id in programme.people.items()}
    return [names.get(each.recipient_id, "?") for each in programme.mails(kind)]


def held(programme, role):
    with programme.database.start_reading() as work:
        return [
            each.person_id
            for each in holders.holders(work, role=role, case_id=programme.case_id, on=programme.today)
        ]


def test_a_prescriber_s_open_task_goes_to_another_member_at_once_and_both_are_told(programme):
    diagnosing(programme)
    assert list(offered(programme)) == [
        "Prescripteur – Prescriber (démo)", "Dirigeant de l’entreprise – Camille Dupré",
    ]  # fmt: skip

    replace(programme, "Prescripteur", to="successor")

    task = programme.task("preliminary_diagnostic")
    assert task.assignee_id == programme.people["successor"]
    assert held(programme, Role.PRESCRIBER) == [programme.people["successor"]]
    assert (told(programme, "task_reassigned"), told(programme, "task_taken_over")) == (
        ["successor"], ["prescriber"],
    )  # fmt: skip
    assert "projects.person.replaced" in programme.kinds()
    with programme.work_as("prescriber") as work, pytest.raises(locking.NotYours):
        tasks.complete(work, task_id=task.id, answers=DIAGNOSTIC, channel="json")
    programme.complete("preliminary_diagnostic", "successor", DIAGNOSTIC)
    assert programme.steps() == ["check_completeness"]


def test_a_prescriber_is_a_member_and_not_of_the_firm_itself(programme):
    diagnosing(programme)
    with programme.work_as("officer") as work:
        firm = programme.project().organisation_id
        own = persons.add(work, full_name="Salariée (démo)", email="salariee@exemple.test").id
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=own, organisation_id=firm, from_date=LONG_AGO
        )
        programme.people["own"] = own

    with pytest.raises(committee_seats.NoSeat):
        replace(programme, "Prescripteur", to="expert")
    with pytest.raises((holders.InConflict, catalogue.InvalidAnswers)):
        replace(programme, "Prescripteur", to="own")
    with pytest.raises(holders.SameHolder):
        replace(programme, "Prescripteur", to="prescriber")

    assert programme.task("preliminary_diagnostic").assignee_id == programme.people["prescriber"]


def test_an_expert_s_opinion_and_interventions_go_to_another(programme):
    programme.ask_opinion()
    replace(programme, "Intervenant", to="successor")

    [order] = programme.rows(ComplementaryDiagnostic)
    assert order.expert_id == programme.people["successor"]
    assert programme.task("complementary_diagnostic").assignee_id == programme.people["successor"]
    programme.complete(
        "complementary_diagnostic", "successor",
        {"findings": "Le marché est là.", "recommendation": "favourable", "days_spent": "1"},
    )  # fmt: skip

    programme.decide()
    programme.prepare()
    for position in range(4):
        programme.sign(position)
    programme.plan()
    replace(programme, "Intervenant – Expert", to="prescriber")
    assert programme.task("carry_out_intervention").assignee_id == programme.people["prescriber"]
    [planned] = programme.rows(Intervention)
    assert (planned.expert_id, planned.company_id) == (
        programme.people["prescriber"], programme.firms["lender"],
    )  # fmt: skip
    programme.complete("carry_out_intervention", "prescriber", programme.work_done("1"), position=0)
    assert programme.steps() == ["review_accompaniment"]


def test_a_new_head_of_the_firm_gets_its_mails_from_then_on(programme):
    programme.label()
    former = programme.project().sme_head_id

    replace(programme, "Dirigeant", full_name="Dominique Roy (démo)", email="roy@exemple.test")

    project = programme.project()
    assert project.sme_head_id not in {None, former}
    assert (project.contact_name, project.contact_email) == ("Dominique Roy (démo)", "roy@exemple.test")
    assert held(programme, Role.SME_HEAD) == [project.sme_head_id]
    assert [each.recipient_id for each in programme.mails("handed_over")] == [former]


def test_nobody_is_the_firm_and_another(programme):
    diagnosing(programme)
    with pytest.raises(replacing.HasAPartAlready):
        replace(programme, "Dirigeant", to="prescriber")

    assert programme.project().contact_name == "Camille Dupré"


def test_a_lender_s_signatory_who_left_is_another_text_signed_by_all(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.sign(0)
    head = programme.project().sme_head_id
    assert [label for label in offered(programme) if label.startswith("Signataire")] == [
        "Signataire pour une entreprise partenaire – Expert (démo)"
    ]

    replace(
        programme,
        "Signataire pour une entreprise",
        full_name="Sacha Petit (démo)",
        email="petit@exemple.test",
    )

    first, second = sorted(programme.rows(Agreement), key=lambda each: each.version)
    assert (first.void_reason, second.state) == ("signatory_replaced", "to_sign")
    assert "Sacha Petit (démo)" in second.body
    assert "Expert (démo)" not in second.body
    assert [each.recipient_id for each in programme.mails("agreement_redrafted")] == [head]
    assert told(programme, "task_taken_over") == ["expert"]
    assert programme.people["expert"] not in held(programme, Role.SIGNATORY)
    for position in range(4):
        programme.sign(position)
    assert programme.project().status == "labelled"


def test_a_head_who_leaves_before_signing_is_another_text_and_one_who_signed_is_not(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    replace(programme, "Dirigeant", full_name="Dominique Roy (démo)", email="roy@exemple.test")
    assert len(programme.rows(Agreement)) == 2
    with programme.database.start_reading() as work:
        lines = signatories.lines_of(work, drafting.latest(work, programme.case_id).id)
    assert lines[0].person_id == programme.project().sme_head_id

    programme.sign(0)
    replace(programme, "Dirigeant", full_name="Alix Noé (démo)", phone="01 99 00 55 66")
    assert len(programme.rows(Agreement)) == 2
    for position in (1, 2, 3):
        programme.sign(position)
    assert programme.project().status == "labelled"


def test_neither_the_mandatary_nor_the_chair_is_the_officer_s_to_replace(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()

    labels = " ".join(offered(programme))
    assert "Mandatary" not in labels
    assert "Chair" not in labels


def test_a_part_given_meanwhile_to_somebody_else_is_not_given_twice(programme):
    diagnosing(programme)
    [part_id] = [value for label, value in offered(programme).items() if label.startswith("Prescripteur")]
    replace(programme, "Prescripteur", to="successor")

    answers = {"part_id": UUID(part_id), "person_id": programme.people["mandatary"], "reason": "Départ."}
    with programme.work_as("officer") as work, pytest.raises(replacing.PartChanged):
        CHANGE(work, programme.case_id, answers)


def test_an_ended_project_keeps_its_people(programme):
    diagnosing(programme)
    [part_id] = [value for label, value in offered(programme).items() if label.startswith("Prescripteur")]
    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Vente.")
    answers = {"part_id": part_id, "person_id": programme.people["successor"], "reason": "Départ."}
    with programme.work_as("officer") as work, pytest.raises(instances.CaseEnded):
        CHANGE(work, programme.case_id, answers)
