"""What else is done with a task: in whose name, on which day, later, by another, with a file."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from engine.projects.models import Document
from tests.web.task_lives import TYPED_DIAGNOSTIC
from tests.web.task_page.reading import PDF, is_open, main_of, rows_of, text, typed_in

# ── In whose name, on which day ────────────────────────────────────────────────────────────────────────────


def test_an_officer_records_what_a_member_said_in_both_names(officer, lives, task):
    page = officer.get(f"/taches/{task.id}")
    assert "Vous l’enregistrez en son nom" in text(page)
    assert "Enregistrer au nom de Member (démo)" in text(page)

    answer = officer.post(
        f"/taches/{task.id}", data=TYPED_DIAGNOSTIC | {"on_behalf_of": typed_in(page)["on_behalf_of"]}
    )

    assert answer.status_code == 303
    row = lives.row(task.id)
    assert (row.closed_by, row.on_behalf_of) == (lives.world.people["officer"], lives.world.people["member"])
    assert "Fait par vous, au nom de Member (démo), le 16 novembre" in text(officer.get(f"/taches/{task.id}"))


def test_without_saying_for_whom_an_officer_may_not(officer, lives, task):
    assert officer.post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC).status_code == 403
    assert is_open(lives, task)


def test_what_happened_earlier_keeps_its_day(client, sign_in, lives, task, clock):
    clock.advance(days=5)
    officer = sign_in(client, "officer")
    day = task.opened_on + timedelta(days=1)

    officer.post(
        f"/taches/{task.id}",
        data=TYPED_DIAGNOSTIC | {"on_behalf_of": task.assignee_id, "occurred_on": day.isoformat()},
    )

    assert lives.row(task.id).occurred_on == day


@pytest.mark.parametrize(
    ("day", "reason", "status"),
    [("2026-11-20", "", 422), ("2026-11-17", "", 422), ("2026-11-10", "Par téléphone.", 422),
     ("2026-11-17", "Par téléphone.", 303)],
)  # fmt: skip
def test_a_day_to_come_is_refused_and_one_before_the_task_wants_its_reason(
    client, sign_in, lives, clock, day, reason, status
):
    case_id = lives.open()
    clock.advance(days=3)
    task = lives.to_diagnostic_of(case_id)
    officer = sign_in(client, "officer")
    answer = officer.post(
        f"/taches/{task.id}",
        data=TYPED_DIAGNOSTIC | {"on_behalf_of": task.assignee_id, "occurred_on": day, "late_reason": reason},
    )

    assert answer.status_code == status
    if status == 422:
        assert typed_in(answer)["occurred_on"] == day
        assert main_of(answer).xpath("//*[@id='answer-occurred_on-error']")
        assert main_of(answer).xpath("//details[@open]//input[@name='occurred_on']")


def test_a_reason_too_long_is_refused_with_what_was_typed(officer, task):
    answer = officer.post(
        f"/taches/{task.id}",
        data=TYPED_DIAGNOSTIC
        | {"on_behalf_of": task.assignee_id, "occurred_on": "2026-11-10", "late_reason": "é" * 301},
    )

    assert answer.status_code == 422
    assert typed_in(answer)["late_reason"] == "é" * 301
    [said] = main_of(answer).xpath("//*[@id='answer-late_reason-error']")
    assert "301 caractères" in said.text_content()
    assert main_of(answer).xpath("//details[@open]//input[@name='late_reason']")


# ── The other gestures ─────────────────────────────────────────────────────────────────────────────────────


def test_a_task_put_on_hold_leaves_the_urgent_ones_with_its_cause(member, lives, task, clock):
    page = member.get(f"/taches/{task.id}")
    [form] = main_of(page).xpath("//*[@id='act-awaiting']/form")
    wrong = member.post(
        form.get("action"), data={"awaiting-cause": "firm", "awaiting-until": "", "awaiting-reason": "Bilan"}
    )
    assert wrong.status_code == 422
    assert main_of(wrong).xpath("//details[@id='act-awaiting'][@open]//*[@id='answer-awaiting-until-error']")
    assert main_of(wrong).xpath("//*[@name='awaiting-reason']")[0].text.strip() == "Bilan"

    until = (clock.instant + timedelta(days=6)).date()
    done = member.post(
        form.get("action"),
        data={
            "awaiting-cause": "firm",
            "awaiting-until": until.isoformat(),
            "awaiting-reason": "Le bilan arrive.",
        },
    )

    assert done.status_code == 303
    said = text(member.get(done.location))
    assert "La tâche attend jusqu’au 22 novembre 2026." in said
    assert "En attente : Le bilan arrive." in said
    assert "En attente d’un tiers" in text(member.get("/taches"))
    assert member.post(f"/taches/{task.id}/reprendre").status_code == 303
    assert lives.row(task.id).awaiting is None


def test_a_task_is_handed_to_another_holder_of_its_role(officer, lives):
    qualify = lives.task(lives.open(), "qualify")
    page = officer.get(f"/taches/{qualify.id}")
    [second] = main_of(page).xpath("//*[@id='act-delegation']//option[contains(., 'Second Officer')]/@value")

    assert officer.post(f"/taches/{qualify.id}/confier", data={"to_id": second}).status_code == 303
    assert str(lives.row(qualify.id).assignee_id) == second
    stranger = lives.world.people["other_officer"]
    assert officer.post(f"/taches/{qualify.id}/confier", data={"to_id": stranger}).status_code == 403
    assert officer.post(f"/taches/{qualify.id}/confier", data={"to_id": ""}).status_code == 422


def test_nobody_hands_a_task_over_to_oneself(officer, lives):
    qualify, me = lives.task(lives.open(), "qualify"), str(lives.world.people["officer"])
    offered = "//*[@id='act-delegation']//option/@value"
    assert me not in main_of(officer.get(f"/taches/{qualify.id}")).xpath(offered)

    refused = officer.post(f"/taches/{qualify.id}/confier", data={"to_id": me})

    assert refused.status_code == 422
    assert "Vous ne pouvez pas vous la confier" in text(refused)
    assert lives.row(qualify.id).assignee_id is None


def test_what_a_colleague_has_is_taken_over_in_their_place(officer, lives):
    qualify, people = lives.task(lives.open(), "qualify"), lives.world.people
    officer.post(f"/taches/{qualify.id}/confier", data={"to_id": str(people["second_officer"])})
    offered = f"//*[@id='act-delegation']//option[@value='{people['officer']}']/text()"
    assert main_of(officer.get(f"/taches/{qualify.id}")).xpath(offered) == [
        "Officer (démo) (moi-même, à sa place)"
    ]

    taken = officer.post(f"/taches/{qualify.id}/confier", data={"to_id": str(people["officer"])})

    assert taken.status_code == 303
    assert lives.row(qualify.id).assignee_id == people["officer"]


def test_taking_a_task_from_its_page_comes_back_to_it(officer, lives):
    qualify = lives.task(lives.open(), "qualify")

    answer = officer.post(f"/taches/{qualify.id}/prendre", data={"stay": "task"})

    assert answer.location == f"/taches/{qualify.id}"
    assert "Vous avez pris « Qualifier la demande »." in text(officer.get(answer.location))
    assert officer.post(f"/taches/{qualify.id}/rendre", data={"stay": "task"}).location == answer.location


# ── Files ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_sent_with_the_form_is_a_document_of_the_project(member, lives, task):
    answer = member.post(
        f"/taches/{task.id}",
        data=TYPED_DIAGNOSTIC | {"attachments-upload": (io.BytesIO(PDF), "étude de marché.pdf")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 303
    [document] = rows_of(lives, Document)
    assert (document.name, document.content_type, document.project_id) == (
        "étude de marché.pdf", "application/pdf", task.case_id,
    )  # fmt: skip
    assert (
        lives.engine.documents / document.content_hash[:2] / document.content_hash[2:]
    ).read_bytes() == PDF


@pytest.mark.parametrize("content", [b"MZ not a document", b"", b"<svg/>"])
def test_a_file_that_is_not_what_is_accepted_is_refused_under_its_question(member, lives, task, content):
    answer = member.post(
        f"/taches/{task.id}",
        data=TYPED_DIAGNOSTIC | {"attachments-upload": (io.BytesIO(content), "facture.pdf")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 422
    assert main_of(answer).xpath("//*[@id='answer-attachments-error']")
    assert "Vos fichiers n’ont pas été gardés" in text(answer)
    assert rows_of(lives, Document) == []
    assert is_open(lives, task)


def test_a_file_refused_with_an_answer_leaves_no_document(member, lives, task):
    member.post(
        f"/taches/{task.id}",
        data=TYPED_DIAGNOSTIC | {"opinion": "", "attachments-upload": (io.BytesIO(PDF), "a.pdf")},
        content_type="multipart/form-data",
    )

    assert rows_of(lives, Document) == []


def test_what_is_too_large_is_refused_before_it_is_read(member, flask_app, task, monkeypatch):
    monkeypatch.setitem(flask_app.config, "MAX_CONTENT_LENGTH", 5_000)

    answer = member.post(
        f"/taches/{task.id}",
        data=TYPED_DIAGNOSTIC | {"attachments-upload": (io.BytesIO(PDF + b"0" * 5_000), "a.pdf")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 413
