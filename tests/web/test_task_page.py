"""One task on its page: its form, its draft, what is refused, who may, and what else is done with it."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from engine import scheduler
from engine.agreements.models import Signature
from engine.outbox.models import CapturedMail
from engine.people import persons
from engine.persistence.history import history
from engine.persistence.unit_of_work import Actor
from engine.projects.models import Diagnostic, Document
from engine.runtime import tasks, timers
from engine.runtime.models import Draft, Incident, Task
from tests.web.task_lives import TYPED_DIAGNOSTIC, Lives

PDF = b"%PDF-1.7\n%essai\n"


@pytest.fixture
def lives(engine, world) -> Lives:
    return Lives(engine, world)


@pytest.fixture
def task(lives) -> Task:
    """A preliminary diagnostic, the member's."""
    return lives.to_diagnostic()


@pytest.fixture
def member(client, sign_in):
    return sign_in(client, "member")


@pytest.fixture
def officer(flask_app, sign_in):
    return sign_in(flask_app.test_client(), "officer")


def main_of(answer) -> html.HtmlElement:
    """The page's main part, on its own."""
    main = html.document_fromstring(answer.get_data(as_text=True)).xpath("//main")[0]
    return html.fromstring(html.tostring(main, encoding="unicode"))


def text(answer) -> str:
    """What is read, with ordinary blanks."""
    return " ".join(" ".join(main_of(answer).itertext()).split())


def form_of(answer) -> html.HtmlElement:
    return main_of(answer).xpath("//form[contains(@class,'fields')]")[0]


def typed_in(answer) -> dict[str, str]:
    """What the form's controls hold."""
    fields = form_of(answer).fields
    # A browser drops the first line break of a text area.
    return {name: (fields[name] or "").removeprefix("\n") for name in fields}


def rows_of(lives, table, *conditions):
    with lives.engine.database.start_reading() as work:
        return list(work.database.scalars(sa.select(table).where(*conditions)))


def kinds(lives, case_id) -> list[str]:
    with lives.engine.database.start_reading() as work:
        return list(
            work.connection.scalars(
                sa.select(history.c.kind).where(history.c.chain_id == case_id).order_by(history.c.number)
            )
        )


def is_open(lives, task) -> bool:
    return lives.row(task.id).closed_at is None


# ── What the page shows ────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_what_whose_when_how_long_and_recalls_the_project(member, task):
    answer = member.get(f"/taches/{task.id}")

    said = text(answer)
    assert main_of(answer).xpath("//h1")[0].text_content() == "Établir le diagnostic préalable"
    assert "Confiée à Vous, comme prescripteur" in said
    assert "environ 10 minutes, 10 réponses obligatoires" in said
    assert "Embaucher deux compagnons." in said
    assert "Claire Lac (démo)" in said
    assert main_of(answer).xpath("//a[@href='tel:0199000002']")
    assert "Scierie du Lac (démo)" in html.document_fromstring(answer.data).findtext(".//title")


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


def test_after_the_last_task_the_list_comes_back(member, task):
    answer = member.post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC)

    assert member.get(answer.location).location == "/taches"
    assert "C’est fait" in text(member.get("/taches"))


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
    [("2026-11-17", "", 422), ("2026-11-10", "", 422), ("2026-11-10", "Par téléphone.", 303)],
)
def test_a_day_to_come_is_refused_and_one_before_the_task_wants_its_reason(
    officer, lives, task, day, reason, status
):
    answer = officer.post(
        f"/taches/{task.id}",
        data=TYPED_DIAGNOSTIC | {"on_behalf_of": task.assignee_id, "occurred_on": day, "late_reason": reason},
    )

    assert answer.status_code == status
    if status == 422:
        assert typed_in(answer)["occurred_on"] == day
        assert main_of(answer).xpath("//*[@id='answer-occurred_on-error']")
        assert main_of(answer).xpath("//details[@open]//input[@name='occurred_on']")


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


