"""Interests on both databases: declared, stepped back from at once, found too late, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import errors
from engine.committee import acting, interests
from engine.committee.agenda_models import AgendaItem, Ballot, InterestDeclaration, key_of
from engine.committee.models import CommitteeSession, Decision
from engine.people import chairs, committee_seats, permissions, recusals
from engine.people.models import Assignment, Role
from engine.persistence.base import new_id
from engine.projects.models import Project
from engine.runtime.models import Instance
from tests.integration.programme import Programme


@pytest.fixture
def programme(database, clock):
    programme = Programme(database, clock).install()
    programme.appraise()
    return programme


def declare(programme, who, situation="client_supplier", *, by=None, **more):
    with programme.work_as(by or who) as work:
        if by is not None:
            more["person_id"] = programme.people[who]
        return interests.declare(work, project_id=programme.case_id, situation=situation, **more).id


def standing(programme, declaration_id):
    with programme.database.start_reading() as work:
        return work.database.get_one(InterestDeclaration, declaration_id)


def recused(programme) -> set[str]:
    with programme.database.start_reading() as work:
        found = recusals.recused_on(work, programme.case_id, programme.today)
    return {name for name, person_id in programme.people.items() if person_id in found}


def decide(programme, **answers):
    programme.complete("committee_decision", "officer", programme.decision(**answers))


def sign(programme, by="chair"):
    programme.complete("sign_off_decision", by, {"decision": "sign"})


@pytest.mark.parametrize(
    "situation", ["client_supplier", "competitor", "capital_link", "family_link", "other"]
)
def test_a_real_link_makes_the_member_step_back_at_once(programme, situation):
    made = standing(programme, declare(programme, "successor", situation, details="Nous lui vendons."))

    assert recused(programme) == {"successor"}
    assert (made.is_recused, made.through, made.is_late, made.declared_on) == (
        True, "self", False, programme.today,
    )  # fmt: skip
    assert "committee.interest.declared" in programme.kinds()
    with programme.work_as("successor") as work, pytest.raises(permissions.NotVisible):
        permissions.require(
            work, permissions.Permission.SEE_PROJECT, basin_id=programme.basin_id, case_id=programme.case_id
        )


def test_no_link_and_an_expected_expert_are_told_and_keep_their_place(programme):
    declare(programme, "successor", "none", details="")
    declare(programme, "mandatary", "expected_expert")
    assert recused(programme) == set()

    declare(programme, "successor", "expected_expert", is_recused=True)
    assert recused(programme) == {"successor"}
    assert [each.ended_reason for each in programme.rows(InterestDeclaration)].count(
        "Déclaré de nouveau"
    ) == 1


def test_no_link_declared_with_a_recusal_is_no_recusal(programme):
    declare(programme, "successor", "none", is_recused=True)
    assert recused(programme) == set()


def test_a_recusal_is_declared_once(programme):
    declare(programme, "successor", by="officer")
    with pytest.raises(interests.AlreadyDeclared):
        declare(programme, "successor", "competitor", by="officer")
    assert len(programme.rows(InterestDeclaration)) == 1


def test_only_the_officer_declares_for_another_and_only_a_member_for_themselves(programme):
    with pytest.raises(permissions.MissingPermission):
        declare(programme, "successor", by="mandatary")
    with pytest.raises(permissions.MissingPermission):
        declare(programme, "officer")
    with pytest.raises(committee_seats.NoSeat):
        declare(programme, "expert", by="officer")
    assert programme.rows(InterestDeclaration) == []

    assert standing(programme, declare(programme, "successor", by="officer")).through == "in_session"


def test_a_chair_who_steps_back_is_replaced_for_this_project_alone(programme):
    decide(programme)
    declare(programme, "chair")

    with programme.database.start_reading() as work:
        assert chairs.chair_in_force(work, programme.basin_id, programme.today, programme.case_id) is None
        assert chairs.chair_in_force(work, programme.basin_id, programme.today) is not None
        asked = work.database.scalars(sa.select(Instance).where(Instance.process == acting.PROCESS)).all()
    assert [(each.case_id, each.ended_at) for each in asked] == [(programme.case_id, None)]
    programme.complete(
        "designate_acting_chair", "officer",
        {"acting_chair_id": str(programme.people["successor"]),
         "ends_on": (programme.today + timedelta(days=30)).isoformat()},
    )  # fmt: skip
    sign(programme, "successor")
    assert programme.project().decision_number is not None


def test_a_member_who_steps_back_asks_for_no_acting_chair(programme):
    declare(programme, "successor")
    with programme.database.start_reading() as work:
        assert (
            work.database.scalars(sa.select(Instance).where(Instance.process == acting.PROCESS)).all() == []
        )


def test_an_interest_declared_after_the_signature_brings_the_decision_back_once(programme):
    decide(programme)
    sign(programme)
    found = standing(programme, declare(programme, "successor"))

    assert found.is_late
    told = {each.recipient_id for each in programme.mails("interest_to_confirm")}
    assert told == {programme.people["officer"], programme.people["chair"]}
    with programme.database.start_reading() as work:
        (pair,) = interests.to_confirm(work, programme.basin_id)
        assert (pair[0].project_id, pair[1].id) == (programme.case_id, found.id)
    with programme.work_as("officer") as work:
        work.database.get_one(Decision, pair[0].id).reviewed = "confirmed"
    with programme.database.start_reading() as work:
        assert interests.to_confirm(work, programme.basin_id) == []


def test_one_who_had_stepped_back_before_the_signature_brings_nothing_back(programme):
    declare(programme, "successor")
    decide(programme)
    sign(programme)
    assert not standing(programme, declare(programme, "mandatary", "none")).is_late
    with programme.database.start_reading() as work:
        assert interests.to_confirm(work, programme.basin_id) == []


def item(programme) -> tuple:
    """An item of the planned session about the project, and the seat of a member who voted on it."""
    with programme.work_as("officer") as work:
        session = work.database.scalars(sa.select(CommitteeSession)).one()
        made = AgendaItem(
            id=new_id(), basin_id=programme.basin_id, session_id=session.id, position=1, kind="project_new",
            key=key_of("project_new", programme.case_id), project_id=programme.case_id,
            instance_id=programme.case_id, added_at=work.now, added_by=programme.people["officer"],
        )  # fmt: skip
        work.database.add(made)
        work.database.flush()
        seat = work.database.scalars(
            sa.select(Assignment).where(
                Assignment.person_id == programme.people["successor"], Assignment.role == Role.SEAT.value
            )
        ).one()
        work.database.add(
            Ballot(
                id=new_id(),
                basin_id=programme.basin_id,
                item_id=made.id,
                kind="opinion",
                seat_id=seat.id,
                person_id=programme.people["successor"],
                choice="for",
                through="self",
                cast_by=programme.people["successor"],
                cast_at=work.now,
            )
        )
    return made.id, seat.id


def test_stepping_back_withdraws_what_was_said_of_an_item_not_decided_yet(programme):
    item(programme)
    declare(programme, "successor")
    assert [each.withdrawn_at is not None for each in programme.rows(Ballot)] == [True]


def test_what_was_said_of_an_item_that_has_its_outcome_stays(programme):
    item_id, _seat = item(programme)
    with programme.work_as("officer") as work:
        work.database.get_one(AgendaItem, item_id).outcome = "postponed"
    declare(programme, "successor")
    assert [each.withdrawn_at for each in programme.rows(Ballot)] == [None]


def test_an_interest_ends_with_its_reason_and_the_member_comes_back(programme, clock):
    declared = declare(programme, "successor")
    clock.advance(days=1)
    with programme.work_as("successor") as work, pytest.raises(errors.InvalidAnswers):
        interests.end(work, declared, reason="  ")
    with programme.work_as("mandatary") as work, pytest.raises(permissions.MissingPermission):
        interests.end(work, declared, reason="Il ne l’est plus.")
    assert recused(programme) == {"successor"}

    with programme.work_as("successor") as work:
        interests.end(work, declared, reason="Le contrat est fini.")
    assert recused(programme) == set()
    assert standing(programme, declared).ended_on == programme.today
    with programme.work_as("officer") as work, pytest.raises(interests.InterestEnded):
        interests.end(work, declared, reason="Encore.")
    declare(programme, "successor", "competitor")
    assert recused(programme) == {"successor"}


def test_the_register_keeps_everything_and_hides_what_its_reader_stepped_back_from(programme, clock):
    declare(programme, "successor", details="Nous lui vendons.")
    clock.advance(minutes=1)
    declare(programme, "mandatary", "none")
    with programme.database.start_reading() as work:
        firm = work.database.get_one(Project, programme.case_id).firm
        everything = interests.register(work, programme.basin_id)
        assert {each.firm for each in everything} == {firm}
        assert [each.declaration.situation for each in everything] == ["none", "client_supplier"]
        assert interests.register(work, programme.basin_id, without=[programme.case_id]) == []
        own = interests.register(work, programme.basin_id, person_id=programme.people["successor"])
        assert [each.declaration.details for each in own] == ["Nous lui vendons."]
        assert len(interests.of_project(work, programme.case_id)) == 2


def test_whoever_stepped_back_still_reads_what_they_declared_themselves(programme):
    declare(programme, "successor", details="Nous lui vendons.")
    declare(programme, "mandatary", "none")
    with programme.work_as("successor") as work:
        seen = interests.register(work, programme.basin_id, without=[programme.case_id])
    assert [each.declaration.details for each in seen] == ["Nous lui vendons."]
