"""Every form is found, short, read and stored without loss."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from forms import catalogue
from forms.choices import SkillDomain
from forms.questions import NOBODY, Form
from tests.unit.forms import samples
from tests.unit.forms.samples import FIRST, SAMPLES, SECOND, THIRD, context

TASK_FORMS = [
    "qualification",
    "prescription_answer",
    "preliminary_diagnostic",
    "completeness_check",
    "complementary_diagnostic",
    "committee_decision",
    "decision_sign_off",
    "decision_notification",
    "file_completion",
    "conditions_lift",
    "mandate_answer",
    "mandate_reassignment",
    "agreement_preparation",
    "agreement_signature",
    "paper_day_correction",
    "paper_signature_strike",
    "intervention_plan",
    "intervention",
    "intervention_day",
    "accompaniment_review",
    "follow_up_report",
    "final_review",
    "closure_sign_off",
    "termination_sign_off",
    "reminder_call",
    "mandatary_choice",
    "prescriber_choice",
    "intervention_request_review",
    "acting_chair_designation",
    "address_correction",
    "amendment_preparation",
    "request_approval",
    "signatory_loss",
    "agenda_diffusion",
    "consultation_answer",
    "minutes_draft",
    "minutes_sign_off",
]
PAGE_FORMS = [
    "intake",
    "adoption",
    "withdrawal",
    "termination_request",
    "note",
    "phone_call",
    "firm_alert",
    "correction",
    "awaiting",
    "suspension",
    "resumption",
    "delegation",
    "mandatary_replacement",
    "person_replacement",
    "amendment_request",
    "advance_payment",
    "advance_payment_strike",
    "session_plan",
    "session_held",
    "session_year",
    "agenda_item",
    "agenda_removal",
    "agenda_resend",
    "interest_declaration",
    "item_outcome",
    "item_chair",
    "session_erratum",
    "observation",
    "observation_answer",
    "interest_end",
    "session_attendance",
    "item_opinion",
    "item_ballots",
    "consultation_extension",
    "person",
    "assignment",
    "variant_parameters",
    "variant_step",
    "variant_questions",
    "variant_delay",
    "variant_name",
    "variant_wishes",
    "variant_publication",
    "variant_review",
    "version_change",
]


def answers_in(raw: object) -> int:
    """How many controls were filled in."""
    if isinstance(raw, dict):
        return sum(answers_in(value) for value in raw.values())
    if isinstance(raw, list):
        return sum(answers_in(value) for value in raw)
    return 1


def messages(key: str, raw: dict[str, object], **changes: object) -> dict[str, list[str]]:
    """The messages with which answers are refused."""
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        catalogue.load(key, raw, context(**changes))
    return refusal.value.messages


@pytest.mark.parametrize("key", TASK_FORMS + PAGE_FORMS)
def test_every_form_that_a_step_or_a_page_names_exists(key: str) -> None:
    assert catalogue.form(key).key == key


def test_an_unknown_form_is_named() -> None:
    with pytest.raises(catalogue.UnknownForm, match="budget_vote"):
        catalogue.form("budget_vote")


@pytest.mark.parametrize("key", catalogue.keys())
def test_a_short_set_of_answers_is_enough(key: str) -> None:
    clean = catalogue.load(key, SAMPLES[key], context())

    assert list(clean) == list(catalogue.form(key).questions(context()).asked())


@pytest.mark.parametrize("key", catalogue.keys())
def test_no_form_asks_for_more_than_twelve_answers_by_hand(key: str) -> None:
    assert len(catalogue.form(key).mandatory) <= 12
    assert answers_in(SAMPLES[key]) <= 12


def test_the_preliminary_diagnostic_asks_for_what_was_agreed_and_no_more() -> None:
    assert set(catalogue.form("preliminary_diagnostic").mandatory) == {
        "summary", "bearer_rating", "project_rating", "impact_rating", "jobs_to_create", "needs",
        "subsidiarity", "deadweight", "opinion", "has_interest",
    }  # fmt: skip


@pytest.mark.parametrize("key", catalogue.keys())
def test_every_answer_asked_for_at_first_is_really_compulsory(key: str) -> None:
    if missing := catalogue.form(key).mandatory:
        assert set(missing) <= set(messages(key, {}))


@pytest.mark.parametrize("key", catalogue.keys())
def test_emptying_every_control_never_gets_round_a_compulsory_answer(key: str) -> None:
    asked = catalogue.form(key).questions(context()).asked()
    compulsory = [
        name
        for name, field in asked.items()
        if field.is_asked and field.mandatory is True and not field.shown_when
    ]

    if compulsory:
        assert set(compulsory) <= set(messages(key, dict.fromkeys(asked, "")))
        assert set(compulsory) <= set(messages(key, dict.fromkeys(asked), channel="json"))


def test_nothing_new_left_unsaid_does_not_excuse_from_the_questions() -> None:
    raw = {"nothing_new": None, "weather": "green", "jobs_created": 0, "jobs_sustained": 0}

    found = messages("follow_up_report", raw, channel="json")

    assert set(found) == {"progress", "contact_on"}


@pytest.mark.parametrize("key", catalogue.keys())
def test_clean_answers_are_stored_and_read_again_without_loss(key: str) -> None:
    clean = catalogue.load(key, SAMPLES[key], context())

    stored = json.loads(json.dumps(catalogue.to_json(clean)))

    assert catalogue.from_json(key, stored) == clean


@pytest.mark.parametrize("key", catalogue.keys())
def test_what_was_stored_is_accepted_from_a_program(key: str) -> None:
    clean = catalogue.load(key, SAMPLES[key], context())

    assert catalogue.load(key, catalogue.to_json(clean), context(channel="json")) == clean  # type: ignore[arg-type]


def test_stored_answers_do_not_meet_new_limits() -> None:
    clean = catalogue.load("preliminary_diagnostic", SAMPLES["preliminary_diagnostic"], context())
    stored = catalogue.to_json(clean | {"advance_requested": 9_900_000})

    assert catalogue.from_json("preliminary_diagnostic", stored)["advance_requested"] == 9_900_000  # type: ignore[arg-type]


def test_values_are_exact_and_typed() -> None:
    clean = catalogue.load("preliminary_diagnostic", SAMPLES["preliminary_diagnostic"], context())

    assert clean["needs"] == [{"domain": SkillDomain.QUALITY, "description": None, "days": Decimal("2.50")}]
    assert clean["jobs_to_create"] == 3
    assert clean["jobs_to_sustain"] == 0
    assert clean["has_interest"] is False


def test_a_page_may_carry_tokens_and_buttons() -> None:
    clean = catalogue.load("note", {"text": "x", "csrf_token": "abc", "add_row": "needs"}, context())

    assert set(clean) == {"text", "audience"}


def test_a_program_is_told_of_a_question_that_does_not_exist() -> None:
    found = messages("note", {"text": "x", "colour": "red", "\x00\ud800": 1}, channel="json")

    assert found == {"colour": ["Cette question n’existe pas."], "": ["Cette question n’existe pas."]}


def test_problems_come_in_the_order_of_the_page() -> None:
    found = messages("intake", {"contact_email": "x"})

    assert list(found) == ["siret", "name", "contact_name", "contact_email", "need", "information_read"]


def test_answers_that_are_no_mapping_are_refused() -> None:
    assert messages("note", ["text"]) == {"": ["Cette réponse n’a pas la forme attendue."]}  # type: ignore[arg-type]


def test_a_value_to_start_from_stands_for_an_answer_left_out() -> None:
    given = {"weather": "green", "progress": "RAS", "contact_on": "2026-10-20"}

    clean = catalogue.load(
        "follow_up_report", given, context(prefill={"jobs_created": 2, "jobs_sustained": 30})
    )

    assert (clean["jobs_created"], clean["jobs_sustained"]) == (2, 30)


def test_the_same_form_speaks_the_language_of_its_reader() -> None:
    english = {"Le montant ne peut pas dépasser {most}.": "The amount cannot exceed {most}."}

    def translate(text: str, **values: object) -> str:
        return english.get(text, text).format(**values)

    raw = SAMPLES["preliminary_diagnostic"] | {"advance_requested": "30 000"}
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        catalogue.load("preliminary_diagnostic", raw, context(locale="en", translate=translate))

    assert refusal.value.messages["advance_requested"] == ["The amount cannot exceed €25,000.00."]


def test_a_form_that_needs_the_day_says_when_the_host_forgot_it() -> None:
    with pytest.raises(LookupError, match="today"):
        catalogue.load("phone_call", SAMPLES["phone_call"], samples.Context())


def test_a_draft_keeps_what_was_typed_and_can_be_stored() -> None:
    raw = {"text": "moitié\x00 \ud800faite", "audience": "nobody", "csrf_token": "abc"}

    kept = catalogue.draft("note", raw)

    assert kept == {"text": "moitié faite", "audience": "nobody"}


def test_older_answers_are_brought_to_today_one_number_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    today = catalogue.form("note")
    third = Form("note", 3, today.title, today.intro, today.schema)
    monkeypatch.setitem(catalogue.FORMS, "note", third)
    monkeypatch.setitem(catalogue.UPCASTERS, ("note", 1), lambda old: {"words": old["body"]})
    monkeypatch.setitem(catalogue.UPCASTERS, ("note", 2), lambda old: {"text": old["words"]})

    assert catalogue.from_json("note", {"body": "bonjour"}, 1) == {"text": "bonjour", "audience": None}
    assert catalogue.upcast("note", 3, {"text": "x"}) == {"text": "x"}
    with pytest.raises(LookupError, match="number 4"):
        catalogue.upcast("note", 4, {})


def test_every_older_number_has_its_step_up() -> None:
    for key in sorted(catalogue.FORMS):
        missing = [n for n in range(1, catalogue.form(key).number) if (key, n) not in catalogue.UPCASTERS]
        assert not missing, f"Form {key}: write the up-caster from number {missing}."


def test_dates_are_read_as_dates() -> None:
    clean = catalogue.load("awaiting", SAMPLES["awaiting"], context())

    assert clean["until"] == date(2026, 11, 16)


def test_questions_lent_twice_at_once_are_not_the_same_and_keep_nothing_of_a_reader() -> None:
    form = catalogue.form("follow_up_report")
    first, second = context(), context()

    with form.lent_questions(first) as outer, form.lent_questions(second) as inner:
        assert outer is not inner
        assert (outer.context, inner.context) == (first, second)

    assert outer.context is inner.context is NOBODY
    with form.lent_questions(second) as again:
        assert again in {outer, inner}
        assert again.context is second


def test_a_session_held_as_the_first_number_listed_it_is_read_as_today_s() -> None:
    listed = {"present_seat_ids": [str(FIRST)], "chaired_by_id": str(FIRST)}
    read = catalogue.load("session_held", listed, context(channel="json"))
    assert [(row["seat_id"], row["presence"].value) for row in read["attendance"]] == [
        (FIRST, "present"), (SECOND, "excused"), (THIRD, "excused"),
    ]  # fmt: skip
    unknown = {**listed, "present_seat_ids": [str(UUID(int=99))]}
    assert list(messages("session_held", unknown, channel="json")) == ["attendance-0-seat_id"]
    assert list(messages("session_held", {**listed, "present_seat_ids": []}, channel="json")) == [
        "attendance"
    ]

    for odd in (5, True, 3.2):
        refused = messages("session_held", {**listed, "present_seat_ids": odd}, channel="json")
        assert list(refused) == ["attendance-0-seat_id"]

    stored = {"held_on": "2026-11-02", **listed}
    kept = catalogue.from_json("session_held", stored, 1)
    assert [(row["seat_id"], row["presence"].value) for row in kept["attendance"]] == [(FIRST, "present")]


def test_whoever_has_a_real_link_steps_back_whatever_they_tick() -> None:
    def read(situation: str, **more: object) -> object:
        answers = {"situation": situation, "details": "Nous lui vendons.", **more}
        return catalogue.load("interest_declaration", answers, context(channel="json"))["is_recused"]

    assert read("competitor", is_recused=False) is True
    assert read("expected_expert") is False
    assert read("expected_expert", is_recused=True) is True
    assert read("none", is_recused=True) is False
