"""Forms of a draft that are refused: what was typed, what is gone meanwhile, what keeps its key."""

from __future__ import annotations

import pytest

from engine.registry.charter import articles
from engine.variants import editing
from tests.web.variant_pages import DRAFT, PARAMETERS, STEP, added, begun, draft_of, revision_in, sent


@pytest.fixture
def officer(client, sign_in):
    return sign_in(client, "officer")


@pytest.mark.parametrize("typed", [STEP, {**STEP, "name": ""}], ids=["right", "wrong"])
def test_what_is_typed_on_a_step_that_somebody_took_out_is_refused_in_words(
    officer, flask_app, sign_in, engine, world, typed
):
    begun(officer)
    sent(officer, f"{DRAFT}/etapes/nouvelle", STEP)
    [step] = added(engine, world)
    place = f"{DRAFT}/etapes/{editing.key_of(step)}"
    read_at = revision_in(officer.get(place))
    second = sign_in(flask_app.test_client(), "second_officer")
    second.post(
        f"{DRAFT}/changements/{editing.key_of(step)}/retirer",
        data={"revision": revision_in(second.get(DRAFT))},
    )

    refused = officer.post(place, data={**typed, "revision": read_at}, follow_redirects=True)

    assert refused.status_code in {200, 404}
    assert "retiré" in refused.get_data(as_text=True)
    assert added(engine, world) == []


def test_what_is_typed_too_late_on_a_delay_that_was_taken_out_leads_to_the_draft(
    officer, flask_app, sign_in, engine, world
):
    begun(officer)
    delay = {"step": "appraisal/qualify", "due_days": "12", "reason": "Les demandes arrivent groupées."}
    sent(officer, f"{DRAFT}/delais/nouveau", delay)
    [change] = added(engine, world)
    place = f"{DRAFT}/delais/{editing.key_of(change)}"
    read_at = revision_in(officer.get(place))
    second = sign_in(flask_app.test_client(), "second_officer")
    taken_out = {"revision": revision_in(second.get(DRAFT))}
    second.post(f"{DRAFT}/changements/{editing.key_of(change)}/retirer", data=taken_out)

    refused = officer.post(place, data={**delay, "revision": read_at}, follow_redirects=True)

    assert refused.status_code == 200
    assert "a changé ce brouillon" in refused.get_data(as_text=True)
    assert added(engine, world) == []


def test_whoever_answers_a_review_that_was_answered_meanwhile_is_told_so(
    officer, flask_app, sign_in, engine, world, monkeypatch
):
    monkeypatch.setattr(articles, "review_asked_for", lambda: frozenset({"step", "diagram"}))
    begun(officer)
    sent(officer, f"{DRAFT}/etapes/nouvelle", STEP)
    officer.post(f"{DRAFT}/soumettre", data={"revision": revision_in(officer.get(DRAFT))})
    address = f"/programme/relectures/{draft_of(engine, world).id}"
    coordinator = sign_in(flask_app.test_client(), "coordinator")
    read_at = revision_in(coordinator.get(address))
    coordinator.post(address, data={"answer": "approve", "revision": read_at})

    late = coordinator.post(address, data={"answer": "return", "note": "Qui paie ?", "revision": read_at})

    assert late.status_code == 409
    assert 'role="alert"' in late.text
    assert "La réponse est donnée" in late.text


def test_answers_proposed_at_a_step_keep_their_values_when_others_are_added(officer, engine, world):
    begun(officer)
    asked = {"questions-0-label": "Filière", "questions-0-type": "choice"}
    sent(officer, f"{DRAFT}/etapes/nouvelle", {**STEP, **asked, "questions-0-proposed": "Bois\nMétal"})
    [step] = added(engine, world)
    place = f"{DRAFT}/etapes/{editing.key_of(step)}"
    asked |= {"questions-0-key": step["questions"][0]["key"], "questions-0-proposed": "Métal\nMetal\nBois"}

    sent(officer, place, {**STEP, **asked})

    [step] = added(engine, world)
    assert [each["value"] for each in step["questions"][0]["choices"]] == ["metal", "metal_2", "bois"]


@pytest.mark.parametrize(
    ("changed", "control", "said"),
    [
        (
            {"role": "mandatary"},
            "role",
            "Avant l’ordre du jour, une étape se confie à\u202f: Opérateur, Prescripteur, Présidence.",
        ),
        (
            {"form": "basin_questions", "questions-0-label": "", "questions-0-type": ""},
            "questions",
            "Ce formulaire n’a que vos questions\u202f: posez-en une au moins.",
        ),
        (
            {
                "questions-1-label": "",
                "questions-1-type": "",
                "questions-2-label": "Filière",
                "questions-2-type": "choice",
                "questions-2-proposed": "Bois",
            },
            "questions-2-proposed",
            "Proposez de 2 à 12 réponses.",
        ),
    ],
    ids=["role", "no question", "one answer proposed"],
)
def test_a_step_that_cannot_be_says_under_which_control(officer, engine, world, changed, control, said):
    begun(officer)

    refused = sent(officer, f"{DRAFT}/etapes/nouvelle", {**STEP, **changed})

    assert refused.status_code == 422
    assert said in refused.text
    assert f'href="#answer-{control}"' in refused.text
    assert "Changement n°" not in refused.text
    assert added(engine, world) == []


