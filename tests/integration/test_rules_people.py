"""Who may act, on this project and today: D16 to D19, R14, R25, R26, and those a withdrawal concerns."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import errors, operations
from engine.agreements import signatures
from engine.agreements.models import Agreement, Signature
from engine.committee.models import Decision
from engine.people import assignments, chairs, committee_seats, holders, organisations
from engine.people.models import Assignment, Role
from engine.persistence.unit_of_work import Actor
from engine.projects import closing, dossiers
from engine.projects.mandates import NotTheChair
from engine.runtime import locking, tasks
from engine.runtime.models import Instance
from forms import catalogue
from tests.integration.programme import DIAGNOSTIC, LONG_AGO, Programme


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


@pytest.fixture
def anywhere(database, clock):
    """The same basin, on each of the two databases."""
    return Programme(database, clock).install()


def end_on_project(programme, role, name, reason="départ"):
    """End somebody's role on the dossier, and only there."""
    with programme.work_as("officer") as work:
        found = work.database.scalars(
            sa.select(Assignment).where(
                Assignment.case_id == programme.case_id,
                Assignment.role == role.value,
                Assignment.person_id == programme.people[name],
            )
        ).one()
        assignments.end(work, found.id, reason=reason)


def ask_opinion(programme):
    """A file ready but for an expert's opinion."""
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)
    programme.complete(
        "check_completeness",
        "officer",
        {
            "outcome": "complementary",
            "question": "Le marché est-il là ?",
            "expert_id": str(programme.people["expert"]),
            "complementary_due_on": (programme.today + timedelta(days=20)).isoformat(),
        },
    )


OPINION = {"findings": "Oui.", "recommendation": "favourable"}


def test_a_prescriber_whose_role_ended_completes_nothing_though_the_task_still_names_them(programme):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    end_on_project(programme, Role.PRESCRIBER, "prescriber")

    with pytest.raises(locking.NotYours):
        programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)


def test_nobody_acts_on_behalf_of_one_whose_role_ended(programme):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    task = programme.task("preliminary_diagnostic")
    end_on_project(programme, Role.PRESCRIBER, "prescriber")

    officer = Actor(programme.people["officer"])
    with (
        programme.database.start_work(officer, on_behalf_of=programme.people["prescriber"]) as work,
        pytest.raises(locking.NotRepresented),
    ):
        tasks.complete(work, task_id=task.id, answers=DIAGNOSTIC, channel="json")


def test_an_expert_of_the_basin_is_no_expert_of_a_project_he_left(programme):
    ask_opinion(programme)
    end_on_project(programme, Role.EXPERT, "expert")

    with pytest.raises(locking.NotYours):
        programme.complete("complementary_diagnostic", "expert", OPINION)


def test_a_task_is_handed_to_nobody_who_has_no_part_in_the_project(programme):
    ask_opinion(programme)
    with programme.work_as("officer") as work:
        other = assignments.assign(
            work, role=Role.EXPERT, basin_id=programme.basin_id, person_id=programme.people["successor"],
            organisation_id=programme.firms["lender"],
        )  # fmt: skip
    task = programme.task("complementary_diagnostic")

    with programme.work_as("expert") as work, pytest.raises(tasks.NotAHolder):
        tasks.delegate(work, task_id=task.id, to=other.person_id)


def test_the_expert_of_one_intervention_does_not_record_another(programme):
    programme.label()
    rows = [
        {**programme.intervention(), "planned_days": "3"},
        {**programme.intervention(), "planned_days": "3", "expert_id": str(programme.people["successor"])},
    ]
    programme.complete("plan_interventions", "officer", {"interventions": rows})

    with pytest.raises(locking.NotYours):
        programme.complete("carry_out_intervention", "expert", programme.work_done("1"), position=1)
    programme.complete("carry_out_intervention", "successor", programme.work_done("1"), position=1)


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


def test_a_chair_who_lost_the_mandate_signs_no_line_though_it_still_names_them(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.end_role(Role.PARTNER_COMPANY, "chair")

    with pytest.raises(NotTheChair):
        programme.sign(1)


def test_a_paper_signature_of_the_chair_is_judged_on_the_day_it_was_given(programme, clock):
    programme.appraise()
    programme.decide()
    programme.prepare()
    task = programme.task("sign_agreement", position=1)
    clock.advance(days=10)
    with programme.work_as("officer") as work:
        chair = work.database.scalars(
            sa.select(Assignment).where(Assignment.role == Role.CHAIR.value, Assignment.acting.is_(False))
        ).one()
        assignments.end(work, chair.id, reason="renouvellement", on=programme.today - timedelta(days=8))
        chairs.appoint_chair(work, basin_id=programme.basin_id, person_id=programme.people["chair"])

    with programme.work_as("officer") as work, pytest.raises(NotTheChair):
        signatures.sign_on_paper(
            work, task_id=task.id, signed_on=programme.today - timedelta(days=3), document_id=task.id
        )
    with programme.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=task.id, signed_on=programme.today, document_id=task.id)


