"""A task on its page: what it shows, how it is done, what is refused, what is kept as a draft."""

from __future__ import annotations

import dataclasses

import pytest
from lxml import html

from engine.people import persons
from engine.persistence.unit_of_work import Actor
from engine.projects.models import Diagnostic
from engine.runtime.models import Draft, Incident
from tests.web.task_lives import TYPED_DIAGNOSTIC
from tests.web.task_page.reading import form_of, is_open, kinds, main_of, rows_of, text, typed_in

# ── What the page shows ────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_what_whose_when_how_long_and_recalls_the_project(member, task):
    answer = member.get(f"/taches/{task.id}")

    said = text(answer)
    assert main_of(answer).xpath("//h1")[0].text_content() == "Établir le diagnostic préalable"
    assert "Confiée à Vous, comme prescripteur" in said
    assert "environ 10 minutes, 10 réponses à donner" in said
    assert "Embaucher deux compagnons." in said
    assert "Claire Lac (démo)" in said
    assert main_of(answer).xpath("//a[@href='tel:0199000002']")
    assert "Scierie du Lac (démo)" in html.document_fromstring(answer.data).findtext(".//title")


def test_what_one_is_asked_about_stands_before_the_form_and_not_after_it(member, lives, task):
    case_id = lives.open(1)
    lives.act(case_id, "qualify", "officer", {
        "outcome": "continue", "prescriber_id": str(lives.world.people["member"]),
        "category": "development", "headcount": 12, "commune": "54528",
    })  # fmt: skip
    proposed = lives.task(case_id, "accept_prescription")

    asked = text(member.get(f"/taches/{proposed.id}"))
    beside = text(member.get(f"/taches/{task.id}"))

    assert asked.index("À lire avant de répondre") < asked.index("Acceptez-vous ce dossi")
    assert "À lire avant de répondre" not in beside


def test_where_the_project_is_is_drawn_and_said(member, task):
    answer = member.get(f"/taches/{task.id}?vue=projet")

    assert main_of(answer).xpath("//*[local-name()='svg'][@role='img']")
    said = text(answer)
    assert "En ce moment : Établir le diagnostic préalable." in said
    assert "Qualifier la demande" in said
    assert not main_of(answer).xpath("//form[contains(@class,'fields')]")


def test_what_was_done_is_told_with_who_did_it(member, task):
    said = text(member.get(f"/taches/{task.id}?vue=historique"))

    assert "Accepter la prescription 16 novembre 2026 · Member (démo)" in said
    assert "Qualifier la demande 16 novembre 2026 · Officer (démo)" in said


def test_other_basins_and_unknown_tasks_do_not_exist(flask_app, sign_in, task):
    stranger = sign_in(flask_app.test_client(), "other_officer")

    assert stranger.get(f"/taches/{task.id}").status_code == 404
    assert stranger.post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC).status_code == 404
    assert stranger.get("/taches/00000000-0000-0000-0000-000000000000").status_code == 404


def test_who_only_reads_sees_whose_it_is_and_no_form(flask_app, sign_in, task):
    answer = sign_in(flask_app.test_client(), "steering").get(f"/taches/{task.id}")

    assert "Cette tâche revient à Member (démo)." in text(answer)
    assert not main_of(answer).xpath("//form[contains(@class,'fields')]")
    assert not main_of(answer).xpath("//*[@id='other-acts']")


def test_people_of_the_project_are_there_to_be_called(member, lives, task):
    with lives.engine.database.start_work(Actor(lives.world.people["officer"])) as work:
        persons.correct(work, lives.world.people["officer"], phone="01 99 00 44 55")

    assert main_of(member.get(f"/taches/{task.id}")).xpath("//a[@href='tel:0199004455']")


# ── Completing ─────────────────────────────────────────────────────────────────────────────────────────────


def test_submitting_completes_the_task_and_goes_on_to_the_next(member, lives, task):
    other = lives.to_diagnostic(1)

    answer = member.post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC)
    assert (answer.status_code, answer.location) == (303, f"/taches/suivante?apres={task.id}")
    following = member.get(answer.location)
    assert (following.status_code, following.location) == (303, f"/taches/{other.id}")
    assert "C’est fait : Établir le diagnostic préalable, Scierie du Lac (démo)." in text(
        member.get(following.location)
    )

    assert not is_open(lives, task)
    assert [each.summary for each in rows_of(lives, Diagnostic, Diagnostic.project_id == task.case_id)] == [
        "Une scierie qui veut sécher son bois."
    ]
    assert "Fait par vous le 16 novembre 2026 à 10 h 00." in text(member.get(f"/taches/{task.id}"))


def test_after_the_last_task_the_list_comes_back_and_says_what_is_next(member, task):
    answer = member.post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC)

    assert member.get(answer.location).location == "/taches"
    said = text(member.get("/taches"))
    assert "C’est fait" in said
    assert "La suite : vérifier le dossier (Opérateur)." in said
    assert "La suite : vérifier le dossier (Opérateur)." in text(member.get(f"/taches/{task.id}"))


def test_a_task_still_to_do_says_nothing_of_what_is_next(member, task):
    assert "La suite" not in text(member.get(f"/taches/{task.id}"))