@pytest.mark.parametrize(
    ("place", "fields", "control", "said"),
    [
        (
            "questions/nouvelles",
            {
                "target": "form/preliminary_diagnostic",
                "questions-0-label": "Filière",
                "questions-0-type": "text",
            },
            "target",
            "Le brouillon y pose déjà des questions",
        ),
        (
            "delais/nouveau",
            {"step": "appraisal/qualify", "due_days": "12"},
            "step",
            "Le brouillon change déjà le délai de cette étape",
        ),
        (
            "noms/nouveau",
            {"step": "appraisal/qualify", "name": "Écouter"},
            "step",
            "Le brouillon change déjà le nom de cette étape",
        ),
    ],
)
def test_what_the_draft_says_already_is_changed_there_and_not_said_twice(
    officer, engine, world, place, fields, control, said
):
    begun(officer)
    fields = {**fields, "reason": "C’est plus juste ici."}
    sent(officer, f"{DRAFT}/{place}", fields)
    [change] = added(engine, world)

    refused = sent(officer, f"{DRAFT}/{place}", fields)
    again = sent(officer, f"{DRAFT}/{place.split('/', maxsplit=1)[0]}/{editing.key_of(change)}", fields)

    assert refused.status_code == 422
    assert said in refused.text
    assert f'href="#answer-{control}"' in refused.text
    assert again.status_code == 303, "the same change taken up again is not another one"


def test_questions_whose_first_words_are_the_same_have_keys_that_can_be(officer, engine, world):
    begun(officer)
    label = "1. Chiffre d’affaires prévu à l’étranger, en"
    asked = {"target": "form/preliminary_diagnostic", "reason": "Le comité le demande."}
    for at in range(12):
        asked |= {f"questions-{at}-label": f"{label} {2027 + at}", f"questions-{at}-type": "money"}

    kept = sent(officer, f"{DRAFT}/questions/nouvelles", asked)

    [change] = added(engine, world)
    assert kept.status_code == 303
    assert len({each["key"] for each in change["questions"]}) == 12


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"follow_up__minimum": "12"}, "Entre 18 et 60 mois"),
        ({"follow_up__minimum": ""}, "Indiquez un nombre"),
        ({"follow_up__minimum": "30"}, "plus courte que la durée minimale"),
    ],
    ids=["below the charter", "empty", "against another parameter"],
)
def test_dates_that_cannot_be_shown_say_which_value_is_to_be_corrected(officer, engine, world, changed, said):
    begun(officer)

    looked = sent(officer, f"{DRAFT}/parametres", {**PARAMETERS, **changed, "dates": "oui"})

    assert looked.status_code == 422
    assert said in looked.text
    assert "error-summary" in looked.text
    assert "Dites pourquoi" not in looked.text, "no reason is asked of a look"
    assert draft_of(engine, world).reasons == {}


FORMS = ("etapes/nouvelle", "questions/nouvelles", "delais/nouveau", "noms/nouveau", "parametres", "motif",
         "importer", "diagramme/appraisal", "reference")  # fmt: skip


def test_no_form_is_opened_on_a_draft_that_is_being_read_over(officer, monkeypatch):
    monkeypatch.setattr(articles, "review_asked_for", lambda: frozenset({"step", "diagram"}))
    begun(officer)
    sent(officer, f"{DRAFT}/etapes/nouvelle", STEP)
    unapproved = officer.get(f"{DRAFT}/publier", follow_redirects=True)
    officer.post(f"{DRAFT}/soumettre", data={"revision": revision_in(officer.get(DRAFT))})

    for place in FORMS:
        answer = officer.get(f"{DRAFT}/{place}")
        assert answer.status_code == 303, place
        assert answer.location.endswith(DRAFT), place
        assert "reprenez-le avant de le modifier" in officer.get(DRAFT).text, place
    assert "soumettez-les d’abord" in unapproved.text
    assert "Publier cette version" not in unapproved.text


def test_what_is_typed_while_the_draft_is_handed_in_is_still_there(officer, flask_app, sign_in, monkeypatch):
    monkeypatch.setattr(articles, "review_asked_for", lambda: frozenset({"step", "diagram"}))
    begun(officer)
    sent(officer, f"{DRAFT}/etapes/nouvelle", STEP)
    read_at = revision_in(officer.get(f"{DRAFT}/etapes/nouvelle"))
    second = sign_in(flask_app.test_client(), "second_officer")
    second.post(f"{DRAFT}/soumettre", data={"revision": revision_in(second.get(DRAFT))})

    typed = {**STEP, "name": "Avis du notaire", "revision": read_at}
    refused = officer.post(f"{DRAFT}/etapes/nouvelle", data=typed)

    assert refused.status_code == 409
    assert "reprenez-le avant de le modifier" in refused.text
    assert 'value="Avis du notaire"' in refused.text
