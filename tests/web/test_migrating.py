"""An officer moves running projects to another version: the pages, their refusals, and the way back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.persistence.unit_of_work import Actor
from engine.runtime import advance, cases, version_change
from tests.web import installation
from tests.web.costs import statements
from tests.web.migrating import (
    GONE,
    LONGER,
    MIGRATION,
    REASON,
    carry_out,
    confirmed,
    fields_in,
    number_of,
    ordered,
    publish,
    text_of,
)
from tests.web.variant_pages import HOME
from web.auth import IDLE
from web.variants import migrating, migration_report

SIRETS = ("00000007500002", "00000008300006", "00000009100009")


@pytest.fixture
def officer(client, sign_in):
    return sign_in(client, "officer")


@pytest.fixture
def second(engine, world):
    """Another project of the basin, of a firm of its own."""
    return installation.open_project(engine, world, siret=SIRETS[0], name="Forge Éloi (démo)")


def test_with_one_version_nobody_is_to_be_moved(officer, project):
    page = text_of(officer, MIGRATION)

    assert "Tous les projets en cours sont sur la version 1" in page
    assert "Les faire passer" not in text_of(officer, HOME)


def test_the_list_tells_what_would_become_of_each_project(officer, engine, world, project):
    publish(engine, world, edits=LONGER)

    page = text_of(officer, MIGRATION)

    assert "1 projet en cours est sur une autre version que la version 2." in page
    assert "peut bouger" in page
    assert "délais à venir changent" in page or "délai à venir change" in page
    assert "18 mois → 24 mois" in page


def test_one_that_cannot_move_says_why_and_cannot_be_ticked(officer, engine, world, project, second):
    publish(engine, world, edits=GONE)

    page = officer.get(MIGRATION)

    assert "n’est plus dans la nouvelle version" in page.text
    assert 'name="project"' not in page.text
    assert 'name="all"' not in page.text
    assert "ne peut pas" in text_of(officer, f"{MIGRATION}?montrer=impossible")
    assert "Aucun projet ne répond" in text_of(officer, f"{MIGRATION}?montrer=possible")


def test_the_list_is_searched_by_firm_and_reference_whatever_the_accents(
    officer, engine, world, project, second
):
    publish(engine, world)

    found = text_of(officer, f"{MIGRATION}?q=forge+eloi")

    assert "Forge Éloi" in found
    assert "Scierie du Lac" not in found
    assert "Aucun projet ne répond" in text_of(officer, f"{MIGRATION}?q=nulle+part")


def test_ticked_confirmed_and_ordered_projects_move_and_the_report_says_so(
    officer, engine, world, project, second
):
    publish(engine, world)

    asked = confirmed(officer, project)
    answer = officer.post(MIGRATION, data={**fields_in(asked, MIGRATION), "reason": REASON})
    waiting = text_of(officer, answer.location)
    carry_out(engine)
    done = text_of(officer, answer.location)

    assert "1 projet passera à la version 2" in asked.text
    assert answer.status_code == 303
    assert 'hx-trigger="load delay:2s"' in waiting
    assert "Actualiser" in waiting
    assert "hx-trigger" not in done.split('id="batch"')[1].split("</table>")[0]
    assert "passé" in done
    assert REASON in done
    assert (number_of(engine, project), number_of(engine, second)) == (2, 1)
    assert "1 projet vers la version 2" in text_of(officer, MIGRATION)


def test_all_that_can_move_are_taken_at_once_within_what_was_searched(
    officer, engine, world, project, second
):
    publish(engine, world)

    one = confirmed(officer, q="eloi")
    every = confirmed(officer)

    assert "1 projet passera à la version 2" in one.text
    assert "2 projets passeront à la version 2" in every.text


def test_nothing_ticked_is_told_on_the_list(officer, engine, world, project):
    publish(engine, world)
    fields = fields_in(officer.get(MIGRATION), f"{MIGRATION}/confirmer")

    answer = officer.post(f"{MIGRATION}/confirmer", data=fields)

    assert answer.status_code == 422
    assert "Cochez au moins un projet" in answer.text


def test_a_reason_is_asked_for_and_the_confirmation_comes_back(officer, engine, world, project):
    publish(engine, world)

    answer = ordered(officer, project, reason="  ")
    too_long = ordered(officer, project, reason="x" * 1001)

    assert (answer.status_code, too_long.status_code) == (422, 422)
    assert "1 projet passera à la version 2" in answer.text
    assert "Écrivez quelques mots." in answer.text
    carry_out(engine)
    assert number_of(engine, project) == 1


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"chosen": "zzz"}, 404),
        ({"chosen": "00000000-0000-0000-0000-000000000001"}, 404),
        ({"chosen": ""}, 422),
        ({"version": "9"}, 404),
        ({"version": "zéro", "known": "²"}, 409),
        ({"known": ""}, 409),
        ({"reason": "\0"}, 422),
    ],
)
def test_absurd_answers_move_nobody(officer, engine, world, project, changed, status):
    publish(engine, world)
    fields = fields_in(confirmed(officer, project), MIGRATION)

    answer = officer.post(MIGRATION, data={**fields, "reason": REASON, **changed})

    assert answer.status_code == status
    carry_out(engine)
    assert number_of(engine, project) == 1


@pytest.mark.parametrize("query", ["version=99999999999999", "version=-1", "page=0", "page=999999",
                                   "montrer=rien", "q=%00", "page=%C2%B2"])  # fmt: skip
def test_absurd_addresses_show_the_list(officer, engine, world, project, query):
    publish(engine, world)

    assert "Scierie du Lac" in text_of(officer, f"{MIGRATION}?{query}")


def test_a_version_that_is_not_in_force_is_no_target(officer, engine, world, project):
    publish(engine, world, effective_on=date(2027, 6, 1))

    assert "Tous les projets en cours sont sur la version 1" in text_of(officer, MIGRATION)
    assert officer.get(f"{MIGRATION}?version=2").status_code == 404
    assert officer.get(f"{MIGRATION}?version=7").status_code == 404


def test_a_version_that_came_into_force_meanwhile_is_told_and_the_reason_kept(
    officer, engine, world, project
):
    publish(engine, world)
    fields = fields_in(confirmed(officer, project), MIGRATION)
    listed = fields_in(officer.get(MIGRATION), f"{MIGRATION}/confirmer")
    publish(engine, world, name="Accueillir autrement")

    refused = officer.post(MIGRATION, data={**fields, "reason": REASON})
    of_list = officer.post(f"{MIGRATION}/confirmer", data={**listed, "project": str(project)})
    again = officer.post(MIGRATION, data={**fields_in(refused, MIGRATION), "reason": REASON})

    assert (refused.status_code, of_list.status_code) == (409, 409)
    assert "La version 3 est entrée en vigueur" in refused.text
    assert REASON in refused.text
    assert "La version 3 est entrée en vigueur" in of_list.text
    assert again.status_code == 303
    carry_out(engine)
    assert number_of(engine, project) == 2


def test_projects_may_go_back_to_a_version_that_was_in_force(officer, engine, world, project):
    publish(engine, world)
    ordered(officer, project)
    carry_out(engine)

    page = text_of(officer, f"{MIGRATION}?version=1")

    assert "La version 1 n’est plus en vigueur" in page
    assert "peut bouger" in page


def test_a_double_click_is_one_batch(officer, engine, world, project):
    publish(engine, world)
    fields = {**fields_in(confirmed(officer, project), MIGRATION), "reason": REASON}

    answers = [officer.post(MIGRATION, data=fields) for _time in range(2)]

    assert answers[0].location == answers[1].location
    with engine.database.start_reading(Actor(world.people["officer"])) as work:
        assert len(version_change.batches(work, basin_id=world.basin_id)) == 1


def test_a_project_already_asked_to_move_says_so_and_is_not_offered_again(officer, engine, world, project):
    publish(engine, world)
    ordered(officer, project)

    page = text_of(officer, MIGRATION)
    ticked = confirmed(officer, project)

    assert "Son passage à la version 2 est déjà demandé" in page
    assert 'name="project"' not in page
    assert 'name="all"' not in page
    assert ticked.status_code == 422


def test_a_project_that_moved_meanwhile_is_left_and_said(officer, engine, world, project):
    publish(engine, world)
    fields = fields_in(confirmed(officer, project), MIGRATION)
    ordered(officer, project)
    carry_out(engine)

    late = officer.post(MIGRATION, data={**fields, "reason": REASON})
    carry_out(engine)
    page = text_of(officer, late.location)

    assert "sans objet" in page
    assert "Ce projet est déjà sur cette version." in page


def test_a_project_that_ended_meanwhile_is_said(officer, engine, world, project):
    publish(engine, world)
    place = ordered(officer).location
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        locked = cases.lock(work, project)
        advance.cancel(work, locked, locked.root, reason="Retiré.")
    carry_out(engine)

    assert "Ce projet s’est terminé entre-temps" in text_of(officer, place)


def test_a_project_that_went_on_meanwhile_is_shown_as_it_is(officer, engine, world, project):
    """What was ticked and can move no more is named on the confirmation, and left out of the order."""
    publish(engine, world)
    fields = fields_in(officer.get(MIGRATION), f"{MIGRATION}/confirmer")
    fields["project"] = str(project)
    ordered(officer, project)
    carry_out(engine)

    answer = officer.post(f"{MIGRATION}/confirmer", data=fields)

    assert answer.status_code == 422
    assert "Tous les projets en cours sont sur la version 2" in answer.text


@pytest.mark.parametrize("who", ["member", "chair", "steering", "coordinator", "basin_administrator"])
def test_only_the_officer_moves_projects(client, sign_in, engine, world, project, who):
    publish(engine, world)
    browser = sign_in(client, who)

    assert browser.get(MIGRATION).status_code == 403
    assert browser.post(MIGRATION).status_code == 403
    assert browser.post(f"{MIGRATION}/confirmer").status_code == 403
    if who != "coordinator":
        assert "/processus/migration" not in text_of(browser, HOME)


def test_another_basin_s_batch_does_not_exist(officer, flask_app, sign_in, engine, world, project):
    publish(engine, world)
    place = ordered(officer).location
    carry_out(engine)
    other = sign_in(flask_app.test_client(), "other_officer")
    elsewhere = place.replace("terres-de-lorraine", "valenciennois")

    assert other.get(place).status_code == 404
    assert other.get(elsewhere).status_code == 404
    assert other.post(f"{elsewhere}/projets/{project}/defaire").status_code == 404
    assert officer.post(f"{place}/projets/{world.people['officer']}/defaire").status_code == 404
    assert number_of(engine, project) == 2


def test_what_is_sent_after_the_session_has_ended_is_set_aside(officer, clock, engine, world, project):
    publish(engine, world)
    fields = fields_in(confirmed(officer, project), MIGRATION)
    clock.advance(seconds=int((IDLE + timedelta(minutes=1)).total_seconds()))

    answer = officer.post(MIGRATION, data={**fields, "reason": REASON})

    assert answer.status_code == 401
    assert REASON in answer.text
    carry_out(engine)
    assert number_of(engine, project) == 1


def test_the_other_pages_lead_there(officer, client, flask_app, sign_in, engine, world, project):
    publish(engine, world)
    member = sign_in(flask_app.test_client(), "member")

    assert "1 projet en cours reste sur une autre version" in text_of(officer, HOME)
    assert MIGRATION in text_of(officer, f"{HOME}/versions")
    told = "Ce projet suit la version 1 du processus ; la version 2 est en vigueur."
    officers, members = text_of(officer, f"/projets/{project}"), text_of(member, f"/projets/{project}")
    assert told in officers
    assert told in members
    assert MIGRATION in officers
    assert MIGRATION not in members
    ordered(officer, project)
    carry_out(engine)
    assert "suit la version" not in text_of(officer, f"/projets/{project}")


def test_the_pages_are_read_in_english(officer, engine, world, project):
    publish(engine, world)
    officer.post("/langue", data={"locale": "en"})
    place = ordered(officer, project).location
    carry_out(engine)

    assert "Move running projects" in text_of(officer, MIGRATION)
    assert "moved" in text_of(officer, place)


def test_long_lists_and_reports_are_read_page_by_page(officer, engine, world, project, second, monkeypatch):
    monkeypatch.setattr(migrating, "PER_PAGE", 1)
    monkeypatch.setattr(migration_report, "PER_PAGE", 1)
    publish(engine, world)

    first, last = text_of(officer, MIGRATION), text_of(officer, f"{MIGRATION}?page=2")
    place = ordered(officer).location
    carry_out(engine)
    report, rest = text_of(officer, place), text_of(officer, f"{place}?page=2")
    moved, none = text_of(officer, f"{place}?montrer=moved"), text_of(officer, f"{place}?montrer=failed")

    for before, after in ((first, last), (report, rest)):
        assert "Scierie du Lac" in before
        assert "Forge Éloi" not in before
        assert 'rel="next"' in before
        assert "Forge Éloi" in after
        assert 'rel="prev"' in after
    assert "page 1 sur 2" in first
    assert "Scierie du Lac" in moved
    assert "Aucun projet ici." in none


def test_the_pages_cost_the_same_whatever_the_number_of_projects(officer, engine, world, project):
    publish(engine, world)
    few = statements(officer, engine, MIGRATION)
    for siret in SIRETS:
        installation.open_project(engine, world, siret=siret, name=f"Firme {siret[-6:]} (démo)")
    many = statements(officer, engine, MIGRATION)
    place = ordered(officer).location
    carry_out(engine)
    report = statements(officer, engine, place)

    assert many <= few <= 16
    assert report <= 14