def test_what_is_too_large_is_refused_before_it_is_read(member, flask_app, task):
    flask_app.config["MAX_CONTENT_LENGTH"] = 5_000

    answer = member.post(
        f"/taches/{task.id}",
        data=TYPED_DIAGNOSTIC | {"attachments-upload": (io.BytesIO(PDF + b"0" * 5_000), "a.pdf")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 413


# ── Signing ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_personal_task_is_nobody_else_s(officer, flask_app, sign_in, lives):
    signature = lives.to_signatures()[1]
    answers = {
        "answer": "accept",
        "consent": "yes",
        "mode": "online",
        "document_digest": lives.digest(signature.case_id),
    }

    page = officer.get(f"/taches/{signature.id}")
    assert "Tâche personnelle de Chair (démo) : personne ne peut l’accomplir à sa place." in text(page)
    assert not main_of(page).xpath("//form[contains(@class,'fields')]")
    for changes in ({}, {"on_behalf_of": signature.assignee_id}):
        assert officer.post(f"/taches/{signature.id}", data=answers | changes).status_code == 403
    assert is_open(lives, signature)

    chair = sign_in(flask_app.test_client(), "chair")
    assert "À lire avant de répondre" in text(chair.get(f"/taches/{signature.id}"))
    assert chair.post(f"/taches/{signature.id}", data=answers).status_code == 303


def test_an_officer_records_a_signature_on_paper_with_its_scan(officer, lives):
    signature = lives.to_signatures()[1]
    url = f"/taches/{signature.id}/signature-papier"
    assert main_of(officer.get(f"/taches/{signature.id}")).xpath("//*[@id='act-paper']/form/@action") == [url]
    for incomplete in (
        {"signed_on": "2026-11-16"},
        {"signed_on": "", "scan-upload": (io.BytesIO(PDF), "a.pdf")},
    ):
        refused = officer.post(url, data=incomplete, content_type="multipart/form-data")
        assert refused.status_code == 422
        assert main_of(refused).xpath("//details[@id='act-paper'][@open]//*[@class='error']")

    answer = officer.post(
        url,
        data={"signed_on": "2026-11-16", "scan-upload": (io.BytesIO(PDF), "signée.pdf")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 303
    [signed] = rows_of(lives, Signature)
    assert signed.mode == "paper"
    assert not is_open(lives, signature)


# ── By a mail's link ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def by_link(flask_app, lives):
    """The head of the firm, without an account, come by a mail's link and its code."""
    [signature] = [each for each in lives.to_signatures() if each.capacity == "beneficiary"]
    browser = flask_app.test_client()
    assert "Claire Lac" in text(browser.get(f"/taches/{signature.id}"))
    browser.post(f"/taches/{signature.id}/code")
    scheduler.deliver_mail(lives.engine)
    mails = rows_of(lives, CapturedMail, CapturedMail.recipient_id == signature.assignee_id)
    code = next(found[1] for mail in reversed(mails) if (found := re.search(r"\b(\d{6})\b", mail.text)))
    opened = browser.post(f"/taches/{signature.id}/code/verifier", data={"code": code})
    assert opened.location == f"/taches/{signature.id}"
    return browser, signature


def test_a_session_of_one_task_has_that_page_and_no_other(by_link, lives):
    browser, signature = by_link

    page = browser.get(f"/taches/{signature.id}")
    links = set(main_of(page).xpath("//a/@href"))
    assert not [link for link in links if link.startswith(("/projets", "/taches?")) or link == "/taches"]
    assert not html.document_fromstring(page.data).xpath("//nav[contains(@class,'main-navigation')]")
    assert not main_of(page).xpath("//*[@id='other-acts']")
    assert browser.get("/").location == f"/taches/{signature.id}"
    other = lives.tasks_of(signature.case_id)[1]
    for path in ("/taches", "/taches/suivante", "/taches.csv", f"/taches/{other.id}"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"/taches/{other.id}", data={}).status_code == 403


def test_after_the_one_task_one_is_thanked(by_link, lives):
    browser, signature = by_link
    digest = lives.digest(signature.case_id)

    answer = browser.post(
        f"/taches/{signature.id}",
        data={"answer": "accept", "consent": "yes", "mode": "online", "document_digest": digest},
    )

    assert (answer.status_code, answer.location) == (303, f"/taches/{signature.id}/merci")
    thanks = browser.get(answer.location)
    assert "Merci, c’est enregistré" in text(thanks)
    assert not [link for link in main_of(thanks).xpath("//a/@href") if link.startswith("/taches")]
    assert "Fait par vous" in text(browser.get(f"/taches/{signature.id}"))


# ── « Rien de nouveau » ────────────────────────────────────────────────────────────────────────────────────


def test_nothing_new_is_one_click(flask_app, sign_in, lives, clock):
    report = to_second_report(lives, clock)
    browser = sign_in(flask_app.test_client(), "member2")
    page = browser.get(f"/taches/{report.id}")
    [quick] = main_of(page).xpath("//form[@class='quick']")

    answer = browser.post(quick.get("action"), data=dict(quick.fields))

    assert answer.status_code == 303
    assert not is_open(lives, report)


def to_second_report(lives, clock) -> Task:
    """A labelled firm whose first report was given, up to the opening of the second."""
    case_id = None
    for signature in lives.to_signatures():
        case_id = signature.case_id
        with lives.engine.database.start_work(Actor(signature.assignee_id)) as work:
            answers = {
                "answer": "accept",
                "consent": True,
                "mode": "online",
                "document_digest": lives.digest(case_id),
            }
            tasks.complete(work, task_id=signature.id, answers=answers, channel="json")
    assert case_id is not None
    for _report in range(2):
        clock.advance(days=80)
        timers.fire_due(lives.engine.database)
        clock.advance(days=1)
        timers.fire_due(lives.engine.database)
        report = lives.task(case_id, "follow_up_report")
        if _report == 0:
            lives.act(case_id, "follow_up_report", "member2", {
                "weather": "green", "progress": "Tout va bien.", "jobs_created": 1, "jobs_sustained": 6,
                "contact_on": clock.instant.date().isoformat(), "new_intervention": False,
            })  # fmt: skip
            clock.advance(days=15)
    return report


def test_people_of_the_project_are_there_to_be_called(member, lives, task):
    with lives.engine.database.start_work(Actor(lives.world.people["officer"])) as work:
        persons.correct(work, lives.world.people["officer"], phone="01 99 00 44 55")

    assert main_of(member.get(f"/taches/{task.id}")).xpath("//a[@href='tel:0199004455']")
