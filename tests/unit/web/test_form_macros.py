"""The controls of every form: named, described, linked from the summary of errors, safe."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from jinja2 import StrictUndefined
from lxml import html

from forms import catalogue, presentation
from forms.context import Choice, Context
from web import typography

TODAY = date(2026, 11, 10)
HOSTILE = '"><script>alert(1)</script>'
PAGE = """{% from "_macros/field.html" import error_summary, fields %}
<form>{{ error_summary(inputs) }}{{ fields(inputs) }}</form>"""


@pytest.fixture
def app() -> Flask:
    app = Flask("web", root_path="web")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    typography.register(app, locale=lambda: "fr", today=lambda: TODAY, zone=lambda: ZoneInfo("Europe/Paris"))
    return app


def page(app: Flask, key: str, *, values: dict[str, object] | None = None, wrong: bool = False):
    context = Context(
        limits={"today": TODAY, "nothing_new_allowed": True}, choices={"session_id": [Choice("1", HOSTILE)]}
    )
    errors = {}
    if wrong:
        with pytest.raises(catalogue.InvalidAnswers) as refusal:
            catalogue.load(key, {}, context)
        errors = refusal.value.messages
    inputs = presentation.inputs(catalogue.form(key), context, values, errors)
    return html.fromstring(app.jinja_env.from_string(PAGE).render(inputs=inputs))


@pytest.mark.parametrize("key", sorted(catalogue.FORMS))
def test_every_control_of_every_form_has_a_name_that_people_read(app: Flask, key: str):
    shown = page(app, key)

    labelled = set(shown.xpath("//label/@for"))
    nameless = [
        control.get("name")
        for control in shown.xpath("//input[not(@type='hidden')] | //select | //textarea")
        if control.get("id") not in labelled and not control.get("aria-label")
    ]
    assert nameless == []
    assert all(fieldset.xpath("./legend") for fieldset in shown.xpath("//fieldset"))


@pytest.mark.parametrize("key", sorted(catalogue.FORMS))
def test_no_id_stands_twice_and_every_description_exists(app: Flask, key: str):
    shown = page(app, key)

    ids = shown.xpath("//@id")
    described = {name for names in shown.xpath("//@aria-describedby") for name in names.split()}
    assert len(ids) == len(set(ids))
    assert described <= set(ids)


@pytest.mark.parametrize("key", ["follow_up_report", "preliminary_diagnostic", "committee_decision"])
def test_each_line_of_the_summary_leads_to_its_control(app: Flask, key: str):
    shown = page(app, key, wrong=True)

    links = [
        link.removeprefix("#") for link in shown.xpath("//*[contains(@class, 'error-summary')]//a/@href")
    ]
    controls = {one.get("id"): one.tag for one in shown.xpath("//*[@id]")}
    assert links
    assert {controls.get(link) for link in links} <= {"input", "select", "textarea", "fieldset"}


def test_an_optional_answer_says_so_in_words_and_the_form_that_the_others_are_expected(app: Flask):
    shown = page(app, "follow_up_report")

    (label,) = shown.xpath("//label[@for='answer-jobs_created']")
    assert "facultatif" not in label.text_content()
    assert shown.get_element_by_id("answer-jobs_created").get("aria-required") == "true"
    assert "Toutes les réponses sont attendues" in shown.text_content()
    optional = [
        label.text_content()
        for key in sorted(catalogue.FORMS)
        for label in page(app, key).xpath("//label | //legend")
        if "(facultatif)" in label.text_content()
    ]
    assert optional
    assert not [label for label in optional if "obligatoire" in label]


def test_a_conditional_question_names_the_answer_it_depends_on(app: Flask):
    shown = page(app, "follow_up_report")

    (block,) = shown.xpath("//*[@id='answer-intervention_domain']/ancestor::*[@data-shown-if][1]")
    assert (block.get("data-shown-if"), block.get("data-shown-values")) == ("new_intervention", "yes")


def test_what_was_typed_comes_back_as_text(app: Flask):
    shown = page(app, "follow_up_report", values={"progress": f"\nligne 1\n{HOSTILE}"})

    assert shown.xpath("//script") == []
    assert shown.get_element_by_id("answer-progress").text.strip() == f"ligne 1\n{HOSTILE}"


def test_a_choice_of_the_host_is_only_text(app: Flask):
    shown = page(app, "committee_decision")

    assert shown.xpath("//script") == []
    assert HOSTILE in shown.text_content()


def test_who_signs_is_asked_a_name_only_for_somebody_who_is_in_no_list(app: Flask):
    shown = page(app, "agreement_preparation", values={"signatories": [{}]})

    (who,) = shown.xpath("//select[@name='signatories-0-person_id']")
    assert who.xpath("./option[@value='']")[0].text == "Une autre personne"
    (label,) = shown.xpath(f"//label[@for='{who.get('id')}']")
    assert label.text_content().strip() == "Personne", "choosing nobody of the list is an answer"
    for name in ("full_name", "email"):
        (control,) = shown.xpath(f"//input[@name='signatories-0-{name}']")
        around = control.xpath("./ancestor::div[@data-shown-if][1]")[0]
        assert (around.get("data-shown-if"), around.get("data-shown-values")) == (
            "signatories-0-person_id",
            "",
        )
        (hint,) = around.xpath(f".//*[@id='{control.get('aria-describedby')}']")
        assert hint.text.startswith("Seulement pour une autre personne")