def test_answers_to_correct_come_back_as_typed_and_nothing_is_written(member, lives, task):
    before = kinds(lives, task.case_id)

    answer = member.post(
        f"/taches/{task.id}",
        data=TYPED_DIAGNOSTIC | {"bearer_rating": "", "jobs_to_create": "beaucoup", "needs-0-days": "-1"},
    )

    assert answer.status_code == 422
    assert html.document_fromstring(answer.data).findtext(".//title").startswith("Erreur")
    summary = main_of(answer).xpath("//*[contains(@class,'error-summary')]")[0]
    for link in summary.xpath(".//a/@href"):
        assert main_of(answer).xpath(f"//*[@id='{link[1:]}']"), link
    assert len(summary.xpath(".//li")) == 3
    values = typed_in(answer)
    assert values["summary"] == TYPED_DIAGNOSTIC["summary"]
    assert values["jobs_to_create"] == "beaucoup"
    assert values["needs-0-days"] == "-1"
    assert values["opinion"] == "favourable"
    assert is_open(lives, task)
    assert kinds(lives, task.case_id) == before


def test_a_double_click_is_one_act_and_both_get_the_same_answer(member, lives, task):
    sent = TYPED_DIAGNOSTIC | {"key": typed_in(member.get(f"/taches/{task.id}"))["key"]}

    first = member.post(f"/taches/{task.id}", data=sent)
    again = member.post(f"/taches/{task.id}", data=sent)

    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert kinds(lives, task.case_id).count("runtime.task.completed") == 3
    changed = member.post(f"/taches/{task.id}", data=sent | {"summary": "Tout autre chose."})
    assert changed.status_code == 409
    assert "C’était vous, le 16 novembre 2026 à 10 h 00." in text(changed)


def test_whoever_comes_second_is_told_who_was_first_and_what_to_do(member, officer, task):
    member.post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC)

    answer = officer.post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC | {"on_behalf_of": task.assignee_id})

    assert answer.status_code == 409
    said = text(answer)
    assert (
        "Cette tâche est déjà faite, ou n’a plus lieu d’être. C’était Member (démo), le 16 novembre" in said
    )
    assert "Rien de ce que vous venez d’envoyer n’a été enregistré." in said
    assert main_of(answer).xpath("//a/@href")[0] == f"/taches/{task.id}"


def test_a_line_is_added_without_a_script_and_nothing_typed_is_lost(member, lives, task):
    answer = member.post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC | {"add_row": "needs"})

    assert answer.status_code == 200
    values = typed_in(answer)
    assert values["needs-0-days"] == "3,5"
    assert "needs-3-days" in values
    assert is_open(lives, task)
    assert not main_of(answer).xpath("//*[contains(@class,'error-summary')]")


@pytest.mark.parametrize(
    "hostile",
    [{"summary": "\x00" * 10}, {"summary": "a" * 100_000}, {"needs-0-days": "1e999"}, {"needs": "x"},
     {"bearer_rating": "\u202e"}, {"occurred_on": "0000-00-00"}, {"on_behalf_of": "nobody"}, {"key": "k" * 5000},
     {"attachments": "not-an-id"}, {"jobs_to_create": "9" * 400}],
)  # fmt: skip
def test_hostile_answers_are_refused_with_the_page(member, lives, task, hostile):
    answer = member.post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC | hostile)

    assert answer.status_code in {303, 422}
    assert (answer.status_code == 422) == is_open(lives, task)


# ── Drafts ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_script_keeps_a_draft_and_says_when(member, lives, task):
    answer = member.post(
        f"/taches/{task.id}/brouillon",
        data={"summary": "À moitié", "key": "x"},
        headers={"Accept": "application/json"},
    )

    assert answer.json == {"message": "Brouillon enregistré à 10\xa0h\xa000"}
    [draft] = rows_of(lives, Draft)
    assert draft.answers == {"summary": "À moitié"}
    page = member.get(f"/taches/{task.id}")
    assert typed_in(page)["summary"] == "À moitié"
    assert "Brouillon du 16 novembre 2026 à 10 h 00" in text(page)
    assert "Brouillon" in text(member.get("/taches"))


def test_the_button_keeps_a_draft_without_a_script_and_another_throws_it_away(member, lives, task):
    page = form_of(member.get(f"/taches/{task.id}"))
    [url] = page.xpath(".//button/@formaction[contains(., 'brouillon')]")
    kept = member.post(url, data=TYPED_DIAGNOSTIC | {"jobs_to_create": "beaucoup"})
    assert (kept.status_code, kept.location) == (303, f"/taches/{task.id}")
    page = member.get(kept.location)
    assert typed_in(page)["jobs_to_create"] == "beaucoup"
    assert typed_in(page)["needs-0-days"] == "3,5"

    [discard] = main_of(page).xpath("//form[contains(@action,'effacer')]/@action")
    assert member.post(discard).status_code == 303

    assert rows_of(lives, Draft) == []
    assert typed_in(member.get(f"/taches/{task.id}"))["jobs_to_create"] == ""


def test_a_draft_goes_once_the_task_is_done(member, lives, task):
    member.post(f"/taches/{task.id}/brouillon", data={"summary": "À moitié"})

    member.post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC)

    assert rows_of(lives, Draft) == []


def test_an_operation_that_fails_keeps_the_answers_as_a_draft(member, lives, task):
    def break_down(_act):
        raise ZeroDivisionError

    domain = lives.engine.database.domain
    lives.engine.database.domain = dataclasses.replace(
        domain, operations={**domain.operations, "projects.record_diagnostic": break_down}
    )

    answer = member.post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC)

    assert answer.status_code == 503
    assert is_open(lives, task)
    assert [each.operation for each in rows_of(lives, Incident)] == ["projects.record_diagnostic"]
    lives.engine.database.domain = domain
    assert typed_in(member.get(f"/taches/{task.id}"))["summary"] == TYPED_DIAGNOSTIC["summary"]
