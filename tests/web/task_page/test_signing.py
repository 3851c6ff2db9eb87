"""Personal tasks, tasks by a mail’s link, reports in one click."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from lxml import html

from engine import scheduler
from engine.agreements import drafting
from engine.agreements.models import Signature
from engine.outbox.models import CapturedMail
from engine.people import permissions
from engine.persistence.unit_of_work import Actor
from engine.runtime import inbox, tasks, timers
from engine.runtime.models import Task
from tests.web.task_page.reading import PDF, is_open, main_of, rows_of, text

# ── Signing ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_personal_task_is_nobody_else_s(officer, flask_app, sign_in, lives):
    signature = lives.to_signatures()[1]
    answers = {
        "answer": "accept",
        "consent": "yes",
        "document_digest": lives.digest(signature.case_id),
    }

    page = officer.get(f"/taches/{signature.id}")
    assert "Tâche personnelle de Chair (démo) : personne ne peut l’accomplir à sa place." in text(page)
    assert not main_of(page).xpath("//form[contains(@class,'fields')]")
    for changes in ({}, {"on_behalf_of": signature.assignee_id}):
        assert officer.post(f"/taches/{signature.id}", data=answers | changes).status_code == 403
    assert is_open(lives, signature)

    chair = sign_in(flask_app.test_client(), "chair")
    lives.prove(signature)
    assert "Vous signez en qualité de : Présidence du comité d’agrément" in text(
        chair.get(f"/taches/{signature.id}")
    )
    assert chair.post(f"/taches/{signature.id}", data=answers).status_code == 303


def test_the_page_shows_every_word_whose_hash_is_signed(flask_app, sign_in, lives):
    signature = lives.to_signatures()[1]
    chair = sign_in(flask_app.test_client(), "chair")
    lives.prove(signature)
    with lives.engine.database.start_reading() as work:
        agreement = drafting.latest(work, signature.case_id)

    page = main_of(chair.get(f"/taches/{signature.id}"))

    [shown] = page.xpath("//*[@class='agreement-text']")
    blocks = shown.xpath(".//p | .//li | .//h3")
    words = " ".join("".join(each.itertext()) for each in blocks).split()
    assert words == agreement.body.replace("\n– ", "\n").split()
    [form] = page.xpath("//form[.//button[normalize-space()='Signer la convention']]")
    assert form.fields["document_digest"] == agreement.file_hash
    assert agreement.text_hash == hashlib.sha256(agreement.body.encode()).hexdigest()


def test_whoever_signs_twice_is_told_so_and_signs_each_line_apart(flask_app, sign_in, lives):
    _head, as_chair, as_lender, _mandatary = lives.to_signatures(lender="chair")
    chair = sign_in(flask_app.test_client(), "chair")
    answers = {"answer": "accept", "consent": "yes", "document_digest": lives.digest(as_chair.case_id)}

    before = chair.get(f"/taches/{as_chair.id}")
    lives.prove(as_chair)
    chair.post(f"/taches/{as_chair.id}", data=answers)
    after = text(chair.get(f"/taches/{as_lender.id}"))

    assert "Entreprise partenaire, pour Entreprise partenaire 4 (démo) : une autre signature" in text(before)
    assert main_of(before).xpath(f"//a[@href='/taches/{as_lender.id}']")
    assert "Vous signez en qualité de : Entreprise partenaire, pour Entreprise partenaire 4 (démo)" in after
    assert "Présidence du comité d’agrément, pour Entreprise partenaire 1 (démo) : signée le" in after
    assert is_open(lives, as_lender)


def test_a_refusal_is_a_form_of_its_own_and_asks_why(flask_app, sign_in, lives):
    signature = lives.to_signatures()[1]
    chair = sign_in(flask_app.test_client(), "chair")

    refused = chair.post(f"/taches/{signature.id}", data={"answer": "refuse", "reason": ""})

    assert refused.status_code == 422
    assert main_of(refused).xpath("//details[@open]//*[@class='error']")
    assert is_open(lives, signature)


def test_the_text_is_read_again_once_signed_and_from_the_project(flask_app, sign_in, lives):
    signature = lives.to_signatures()[1]
    chair = sign_in(flask_app.test_client(), "chair")
    answers = {"answer": "accept", "consent": "yes", "document_digest": lives.digest(signature.case_id)}
    lives.prove(signature)
    chair.post(f"/taches/{signature.id}", data=answers)

    assert "Article 1. Objet" in text(chair.get(f"/taches/{signature.id}"))
    project = text(chair.get(f"/projets/{signature.case_id}/convention"))
    assert "Lire le texte de la convention" in project
    assert "Article 1. Objet" in project


def test_what_only_the_chair_may_sign_is_offered_to_nobody(flask_app, sign_in, lives, officer):
    decision = lives.to_sign_off()
    chair = sign_in(flask_app.test_client(), "chair")

    inbox = text(chair.get("/taches"))
    page = main_of(chair.get(f"/taches/{decision.id}"))

    assert "1 acte attend votre signature comme présidence" in inbox
    assert "À signer par la présidence" in inbox
    assert "personne encore" not in inbox
    assert "Prendre" not in inbox
    assert "À signer par la présidence (Chair (démo))" in " ".join(" ".join(page.itertext()).split())
    assert not page.xpath("//*[@id='act-claim']")
    assert chair.post(f"/taches/{decision.id}/prendre").status_code == 403
    assert "À signer par la présidence (Chair (démo)) : personne" in text(
        officer.get(f"/taches/{decision.id}")
    )
    assert decision.id in {each.id for each in mine(lives, "chair")}


def mine(lives, who: str):
    """What somebody's own list holds."""
    with lives.engine.database.start_reading() as work:
        rights = permissions.permissions_of(work, lives.world.people[who])
        reader = inbox.Viewer.of(rights)
        assert inbox.counts(work, reader).claimable == 0
        return inbox.page(work, reader, inbox.Filters(scope="mine")).tasks


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
    for path in ("/taches", "/taches/suivante", "/taches.csv"):
        assert browser.get(path).status_code == 403
    assert "recevez un code" in text(browser.get(f"/taches/{other.id}"))
    assert browser.post(f"/taches/{other.id}", data={}).status_code == 403


def test_after_the_one_task_one_is_thanked(by_link, lives):
    browser, signature = by_link
    digest = lives.digest(signature.case_id)

    answer = browser.post(
        f"/taches/{signature.id}",
        data={"answer": "accept", "consent": "yes", "document_digest": digest},
    )

    assert (answer.status_code, answer.location) == (303, f"/taches/{signature.id}/merci")
    thanks = browser.get(answer.location)
    assert "Merci, c’est enregistré" in text(thanks)
    links = [link for link in main_of(thanks).xpath("//a/@href") if link.startswith("/taches")]
    assert links in ([], [f"/taches/{signature.id}"]), "nothing but what was just signed"
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
        lives.prove(signature)
        with lives.engine.database.start_work(Actor(signature.assignee_id)) as work:
            answers = {
                "answer": "accept",
                "consent": True,
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
