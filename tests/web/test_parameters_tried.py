"""The page of a parameter tells what a value would give, writes nothing, and says what may not be."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from lxml import html

from engine import i18n
from engine.persistence.base import Base
from engine.registry import current, parameters
from tests.web.installation import LORRAINE, VALENCIENNES

CURRENT = [line for line in parameters.TABLE if line.kind is parameters.Kind.CURRENT]
REMINDER = f"/bassins/{LORRAINE}/parametres/ladder.reminder"


def page_of(answer):
    """The page of an answer, read."""
    return html.document_fromstring(answer.get_data(as_text=True))


def plain(text):
    """A text whose blanks are all the same."""
    return re.sub(r"\s+", " ", text).strip()


def words(element):
    """What an element says."""
    return plain(" ".join(element.itertext()))


def panel(answer):
    """What the panel of the example says."""
    return words(page_of(answer).get_element_by_id("apercu"))


def said_of(answer):
    """What is told beside the value's control."""
    [beside] = page_of(answer).xpath("//form[@id='parametre']//*[@aria-live]")
    return words(beside)


def address_of(line):
    return f"/bassins/{LORRAINE}/parametres/{line.key.replace('_', '-')}"


def written(engine):
    """How many rows each table has."""
    with engine.database.start_reading() as work:
        return {
            table.name: work.connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in Base.metadata.tables.values()
            if table.name not in {"web_session", "sign_in_attempt"}
        }


def test_a_value_is_tried_without_a_reason_and_nothing_is_written(client, sign_in, engine):
    officer = sign_in(client, "officer")
    today = officer.get(REMINDER)
    before = written(engine)

    tried = officer.post(REMINDER, data={"value": "14", "apercu": "oui"})

    assert (today.status_code, tried.status_code) == (200, 200)
    assert panel(today).startswith("Ce que cela donne aujourd’hui Pour le premier compte rendu")
    assert panel(tried).startswith("Ce que cela donnerait Pour le premier compte rendu")
    assert re.search(
        r"Relance du mandataire mardi 2 mars 2027 changé en vigueur : jeudi 25 février 2027", panel(tried)
    )
    assert "Une réponse est à corriger" not in tried.text
    assert written(engine) == before


def test_what_was_typed_is_kept_and_the_page_can_be_sent(client, sign_in, engine, world, clock):
    officer = sign_in(client, "officer")
    clock.advance(minutes=5)
    tried = officer.post(REMINDER, data={"value": "14", "reason": "Vote du comité", "apercu": "oui"})
    form = page_of(tried).get_element_by_id("parametre")

    officer.post(REMINDER, data=dict(form.form_values()))

    assert dict(form.form_values())["reason"] == "Vote du comité"
    with engine.database.start_reading() as work:
        assert current.in_force(work, world.basin_id)["ladder.reminder"] == 14
    assert "mardi 2 mars 2027" in panel(officer.get(REMINDER))
    assert "changé" not in panel(officer.get(REMINDER))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("90", "Indiquez un nombre entre 1 et 60."),
        ("neuf", "Écrivez un nombre entier, en chiffres."),
        ("", "Indiquez"),
        ("25", "Les échelons de relance doivent se suivre, à un jour d’écart au moins."),
    ],
)
def test_a_value_that_may_not_be_chosen_is_told_beside_its_control(client, sign_in, engine, value, text):
    officer = sign_in(client, "officer")
    before = written(engine)

    refused = officer.post(REMINDER, data={"value": value, "apercu": "oui"})

    assert refused.status_code == 422
    assert text in said_of(refused)
    assert "Corrigez la valeur pour voir ce qu’elle donnerait." in panel(refused)
    [summary] = page_of(refused).xpath("//*[@class='error-summary']")
    assert "Motif" not in words(summary)
    assert written(engine) == before


def test_a_change_refused_for_its_reason_still_shows_what_the_value_would_give(client, sign_in):
    refused = sign_in(client, "officer").post(REMINDER, data={"value": "14", "reason": ""})

    assert refused.status_code == 422
    assert "mardi 2 mars 2027" in panel(refused)
    assert said_of(refused) == ""


@pytest.mark.parametrize(
    ("who", "status"), [("member", 403), ("steering", 403), ("other_officer", 404), ("auditor", 403)]
)
def test_only_those_who_may_change_a_parameter_try_one(client, sign_in, who, status):
    browser = sign_in(client, who)

    assert browser.post(REMINDER, data={"value": "14", "apercu": "oui"}).status_code == status


