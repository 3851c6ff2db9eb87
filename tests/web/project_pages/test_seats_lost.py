"""A prescriber or a mandatary whose seat has ended: said before, shown on the project after (R17, R28, E10)."""

from __future__ import annotations

import sqlalchemy as sa

from engine.people import assignments
from engine.people.models import Assignment, Role
from engine.persistence.unit_of_work import Actor
from tests.web.project_pages.reading import TODAY, text_of

MANDATARY = "Mandataire sans siège"
PRESCRIBER = "Prescripteur sans siège"


def seat_of(engine, person_id):
    with engine.database.start_reading() as work:
        return work.database.scalars(
            sa.select(Assignment.id).where(
                Assignment.person_id == person_id, Assignment.role == Role.SEAT.value
            )
        ).one()


def end(engine, world, name):
    """The seat of a member ends today."""
    with engine.database.start_work(Actor(world.people["basin_administrator"])) as work:
        assignments.end(work, seat_of(engine, world.people[name]), reason="Départ.")


def test_the_page_that_ends_a_seat_lists_the_projects_it_leaves(client, sign_in, engine, world, life):
    life.labelled(life.session(TODAY), TODAY)
    administrator = sign_in(client, "basin_administrator")
    reference = life.project().reference

    address = f"/administration/roles/{seat_of(engine, world.people['member2'])}/fin"
    assert f"({reference})" in text_of(administrator.get(address))
    address = f"/administration/roles/{seat_of(engine, world.people['member3'])}/fin"
    assert reference not in text_of(administrator.get(address))


def test_a_mandatary_without_a_seat_shows_on_the_project(officer, engine, world, life):
    life.labelled(life.session(TODAY), TODAY)
    address = f"/projets/{life.case_id}"
    assert MANDATARY not in text_of(officer.get(address))

    end(engine, world, "member2")
    end(engine, world, "member")

    said = text_of(officer.get(address))
    assert MANDATARY in said
    assert PRESCRIBER not in said  # Nothing is asked of a prescriber once the firm is labelled.


def test_a_prescriber_without_a_seat_shows_until_the_signature(officer, engine, world, life):
    life.ready()
    end(engine, world, "member")

    assert PRESCRIBER in text_of(officer.get(f"/projets/{life.case_id}"))