def test_a_chair_does_not_sign_off_as_of_a_day_before_the_mandate_began(programme, clock):
    programme.appraise()
    programme.complete("committee_decision", "officer", programme.decision())
    clock.advance(days=10)
    before = programme.today - timedelta(days=5)
    programme.end_role(Role.CHAIR, "chair")
    with programme.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=programme.basin_id, person_id=programme.people["successor"])

    with pytest.raises(NotTheChair):
        programme.complete("sign_off_decision", "successor", {"decision": "sign"}, occurred_on=before)
    programme.complete("sign_off_decision", "successor", {"decision": "sign"})


def test_the_firm_of_the_project_neither_prescribes_nor_presides(programme):
    programme.open()
    with programme.work_as("officer") as work:
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=programme.people["chair"],
            organisation_id=dossiers.find(work, programme.case_id).organisation_id, from_date=LONG_AGO,
        )  # fmt: skip
        firm = dossiers.find(work, programme.case_id).organisation_id
        assignments.assign(
            work,
            role=Role.PARTNER_COMPANY,
            basin_id=programme.basin_id,
            organisation_id=firm,
            from_date=LONG_AGO,
        )
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=programme.people["officer"], organisation_id=firm
        )
        with pytest.raises(holders.InConflict):
            holders.hold(
                work, role=Role.PRESCRIBER, case_id=programme.case_id, basin_id=programme.basin_id,
                person_id=programme.people["officer"],
            )  # fmt: skip
        with pytest.raises(chairs.NotEligibleToChair):
            chairs.designate_acting_chair(
                work, basin_id=programme.basin_id, person_id=programme.people["officer"],
                case_id=programme.case_id,
            )  # fmt: skip


def test_a_guest_neither_prescribes_nor_follows_nor_presides(programme):
    programme.open()
    with programme.work_as("officer") as work:
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=programme.people["expert"],
            organisation_id=programme.firms["lender"], guest=True, from_date=LONG_AGO,
        )  # fmt: skip
        for role in (Role.PRESCRIBER, Role.MANDATARY):
            with pytest.raises(committee_seats.NoSeat):
                holders.hold(
                    work, role=role, case_id=programme.case_id, basin_id=programme.basin_id,
                    person_id=programme.people["expert"],
                )  # fmt: skip
        with pytest.raises(chairs.NotEligibleToChair):
            chairs.appoint_chair(
                work, basin_id=programme.basin_id, person_id=programme.people["expert"],
                organisation_id=programme.firms["lender"], from_date=date(2030, 1, 1),
            )  # fmt: skip


def acting_tasks(programme):
    """The officer's open tasks « désigner une présidence par intérim » of the basin."""
    with programme.database.start_reading() as work:
        return list(
            work.database.scalars(
                sa.select(Instance).where(Instance.process == "acting_chair", Instance.ended_at.is_(None))
            )
        )


def two_files_to_sign_off(programme):
    """Two dossiers whose decision waits for the chair; gives their ids."""
    ids = []
    for name in ("Atelier du Lavoir (démo)", "Scierie du Val (démo)"):
        programme.open(siret=None, not_registered=True, name=name)
        programme.complete("qualify", "officer", programme.qualification())
        programme.complete("accept_prescription", "prescriber", {"accepted": True})
        programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)
        programme.complete("check_completeness", "officer", {"outcome": "complete"})
        programme.complete("committee_decision", "officer", programme.decision())
        ids.append(programme.case_id)
    return ids


