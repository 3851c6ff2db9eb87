"""A company's member changes while its line waits: the new one signs, on a text that names them (E10)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import operations
from engine.agreements import drafting, signatories
from engine.agreements.models import Agreement, Signature
from engine.people import assignments, committee_seats
from engine.people.models import Assignment, Role
from tests.integration.programme import Programme


class Seated(Programme):
    """The days are lent by a company of the committee, whose member signs for it."""

    def decision(self, outcome: str = "approved", **changes: object) -> dict[str, object]:
        """Six days of the successor's company."""
        lent = [{"company_id": str(self.firms["successor"]), "domain": "production", "days": "6"}]
        return super().decision(outcome, **{"human_means": lent, **changes})

    def signatories(self) -> list[dict[str, object]]:
        """The partner's line is its member's."""
        rows = super().signatories()
        rows[2] |= {
            "organisation_id": str(self.firms["successor"]), "full_name": "Successor (démo)",
            "email": "successor@exemple.test",
        }  # fmt: skip
        del rows[2]["person_id"]
        return rows


@pytest.fixture
def programme(database, clock):
    made = Seated(database, clock).install()
    made.appraise()
    made.decide()
    made.prepare()
    made.sign(0)
    clock.advance(days=2)
    return made


def end_seat(programme, name: str) -> None:
    """Somebody no longer sits from today on."""
    with programme.work_as("officer") as work:
        held = work.database.scalars(
            sa.select(Assignment).where(
                Assignment.person_id == programme.people[name], Assignment.role == Role.SEAT.value
            )
        ).one()
        assignments.end(work, held.id, reason="Départ.")


def pass_on(programme) -> None:
    """The expert takes the seat of the successor's company."""
    end_seat(programme, "successor")
    with programme.work_as("officer") as work:
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=programme.people["expert"],
            organisation_id=programme.firms["successor"],
        )  # fmt: skip


def follow(programme) -> int:
    return operations.follow_seats(programme.database)


def named(programme) -> list:
    """Who signs the version being signed, in order."""
    with programme.database.start_reading() as work:
        agreement = drafting.latest(work, programme.case_id)
        return [each.person_id for each in signatories.lines_of(work, agreement.id)]


def test_the_new_member_signs_another_text_and_the_signatures_given_fall(programme):
    assert follow(programme) == 0
    pass_on(programme)

    assert follow(programme) == 1

    assert named(programme)[2] == programme.people["expert"]
    assert programme.task("sign_agreement", position=2).assignee_id == programme.people["expert"]
    assert [each.version for each in programme.rows(Agreement) if each.voided_at is None] == [2]
    assert all(each.voided_at is not None for each in programme.rows(Signature))
    assert follow(programme) == 0
    for position in range(4):
        programme.sign(position)
    assert programme.project().status == "labelled"


def test_nobody_else_sits_yet_so_the_line_waits(programme):
    end_seat(programme, "successor")

    assert follow(programme) == 0
    assert named(programme)[2] == programme.people["successor"]


def test_a_line_that_is_signed_stays(programme):
    programme.sign(2)
    pass_on(programme)

    assert follow(programme) == 0


def test_a_text_drawn_up_after_the_seat_had_ended_names_whom_its_officer_wrote(programme, clock):
    programme.sign(1, answer="refuse", reason="Relire.")
    pass_on(programme)
    clock.advance(days=1)
    programme.decide()
    programme.prepare()

    assert follow(programme) == 0
    assert named(programme)[2] == programme.people["successor"]
