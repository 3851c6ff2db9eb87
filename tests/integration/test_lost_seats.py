"""A mandatary or a prescriber who no longer sits: who names another is asked, once, and no longer than needed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import errors, operations
from engine.operations.file_acts import FILE_ACTS
from engine.people import assignments, committee_seats
from engine.people.models import Assignment, Role
from engine.projects import closing
from engine.registry.models import ProcessVersion
from engine.runtime.models import Instance
from tests.integration.programme import Programme
from tests.integration.test_hot_path import watched

CHAIRS = "name_mandatary"
OFFICERS = "choose_prescriber"
REASON = "Départ en retraite."


@pytest.fixture
def programme(database, clock):
    return Programme(database, clock).install()


def end_seat(programme: Programme, name: str) -> None:
    """The seat of somebody ends today."""
    with programme.work_as("officer") as work:
        held = work.database.scalars(
            sa.select(Assignment).where(
                Assignment.person_id == programme.people[name],
                Assignment.role == Role.SEAT.value,
                assignments.in_force(programme.today),
            )
        ).all()
        for each in held:
            assignments.end(work, each.id, reason="Départ.")


def seat_again(programme: Programme, name: str) -> None:
    """They sit again, for the organisation they sat for."""
    with programme.work_as("officer") as work:
        before = work.database.scalars(
            sa.select(Assignment).where(
                Assignment.person_id == programme.people[name], Assignment.role == Role.SEAT.value
            )
        ).all()[-1]
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=before.person_id,
            organisation_id=before.organisation_id,
        )  # fmt: skip


def ask(programme: Programme) -> int:
    return operations.ask_for_others(programme.database)


def named(programme: Programme, name: str = "successor") -> dict[str, object]:
    return {"mandatary_id": str(programme.people[name]), "reason": REASON}


def test_the_chair_is_asked_once_for_another_mandatary_and_names_one(programme):
    programme.label()
    assert ask(programme) == 0
    end_seat(programme, "mandatary")

    assert (ask(programme), ask(programme)) == (1, 0)

    task = programme.task(CHAIRS)
    assert (task.role, task.personal, task.due_on) == ("chair", True, programme.today + timedelta(days=10))
    assert programme.people["chair"] in {each.recipient_id for each in programme.mails("task_opened")}
    programme.complete(CHAIRS, "chair", named(programme))
    assert programme.project().mandatary_id == programme.people["successor"]
    assert CHAIRS not in programme.steps()
    assert "projects.mandatary.replaced" in programme.kinds()
    assert ask(programme) == 0


def test_nobody_but_the_chair_names_the_mandatary(programme):
    programme.label()
    end_seat(programme, "mandatary")
    ask(programme)

    with pytest.raises(errors.NotAllowed):
        programme.complete(CHAIRS, "officer", named(programme))
    assert CHAIRS in programme.steps()


def test_another_mandatary_named_by_other_means_leaves_nothing_to_ask(programme):
    programme.label()
    end_seat(programme, "mandatary")
    ask(programme)
    with programme.work_as("chair") as work:
        FILE_ACTS["mandatary_replacement"](
            work, programme.case_id,
            {"mandatary_id": programme.people["successor"], "reason": REASON},
        )  # fmt: skip

    assert CHAIRS not in programme.steps()
    assert ask(programme) == 0


def test_a_seat_given_again_leaves_nothing_to_ask(programme):
    programme.label()
    end_seat(programme, "mandatary")
    ask(programme)
    seat_again(programme, "mandatary")

    assert (ask(programme), ask(programme)) == (1, 0)

    assert CHAIRS not in programme.steps()


def test_a_mandate_handed_over_while_all_sign_draws_the_agreement_up_again(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    end_seat(programme, "mandatary")
    ask(programme)

    programme.complete(CHAIRS, "chair", named(programme))

    assert "agreements.agreement.voided" in programme.kinds()
    assert programme.steps().count("sign_agreement") == 4


def test_the_officer_names_another_prescriber_and_what_was_open_is_theirs(programme):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    end_seat(programme, "prescriber")
    assert (ask(programme), ask(programme)) == (1, 0)
    assert programme.task(OFFICERS).role == "operator"

    with pytest.raises(errors.InvalidAnswers) as refused:  # The diagnostic is still to be given (R17).
        programme.complete(OFFICERS, "officer", {"choice": "keep", "reason": "Il connaît l’entreprise."})
    assert set(refused.value.messages) == {"choice"}
    programme.complete(
        OFFICERS, "officer",
        {"choice": "replace", "prescriber_id": str(programme.people["successor"]), "reason": REASON},
    )  # fmt: skip

    assert programme.task("accept_prescription").assignee_id == programme.people["successor"]
    assert ask(programme) == 0


def test_who_gave_the_diagnostic_is_kept_with_a_reason_and_never_asked_about_again(programme):
    programme.appraise()
    end_seat(programme, "prescriber")
    ask(programme)

    programme.complete(OFFICERS, "officer", {"choice": "keep", "reason": "Son diagnostic est rendu."})

    assert "projects.prescriber.kept" in programme.kinds()
    assert OFFICERS not in programme.steps()
    assert ask(programme) == 0


def test_another_prescriber_named_by_other_means_leaves_nothing_to_ask(programme):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    end_seat(programme, "prescriber")
    ask(programme)
    with programme.work_as("officer") as work:
        held = work.database.scalars(
            sa.select(Assignment.id).where(
                Assignment.case_id == programme.case_id, Assignment.role == Role.PRESCRIBER.value
            )
        ).one()
        FILE_ACTS["person_replacement"](
            work, programme.case_id,
            {"part_id": held, "person_id": programme.people["successor"], "reason": REASON},
        )  # fmt: skip

    assert OFFICERS not in programme.steps()
    assert ask(programme) == 0


def test_nothing_is_asked_of_a_prescriber_once_the_firm_is_labelled(programme):
    programme.label()
    end_seat(programme, "prescriber")

    assert ask(programme) == 0


def test_what_was_asked_goes_with_the_project(programme):
    programme.appraise()
    end_seat(programme, "prescriber")
    ask(programme)
    with programme.work_as("officer") as work:
        closing.withdraw(work, project_id=programme.case_id, requested_by="firm", reason="Vente.")

    assert programme.steps() == []
    assert ask(programme) == 0


def test_a_project_that_runs_on_diagrams_published_before_is_left_as_it_was(programme):
    programme.label()
    with programme.work_as("officer") as work:
        for version in work.database.scalars(sa.select(ProcessVersion)).all():
            version.files = {name: text for name, text in version.files.items() if "seat_lost" not in name}
    end_seat(programme, "mandatary")

    assert ask(programme) == 0
    assert [each for each in programme.rows(Instance) if each.process == "mandatary_seat_lost"] == []


def test_looking_where_nobody_lost_a_seat_costs_two_statements(programme):
    programme.label()
    with watched(programme.database) as seen:
        assert ask(programme) == 0

    assert seen.count == 2, seen.statements
    end_seat(programme, "mandatary")
    ask(programme)
    with watched(programme.database) as seen:
        assert ask(programme) == 0

    assert seen.count == 2, seen.statements
