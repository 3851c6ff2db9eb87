"""Somebody leaves: the page that lists what they hold, checks it line by line and hands it over; the closing."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from engine.departures import holdings
from engine.people import accounts, assignments, chairs
from engine.people.models import Assignment, Role
from engine.persistence import history
from tests.web.task_lives import Lives
from tests.web.test_absences import text
from tests.web.test_inbox import main_of


@pytest.fixture
def lives(engine, world) -> Lives:
    return Lives(engine, world)


def path(world, who, what="passation"):
    return f"/administration/personnes/{world.people[who]}/{what}"


def keys(answer) -> list[str]:
    return list(main_of(answer).xpath("//table//select/@name"))


def test_a_departure_is_listed_checked_and_done_at_once(client, sign_in, world, lives, engine):
    lives.to_diagnostic()
    browser = sign_in(client, "administrator")
    shown = browser.get(path(world, "member"))
    assert len(keys(shown)) == 2
    assert "Avec" in text(shown)

    form = {"taker": str(world.people["member2"]), "reason": "Départ."}
    checked = browser.post(path(world, "member"), data=form | {"check": "yes"})
    assert checked.status_code == 200
    assert "Rien n’est encore fait" in text(checked)
    assert len(keys(browser.get(path(world, "member")))) == 2

    assert browser.post(path(world, "member"), data=form).status_code == 303
    after = browser.get(path(world, "member"))
    assert "Rien à confier" in text(after)
    report = main_of(after).xpath("//section[@aria-labelledby='report']//li")
    assert [("Member2" in each.text_content()) for each in report] == [True, True]
    with engine.database.start_reading() as work:
        assert holdings.of_person(work, world.people["member"]) == []


def test_a_line_that_cannot_be_says_why_beside_it_and_nothing_is_done(client, sign_in, world, lives):
    lives.to_diagnostic()
    browser = sign_in(client, "officer")
    form = {"taker": str(world.people["second_officer"]), "reason": "Départ."}
    for extra, status in (({"check": "yes"}, 200), ({}, 409)):
        answer = browser.post(path(world, "member"), data=form | extra)
        assert answer.status_code == status
        assert len(main_of(answer).xpath("//select[@aria-invalid='true'][@aria-describedby]")) == 2
        assert "ne tient pas de siège" in text(answer)
    seat, part = keys(browser.get(path(world, "member")))
    only = {"reason": "Départ.", seat: "-", part: str(world.people["member2"])}
    assert browser.post(path(world, "member"), data=only).status_code == 303
    assert keys(browser.get(path(world, "member"))) == [seat]


@pytest.mark.parametrize("form", [{"reason": ""}, {"reason": "Départ."}, {"taker": "x", "reason": "Départ."}])
def test_a_handover_needs_a_reason_and_somebody(client, sign_in, world, form):
    answer = sign_in(client, "administrator").post(path(world, "member"), data=form)

    assert (answer.status_code, bool(main_of(answer).xpath("//*[@role='alert']"))) == (422, True)


def test_closing_shows_what_remains_and_refuses_the_only_one_of_a_kind(
    flask_app, sign_in, world, lives, engine
):
    lives.to_diagnostic()
    browser, member = (sign_in(flask_app.test_client(), who) for who in ("administrator", "member"))
    shown = browser.get(path(world, "member", "desactiver"))
    assert "Ce qui reste à confier" in text(shown)
    assert browser.post(path(world, "member", "desactiver")).status_code == 303
    assert member.get("/taches").status_code == 302, "the session ended at once"
    assert "Réactiver" in text(browser.get(f"/administration/personnes/{world.people['member']}"))

    refused = browser.get(path(world, "chair", "desactiver"))
    assert "désignez d’abord une autre présidence" in text(refused)
    assert not main_of(refused).xpath("//form[contains(@action, 'desactiver')]")
    assert browser.post(path(world, "chair", "desactiver")).status_code == 409


def test_the_pages_are_in_english_too(client, sign_in, world):
    browser = sign_in(client, "administrator")
    browser.post("/compte/langue", data={"locale": "en"})

    assert "Hand it all over" in text(browser.get(path(world, "officer")))
    assert "Disable the account" in text(browser.get(path(world, "officer", "desactiver")))


def key_of(page, action) -> str:
    """The hidden key of the form that is sent to an address."""
    own = "//form[@method='post'][not(@action)]"
    [found] = main_of(page).xpath(f"(//form[@action='{action}'] | {own})//input[@name='key']/@value")
    return found


def told(engine, kind, person_id) -> int:
    table = history.history
    with engine.database.start_reading() as work:
        asked = sa.select(sa.func.count()).where(table.c.kind == kind, table.c.chain_id == person_id)
        return work.connection.scalar(asked)


def test_an_account_is_closed_and_opened_again_once_however_often_one_presses(client, sign_in, world, engine):
    browser = sign_in(client, "administrator")
    card = f"/administration/personnes/{world.people['member']}"
    for what, shown_on, kind in (
        ("desactiver", f"{card}/desactiver", "disabled"), ("reactiver", card, "enabled"),
    ):  # fmt: skip
        action = path(world, "member", what)
        key = key_of(browser.get(shown_on), action)
        answers = [browser.post(action, data={"key": key}) for _again in range(2)]
        assert [(each.status_code, each.location) for each in answers] == [(303, card)] * 2
        assert told(engine, f"people.account.{kind}", world.people["member"]) == 1


def test_a_page_of_closing_says_what_ends_and_that_it_is_done(client, sign_in, world, engine):
    with engine.database.start_work() as work:
        chairs.designate_acting_chair(work, basin_id=world.basin_id, person_id=world.people["member"])
    browser = sign_in(client, "administrator")
    shown = browser.get(path(world, "member", "desactiver"))
    assert "présidence par intérim, Terres de Lorraine, prend fin" in text(shown)
    browser.post(path(world, "member", "desactiver"))

    again = browser.get(path(world, "member", "desactiver"))
    assert "Ce compte est désactivé" in text(again)
    assert not main_of(again).xpath("//form[contains(@action, 'desactiver')]")


def test_a_role_ended_by_two_presses_ends_once(client, sign_in, world, engine):
    browser = sign_in(client, "administrator")
    with engine.database.start_reading() as work:
        role = work.database.scalars(
            sa.select(Assignment.id).where(Assignment.person_id == world.people["steering"])
        ).one()
    action = f"/administration/roles/{role}/fin"
    form = {"reason": "Départ.", "ends_on": "2026-11-16", "key": key_of(browser.get(action), action)}

    assert {browser.post(action, data=form).status_code for _again in range(2)} == {303}


def test_the_last_administrator_s_role_is_not_ended(client, sign_in, world, engine, clock):
    browser = sign_in(client, "administrator")
    with engine.database.start_reading() as work:
        held = assignments.of_basin(work, None, clock.instant.date(), Role.ADMINISTRATOR)
        [own] = [each.id for each in held if each.person_id == world.people["administrator"]]
        others = [each.id for each in held if each.id != own]
    form = {"reason": "Départ.", "ends_on": "2026-11-16"}
    for each in others:
        browser.post(f"/administration/roles/{each}/fin", data=form)

    answer = browser.post(f"/administration/roles/{own}/fin", data=form)

    assert answer.status_code == 409
    assert "dernière personne qui administre" in re.sub(r"\s+", " ", answer.text)


def test_whoever_has_left_is_offered_no_role(client, sign_in, world, engine):
    browser = sign_in(client, "administrator")
    gone = world.people["member"]
    with engine.database.start_work() as work:
        accounts.disable(work, gone)

    card = browser.get(f"/administration/personnes/{gone}")
    assert not main_of(card).xpath("//a[contains(@href, 'roles/nouveau')]")
    of_basin = f"/administration/bassins/terres-de-lorraine/roles/nouveau?personne={gone}"
    for page in (of_basin, "/administration/national/roles"):
        offered = main_of(browser.get(page)).xpath("//select[@name='person_id']/option/@value")
        assert str(gone) not in offered
        assert str(world.people["member2"]) in offered
    for chosen in (str(gone), "00000000-0000-0000-0000-000000000001"):
        sent = browser.post("/administration/national/roles", data={"role": "auditor", "person_id": chosen})
        assert sent.status_code == 422, chosen