def test_an_officer_tries_none_in_another_basin(client, sign_in):
    officer = sign_in(client, "officer")
    elsewhere = REMINDER.replace(LORRAINE, VALENCIENNES)

    assert officer.post(elsewhere, data={"value": "14", "apercu": "oui"}).status_code == 404


def test_a_member_sees_what_the_value_in_force_gives_and_has_nothing_to_type(client, sign_in):
    page = sign_in(client, "member").get(REMINDER)
    panel_of = page_of(page).get_element_by_id("apercu")

    assert "jeudi 25 février 2027" in panel(page)
    assert 'id="parametre"' not in page.text
    assert panel_of.get("hx-post") is None


def test_the_example_follows_what_is_typed(client, sign_in):
    page = page_of(sign_in(client, "officer").get(REMINDER))
    found = page.get_element_by_id("apercu")

    assert found.get("hx-post") == REMINDER
    assert page.get_element_by_id(found.get("hx-include")[1:]).get("action") == REMINDER
    assert page.xpath(f"//*[@id='{found.get('hx-select-oob')[1:]}']/..//*[@name='value']")
    assert page.get_element_by_id(found.get("hx-target")[1:]).getparent() is found


def test_a_published_parameter_is_tried_in_the_draft(client, sign_in):
    officer = sign_in(client, "officer")
    address = f"/bassins/{LORRAINE}/parametres/follow-up.minimum"

    assert 'id="apercu"' not in officer.get(address).text
    assert officer.post(address, data={"value": "24", "apercu": "oui"}).status_code == 409


@pytest.mark.parametrize(
    ("locale", "names"),
    [
        ("fr", ("Ce que le programme permet", "Ce qui le limite", "Quand il change", "ahier des charges")),
        ("en", ("What the programme allows", "What limits it", "When it changes", "harter")),
    ],
)
def test_each_has_its_label_bounds_what_limits_it_and_an_example(client, sign_in, locale, names):
    officer = sign_in(client, "officer")
    officer.post("/langue", data={"locale": locale})
    for line in CURRENT:
        answer = officer.get(address_of(line))
        page = page_of(answer)
        [control, *_others] = page.xpath("//*[@name='value']")

        assert answer.status_code == 200, line.key
        assert re.search(rf"{names[0]} \S.+ {names[1]} .*{names[3]}.+ {names[2]}", words(page)), line.key
        assert plain(i18n.translate(line.label, locale)) in words(
            control.xpath("ancestor::*[label or legend][last()]")[0]
        )
        assert len(panel(answer)) > 60, line.key
        if line.type in {parameters.Type.INTEGER, parameters.Type.MONEY} and line.unit:
            unit = "€" if line.type is parameters.Type.MONEY else i18n.translate(line.unit, locale)
            assert words(page.get_element_by_id(f"{control.get('id')}-unit")) == plain(unit)


def test_the_perimeter_is_among_the_parameters_of_the_basin(client, sign_in):
    page = sign_in(client, "member").get(f"/bassins/{LORRAINE}")

    links = {each.get("href") for each in page_of(page).xpath("//section[@id='parametres']//a")}
    assert links == {address_of(line) for line in parameters.TABLE}


def test_what_limits_a_whole_subject_is_said_once(client, sign_in):
    page = words(page_of(sign_in(client, "member").get(f"/bassins/{LORRAINE}")))

    assert page.count("un compte rendu qui manque est réclamé, jusqu’à la présidence.") == 1


@pytest.mark.parametrize(
    "line", [line for line in CURRENT if line.type is parameters.Type.CHOICE], ids=lambda line: line.key
)
def test_a_choice_proposes_its_own_values_and_takes_them(client, sign_in, engine, world, clock, line):
    officer = sign_in(client, "officer")
    proposed = page_of(officer.get(address_of(line))).xpath("//input[@name='value']")
    clock.advance(minutes=1)

    tried = officer.post(address_of(line), data={"value": line.choices[1], "apercu": "oui"})
    given = officer.post(address_of(line), data={"value": line.choices[1], "reason": "Vote du comité"})
    unknown = officer.post(address_of(line), data={"value": "lottery", "apercu": "oui"})

    assert [each.get("value") for each in proposed] == list(line.choices)
    assert [each.get("value") for each in proposed if each.get("checked") is not None] == [line.default]
    assert (tried.status_code, given.status_code, unknown.status_code) == (200, 303, 422)
    assert "Choisissez l’une des réponses proposées." in said_of(unknown)
    with engine.database.start_reading() as work:
        assert current.in_force(work, world.basin_id)[line.key] == line.choices[1]
