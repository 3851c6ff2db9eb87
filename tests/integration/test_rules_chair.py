"""A chair signs while the mandate lasts, and another stands in where it does not: D18, R14, E11."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import operations
from engine.agreements import signatures
from engine.committee.models import Decision
from engine.operations import vacancies
from engine.people import assignments, chairs, holders
from engine.people.models import Assignment, Role
from engine.projects.mandates import NotTheChair
from engine.runtime import cases
from engine.runtime.models import Instance, Task
from tests.integration.programme import DIAGNOSTIC, Programme
from tests.integration.test_hot_path import watched


@pytest.fixture
def programme(sqlite, clock):
    return Programme(sqlite, clock).install()


@pytest.fixture
def anywhere(database, clock):
    """The same basin, on each of the two databases."""
    return Programme(database, clock).install()


def test_a_chair_who_lost_the_mandate_signs_no_line_though_it_still_names_them(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.end_role(Role.PARTNER_COMPANY, "chair")

    with pytest.raises(NotTheChair):
        programme.sign(1)


def test_a_paper_signature_of_the_chair_is_judged_on_the_day_it_was_given(programme, clock, tmp_path):
    programme.appraise()
    programme.decide()
    programme.prepare()
    task = programme.task("sign_agreement", position=1)
    clock.advance(days=10)
    scan = programme.scan(tmp_path)
    with programme.work_as("officer") as work:
        chair = work.database.scalars(
            sa.select(Assignment).where(Assignment.role == Role.CHAIR.value, Assignment.acting.is_(False))
        ).one()
        assignments.end(work, chair.id, reason="renouvellement", on=programme.today - timedelta(days=8))
        chairs.appoint_chair(work, basin_id=programme.basin_id, person_id=programme.people["chair"])

    with programme.work_as("officer") as work, pytest.raises(NotTheChair):
        signatures.sign_on_paper(
            work, task_id=task.id, signed_on=programme.today - timedelta(days=3), document_id=scan
        )
    with programme.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=task.id, signed_on=programme.today, document_id=scan)


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
    with programme.work_as("chair") as work:  # Nobody claims a personal task any more: rows may say so.
        work.connection.execute(
            sa.update(Task)
            .where(Task.id == programme.task("sign_off_decision").id)
            .values(assignee_id=programme.people["chair"], claimed_at=work.now)
        )
    programme.end_role(Role.CHAIR, "chair")
    with programme.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=programme.basin_id, person_id=programme.people["successor"])

    before = version_of(programme)

    assert operations.fill_vacancies(programme.database) == 1

    assert "runtime.task.released" in programme.kinds()
    assert version_of(programme) == before + 1
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
    [decision] = programme.rows(Decision)
    assert (decision.signed_by, decision.signed_as) == (programme.people["successor"], "acting_chair")
    with programme.database.start_reading() as work:
        in_force = chairs.chairs_in_force(work, programme.basin_id, programme.today)
    assert [each.person_id for each in in_force] == [programme.people["successor"]]


@pytest.mark.parametrize("role", [Role.RECUSED, Role.SME_HEAD])
def test_a_new_chair_who_may_not_preside_over_a_project_is_stood_in_for_there(anywhere, role):
    first, second = two_files_to_sign_off(anywhere)
    with anywhere.work_as("officer") as work:
        cases.lock(work, first)
        holders.replace_holder(
            work, role=role, case_id=first, basin_id=anywhere.basin_id,
            person_id=anywhere.people["successor"], reason="Changement.",
        )  # fmt: skip
    anywhere.end_role(Role.CHAIR, "chair")
    with anywhere.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=anywhere.basin_id, person_id=anywhere.people["successor"])

    assert operations.fill_vacancies(anywhere.database) == 1
    assert operations.fill_vacancies(anywhere.database) == 0

    [asked] = acting_tasks(anywhere)
    assert asked.case_id == first
    anywhere.case_id = second
    anywhere.complete("sign_off_decision", "successor", {"decision": "sign"})


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


def version_of(programme):
    """How many times the dossier was written, by its root."""
    [root] = [each for each in programme.rows(Instance) if each.id == programme.case_id]
    return root.version


def test_who_gets_the_chairs_line_to_sign_is_told(anywhere):
    anywhere.appraise()
    anywhere.decide()
    anywhere.prepare()
    anywhere.end_role(Role.CHAIR, "chair")
    with anywhere.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=anywhere.basin_id, person_id=anywhere.people["successor"])

    before = version_of(anywhere)
    operations.fill_vacancies(anywhere.database)

    assert "runtime.tasks.moved" in anywhere.kinds()
    assert version_of(anywhere) == before + 1
    line = anywhere.task("sign_agreement", position=1)
    assert [(each.recipient_id, each.task_id) for each in anywhere.mails("task_reassigned")] == [
        (anywhere.people["successor"], line.id)
    ]


def test_looking_for_vacancies_costs_the_same_however_many_dossiers_wait(anywhere):
    two_files_to_sign_off(anywhere)

    with watched(anywhere.database) as few:
        assert operations.fill_vacancies(anywhere.database) == 0
    two_files_to_sign_off(anywhere)
    with watched(anywhere.database) as more:
        assert operations.fill_vacancies(anywhere.database) == 0

    assert few.count == more.count <= 6, more.statements


def test_what_waits_for_a_chair_is_found_by_its_indexes(anywhere):
    """The statements name the very conditions of the partial indexes: no sleeper is read."""
    two_files_to_sign_off(anywhere)
    found = {
        "instance_live_satellite": [vacancies.ASKED],
        "task_open_of_chair": [vacancies.AWAITING_CHAIR, vacancies.APART],
    }
    for index, statements in found.items():
        for statement in statements:
            with anywhere.database.reader.connect() as connection:
                if not anywhere.database.is_sqlite:  # So few rows are read whole, given the choice.
                    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
                text = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
                explain = "EXPLAIN QUERY PLAN " if anywhere.database.is_sqlite else "EXPLAIN "
                plan = " ".join(str(row) for row in connection.exec_driver_sql(explain + text))
            assert index in plan, plan
