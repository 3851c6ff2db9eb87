"""A program asks which projects a firm may be known by already, before it opens another."""

from __future__ import annotations

import pytest

from engine.people import organisations
from tests.web import installation
from tests.web.api_client import INTAKE
from tests.web.installation import LORRAINE, VALENCIENNES

PATH = "/projects/look-alikes"


def asked(api, who="officer", basin=LORRAINE, **query):
    """The answer to one question."""
    return api.get(who, f"{PATH}?basin={basin}&" + "&".join(f"{name}={text}" for name, text in query.items()))


def test_a_name_that_resembles_and_a_same_siren_are_both_shown(api, engine, project):
    known = api.get("officer", f"/projects/{project}").json

    by_name = asked(api, name="La Scierie du lac").json
    by_number = asked(api, name="Tout autre nom", siret=known["siret"]).json

    shown = {"id": str(project), "reference": known["reference"], "firm": known["firm"],
             "state": "qualifying"}  # fmt: skip
    assert by_name == {"items": [shown], "known_as": None}
    assert by_number == {"items": [shown], "known_as": known["firm"]}
    assert asked(api, name="Verrerie de la Bouvade").json == {"items": [], "known_as": None}


def test_a_number_known_from_elsewhere_gives_its_name_and_no_project(api, engine, world):
    with engine.database.start_work() as work:
        organisations.add(work, name="Filature des Cévennes (démo)", siret=INTAKE["siret"])

    found = asked(api, name="Menuiserie des Trois Sapins", siret="000 000 075 00002").json

    assert found == {"items": [], "known_as": "Filature des Cévennes (démo)"}


@pytest.mark.parametrize("siret", ["123", "12345678901234"])
def test_a_number_that_is_none_is_refused(api, project, siret):
    answer = asked(api, name="Scierie", siret=siret)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["siret"])


def test_only_those_who_open_projects_in_the_basin_are_told(api, engine, world, project):
    installation.open_project(engine, world, siret=None, name="Autre (démo)")

    assert asked(api, who="chair", name="Scierie du Lac").status_code == 403
    assert asked(api, basin=VALENCIENNES, name="Scierie du Lac").status_code == 404
    assert asked(api).status_code == 422


def test_a_number_known_under_another_name_is_confirmed_before_anything_is_recorded(api, engine, world):
    with engine.database.start_work() as work:
        organisations.add(work, name="Filature des Cévennes (démo)", siret=INTAKE["siret"])
    asking = {"basin": LORRAINE, "answers": INTAKE}

    refused = api.post("officer", "/projects", asking)
    mistaken = api.post("officer", "/projects", {**asking, "known_as": "Filature du Gard"})
    none_yet = api.get("officer", "/projects").json["items"]
    opened = api.post("officer", "/projects", {**asking, "known_as": refused.json["known_as"]})

    assert (refused.status_code, mistaken.status_code, none_yet) == (409, 409, [])
    assert refused.json["known_as"] == "Filature des Cévennes (démo)"
    assert "« Filature des Cévennes (démo) »" in refused.json["detail"]
    assert (opened.status_code, opened.json["firm"]) == (201, "Filature des Cévennes (démo)")


def test_a_refused_opening_may_be_sent_again_with_its_key(api, engine, world):
    with engine.database.start_work() as work:
        organisations.add(work, name="Filature des Cévennes (démo)", siret=INTAKE["siret"])
    asking = {"basin": LORRAINE, "answers": INTAKE}
    assert api.post("officer", "/projects", asking, key="one").status_code == 409

    confirmed = {**asking, "known_as": "Filature des Cévennes (démo)"}
    answers = [api.post("officer", "/projects", confirmed, key="one") for _time in range(2)]

    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json["id"] == answers[1].json["id"]


def test_nothing_is_asked_of_a_firm_known_under_the_name_given(api, project):
    known = api.get("officer", f"/projects/{project}").json
    answers = {**INTAKE, "name": known["firm"].upper(), "siret": known["siret"]}

    opened = api.post(
        "officer", "/projects", {"basin": LORRAINE, "answers": answers, "known_as": "Peu importe"}
    )

    assert (opened.status_code, opened.json["firm"]) == (201, known["firm"])
