"""The pages of a basin's process: what differs, its draft, its review, its versions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from engine import installing
from engine.people import permissions
from engine.persistence.unit_of_work import Actor
from engine.registry.charter import articles
from engine.variants import reviewing
from tests.web.variant_pages import DRAFT, HOME, PARAMETERS, STEP, added, begun, draft_of, revision_in, sent
from web.auth import IDLE


@pytest.fixture(autouse=True)
def steps_are_read_over(monkeypatch):
    monkeypatch.setattr(articles, "review_asked_for", lambda: frozenset({"step", "diagram"}))


@pytest.fixture
def officer(client, sign_in):
    return sign_in(client, "officer")


@pytest.fixture
def coordinator(flask_app, sign_in):
    return sign_in(flask_app.test_client(), "coordinator")


def test_a_basin_s_process_tells_what_differs_and_offers_a_draft_to_its_officer(officer):
    page = officer.get(HOME).get_data(as_text=True)

    assert "Ce qui diffère de la référence" in page
    assert "Commencer un brouillon" in page


def test_a_member_reads_it_and_is_offered_nothing(client, sign_in):
    page = sign_in(client, "member").get(HOME).get_data(as_text=True)

    assert "Notre processus" in page
    assert "Commencer un brouillon" not in page


@pytest.mark.parametrize("who", ["member", "chair", "coordinator", "basin_administrator"])
def test_the_draft_is_the_officer_s(client, sign_in, who):
    browser = sign_in(client, who)

    assert browser.get(DRAFT).status_code == 403
    assert browser.post(DRAFT).status_code == 403


def test_another_basin_s_draft_does_not_exist(officer, flask_app, sign_in):
    begun(officer)
    other = sign_in(flask_app.test_client(), "other_officer")

    assert other.get(DRAFT).status_code == 404
    assert other.post(f"{DRAFT}/abandonner").status_code == 404


def test_a_draft_that_changes_nothing_yet_is_not_offered_for_publication(officer):
    untouched = begun(officer).get_data(as_text=True)
    sent(officer, f"{DRAFT}/parametres", PARAMETERS)

    assert "Rien n’est encore changé depuis la version 1" in untouched
    assert "Choisir le jour et publier" not in untouched
    assert "Choisir le jour et publier" in officer.get(DRAFT).get_data(as_text=True)


def test_a_draft_that_was_never_begun_or_has_ended_leads_to_where_one_is_begun(officer, flask_app, sign_in):
    never = officer.get(DRAFT, follow_redirects=True)
    read_at = revision_in(begun(officer))
    sign_in(flask_app.test_client(), "second_officer").post(f"{DRAFT}/abandonner", data={"revision": read_at})
    ended = officer.post(f"{DRAFT}/etapes/nouvelle", data={**STEP, "revision": read_at})

    for page in (never, officer.get(ended.location)):
        assert page.request.path == HOME
        assert "déjà publié ou abandonné" in page.text
        assert "Commencer un brouillon" in page.text
    assert officer.get(f"{DRAFT}/diagramme/appraisal.bpmn").status_code == 404, "the script is only told"
    assert officer.post(f"{DRAFT}/diagramme/appraisal/verifier", json={"xml": "x"}).status_code == 404


def test_parameters_are_kept_with_their_reasons_and_the_dates_they_give_are_shown(officer, engine, world):
    begun(officer)
    asked = officer.get(f"{DRAFT}/parametres").get_data(as_text=True)
    looked = officer.post(f"{DRAFT}/parametres", data={**PARAMETERS, "dates": "oui"})
    kept = sent(officer, f"{DRAFT}/parametres", PARAMETERS)

    assert "dix-huit mois" in asked
    assert "mardi 16 mai 2028" in asked or "16 mai 2028" in asked
    assert "16 mars 2027" in looked.get_data(as_text=True)
    assert kept.status_code == 303
    draft = draft_of(engine, world)
    assert draft.parameters["agreement.signature_expiry"] == "P120D"
    assert draft.reasons["agreement.signature_expiry"]["reason"] == "Nos signataires voyagent."
    assert "120\u00a0jours au lieu de 90\u00a0jours" in officer.get(DRAFT).get_data(as_text=True)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"follow_up__minimum": "12"}, "dix-huit mois"),
        ({"agreement__signature_expiry": "zéro"}, "nombre entier"),
        ({"agreement__signature_expiry": "1000"}, "entre 0 et 999"),
        ({"agreement__signature_expiry_reason": ""}, "Dites pourquoi"),
        (
            {"agreement__signature_reminder": "130", "agreement__signature_reminder_reason": "Pour voir."},
            "relance des signataires doit",
        ),
    ],
)
def test_parameters_that_cannot_be_come_back_as_typed(officer, changed, said, engine, world):
    begun(officer)

    refused = sent(officer, f"{DRAFT}/parametres", {**PARAMETERS, **changed})

    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert said in page
    assert all(f'value="{value}"' in page for value in changed.values() if value)
    assert draft_of(engine, world).reasons == {}


def test_a_step_is_added_without_drawing_changed_and_taken_out(officer, engine, world):
    begun(officer)
    put = sent(officer, f"{DRAFT}/etapes/nouvelle", STEP)
    page = officer.get(DRAFT).get_data(as_text=True)
    [change] = added(engine, world)
    address = f"{DRAFT}/etapes/step.{change['id'].replace('_', '-')}"
    sent(officer, address, {**STEP, "due_days": "20", "questions-0-key": change["questions"][0]["key"]})
    [longer] = added(engine, world)
    browser_page = officer.get(DRAFT)
    removed = officer.post(
        f"{DRAFT}/changements/step.{change['id'].replace('_', '-')}/retirer",
        data={"revision": revision_in(browser_page)},
    )

    assert put.status_code == 303
    assert "Avis de la banque" in page
    assert "avant l’ordre du jour" in page
    assert change["questions"] == [{"key": "montant_du_pret", "label": "Montant du prêt", "type": "money"}]
    assert (longer["due"], longer["id"], longer["questions"]) == ("P20D", change["id"], change["questions"])
    assert removed.status_code == 303
    assert added(engine, world) == []


def test_a_line_is_added_without_losing_what_is_typed_nor_keeping_it(officer, engine, world):
    begun(officer)

    page = officer.post(f"{DRAFT}/etapes/nouvelle", data={**STEP, "add_row": "questions"})

    assert page.status_code == 200
    assert "Avis de la banque" in page.get_data(as_text=True)
    assert added(engine, world) == []


def test_questions_are_added_to_a_form(officer, engine, world):
    begun(officer)
    sent(officer, f"{DRAFT}/questions/nouvelles", {
        "target": "form/preliminary_diagnostic", "reason": "Nous suivons l’apprentissage.",
        "questions-0-label": "Filière ?", "questions-0-type": "choice",
        "questions-0-proposed": "Bois\nMétal\nAutre", "questions-0-mandatory": "yes",
    })  # fmt: skip

    [change] = added(engine, world)
    assert (change["kind"], change["form"]) == ("questions", "preliminary_diagnostic")
    assert [each["value"] for each in change["questions"][0]["choices"]] == ["bois", "metal", "autre"]
    assert "Filière" in officer.get(DRAFT).get_data(as_text=True)
    assert officer.get(f"{DRAFT}/questions/questions.preliminary-diagnostic").status_code == 200


@pytest.mark.parametrize(
    ("where", "fields", "kind"),
    [
        ("delais/nouveau", {"due_days": "25"}, "due"),
        ("noms/nouveau", {"name": "Première visite"}, "name"),
    ],
)
def test_a_step_of_the_reference_has_another_delay_or_another_name(
    officer, engine, world, where, fields, kind
):
    begun(officer)
    page = officer.get(f"{DRAFT}/{where}").get_data(as_text=True)
    step = re.search(r'value="([a-z_]+/[a-z_]+)"', page)[1]

    sent(officer, f"{DRAFT}/{where}", {"step": step, "reason": "C’est plus juste ici.", **fields})

    [change] = added(engine, world)
    assert (change["kind"], f"{change['process']}/{change['step']}") == (kind, step)
    folder = where.split("/")[0]
    again = officer.get(f"{DRAFT}/{folder}/{kind}.{step.replace('/', '.').replace('_', '-')}")
    assert again.status_code == 200


@pytest.mark.parametrize(
    "changed",
    [{"point": "nowhere"}, {"role": "expert"}, {"name": "x" * 300}, {"due_days": "-3"}, {"form": "intake"},
     {"questions-0-type": "poem"}, {"reason": ""}],
)  # fmt: skip
def test_a_step_that_cannot_be_is_refused_in_words_and_kept_on_the_page(officer, engine, world, changed):
    begun(officer)

    refused = sent(officer, f"{DRAFT}/etapes/nouvelle", {**STEP, **changed})

    assert refused.status_code in {409, 422}
    assert "Montant du prêt" in refused.get_data(as_text=True)
    assert added(engine, world) == []


def test_the_second_officer_is_told_and_sends_again_what_is_still_on_the_page(
    officer, flask_app, sign_in, engine, world
):
    begun(officer)
    second = sign_in(flask_app.test_client(), "second_officer")
    read_at = revision_in(second.get(f"{DRAFT}/etapes/nouvelle"))
    sent(officer, f"{DRAFT}/parametres", PARAMETERS)

    refused = second.post(f"{DRAFT}/etapes/nouvelle", data={**STEP, "revision": read_at})
    page = refused.get_data(as_text=True)
    again = second.post(f"{DRAFT}/etapes/nouvelle", data={**STEP, "revision": revision_in(refused)})

    assert refused.status_code == 409
    assert "Officer (démo) a changé ce brouillon" in page
    assert "Avis de la banque" in page
    assert again.status_code == 303
    assert len(added(engine, world)) == 1
    assert draft_of(engine, world).parameters["agreement.signature_expiry"] == "P120D"


def test_a_double_click_is_one_change(officer, engine, world):
    begun(officer)
    page = officer.get(f"{DRAFT}/etapes/nouvelle")
    key = re.search(r'name="key" value="([0-9a-f]+)"', page.get_data(as_text=True))[1]
    fields = {**STEP, "revision": revision_in(page), "key": key}

    answers = [officer.post(f"{DRAFT}/etapes/nouvelle", data=fields).status_code for _time in range(2)]

    assert answers == [303, 303]
    assert len(added(engine, world)) == 1


def test_what_is_sent_after_the_session_has_ended_is_set_aside(officer, clock, engine, world):
    begun(officer)
    page = officer.get(f"{DRAFT}/etapes/nouvelle")
    clock.advance(seconds=int((IDLE + timedelta(minutes=1)).total_seconds()))

    answer = officer.post(f"{DRAFT}/etapes/nouvelle", data={**STEP, "revision": revision_in(page)})

    assert answer.status_code == 401
    assert "Avis de la banque" in answer.get_data(as_text=True)
    assert added(engine, world) == []


def test_parameters_alone_are_published_from_the_day_chosen(officer):
    begun(officer)
    sent(officer, f"{DRAFT}/parametres", PARAMETERS)
    past = sent(officer, f"{DRAFT}/publier", {"effective_on": "2020-01-01"})
    done = sent(officer, f"{DRAFT}/publier", {"effective_on": "2026-12-01"})
    page = officer.get(HOME).get_data(as_text=True)
    versions = officer.get(f"{HOME}/versions").get_data(as_text=True)

    assert past.status_code == 422
    assert done.status_code == 303
    assert "La version 2 prendra effet le" in page
    assert "à venir" in versions
    assert officer.get(f"{HOME}/versions/2").status_code == 200
    assert officer.get(f"{HOME}/versions/9").status_code == 404


def test_whoever_publishes_before_the_day_of_another_version_is_told_which_gives_way(officer):
    begun(officer)
    sent(officer, f"{DRAFT}/parametres", PARAMETERS)
    first = sent(officer, f"{DRAFT}/publier", {"effective_on": "2026-12-20"})
    assert "ne prendra pas effet" not in officer.get(first.location).get_data(as_text=True)

    begun(officer)
    sent(officer, f"{DRAFT}/parametres", {**PARAMETERS, "agreement__signature_expiry": "100"})
    second = sent(officer, f"{DRAFT}/publier", {"effective_on": "2026-12-01"})

    page = officer.get(second.location).get_data(as_text=True)
    assert "à la place de la version 2, qui attendait son jour" in page


def test_a_step_is_submitted_returned_submitted_again_approved_and_published(
    officer, coordinator, engine, world
):
    begun(officer)
    sent(officer, f"{DRAFT}/etapes/nouvelle", STEP)
    too_soon = officer.post(
        f"{DRAFT}/publier",
        data={"effective_on": "2026-12-01", "revision": revision_in(officer.get(DRAFT))},
    )
    handed_in = officer.post(f"{DRAFT}/soumettre", data={"revision": revision_in(officer.get(DRAFT))})
    waiting = coordinator.get("/programme/relectures").get_data(as_text=True)
    address = re.search(r"/programme/relectures/[0-9a-f-]{36}", waiting)[0]
    read = coordinator.get(address)
    without_note = coordinator.post(address, data={"answer": "return", "revision": revision_in(read)})
    coordinator.post(
        address,
        data={"answer": "return", "note": "Qui paie ?", "revision": revision_in(coordinator.get(address))},
    )
    returned = officer.get(DRAFT).get_data(as_text=True)
    officer.post(f"{DRAFT}/soumettre", data={"revision": revision_in(officer.get(DRAFT))})
    coordinator.post(address, data={"answer": "approve", "revision": revision_in(coordinator.get(address))})
    published = sent(officer, f"{DRAFT}/publier", {"effective_on": "2026-11-16"})

    assert too_soon.status_code == 409
    assert handed_in.status_code == 303
    assert "Avis de la banque" in read.get_data(as_text=True)
    assert without_note.status_code == 422
    assert "Qui paie" in returned
    assert published.status_code == 303
    assert draft_of(engine, world) is None
    page = officer.get(HOME).get_data(as_text=True)
    assert "Avis de la banque" in page
    assert "Elle finance la moitié du projet." in page
    compared = officer.get(f"{HOME}/comparer").get_data(as_text=True)
    assert "Avis de la banque" in compared
    assert "<svg" in compared


@pytest.mark.parametrize(
    ("page", "change", "address", "fields"),
    [
        ("etapes/nouvelle", STEP, "soumettre", {}),
        ("parametres", PARAMETERS, "publier", {"effective_on": "2026-12-01"}),
    ],
)
def test_nobody_waits_for_a_check_to_write(officer, engine, monkeypatch, page, change, address, fields):
    """A check takes a second, and the database of a small installation has one writer."""
    begun(officer)
    sent(officer, f"{DRAFT}/{page}", change)
    revision = revision_in(officer.get(DRAFT))
    asked, check = [], installing.checks.check_version_safely

    def while_others_write(files, context):
        with engine.database.start_work() as work:
            asked.append(work.now)
        return check(files, context)

    monkeypatch.setattr(installing.checks, "check_version_safely", while_others_write)
    installing.problems_found.cache_clear()
    sent_in = [
        officer.post(f"{DRAFT}/{address}", data={**fields, "revision": revision}) for _click in range(2)
    ]

    assert sent_in[0].status_code == 303
    assert len(asked) == 1


def test_whoever_submitted_it_does_not_read_it_over(officer, coordinator, engine, world):
    begun(officer)
    sent(officer, f"{DRAFT}/etapes/nouvelle", STEP)
    draft = draft_of(engine, world)
    with engine.database.start_work(Actor(world.people["coordinator"])) as work:
        permissions.permissions_of(work, work.actor.person_id)
        reviewing.submit(work, draft_id=draft.id, revision=draft.revision)

    page = coordinator.get(f"/programme/relectures/{draft.id}").get_data(as_text=True)
    answer = coordinator.post(
        f"/programme/relectures/{draft.id}", data={"answer": "approve", "revision": draft.revision}
    )

    assert "une autre personne le relit" in page
    assert answer.status_code == 403


def test_what_a_basin_still_works_on_is_not_the_coordination_s_to_read(officer, coordinator, engine, world):
    begun(officer)
    draft = draft_of(engine, world)

    assert coordinator.get(f"/programme/relectures/{draft.id}").status_code == 404
    assert officer.get("/programme/relectures").status_code == 403


def test_what_a_basin_changes_after_it_was_sent_back_is_its_own_again(
    officer, coordinator, clock, engine, world
):
    begun(officer)
    sent(officer, f"{DRAFT}/etapes/nouvelle", STEP)
    officer.post(f"{DRAFT}/soumettre", data={"revision": revision_in(officer.get(DRAFT))})
    address = f"/programme/relectures/{draft_of(engine, world).id}"
    answer = {"answer": "return", "note": "Qui paie ?", "revision": revision_in(coordinator.get(address))}
    coordinator.post(address, data=answer)
    sent_back = coordinator.get(address).status_code
    clock.advance(minutes=5)
    sent(officer, f"{DRAFT}/parametres", PARAMETERS)

    assert (sent_back, coordinator.get(address).status_code) == (200, 404)
    officer.post(f"{DRAFT}/soumettre", data={"revision": revision_in(officer.get(DRAFT))})
    assert coordinator.get(address).status_code == 200
