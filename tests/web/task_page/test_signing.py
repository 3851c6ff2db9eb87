"""Personal tasks, tasks by a mail’s link, reports in one click."""

from __future__ import annotations

import io
import re

import pytest
from lxml import html

from engine import scheduler
from engine.agreements.models import Signature
from engine.outbox.models import CapturedMail
from engine.persistence.unit_of_work import Actor
from engine.runtime import tasks, timers
from engine.runtime.models import Task
from tests.web.task_page.reading import PDF, is_open, main_of, rows_of, text

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
