"""A prescriber or a mandatary whose seat has ended: said before, shown on the project after (R17, R28, E10)."""

from __future__ import annotations

import sqlalchemy as sa

from engine import operations
from engine.people import assignments
from engine.people.models import Assignment, Role
from engine.persistence.unit_of_work import Actor
from tests.web.project_pages.reading import TODAY, sent, text_of

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


def test_the_chair_is_asked_on_a_page_for_another_mandatary(client, sign_in, engine, world, life):
    life.labelled(life.session(TODAY), TODAY)
    end(engine, world, "member2")
    operations.ask_for_others(engine.database)
    chair = sign_in(client, "chair")
    task = life.task("name_mandatary")

    page = chair.get(f"/taches/{task.id}")
    answers = sent(page, mandatary_id=str(world.people["member3"]), reason="Départ en retraite.")
    done = chair.post(f"/taches/{task.id}", data=answers)

    assert "Nouveau mandataire" in text_of(page)
    assert done.status_code == 303
    assert life.project().mandatary_id == world.people["member3"]
    assert MANDATARY not in text_of(chair.get(f"/projets/{life.case_id}"))


def test_the_officer_is_asked_on_a_page_for_another_prescriber(officer, engine, world, life):
    life.ready()
    end(engine, world, "member")
    operations.ask_for_others(engine.database)
    task = life.task("choose_prescriber")
    reason = "Son diagnostic est rendu."

    page = officer.get(f"/taches/{task.id}")
    done = officer.post(f"/taches/{task.id}", data=sent(page, choice="keep", reason=reason))

    assert "Désigner un autre prescripteur" in text_of(page)
    assert done.status_code == 303
    history = text_of(officer.get(f"/projets/{life.case_id}/historique"))
    assert "Prescripteur maintenu sans siège au comité" in history
    assert reason in history