def test_without_a_chair_the_officer_is_asked_once_for_the_basin_and_all_is_signed(anywhere):
    first, second = two_files_to_sign_off(anywhere)
    anywhere.end_role(Role.CHAIR, "chair")

    operations.fill_vacancies(anywhere.database)
    operations.fill_vacancies(anywhere.database)

    [asked] = acting_tasks(anywhere)
    anywhere.case_id = asked.case_id
    anywhere.complete(
        "designate_acting_chair",
        "officer",
        {
            "acting_chair_id": str(anywhere.people["successor"]),
            "starts_on": anywhere.today.isoformat(),
            "ends_on": (anywhere.today + timedelta(days=20)).isoformat(),
        },
    )
    operations.fill_vacancies(anywhere.database)
    assert acting_tasks(anywhere) == []
    for case_id in (first, second):
        anywhere.case_id = case_id
        assert [each.recipient_id for each in anywhere.mails("task_reassigned")] == [
            anywhere.people["successor"]
        ]
        anywhere.complete("sign_off_decision", "successor", {"decision": "sign"})
    assert all(each.signed_as == "acting_chair" for each in anywhere.rows(Decision))


def test_the_task_to_designate_an_acting_chair_is_gone_when_a_chair_is_back(programme):
    two_files_to_sign_off(programme)
    programme.end_role(Role.CHAIR, "chair")
    operations.fill_vacancies(programme.database)
    assert len(acting_tasks(programme)) == 1

    with programme.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=programme.basin_id, person_id=programme.people["successor"])
    operations.fill_vacancies(programme.database)

    assert acting_tasks(programme) == []


def test_the_task_to_designate_is_gone_even_if_the_chair_signed_first(programme):
    programme.appraise()
    programme.end_role(Role.CHAIR, "chair")
    programme.complete("committee_decision", "officer", programme.decision())
    assert len(acting_tasks(programme)) == 1
    with programme.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=programme.basin_id, person_id=programme.people["successor"])
    programme.complete("sign_off_decision", "successor", {"decision": "sign"})

    operations.fill_vacancies(programme.database)

    assert acting_tasks(programme) == []


def test_a_sign_off_claimed_by_a_chair_who_left_is_given_back(programme):
    programme.appraise()
    programme.complete("committee_decision", "officer", programme.decision())
    with programme.work_as("chair") as work:
        tasks.claim(work, task_id=programme.task("sign_off_decision").id)
    programme.end_role(Role.CHAIR, "chair")
    with programme.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=programme.basin_id, person_id=programme.people["successor"])

    assert operations.fill_vacancies(programme.database) == 1

    programme.complete("sign_off_decision", "successor", {"decision": "sign"})
    assert operations.fill_vacancies(programme.database) == 0


def test_an_acting_chair_who_may_no_longer_sign_is_replaced_by_another(programme):
    programme.appraise()
    programme.end_role(Role.CHAIR, "chair")
    with programme.work_as("officer") as work:
        chairs.designate_acting_chair(
            work, basin_id=programme.basin_id, person_id=programme.people["mandatary"],
            until=programme.today + timedelta(days=90),
        )  # fmt: skip
    programme.end_role(Role.PARTNER_COMPANY, "mandatary")
    programme.complete(
        "committee_decision", "officer", programme.decision(mandatary_id=str(programme.people["prescriber"]))
    )

    programme.complete(
        "designate_acting_chair",
        "officer",
        {
            "acting_chair_id": str(programme.people["successor"]),
            "starts_on": programme.today.isoformat(),
            "ends_on": (programme.today + timedelta(days=20)).isoformat(),
        },
    )

    programme.complete("sign_off_decision", "successor", {"decision": "sign"})


def test_an_acting_chair_to_come_is_waited_for_and_not_asked_for_again(programme):
    programme.appraise()
    programme.end_role(Role.CHAIR, "chair")
    programme.complete("committee_decision", "officer", programme.decision())
    programme.complete(
        "designate_acting_chair",
        "officer",
        {
            "acting_chair_id": str(programme.people["successor"]),
            "starts_on": (programme.today + timedelta(days=3)).isoformat(),
            "ends_on": (programme.today + timedelta(days=20)).isoformat(),
        },
    )

    operations.fill_vacancies(programme.database)

    assert acting_tasks(programme) == []


def test_who_gets_the_chairs_line_to_sign_is_told(anywhere):
    anywhere.appraise()
    anywhere.decide()
    anywhere.prepare()
    anywhere.end_role(Role.CHAIR, "chair")
    with anywhere.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=anywhere.basin_id, person_id=anywhere.people["successor"])

    operations.fill_vacancies(anywhere.database)

    line = anywhere.task("sign_agreement", position=1)
    assert [(each.recipient_id, each.task_id) for each in anywhere.mails("task_reassigned")] == [
        (anywhere.people["successor"], line.id)
    ]


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
    ask_opinion(programme)

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
