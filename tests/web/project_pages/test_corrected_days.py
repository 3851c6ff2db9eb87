"""A day of an intervention is put right from the dossier's pages, and by a program."""

from __future__ import annotations

import re

import pytest

from engine.skills.models import InterventionDay
from tests.web.project_pages.reading import TODAY, rows, sent, text_of


@pytest.fixture
def worked(life, world):
    """A labelled firm to which an expert gave one day, today."""
    life.labelled(life.session(TODAY), TODAY)
    planned = {"company_id": str(world.companies[3]), "expert_id": str(world.people["member3"]),
               "domain": "production", "objective": "Réorganiser", "planned_days": "6"}  # fmt: skip
    life.do("plan_interventions", "officer", {"interventions": [planned]})
    given = [{"worked_on": TODAY.isoformat(), "days": "1", "activity": "Plan d’atelier"}]
    life.do("carry_out_intervention", "member3", {"summary": "Fait.", "worked_days": given}, position=0)
    return life


def address_of(officer, life) -> str:
    """The page that corrects the day, found from the list."""
    listed = officer.get(f"/projets/{life.case_id}/correction").get_data(as_text=True)
    [row] = [each for each in re.split(r"<tr>", listed) if "Jour d’intervention" in each]
    return re.search(r'href="([^"]+)"', row)[1]


def test_the_page_of_a_day_asks_for_the_right_time(officer, worked):
    page = officer.get(address_of(officer, worked))

    assert "1 jour le 16 novembre 2026 · Plan d’atelier" in text_of(page).replace("\xa0", " ")
    assert "0 si rien n’a été fait ce jour-là" in text_of(page)
    assert 'value="1"' in page.get_data(as_text=True)


def test_a_day_is_put_right_with_its_reason(officer, engine, worked):
    address = address_of(officer, worked)

    answer = officer.post(
        address,
        data=sent(officer.get(address), days="0,25", activity="Plan d’atelier", reason="Une matinée.",
                  consequences_read="yes"),
    )  # fmt: skip

    assert answer.status_code == 303
    standing = [each for each in rows(engine, InterventionDay) if each.struck_at is None]
    assert [each.quarter_days for each in standing] == [1]
    said = text_of(officer.get(f"/projets/{worked.case_id}/historique"))
    assert "Jour d’intervention corrigé" in said
    assert "0,25" in text_of(officer.get(f"/projets/{worked.case_id}/engagements"))


@pytest.mark.parametrize("days", ["2", "0,3", ""])
def test_a_day_has_at_most_four_quarters(officer, engine, worked, days):
    address = address_of(officer, worked)

    answer = officer.post(
        address, data=sent(officer.get(address), days=days, reason="Erreur.", consequences_read="yes")
    )

    assert answer.status_code == 422
    assert [each.quarter_days for each in rows(engine, InterventionDay)] == [4]


def test_a_program_puts_a_day_right(api, engine, worked):
    path = f"/projects/{worked.case_id}/records"
    [record] = [each for each in api.get("officer", path).json["items"] if each["kind"] == "intervention_day"]
    assert record["values"] == {"days": "1", "activity": "Plan d’atelier"}
    right = {"reason": "Une demi-journée.", "consequences_read": True}

    refused = api.post("officer", f"{path}/{record['id']}/correct", {**right, "changes": {"days": "1"}})
    done = api.post("officer", f"{path}/{record['id']}/correct", {**right, "changes": {"days": "0.5"}})

    assert refused.status_code == 422
    [now] = [each for each in done.json["items"] if each["kind"] == "intervention_day"]
    assert (now["values"]["days"], now["replaces_id"]) == ("0.5", record["id"])
    assert sorted(each.quarter_days for each in rows(engine, InterventionDay)) == [2, 4]
